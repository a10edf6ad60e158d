"""Checks of the target table of an application: what there must be, what can be measured, what the weights come to.

Each looks at the ground of one application and yields findings of its own level; rows of `GoalRule` decide about level,
words and parameters. Whether a row is filled in at all is checked by the project library.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.performance.goalchecklist import CHECKLIST, ITEMS
from apps.performance.goalground import Ground, ground_of, number_of
from apps.performance.models import GoalRuleLevel
from apps.performance.scoring import PER_CENT
from apps.performance.selectors.goalrules import number, words
from apps.projects.facts import ProjectFacts
from apps.projects.models import GoalGroup, GoalIndicator, IndicatorNature, ProjectKind
from imbudget.kit.findings import Finding, Level
from imbudget.kit.formats import format_quantity
from imbudget.kit.text import search_key

Check = Callable[[Ground, str], Iterator[Finding]]
PREFIX = "performance."  # of the names on the shelf of project checks
FORM = gettext_lazy("Form of performance goals (绩效目标申报表): goals are stated before a project enters the store")
SCHEME = gettext_lazy("财预〔2020〕10号: weights of the self-evaluation")
MEASURED = gettext_lazy("财预〔2021〕101号: indicators are detailed, quantified and can be compared")
LIBRARY = gettext_lazy("The library of indicators: core indicators of the category")
TEXTS = ("name", "overview", "necessity")


def _asked(ground: Ground) -> Level:
    return Level.ERROR if ground.project.kind == ProjectKind.TARGET else Level.WARNING


def _stated(group: GoalGroup) -> Check:
    """At least so many indicators of a group, where money is argued for; what follows standards needs none."""

    def check(ground: Ground, code: str) -> Iterator[Finding]:
        least, held = number(ground.rules, code, "least"), len(ground.groups.get(group, ()))
        if not ground.facts.needs_grounds or held >= least:
            return
        text = _("%(group)s are missing: state at least one with its target.") % {"group": group.label}
        if held:
            values = {"group": group.label, "least": least, "held": held}
            text = _("%(group)s: at least %(least)s, there are %(held)s.") % values
        yield Finding(_asked(ground), code, text, FORM, field="goals")

    return check


def serves_people(ground: Ground, code: str) -> Iterator[Finding]:
    """Where the texts speak of those who are served (the rule's words), their satisfaction is a goal."""
    if not ground.goals or ground.groups.get(GoalGroup.SATISFACTION):
        return
    said = [getattr(ground.project, name) for name in TEXTS] + [goal.content for goal in ground.goals]
    found = next((word for word in words(ground.rules, code) if any(word in text for text in said)), "")
    if found:
        text = _("The application speaks of “%(word)s”: state how satisfied those who are served shall be.")
        yield Finding(Level.WARNING, code, text % {"word": found}, FORM, field="goals")


def has_cost(ground: Ground, code: str) -> Iterator[Finding]:
    """Where the scheme gives points to cost, there are indicators of cost (财预〔2021〕101号)."""
    scheme = ground.scheme
    least = number(ground.rules, code, "least")
    if scheme is None or not scheme.cost or not ground.goals or len(ground.groups.get(GoalGroup.COST, ())) >= least:
        return
    text = _("The scheme “%(scheme)s” gives %(points)s points to cost: state an indicator of cost.")
    values = {"scheme": scheme, "points": format_quantity(scheme.cost)}
    yield Finding(Level.WARNING, code, text % values, MEASURED, field="goals")


def core_is_stated(ground: Ground, code: str) -> Iterator[Finding]:
    """Core indicators of the sets of the category are stated, by their code or in the same words."""
    if not ground.facts.needs_grounds:
        return
    codes, contents = {goal.library for goal in ground.goals}, {search_key(goal.content) for goal in ground.goals}
    missing = [row for row in ground.core if row.code not in codes and search_key(row.content) not in contents]
    if missing:
        text = _("Core indicators of this category are missing: %(names)s. Take them from the library.")
        names = "、".join(dict.fromkeys(str(row) for row in missing))
        yield Finding(Level.WARNING, code, text % {"names": names}, LIBRARY, field="goals")


def weights_add_up(ground: Ground, code: str) -> Iterator[Finding]:
    """Points for every indicator or for none; all of them make what the scheme leaves beside the execution of the budget."""
    weights = [goal.weight for goal in ground.goals if goal.weight is not None]
    if not weights:
        return
    if len(weights) < len(ground.goals):
        text = _("Give points to every indicator or to none: those left open come from the scheme.")
        for goal in ground.goals:
            if goal.weight is None:
                yield Finding(Level.ERROR, code, text, SCHEME, goal.number, "goals.weight")
        return
    if ground.scheme is None:
        text = _("There is no scheme of self-evaluation for %(year)s: the sum of the weights cannot be checked.")
        yield Finding(Level.NOTE, code, text % {"year": ground.project.start_year}, SCHEME, field="goals")
        return
    total, due = sum(weights, Decimal(0)), 100 - ground.scheme.execution
    if abs(total - due) > number(ground.rules, code, "tolerance"):
        text = _(
            "The weights add up to %(total)s; with %(execution)s points for the execution of the budget they make %(due)s."
        )
        values = {"total": total, "execution": ground.scheme.execution, "due": due}
        shown = {name: format_quantity(value) for name, value in values.items()}
        yield Finding(Level.ERROR, code, text % shown, SCHEME, field="goals")


def groups_weigh_as_set(ground: Ground, code: str) -> Iterator[Finding]:
    """The points of each first-level indicator are those of the scheme; without satisfaction its points go to another."""
    scheme = ground.scheme
    if scheme is None or not ground.goals or any(goal.weight is None for goal in ground.goals):
        return
    due = {group: getattr(scheme, group) for group in GoalGroup}
    if not ground.groups.get(GoalGroup.SATISFACTION):
        due[GoalGroup(scheme.without_satisfaction)] += due.pop(GoalGroup.SATISFACTION)
    for group, points in due.items():
        rows = ground.groups.get(group, [])
        total = sum((goal.weight or Decimal(0) for goal in rows), Decimal(0))
        if rows and abs(total - points) > number(ground.rules, code, "tolerance"):
            text = _("%(group)s weigh %(total)s points; the scheme “%(scheme)s” gives them %(due)s.")
            values = {"group": group.label, "scheme": scheme}
            values |= {"total": format_quantity(total), "due": format_quantity(points)}
            yield Finding(Level.WARNING, code, text % values, SCHEME, rows[0].number, "goals.weight")


def wording_is_measurable(ground: Ground, code: str) -> Iterator[Finding]:
    """Indicators and targets in words avoid those that nobody can measure (the rule's list)."""
    vague = words(ground.rules, code)
    for goal in ground.goals:
        fields = ["content"] + (["value", "annual"] if goal.nature == IndicatorNature.QUALITATIVE else [])
        for field in fields:
            found = next((word for word in vague if word in getattr(goal, field)), "")
            if found:
                text = _("“%(word)s” cannot be measured: say by how much, or what it is shown by.")
                yield Finding(Level.WARNING, code, text % {"word": found}, MEASURED, goal.number, f"goals.{field}")


def most_are_numbers(ground: Ground, code: str) -> Iterator[Finding]:
    """At least so many per cent of the indicators are compared with a number."""
    chosen = [goal for goal in ground.goals if goal.nature]
    counted = [goal for goal in chosen if goal.nature != IndicatorNature.QUALITATIVE]
    least = number(ground.rules, code, "least")
    if chosen and len(counted) * 100 < least * len(chosen):
        text = _("Only %(counted)s of %(all)s indicators are numbers; at least %(least)s%% shall be.")
        values = {"counted": len(counted), "all": len(chosen), "least": format_quantity(least)}
        yield Finding(Level.WARNING, code, text % values, MEASURED, field="goals")


def per_cent_is_whole(ground: Ground, code: str) -> Iterator[Finding]:
    """A target of per cent that is to be reached is 95, not 0.95."""
    most = number(ground.rules, code, "most")
    for goal in ground.goals:
        value = number_of(goal)
        reached = goal.nature in {IndicatorNature.AT_LEAST, IndicatorNature.EQUAL}
        if value is not None and reached and goal.measure.strip() in PER_CENT and 0 < value <= most:
            text = _("%(value)s%% is very little: if you mean %(meant)s%%, write %(meant)s.")
            values = {"value": format_quantity(value), "meant": format_quantity(value * 100)}
            yield Finding(Level.WARNING, code, text % values, MEASURED, goal.number, _place(goal))


def target_is_not_zero(ground: Ground, code: str) -> Iterator[Finding]:
    """What shall be at least zero is reached by doing nothing."""
    for goal in ground.goals:
        if goal.nature == IndicatorNature.AT_LEAST and number_of(goal) == 0:
            text = _("At least zero is reached by doing nothing: state a target.")
            yield Finding(Level.ERROR, code, text, MEASURED, goal.number, _place(goal))


def nothing_is_doubled(ground: Ground, code: str) -> Iterator[Finding]:
    """An indicator that stands there twice would be scored twice."""
    seen: dict[str, int] = {}
    for goal in ground.goals:
        key = search_key(goal.content)
        first = seen.setdefault(key, goal.number)
        if key and first != goal.number:
            text = _("This indicator stands in line %(line)s already.") % {"line": first}
            yield Finding(Level.ERROR, code, text, MEASURED, goal.number, "goals.content")


def target_is_near_last_year(ground: Ground, code: str) -> Iterator[Finding]:
    """A target is not further than so many per cent from what the project it continues reached, or was to reach."""
    most = number(ground.rules, code, "most")
    for goal in ground.goals if ground.project.continues_id else ():
        value, past = number_of(goal), ground.past.get(search_key(goal.content))
        if value is None or not past:
            continue
        off = (value - past) * 100 / past
        if abs(off) > most:
            text = _("Last year it was %(past)s; this target is %(off)s%% off. Say why in the grounds, or mend it.")
            values = {"past": format_quantity(past), "off": f"{off:+.0f}"}
            yield Finding(Level.WARNING, code, text % values, MEASURED, goal.number, _place(goal))


def comments_are_settled(ground: Ground, code: str) -> Iterator[Finding]:
    """What those who examine goals have commented is answered before the application goes on."""
    lines = {goal.content: goal.number for goal in ground.goals}
    for comment in ground.comments:
        text = _("A comment on “%(where)s” is open: %(kind)s. Mend the goal or answer it.")
        values = {"where": comment.where, "kind": comment.get_kind_display()}
        line = lines.get(comment.content)
        field = "goals.content" if line else "goals"
        yield Finding(Level.WARNING, code, text % values, FORM, line, field)


def _place(goal: GoalIndicator) -> str:
    return "goals.annual" if goal.annual else "goals.value"


CHECKS: dict[str, Check] = {
    "goals.output": _stated(GoalGroup.OUTPUT),
    "goals.benefit": _stated(GoalGroup.BENEFIT),
    "goals.satisfaction": serves_people,
    "goals.cost": has_cost,
    "goals.core": core_is_stated,
    "goals.weights": weights_add_up,
    "goals.groups": groups_weigh_as_set,
    "goals.wording": wording_is_measurable,
    "goals.quantified": most_are_numbers,
    "goals.percent": per_cent_is_whole,
    "goals.zero": target_is_not_zero,
    "goals.doubled": nothing_is_doubled,
    "goals.history": target_is_near_last_year,
    "goals.comments": comments_are_settled,
}


@dataclass(frozen=True, slots=True)
class GoalCheck:
    """A check as the project library calls it: the rule in force decides about level and words."""

    code: str

    @property
    def label(self) -> str | Promise:
        return ITEMS[self.code].label

    def __call__(self, facts: ProjectFacts) -> Iterator[Finding]:
        ground = ground_of(facts)
        rule = ground.rules.get(self.code)
        if rule is not None and rule.level == GoalRuleLevel.OFF:
            return
        for finding in CHECKS[self.code](ground, self.code):
            yield _ruled(finding, rule)


def _ruled(finding: Finding, rule: Any) -> Finding:
    named = replace(finding, check=f"{PREFIX}{finding.check}")
    if rule is None:
        return named
    own = rule.level == GoalRuleLevel.OWN or finding.level == Level.NOTE
    text = f"{rule.message} {finding.text}" if rule.message else finding.text
    level = finding.level if own else Level(rule.level)
    return replace(named, level=level, text=text, basis=rule.basis or finding.basis)


def project_checks() -> dict[str, GoalCheck]:
    """The checks by their names on the shelf, in the order of the list."""
    return {f"{PREFIX}{item.code}": GoalCheck(item.code) for item in CHECKLIST}
