"""Letters of an approval for all units of a region: pages a second of one core, against bare tables of the same content.

    python -m benchmarks.letters [--units 200] [--lines 30]

`letters.zh-hans` is the whole job of a posted approval: reading each unit's authority, the letter, its digest, the PDF
kept whole, the archive, the evidence. `letters.both` is the same with the Mongolian layer behind each letter. The limit is
what one writes first with ReportLab, in the same run: the same words and tables as plain Platypus paragraphs with the same
embedded faces, no letterhead, no shaping, no page numbers, nothing read and nothing kept. Both are processor time of this
process, so that other work on the machine does not count. `resumed_ms_per_letter` is what a letter costs that a killed
worker had finished already.
"""

import argparse
import json
import secrets
import tempfile
from typing import Any

from benchmarks import harness, pdf

UNITS = """
INSERT INTO regions_unit (region_id, league_id, department_id, code, credit_code, name, name_zh_hans, name_mvf, nature, phone,
                          search_key)
SELECT %(region)s, NULL, (SELECT id FROM regions_department WHERE region_id = %(region)s LIMIT 1),
       '777' || lpad(n::text, 5, '0'), 'L' || lpad(n::text, 17, '0'), v.name, v.name, %(mongolian)s, 'administrative', '', ''
FROM generate_series(1, %(units)s) n, LATERAL (SELECT '内蒙古自治区农牧业技术推广中心' || n AS name) v
"""
# As they are: a few functions, many economic classes, three lines of ten for a project with a name of its own.
LINES = """
WITH codes AS (
    SELECT catalog, array_agg(id ORDER BY code) AS ids FROM codes_code WHERE is_leaf AND year_id = %(year)s GROUP BY catalog
), pick AS (
    SELECT (SELECT ids FROM codes WHERE catalog = 'function') AS f, (SELECT ids FROM codes WHERE catalog = 'economic_dept') AS d,
           (SELECT ids FROM codes WHERE catalog = 'economic_gov') AS g, (SELECT ids FROM codes WHERE catalog = 'fund_type') AS k
)
INSERT INTO ledger_documentline (
    document_id, number, uid, year_id, region_id, document_number, project_code, unit_id, fund_id, business_division,
    managing_division, income_code, function_id, government_economic_id, department_economic_id, authority_type, source,
    is_advance, upper_document_number, tracking_code, is_procurement, payment_method, is_payroll, direct_flag, is_research,
    is_debt, is_construction, kind, target_state, amount, summary
)
SELECT %(document)s, row_number() OVER (ORDER BY u.id, n), gen_random_uuid(), %(year)s, %(region)s, %(number)s, '', u.id,
       k[1 + n %% 4], '', '', '', f[1 + (u.id * 7 + n / 9) %% 200], g[1 + n %% 30], d[1 + (u.id + n) %% 60],
       '21', '1', false, '', '', false, '1', false, '09', false, false, false,
       CASE WHEN n %% 10 < 3 THEN 'project' ELSE 'basic' END, 'executable', 1000 + (u.id * 7919 + n * 104729) %% 9999999 / 100.0,
       CASE WHEN n %% 10 < 3 THEN '草原生态保护修复治理项目' || n ELSE '' END
FROM regions_unit u, generate_series(1, %(lines)s) n, pick WHERE u.code LIKE '777%%' AND u.region_id = %(region)s
"""


def main() -> None:
    """Fill, post, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--lines", type=int, default=30)
    given = parser.parse_args()
    with harness.server(durable=False), tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        from django.conf import settings

        harness.fill(1)
        settings.MEDIA_ROOT = folder
        document = posted(given.units, given.lines)
        claim("letters.zh-hans", document)
        with_mongolian(document)
        claim("letters.both", document)


def posted(units: int, lines: int) -> Any:
    """An approval that gives so many units so many lines, posted as its flow's last step does it."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from apps.ledger import services
    from apps.ledger.models import AuthorityDocument, DocumentKind
    from apps.ledger.services import documents
    from apps.regions.models import Region
    from imbudget.kit.actor import system_actor

    actor, region = system_actor("benchmark"), Region.objects.get(level=0)
    call_command("load_ledger_chart", verbosity=0)
    services.open_books(actor, region, harness.YEAR)
    head = {
        "number": "内财预〔2027〕1号",
        "title": "批复",
        "dated": timezone.localdate(),
        "basis": "自治区人民代表大会决议",
    }
    document = services.draw_up(actor, region, harness.YEAR, DocumentKind.APPROVAL, head)
    values = {"region": region.pk, "year": harness.YEAR, "document": document.pk, "number": document.number}
    with connection.cursor() as cursor:
        cursor.execute(UNITS, values | {"units": units, "mongolian": " ".join(pdf.MONGOLIAN[:5])})
        cursor.execute(LINES, values | {"lines": lines})
        cursor.execute("UPDATE ledger_authoritydocument SET state = 'submitted' WHERE id = %s", [document.pk])
        cursor.execute("ANALYZE")
    with transaction.atomic():
        documents.approve_document(actor, AuthorityDocument.objects.get(pk=document.pk))
    return AuthorityDocument.objects.select_related("region").get(pk=document.pk)


def with_mongolian(document: Any) -> None:
    """From now on the region's documents carry Mongolian."""
    from apps.projects.models import ProjectSetting

    ProjectSetting.objects.create(region=document.region, mongolian_documents=True)


def claim(name: str, document: Any) -> None:
    """One line: the whole job and the bare files, each once through all units."""
    from django.db import transaction

    from apps.desk.services import result_path
    from apps.reports.letters import carries_mongolian, letter_document
    from apps.reports.pdf import register_fonts
    from apps.reports.selectors import units_of
    from apps.reports.services.letters import make_letters
    from imbudget.kit.actor import system_actor

    units, mongolian = list(units_of(document)), carries_mongolian(document)
    papers = [letter_document(document, unit, mongolian=mongolian) for unit in units]
    params = {"document": document.pk, "token": secrets.token_hex(16)}
    register_fonts()
    bare_letter(papers[0])

    def job() -> None:
        make_letters(system_actor("benchmark"), params, "", lambda *told: None)

    with transaction.atomic():  # the parts are taken away when the job is kept, which here it never is
        product = pdf.spent(job)
        wall = harness.timed(job)  # everything is there already
        pages = sum(pdf.count(file.read_bytes()) for file in result_path(params["token"], ".parts").glob("*.pdf"))
        transaction.set_rollback(True)
    files: list[bytes] = []
    limit = pdf.spent(lambda: files.extend(file for paper in papers for file in bare_letter(paper)))
    limit_pages = sum(map(pdf.count, files))
    line = {
        "claim": name,
        "units": len(units),
        "pages": pages,
        "limit_pages": limit_pages,
        "pages_per_second_per_core": round(pages / product, 1),
        "limit_pages_per_second_per_core": round(limit_pages / limit, 1),
        "ratio": round(product / pages / (limit / limit_pages), 2),
        "ratio_of_letters": round(product / limit, 2),
        "ms_per_letter": round(product * 1000 / len(units), 1),
        "resumed_ms_per_letter": round(wall * 1000 / len(units), 2),
    }
    print(json.dumps(line), flush=True)


def bare_letter(paper: Any) -> list[bytes]:
    """The words and the table of a letter, and those of its layer, as plain files."""
    from apps.reports.pdf import Layout

    layers = [paper, paper.layer] if paper.layer else [paper]
    return [pdf.bare_file(Layout(each), lambda writer, each=each: bare_story(writer, each)) for each in layers]


def bare_story(writer: Any, paper: Any) -> list[Any]:
    """The same sections in the same sizes."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph

    pdf.plain_faces()
    story: list[Any] = []

    def words(text: str, size: float) -> None:
        points, wrap = size * writer.scale, None if writer.vertical else "CJK"
        face = pdf.face_of(writer, text)
        story.append(
            Paragraph(
                text,
                ParagraphStyle(
                    "s", fontName=face, fontSize=points, leading=points * writer.look.leading, wordWrap=wrap
                ),
            )
        )

    for text in (paper.issuer, paper.number, paper.title):
        words(text, writer.look.title)
    for section in paper.sections:
        if hasattr(section, "columns"):
            story += [PageBreak(), pdf.bare_table(writer, section)]
        else:
            words(section.text, writer.look.text)
    return story


if __name__ == "__main__":
    main()
