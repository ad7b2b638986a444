"""The whole API under fire: whatever is asked, the answer has the documented form, and nothing breaks."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from learningcity.config.api import api
from learningcity.config.wsgi import application
from tests.city.small import small_city
from tests.config.offers import some_offers

OPERATIONS = sorted(api.get_openapi_schema()["paths"])
FEW = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


# A marker is a text like any other to the schema: one that was made up is refused with 400.
ACCEPTED = {"positive_data_acceptance": {"expected-statuses": [200, 400, 404]}}


@pytest.fixture
def described(transactional_db, at, by):
    """Return the API's own description, of a small city with a few offers."""
    small_city(at)
    some_offers(at=at, by=by)
    config = SchemathesisConfig.from_dict({"checks": ACCEPTED})
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "misfits"])
@pytest.mark.parametrize("path", OPERATIONS)
def test_every_operation_answers_as_documented_whatever_is_asked(described, path, mode):
    operation = described[path]["GET"]

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers_as_documented(case):
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    answers_as_documented()
