"""Pictures of maps have the colours of the page."""

from apps.reports.regions import COLOURS


def test_the_picture_has_the_colours_of_the_page(settings):
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    for direction, prefix in (("neutral", "k"), ("good", "kg"), ("bad", "kb")):
        assert [f"--{prefix}-{number}: {COLOURS[direction][number]};" in tokens for number in range(1, 6)] == [True] * 5
