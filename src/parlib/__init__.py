"""parlib: governance scores of Viet Nam's provinces, from published figures to answers and reports."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOMS = {
    "load_papi": "datasets",
    "load_par": "datasets",
    "load_i766": "datasets",
    "load_sipas": "datasets",
    "load_pci": "datasets",
    "load_provinces": "datasets",
    "record": "datasets",
    "Record": "datasets",
    "Framework": "frameworks",
    "Provinces": "provinces",
    "province": "views",
    "edition": "views",
}
__all__ = [
    "Framework",
    "Provinces",
    "Record",
    "__version__",
    "edition",
    "load_i766",
    "load_papi",
    "load_par",
    "load_pci",
    "load_provinces",
    "load_sipas",
    "province",
    "record",
]

if TYPE_CHECKING:
    from parlib.datasets import (
        Record,
        load_i766,
        load_papi,
        load_par,
        load_pci,
        load_provinces,
        load_sipas,
        record,
    )
    from parlib.frameworks import Framework
    from parlib.provinces import Provinces
    from parlib.views import edition, province


def __getattr__(name: str) -> Any:
    # Names are looked up on first use, so that `import parlib` does not pay for pandas.
    if name in _ROOMS:
        return getattr(import_module(f"parlib.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'parlib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
