"""What the national report says: one function a section, each taking the :class:`Country` and returning blocks."""

from parlib.pages.method import method
from parlib.pages.national.country import Country
from parlib.pages.national.maps import maps
from parlib.pages.national.missing import missing
from parlib.pages.national.movement import movement
from parlib.pages.national.opening import opening
from parlib.pages.national.ranking import ranking
from parlib.pages.national.spread import spread
from parlib.pages.national.stability import stability
from parlib.pages.national.together import together
from parlib.pages.sources import sources

__all__ = [
    "Country",
    "maps",
    "method",
    "missing",
    "movement",
    "opening",
    "ranking",
    "sources",
    "spread",
    "stability",
    "together",
]
