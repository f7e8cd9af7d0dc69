"""What a report says: one function a section, each taking the :class:`Report` and returning blocks."""

from parlib.pages.across import across
from parlib.pages.certainty import certainty
from parlib.pages.evidence import evidence
from parlib.pages.lost import lost
from parlib.pages.method import method
from parlib.pages.moved import moved
from parlib.pages.neighbours import neighbours
from parlib.pages.opening import opening
from parlib.pages.path import path
from parlib.pages.peers import peers
from parlib.pages.progress import progress
from parlib.pages.published import published
from parlib.pages.raw import raw
from parlib.pages.report import Report
from parlib.pages.scorecard import scorecard
from parlib.pages.sources import sources
from parlib.pages.standing import standing
from parlib.pages.threshold import threshold
from parlib.pages.trajectory import trajectory

__all__ = [
    "Report",
    "across",
    "certainty",
    "evidence",
    "lost",
    "method",
    "moved",
    "neighbours",
    "opening",
    "path",
    "peers",
    "progress",
    "published",
    "raw",
    "scorecard",
    "sources",
    "standing",
    "threshold",
    "trajectory",
]
