"""Charts: frames in, one :class:`Chart` out; one chart a file, each a pure function of its arguments."""

from parlib.blocks.charts._sheet import Chart, text_width
from parlib.blocks.charts.bounds import bounds
from parlib.blocks.charts.distribution import distribution
from parlib.blocks.charts.geomap import geomap, small_geomap
from parlib.blocks.charts.group_history import group_history
from parlib.blocks.charts.heatmap import heatmap
from parlib.blocks.charts.ladder import ladder
from parlib.blocks.charts.ledger import ledger
from parlib.blocks.charts.movers import movers
from parlib.blocks.charts.moves import moves
from parlib.blocks.charts.plan import plan
from parlib.blocks.charts.quadrant import quadrant
from parlib.blocks.charts.rank_interval import rank_interval
from parlib.blocks.charts.strip import strip
from parlib.blocks.charts.tilemap import locator, tilemap
from parlib.blocks.charts.trajectory import trajectory

__all__ = [
    "Chart",
    "bounds",
    "distribution",
    "geomap",
    "group_history",
    "heatmap",
    "ladder",
    "ledger",
    "locator",
    "movers",
    "moves",
    "plan",
    "quadrant",
    "rank_interval",
    "small_geomap",
    "strip",
    "text_width",
    "tilemap",
    "trajectory",
]
