"""Workbooks in the shape that their publishers give them, built from the record."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from parlib import Record, record
from parlib.provinces import Provinces
from parlib.workbooks.overlay import provinces_of


@pytest.fixture(scope="session")
def mutate() -> ModuleType:
    """``tools/mutate_workbooks.py``: builders of workbooks, and ways to damage them."""
    path = Path(__file__).parents[2] / "tools" / "mutate_workbooks.py"
    spec = importlib.util.spec_from_file_location("mutate_workbooks", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def known() -> Record:
    return record()


@pytest.fixture(scope="session")
def books(known: Record) -> dict[int, Provinces]:
    return provinces_of(known)
