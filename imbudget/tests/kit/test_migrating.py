"""Migrating quickly draws anew what an operation changes, and everybody where something changes that others point to."""

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from imbudget.kit.testing.cloning import quick_steps


def code_of(length: int) -> models.CharField:
    return models.CharField(primary_key=True, max_length=length, serialize=False)


def state_of_two() -> ProjectState:
    state = ProjectState()
    key = models.ForeignKey("made.Tree", models.CASCADE)
    state.add_model(ModelState("made", "Tree", [("code", code_of(6))]))
    state.add_model(ModelState("made", "Leaf", [("id", models.BigAutoField(primary_key=True)), ("tree", key)]))
    state.apps  # noqa: B018 - drawn for the first time
    return state


def length_of_key(state: ProjectState) -> int:
    return state.apps.get_model("made.Leaf")._meta.get_field("tree").target_field.max_length


@pytest.fixture(autouse=True)
def quickly():
    with quick_steps():
        yield


def test_a_key_that_others_point_to_is_changed_for_them_too():
    state = state_of_two()
    state.alter_field("made", "tree", "code", code_of(9), True)
    assert length_of_key(state) == 9


def test_a_new_key_leaves_its_neighbours_as_they_are():
    state = state_of_two()
    leaf, tree = state.apps.get_model("made.Leaf"), state.apps.get_model("made.Tree")
    state.add_field("made", "tree", "first", models.ForeignKey("made.Leaf", models.CASCADE, null=True), True)
    changed = state.apps.get_model("made.Tree")
    assert state.apps.get_model("made.Leaf") is leaf
    assert changed is not tree
    assert changed._meta.get_field("first").remote_field.model is leaf
    state.clear_delayed_apps_cache()
    assert state.apps.get_model("made.Leaf") is not leaf


def test_a_unique_field_is_one_that_others_may_point_to():
    state = state_of_two()
    leaf = state.apps.get_model("made.Leaf")
    state.add_field("made", "tree", "name", models.CharField(default="", max_length=9), True)
    assert state.apps.get_model("made.Leaf") is leaf
    state.alter_field("made", "tree", "name", models.CharField(default="", max_length=9, unique=True), True)
    assert state.apps.get_model("made.Leaf") is leaf  # nobody points to it yet: Django itself delays
    key = models.ForeignKey("made.Tree", models.CASCADE, to_field="name")
    state.alter_field("made", "leaf", "tree", key, True)
    state.alter_field("made", "tree", "name", models.CharField(default="", max_length=5, unique=True), True)
    assert length_of_key(state) == 5
