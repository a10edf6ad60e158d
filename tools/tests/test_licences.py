"""Every package has a fixed version, a reason and a licence that belongs in the product."""

import pytest

from tools.licences import PAGE, REFUSED, build


@pytest.mark.covers("D2")
def test_every_package_has_its_version_reason_and_licence():
    page, wrong = build()
    assert wrong == []
    assert PAGE.read_text("utf-8") == page


@pytest.mark.parametrize(
    ("licence", "is_refused"),
    [
        ("MIT", False),
        ("BSD-3-Clause", False),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MPL-2.0", False),
        ("GPL-3.0-or-later", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("AGPL-3.0-only", True),
        ("BUSL-1.1", True),
    ],
)
def test_what_may_not_be_in_the_product(licence: str, is_refused: bool):
    assert bool(REFUSED.search(licence)) is is_refused
