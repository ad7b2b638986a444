"""A key in quotes is not an import: foreign keys obey the ladder too."""

import pytest
from django.apps import apps

from tests.conventions.rooms import rungs


def keys():
    """Return (room, model, field, room pointed at) for every key between rooms."""
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("learningcity."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.concrete and target and target.__module__.startswith("learningcity."):
                yield model._meta.app_label, model.__name__, field.name, target._meta.app_label


@pytest.mark.once
def test_foreign_keys_point_down_the_ladder():
    height = rungs()
    wrong = [key for key in keys() if key[0] != key[3] and height[key[0]] <= height[key[3]]]

    assert list(keys())
    assert wrong == []


@pytest.mark.once
def test_no_model_has_a_standing_order():
    """Who needs an order asks for it."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("learningcity.")]

    assert [m.__name__ for m in ours if m._meta.ordering] == []
