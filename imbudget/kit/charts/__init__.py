"""Charts as plain SVG made by the server: no script, no style attribute, and nothing that a table does not say as well.

Every chart has a `Head` (title, unit in words, date of its data) and a `table` of the same figures; `{% chart drawn %}`
of the template words `charts` draws both. All here is pure: no database, no request.
"""

from imbudget.kit.charts.bars import MOST, Bar, BarChart, bar_chart
from imbudget.kit.charts.base import ChartError, Head, Kind, Point, Series, Table, money_head
from imbudget.kit.charts.classes import Direction
from imbudget.kit.charts.lines import LineChart, line_chart
from imbudget.kit.charts.sankey import Sankey, sankey
from imbudget.kit.charts.shapes import Shape, ShapeMap, shape_map
from imbudget.kit.charts.stacks import StackChart, stack_chart
from imbudget.kit.charts.tiles import Tile, TileMap, tile_map

__all__ = [
    "MOST", "Bar", "BarChart", "ChartError", "Direction", "Head", "Kind", "LineChart", "Point", "Sankey", "Series", "Shape",
    "ShapeMap", "StackChart", "Table", "Tile", "TileMap", "bar_chart", "line_chart", "money_head", "sankey", "shape_map", "stack_chart",
    "tile_map",
]  # fmt: skip
