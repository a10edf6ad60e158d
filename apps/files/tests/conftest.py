"""Files of the tests lie in a folder of their own."""

from pathlib import Path

import pytest

from apps.accounts.tests.factories import make_post
from apps.regions.models import Unit
from apps.regions.tests.factories import Tree, UnitFactory, make_tree


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def tree(db: None) -> Tree:
    return make_tree()


@pytest.fixture
def unit(tree: Tree) -> Unit:
    return UnitFactory(region=tree.banner)


@pytest.fixture
def clerk(unit: Unit):
    return make_post("unit_clerk", unit)
