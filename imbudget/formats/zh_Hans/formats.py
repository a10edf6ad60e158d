"""Chinese pages write dates and numbers as Mongolian ones do."""

from imbudget.formats.mvf.formats import *  # noqa: F403
