import subprocess
import sys

import pandas as pd
import pytest

import parlib
from parlib.datasets import record
from parlib.errors import UsageError


@pytest.mark.parametrize(
    ("load", "rows"),
    [
        (parlib.load_papi, 28_854),
        (parlib.load_par, 395),
        (parlib.load_i766, 1_224),
        (parlib.load_sipas, 92),
        (parlib.load_pci, 894),
    ],
)
def test_every_row_is_loaded_with_its_source(load, rows):
    frame = load()
    assert len(frame) == rows
    assert frame["source_id"].notna().all()
    assert frame["basis"].notna().all()


def test_a_caller_cannot_change_the_record():
    frame = parlib.load_papi()
    frame["score"] = 0.0
    assert parlib.load_papi()["score"].min() > 0


def test_provinces_of_both_frames():
    assert len(parlib.load_provinces()) == 63
    assert len(parlib.load_provinces(34)) == 34
    with pytest.raises(UsageError, match="no frame of 61"):
        parlib.load_provinces(61)


def test_no_year_of_par_index_is_whole_and_says_so():
    totals = parlib.load_par().query("indicator == 'TOTAL'")
    assert totals.groupby("year")["score"].count().max() < 63
    ranked = record().scored("par").query("indicator == 'TOTAL'")
    assert set(ranked["rank_basis"].dropna()) == {"published"}


def test_the_latest_day_of_a_year_is_the_default_edition():
    assert record().edition("i766", 2026)["date"] == "2026-10-10"
    assert record().edition("i766", 2026, "2026-10-05")["date"] == "2026-10-05"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: record().edition("papi", 2031), "there are 2011, 2012"),
        (lambda: record().edition("papy", 2017), "no index 'papy'. Did you mean papi"),
        (lambda: record().edition("i766", 2026, "2026-10-06"), "2026-10-05, 2026-10-10"),
        (lambda: record().edition("papi", 2017, "2017-01-01"), "dated by year"),
        (lambda: record().frame_of(1999), "no figures of 1999"),
        (lambda: record().framework("papi", 1999), "no framework of papi for 1999"),
        (
            lambda: record().edition("i766", 2026, frame=63),
            "i766 2026 was published for 34 provinces; 63 cannot be made of them",
        ),
    ],
)
def test_what_is_not_on_record_is_named_with_what_is(call, message):
    with pytest.raises(UsageError, match=message):
        call()


@pytest.mark.parametrize("module", ["parlib", "parlib.cli", "parlib.publishing.report"])
def test_what_is_imported_first_loads_no_pandas(module):
    code = f"import sys, {module}; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_unknown_attributes_are_attribute_errors():
    with pytest.raises(AttributeError, match="load_papy"):
        parlib.load_papy  # noqa: B018
    assert all(hasattr(parlib, name) for name in dir(parlib))


def test_two_frames_are_never_in_one_ranking():
    scored = pd.concat([record().scored(index) for index in record().indices.index])
    fields = scored.groupby(["index", "year", "date", "indicator"], dropna=False)["frame"].nunique()
    assert fields.max() == 1
