"""The whole API under fire: whatever is asked, the answer has the documented form, and nothing breaks."""

import pytest
import schemathesis
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from learningcity.config.api import api
from learningcity.config.wsgi import application
from learningcity.core.actors import operator
from learningcity.core.scopes import known_scopes
from learningcity.people.actions.keys import make_key
from learningcity.people.queries.keys import token_of
from tests.city.small import small_city
from tests.config.offers import some_offers
from tests.people.factories import member, organisation

OPERATIONS = [
    (path, method.upper(), "security" in details)
    for path, methods in sorted(api.get_openapi_schema()["paths"].items())
    for method, details in methods.items()
]
IDS = [f"{method} {path}" for path, method, _needs_key in OPERATIONS]
TOKEN = token_of(bytes(40))
FEW = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


# A marker is a text like any other to the schema: one that was made up is refused with 400. With a key, a
# rule of the city may say no (409), and the key may be used up for the minute (429).
ACCEPTED = {"positive_data_acceptance": {"expected-statuses": [200, 201, 400, 404, 409, 429]}}


@pytest.fixture
def described(transactional_db, at, by):
    """Return the API's own description, of a small city with a few offers."""
    small_city(at)
    some_offers(at=at, by=by)
    own = member(of=organisation()).organisation
    make_key(own, label="fuzz", scopes=known_scopes(), days=9, token=TOKEN, by=operator(), at=now())
    config = SchemathesisConfig.from_dict({"checks": ACCEPTED})
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "misfits"])
@pytest.mark.parametrize(("path", "method", "needs_key"), OPERATIONS, ids=IDS)
def test_every_operation_answers_as_documented_whatever_is_asked(described, path, method, needs_key, mode):
    operation = described[path][method]
    headers = {"Accept-Encoding": "identity"}
    if needs_key:
        headers["Authorization"] = f"Bearer {TOKEN}"

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers_as_documented(case):
        case.call_and_validate(headers=headers)

    answers_as_documented()
