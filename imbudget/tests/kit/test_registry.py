import pytest

from imbudget.kit.registry import Panel, Panels


def panel(name):
    return Panel(name, f"{name}.html", dict, name=name)


def test_several_apps_lend_tabs_to_one_page():
    shelf, first, second = Panels("panels"), panel("first"), panel("second")
    shelf.add("page", [first])
    shelf.add("page", [second])
    shelf.add("page", [first])  # an app made ready twice
    assert shelf.get("page") == [first, second]


def test_a_name_is_lent_once_and_nothing_after_start_up():
    shelf = Panels("panels")
    shelf.add("page", [panel("first")])
    with pytest.raises(RuntimeError):
        shelf.add("page", [Panel("other", "other.html", dict, name="first")])
    shelf.get("page")
    with pytest.raises(RuntimeError):
        shelf.add("page", [panel("late")])
