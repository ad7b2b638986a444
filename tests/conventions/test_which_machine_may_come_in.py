"""Every operation of the API that needs a key is asked for without one, by everybody, and with a weak one."""

import pytest
from django.test import Client
from django.utils.timezone import now
from ninja.constants import NOT_SET

from learningcity.config.api import api
from learningcity.core.actors import operator
from learningcity.core.scopes import scopes
from learningcity.people.actions.keys import make_key
from learningcity.people.queries.keys import token_of
from tests.conventions.everybody import KINDS, a_city_with_everybody

pytestmark = pytest.mark.django_db


def keyed():
    """Yield (method, address) of every operation that needs a key."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                if operation.auth_param not in (NOT_SET, None):
                    parts = ("/api/v1", prefix.strip("/"), path.strip("/"))
                    for method in operation.methods:
                        yield method.lower(), "/".join(part for part in parts if part)


@pytest.mark.once
def test_there_are_operations_that_need_a_key():
    assert len(set(keyed())) >= 4


def test_no_session_of_anybody_opens_what_needs_a_key():
    city = a_city_with_everybody(now())

    for kind in KINDS:
        for method, address in keyed():
            answer = getattr(city.clients[kind], method)(address, content_type="application/json")
            assert answer.status_code == 401, (kind, method, address)


def test_a_key_for_something_else_is_refused_everywhere():
    city = a_city_with_everybody(now())
    for number, scope in enumerate(scopes()):
        token = token_of(bytes([number + 1] * 40))
        make_key(
            city.things["school"],
            label=scope.key,
            scopes=[scope.key],
            days=30,
            token=token,
            by=operator(),
            at=now(),
        )
    outcomes = {
        (method, address): {
            getattr(Client(), method)(
                address,
                content_type="application/json",
                headers={"authorization": f"Bearer {token_of(bytes([number + 1] * 40))}"},
            ).status_code
            for number in range(len(scopes()))
        }
        for method, address in keyed()
    }

    for operation, statuses in outcomes.items():
        assert 403 in statuses, operation
        assert 401 not in statuses, operation
