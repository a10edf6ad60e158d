"""Examining pages with axe-core for what keeps somebody out; where the same thing stands again it is not measured again.

Contrast takes most of the time, and what is built alike in the same surroundings has the same. Each part of a page is
therefore measured once in an `Examination`; every other rule looks at every page whole.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from imbudget.kit.testing.html import A_SCREEN, OF_THE_ANSWER, OF_THE_ROW

SERIOUS = {"serious", "critical"}
# Those in force that may find something as bad. How bad a fault is, the rule says or the check that finds it.
RULES = """
(serious) => axe._audit.rules.filter((rule) => rule.enabled && rule.id !== "color-contrast").filter((rule) => {
  const checks = [...rule.any, ...rule.all, ...rule.none].map((check) => axe._audit.data.checks[check.id ?? check]);
  const impacts = [rule.impact, ...checks.map((check) => check?.impact)];
  return impacts.some((impact) => serious.includes(impact)) || impacts.every((impact) => !impact);
}).map((rule) => rule.id)
"""
# What each part is built of: as `imbudget.kit.testing.html.bones` says it of a page, but as scripts have left it. Rows of
# tables and lists are no parts: how they look depends on their neighbours. A path is told once and has a number.
PARTS = """
([ofTheRow, aScreen]) => {
  const numbers = new Map(), parts = [];
  const numberOf = (path) => numbers.get(path) ?? numbers.set(path, numbers.size).get(path);
  const attribute = ({name, value}) =>
    ofTheRow.includes(name) ? `${name}=${Boolean(value.trim())}` : `${name}=${value.replace(/\\d+/g, "0")}`;
  const said = (item) =>
    [item.localName, ...[...item.attributes].map(attribute).sort(), item.rows?.length > aScreen ? "long" : ""].join(" ");
  const walk = (item, around) => {
    const path = `${around} > ${said(item)}`;
    const built = new Set([numberOf(path)]);
    for (const inner of item.childNodes) {
      if (inner.nodeType === Node.ELEMENT_NODE) walk(inner, path).forEach((number) => built.add(number));
      if (inner.nodeType === Node.TEXT_NODE && inner.data.trim()) built.add(numberOf(`${path} > text`));
    }
    if (!item.parentElement?.closest("head, table, ul, ol, dl")) parts.push([item, [...built]]);
    return built;
  };
  walk(document.documentElement, "");
  window.partsOfPage = parts.map(([item]) => item);
  return [[...numbers.keys()], parts.map(([, built]) => built)];
}
"""
# One run for all rules: each begins by reading the whole page. What stands in a part that was measured before is left out
# of the contrast with it.
RUN = """
async ([rules, seen]) => {
  const known = new Set();
  seen.reverse().map((number) => partsOfPage[number]).filter((item) => !known.has(item)).forEach((item) => {
    [item, ...item.querySelectorAll("*")].forEach((each) => known.add(each));
  });
  const values = known.has(document.documentElement) ? rules : [...rules, "color-contrast"];
  const contrast = axe._audit.rules.find((rule) => rule.id === "color-contrast");
  const matches = contrast.matches;
  contrast.matches = (item, ...others) => !known.has(item) && matches(item, ...others);
  const about = {resultTypes: ["violations"], preload: false, runOnly: {type: "rule", values}};
  return axe.run(document, about).then((found) => found.violations).finally(() => { contrast.matches = matches; });
}
"""


class Examination:
    """Looks at pages in one language and of one size, one after the other."""

    def __init__(self) -> None:
        self.measured: set[frozenset[str]] = set()
        self.equipped: set[Page] = set()

    def serious(self, page: Page) -> list[str]:
        """One line for each element that axe-core finds seriously at fault; a page without any has nothing to tell twice."""
        if page not in self.equipped:  # sent once, it is there wherever the page goes next
            self.equipped.add(page)
            page.add_init_script(AXE_SCRIPT)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        paths, parts = page.evaluate(PARTS, [sorted(OF_THE_ROW | OF_THE_ANSWER), A_SCREEN])
        built = [frozenset(paths[number] for number in part) for part in parts]
        seen = [number for number, part in enumerate(built) if part in self.measured]
        faults = page.evaluate(RUN, [page.evaluate(RULES, sorted(SERIOUS)), seen])
        self.measured.update(built)
        return [
            f"{fault['id']} ({fault['impact']}): {node['html'][:160]} {said(node)}"
            for fault in faults
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]


def said(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:200]
