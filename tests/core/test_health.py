"""Whoever watches over the machine learns whether the city can be served."""

import pytest
from django.db import DatabaseError, connection

from learningcity.core import health


def test_a_live_process_answers_without_asking_the_database(client):
    answer = client.get("/-/live")

    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert "no-store" in answer["Cache-Control"]


def test_a_city_is_ready_when_everything_it_needs_is_there(db, client, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", {"index": lambda: True})

    answer = client.get("/-/ready")

    assert answer.json() == {"ready": True, "parts": {"database": True, "tables": True, "index": True}}
    assert answer.status_code == 200


def test_a_city_whose_index_is_missing_is_not_ready(db, client, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", {"index": lambda: False})

    answer = client.get("/-/ready")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {"database": True, "tables": True, "index": False}}


def test_a_city_whose_database_is_silent_is_not_ready(db, client):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError

    with connection.execute_wrapper(refuse):
        answer = client.get("/-/ready")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "parts": {"database": False}})


@pytest.mark.parametrize("address", ["/-/live", "/-/ready"])
def test_health_is_only_read(db, client, address):
    assert client.post(address).status_code == 405
