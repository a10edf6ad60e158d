"""A document as PDF: Chinese lies, traditional Mongolian stands, from one Platypus story.

`layout` knows paper, margins and styles, `story` what a document's sections become, `tables` and `forms` the larger of
them, `writing` pages and files. Others import from here.
"""

from apps.reports.pdf.faces import register_fonts
from apps.reports.pdf.layout import FOOT, Layout
from apps.reports.pdf.writing import render_pdf

__all__ = ["FOOT", "Layout", "register_fonts", "render_pdf"]
