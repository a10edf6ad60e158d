"""The production settings with the yardstick's addresses beside the product's."""

from imbudget.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare_admin"
