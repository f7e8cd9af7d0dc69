"""Charts: frames in, one :class:`Chart` out; one chart a file, each a pure function of its arguments."""

from parlib.blocks.charts._sheet import Chart
from parlib.blocks.charts.ladder import ladder
from parlib.blocks.charts.ledger import ledger
from parlib.blocks.charts.moves import moves
from parlib.blocks.charts.strip import strip
from parlib.blocks.charts.tilemap import locator, tilemap
from parlib.blocks.charts.trajectory import trajectory

__all__ = ["Chart", "ladder", "ledger", "locator", "moves", "strip", "tilemap", "trajectory"]
