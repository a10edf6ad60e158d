"""Empty databases are migrated without drawing half of all models again at each step.

After each operation Django renders anew every model that is related to the changed one, however far off: with
the user and the regions in everybody's keys this is nearly all, four hundred times. What an operation asks of
a neighbour (its table, the column that is pointed to) is the same in the class that was rendered before. A step
of Python and the end of all get everything afresh, as Django's own delay has it.
"""

from typing import Any

from django.db.migrations.state import ProjectState

Key = tuple[str, str]
find_all_related = ProjectState._find_reload_model  # type: ignore[attr-defined]


def find_what_changed(state: Any, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
    """The model and those built upon it, where it is new or nothing changes that others point to; else all related ones."""
    before = state.apps.all_models[app_label].get(model_name)
    after = state.models[app_label, model_name].fields
    if (
        not delay
        and before
        and pointed_to({each.name: each for each in before._meta.local_fields}) != pointed_to(after)
    ):
        return find_all_related(state, app_label, model_name, delay)
    state.is_delayed = True
    name = f"{app_label}.{model_name}"
    built_upon = {key for key, model in state.models.items() if name in map(str.lower, named_bases(model))}
    return {(app_label, model_name), *built_upon}


def pointed_to(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that a key of another model may hold: each with its column and type."""
    return {name: field.deconstruct()[1:] for name, field in fields.items() if field.primary_key or field.unique}


def named_bases(model: Any) -> list[str]:
    return [base for base in model.bases if isinstance(base, str)]
