"""Self-evaluation forms of many projects in one job: pages a second of one core, against bare ReportLab drawing the same cells.

    python -m benchmarks.performance_documents [--projects 300]

`papers.zh-hans` is the whole job: which projects, their targets and values, money by source, the form, its digest, the PDF
kept whole, the archive, the evidence. `papers.both` is the same with the Mongolian layer behind each form. There are two
limits, both of the same boxes in the same run with the same embedded faces, no digest, nothing read and nothing kept:
`table` is what one writes first, a Platypus table with spans and a paragraph a box; `canvas` (Chinese alone) is the least
that ReportLab can do: rectangles and plain strings at the very places that the product found, without any layout. All is
processor time of this process. `resumed_ms_per_paper` is what a paper costs that a killed worker had finished already.
"""

import argparse
import io
import json
import secrets
import tempfile
from decimal import Decimal
from typing import Any

from benchmarks import harness, pdf

GOALS = (
    ("quantity", "退化草原补播改良面积", "at_least", "2000", "亩", "15"),
    ("quantity", "围栏建设长度", "at_least", "12.5", "公里", "10"),
    ("quality", "工程验收合格率", "at_least", "95", "%", "10"),
    ("timeliness", "项目按期完成率", "at_least", "100", "%", "10"),
    ("cost", "每亩补播成本", "at_most", "350", "元", "5"),
    ("ecological", "草原综合植被盖度", "at_least", "45", "%", "15"),
    ("social", "带动牧民就业人数", "at_least", "120", "人", "10"),
    ("lasting", "长效管护机制", "qualitative", "健全", "", "5"),
    ("satisfaction", "受益牧民满意度", "at_least", "90", "%", "10"),
)
NAMES = ("kind", "content", "nature", "value", "measure", "weight")
MONEY = """
UPDATE performance_projectyear SET initial = 1000000 + id * 17 % 900000, budget = 1000000 + id * 17 % 900000,
    executed = 800000 + id * 13 % 200000
"""
LATEST = "UPDATE performance_target t SET latest_id = v.id FROM performance_actualvalue v WHERE v.target_id = t.id"


def main() -> None:
    """Fill and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=300)
    given = parser.parse_args()
    with harness.server(durable=False), tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        from django.conf import settings

        from apps.projects.models import ProjectSetting
        from apps.regions.models import Region

        harness.fill(1)
        settings.MEDIA_ROOT = folder
        fill(given.projects)
        claim("papers.zh-hans")
        ProjectSetting.objects.create(region=Region.objects.get(level=0), mongolian_documents=True)
        claim("papers.both")


def fill(count: int) -> None:
    """Stored projects of many units with nine indicators each, opened for the year, with what was reached."""
    from django.core.management import call_command
    from django.db import connection

    from apps.codes.models import FiscalYear
    from apps.performance.models import ActualValue, Target
    from apps.performance.services import open_years
    from apps.projects.models import GoalIndicator, Milestone, Project
    from apps.regions.models import Region, Unit
    from imbudget.kit.actor import system_actor

    units, year = list(Unit.objects.order_by("pk")[:100]), harness.YEAR
    projects = Project.objects.bulk_create(
        Project(
            code=f"150000273{number:012}", name=f"草原生态保护修复治理项目{number}", unit=units[number % len(units)],
            setup_year=year, start_year=year, end_year=year, state="stored", kind="3", search_key=str(number),
        )
        for number in range(count)
    )  # fmt: skip
    GoalIndicator.objects.bulk_create(
        (
            GoalIndicator(project=project, number=number, **dict(zip(NAMES, goal, strict=True)))
            for project in projects
            for number, goal in enumerate(GOALS, 1)
        ),
        batch_size=5000,
    )
    goal = "完成退化草原补播和围栏建设任务，草原综合植被盖度稳步提高。"
    Milestone.objects.bulk_create(
        Milestone(project=project, number=1, content="实施", ends=f"{year}-10-31", goal=goal) for project in projects
    )
    call_command("load_performance", "schemes", "framework", verbosity=0)
    for region in Region.objects.filter(pk__in=Project.objects.values("region")):
        open_years(system_actor("benchmark"), region, FiscalYear.objects.get(pk=year))
    values = (
        ActualValue(target=target, as_of=f"{year}-12-31", source="manual", **reached(target))
        for target in Target.objects.all()
    )
    ActualValue.objects.bulk_create(values, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute(LATEST)
        cursor.execute(MONEY)
        cursor.execute("ANALYZE")


def reached(target: Any) -> dict[str, Any]:
    """A little more or less than the target, different for each."""
    if target.value is None:
        return {"tier": "reached", "share": Decimal(90)}
    return {"value": (target.value * (95 + target.pk % 11) / 100).quantize(Decimal("0.1"))}


def claim(name: str) -> None:
    """One line: the whole job and the bare files, each once through all projects."""
    from django.db import transaction

    from apps.desk.services import result_path
    from apps.performance.models import ProjectYear
    from apps.reports.pdf import register_fonts
    from apps.reports.performance.papers import PAPERS
    from apps.reports.performance.reading import RELATED
    from apps.reports.services.performance import make_papers
    from imbudget.kit.actor import system_actor

    actor, both = system_actor("benchmark"), name.endswith("both")
    params = {"query": f"year={harness.YEAR}", "paper": "self", "kind": "pdf", "token": secrets.token_hex(16)}
    register_fonts()

    def job() -> None:
        make_papers(actor, params, "", lambda *told: None)

    with transaction.atomic():  # the parts are taken away when the job is kept, which here it never is
        product = pdf.spent(job)
        resumed = harness.timed(job)  # everything is there already
        files = list(result_path(params["token"], ".parts").glob("*.pdf"))
        pages, size = sum(pdf.count(file.read_bytes()) for file in files), sum(file.stat().st_size for file in files)
        transaction.set_rollback(True)
    facts = PAPERS["self"].read(list(ProjectYear.objects.select_related(*RELATED)))
    papers = [PAPERS["self"].lay_out(each, mongolian=both) for each in facts.values()]
    line = {
        "claim": name,
        "papers": len(files),
        "pages": pages,
        "pages_per_second_per_core": round(pages / product, 1),
        "ms_per_paper": round(product * 1000 / len(files), 1),
        "kb_per_paper": round(size / 1024 / len(files), 1),
        "resumed_ms_per_paper": round(resumed * 1000 / len(files), 2),
        **limits(papers, product, both),
    }
    print(json.dumps(line), flush=True)


def limits(papers: list[Any], product: float, both: bool) -> dict[str, float]:
    """What the same boxes cost bare, a page each; both files of a paper in two scripts."""
    found: dict[str, float] = {}
    for name, draw in (("table", bare_table_file), *(() if both else (("canvas", bare_canvas_file),))):
        layers = [layer for paper in papers for layer in (paper, paper.layer) if layer]
        if name == "canvas":
            for layer in layers:
                _places(layer)
        draw(papers[0])
        made: list[bytes] = []
        bare = pdf.spent(lambda draw=draw, made=made, layers=layers: made.extend(map(draw, layers)))  # type: ignore[misc]
        bare_pages = sum(map(pdf.count, made))
        found[f"{name}_pages_per_second_per_core"] = round(bare_pages / bare, 1)
        found[f"ratio_to_{name}"] = round(product / bare, 2)  # paper by paper, however many pages each takes
    return found


def bare_table_file(paper: Any) -> bytes:
    """Title and form as Platypus writes them."""
    from apps.reports.pdf import Layout

    return pdf.bare_file(Layout(paper), lambda writer: bare_story(writer, paper))


def bare_story(writer: Any, paper: Any) -> list[Any]:
    """A table with spans, a paragraph a box; what stands above it as paragraphs."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    from apps.reports.document import Form
    from apps.reports.widths import PAD

    pdf.plain_faces()
    wrap = None if writer.vertical else "CJK"

    def words(text: str, points: float) -> Any:
        style = ParagraphStyle(
            "s", fontName=pdf.face_of(writer, text), fontSize=points, leading=points * 1.4, wordWrap=wrap
        )
        return Paragraph(text, style)

    story = [words(paper.title, writer.look.title), words(paper.subtitle, writer.look.fact)]
    for form in paper.sections:
        if not isinstance(form, Form):
            story.append(words(form.text, writer.look.text))
            continue
        cells: list[list[Any]] = [[""] * len(form.widths) for _row in form.rows]
        points = writer.look.table * writer.scale
        style: list[Any] = [("GRID", (0, 0), (-1, -1), 0.4, "#9aa6b4"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        style += [(name, (0, 0), (-1, -1), PAD) for name in ("LEFTPADDING", "RIGHTPADDING")]
        for row, column, box in form.placed():
            cells[row][column] = words(box.text, points)
            if box.across > 1 or box.down > 1:
                style.append(("SPAN", (column, row), (column + box.across - 1, row + box.down - 1)))
        total = sum(form.widths)
        grid = Table(cells, colWidths=[writer.inline * width / total for width in form.widths])
        grid.setStyle(style)
        story.append(grid)
    return story


def bare_canvas_file(paper: Any) -> bytes:
    """Rectangles and strings at the places that the product found (they are found before the clock runs)."""
    from reportlab.pdfgen.canvas import Canvas

    pdf.plain_faces()
    size, rectangles, strings = _places(paper)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size)
    canvas.setLineWidth(0.4)
    for rectangle in rectangles:
        canvas.rect(*rectangle)
    for x, y, points, text in strings:
        canvas.setFont("BareSC", points)
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


_FOUND: dict[int, Any] = {}


def _places(paper: Any) -> Any:
    """Where each box and string stands; found before the clock runs."""
    from apps.reports.document import Form
    from apps.reports.grids import FormGrid
    from apps.reports.pdf import Layout
    from apps.reports.pdf.forms import form_parts

    if id(paper) in _FOUND:
        return _FOUND[id(paper)]
    writer = Layout(paper)
    form = next(section for section in paper.sections if isinstance(section, Form))
    grid = next(part for part in form_parts(writer, form) if isinstance(part, FormGrid))
    grid.wrap(writer.inline, writer.block)
    top = writer.size[1] - writer.look.top - 60
    rectangles, strings = [], [(writer.look.start, top + 30, writer.look.title, paper.title)]
    for place in grid.places:
        x = writer.look.start + sum(grid.widths[: place.column])
        high = sum(grid.heights[place.row : place.row + place.down])
        y = top - sum(grid.heights[: place.row]) - high
        rectangles.append((x, y, sum(grid.widths[place.column : place.column + place.across]), high))
        for number, (parts, _long) in enumerate(place.content.lines):
            text = "".join(part for _face, part in parts)
            points = place.content.style.fontSize
            strings.append((x + 3, y + high - (number + 1) * place.content.style.leading, points, text))
    _FOUND[id(paper)] = writer.size, rectangles, strings
    return _FOUND[id(paper)]


if __name__ == "__main__":
    main()
