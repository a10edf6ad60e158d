"""All checks asked of a region and the regions below it: SQL screens the sheets, only doubtful ones are read."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from apps.budget import policies
from apps.budget.checklist import CHECKLIST
from apps.budget.checks import SWITCHED_OFF, CheckResult, SheetFacts, facts_of, run_check
from apps.budget.models import BudgetSheet, CheckCount, CheckFinding, CheckRule, CheckRun, RuleLevel
from apps.budget.regionchecks import REGION_CHECKS
from apps.budget.regionfacts import Asked, RegionFinding, RegionResult
from apps.budget.screens import GAP_SCREENS, findable
from apps.budget.selectors.rules import Rules, rules_for
from apps.budget.services.locks import refuse_unknown_year
from apps.evidence import services as evidence
from apps.regions.models import Region
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import require
from imbudget.kit.findings import Finding, Level

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SHEETS_AT_ONCE = 1_000  # screened in one statement each
READ_AT_ONCE = 50  # read into Python together
MOST_FINDINGS = 5_000  # that one check writes down in a run; the counts are of all of them
Texts = dict[str, str]


def _silent(done: int, of: int) -> None:
    """Nobody asks how far it is."""


def _said(text: str | Promise) -> Texts:
    """A text in every language."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(text)
    return found


@dataclass(slots=True)
class _Tally:
    """What the run has found so far: sheets or regions by check and outcome, and the findings to write down."""

    run: CheckRun
    counts: dict[str, CheckCount] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    findings: list[CheckFinding] = field(default_factory=list)

    def of(self, code: str) -> CheckCount:
        return self.counts.setdefault(code, CheckCount(run=self.run, code=code, reasons={}))

    def count(self, code: str, level: Level | None, number: int = 1, reason: str | Promise = "") -> None:
        """So many sheets or regions came out so."""
        row = self.of(code)
        name = {Level.ERROR: "errors", Level.WARNING: "warnings", Level.NOTE: "uncovered", None: "passed"}[level]
        setattr(row, name, getattr(row, name) + number)
        if reason and not row.reasons:
            row.reasons = _said(reason)

    def write(self, finding: CheckFinding) -> None:
        self.written[finding.code] += 1
        if self.written[finding.code] <= MOST_FINDINGS:
            self.findings.append(finding)
        if len(self.findings) >= SHEETS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        CheckFinding.objects.bulk_create(self.findings, batch_size=SHEETS_AT_ONCE)
        self.findings.clear()


@act
def run_region_checks(
    actor: Actor, region: Region, year: int, round_: str, tell: Callable[[int, int], None] = _silent
) -> CheckRun:
    """Ask every check of the list; the findings take the place of those of the region's last run of this round."""
    require(policies.may_run_checks(actor, region))
    refuse_unknown_year(year)
    run = CheckRun.objects.create(region=region, year_id=year, round=round_, user_id=actor.user_id)
    tally, places = _Tally(run), list(region.get_descendants(include_self=True).order_by("code"))
    rules: dict[int, Rules] = {}
    for number, place in enumerate(places):
        tell(number, len(places) + 1)
        ids = list(
            BudgetSheet.objects.filter(region=place).of_round(year, round_).order_by("pk").values_list("pk", flat=True)
        )
        if ids:
            run.sheets += len(ids)
            rules[place.pk] = rules_for(place, year)
            for start in range(0, len(ids), SHEETS_AT_ONCE):
                _check_sheets(tally, ids[start : start + SHEETS_AT_ONCE], rules[place.pk])
    tell(len(places), len(places) + 1)
    _check_regions(tally, Asked(list(rules), year, round_, rules))
    _close(tally)
    errors, warnings = (sum(getattr(row, name) for row in tally.counts.values()) for name in ("errors", "warnings"))
    facts = {"year": year, "round": round_, "sheets": run.sheets, "errors": errors, "warnings": warnings}
    evidence.append("budget.checks_run", region, actor, **facts)
    return run


def _close(tally: _Tally) -> None:
    """Write what is left; the findings of older runs go, their counts stay."""
    run = tally.run
    tally.flush()
    for item in CHECKLIST:
        tally.of(item.code)
    CheckCount.objects.bulk_create(tally.counts.values())
    run.save(update_fields=["sheets"])
    CheckFinding.objects.filter(
        run__region=run.region_id, run__year=run.year_id, run__round=run.round, run__lt=run.pk
    ).delete()


def _check_sheets(tally: _Tally, ids: list[int], rules: Rules) -> None:
    """Sheets of one region: each check counts all of them, those that its screen doubts are read."""
    doubts: dict[int, list[str]] = defaultdict(list)
    for code, _check in registry.checks.items():
        if _is_off(rules.get(code)):
            tally.count(code, Level.NOTE, len(ids), SWITCHED_OFF)
            continue
        doubtful = findable(code, ids)
        for pk in doubtful:
            doubts[pk].append(code)
        if code in GAP_SCREENS and (gaps := GAP_SCREENS[code](ids) - doubtful):
            some = BudgetSheet.objects.select_related("unit", "region").filter(pk=min(gaps))
            reason = registry.check_gaps.get(code)(next(facts_of(list(some))))
            tally.count(code, Level.NOTE, len(gaps), reason)
            tally.count(code, None, len(ids) - len(gaps) - len(doubtful))
        else:
            tally.count(code, None, len(ids) - len(doubtful))
    _read(tally, doubts)


def _read(tally: _Tally, doubts: dict[int, list[str]]) -> None:
    pks = sorted(doubts)
    for start in range(0, len(pks), READ_AT_ONCE):
        part = pks[start : start + READ_AT_ONCE]
        sheets = BudgetSheet.objects.filter(pk__in=part).select_related("unit", "region").order_by("pk")
        for facts in facts_of(list(sheets)):
            for code in doubts[facts.sheet.pk]:
                _ask(tally, code, facts)


def _ask(tally: _Tally, code: str, facts: SheetFacts) -> None:
    """One check of one sheet, said in every language when it finds something."""
    check = registry.checks.get(code)
    results: dict[str, CheckResult] = {}
    for language in LANGUAGES:
        with translation.override(language):
            results[language] = _spoken(run_check(code, check, facts))
        if not results[language].findings:
            break
    first = results[LANGUAGES[0]]
    notes = [finding.text for finding in first.findings if finding.level == Level.NOTE]
    tally.count(code, first.level, reason=first.uncovered or (notes[0] if notes else ""))
    sheet = facts.sheet
    for place, finding in enumerate(first.findings):
        if finding.level == Level.NOTE:
            continue
        told = {language: result.findings[place] for language, result in results.items()}
        tally.write(
            CheckFinding(
                run=tally.run,
                code=code,
                level=finding.level,
                region_id=sheet.region_id,
                unit_id=sheet.unit_id,
                sheet_id=sheet.pk,
                line=finding.line,
                texts={language: each.text for language, each in told.items()},
                bases={language: each.basis for language, each in told.items()},
            )
        )


def _spoken(result: CheckResult) -> CheckResult:
    """The result with its texts as they read in the language in force."""
    findings = tuple(
        Finding(each.level, each.check, str(each.text), str(each.basis), each.line, each.field)
        for each in result.findings
    )
    return CheckResult(result.check, findings, result.label, result.uncovered)


def _is_off(rule: CheckRule | None) -> bool:
    return rule is not None and rule.level == RuleLevel.OFF


def _check_regions(tally: _Tally, asked: Asked) -> None:
    """The checks of regions and between tables; regions without a sheet in the round have nothing to check."""
    for code, check in REGION_CHECKS.items():
        off = [region for region in asked.regions if _is_off(asked.rules[region].get(code))]
        regions = [region for region in asked.regions if region not in off]
        if off:
            tally.count(code, Level.NOTE, len(off), SWITCHED_OFF)
        if regions:
            _take(tally, code, regions, check(Asked(regions, asked.year, asked.round, asked.rules)), asked)


def _take(tally: _Tally, code: str, regions: Sequence[int], result: RegionResult, asked: Asked) -> None:
    worst: dict[int, Level] = {}
    for finding in result.findings:
        rule = asked.rules[finding.region].get(code)
        level = Level(rule.level) if rule and rule.level in {RuleLevel.ERROR, RuleLevel.WARNING} else finding.level
        worst[finding.region] = Level.ERROR if Level.ERROR in {level, worst.get(finding.region)} else level
        tally.write(_row(tally.run, code, level, finding, rule))
    for region in regions:
        level_there = worst.get(region) or (Level.NOTE if region in result.uncovered else None)
        tally.count(code, level_there, reason=result.reason if level_there == Level.NOTE else "")


def _row(run: CheckRun, code: str, level: Level, finding: RegionFinding, rule: CheckRule | None) -> CheckFinding:
    texts, bases = {}, {}
    for language in LANGUAGES:
        with translation.override(language):
            text = str(finding.text) % finding.values
            texts[language] = f"{rule.message} {text}" if rule and rule.message else text
            bases[language] = (rule.basis if rule else "") or str(finding.basis)
    return CheckFinding(
        run=run,
        code=code,
        level=level,
        region_id=finding.region,
        unit_id=finding.unit,
        sheet_id=finding.sheet,
        line=finding.line,
        texts=texts,
        bases=bases,
    )
