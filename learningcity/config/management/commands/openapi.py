"""`learningcity openapi`: the description of the open API."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from learningcity.config.api import api
from learningcity.core.commands import Answer, Call, PlainCommand


class Command(PlainCommand):
    """The description of the open API."""

    help = "Print the OpenAPI description of /api/v1/."
    needs_tables = False

    def answer(self, call: Call) -> Answer:
        """Print it."""
        schema = api.get_openapi_schema()
        words = json.dumps(schema, indent=1, ensure_ascii=False, cls=DjangoJSONEncoder)
        return Answer(data=schema, words=words)
