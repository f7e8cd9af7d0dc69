import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import parlib
from parlib.datasets import Record, record, shipped_folder
from parlib.errors import DataError, UsageError


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


def without_totals(folder, coverage):
    """A copy of the record without the totals of PAPI 2017, and that edition's coverage as given."""
    shutil.copytree(shipped_folder(), folder)
    scores, editions = folder / "papi" / "scores.csv", folder / "editions.csv"
    kept = [
        row
        for row in scores.read_text(encoding="utf-8").splitlines()
        if not re.match(r"2017,,63,[a-z-]+,TOTAL,", row)
    ]
    scores.write_text("\n".join([*kept, ""]), encoding="utf-8")
    text = editions.read_text(encoding="utf-8")
    assert text.count("papi,2017,,63,whole,") == 1
    editions.write_text(text.replace("papi,2017,,63,whole,", f"papi,2017,,63,{coverage},"), encoding="utf-8")
    return Record(folder)


@pytest.mark.parametrize("read", [lambda known: known.scored("papi"), lambda known: known.read_all()])
def test_an_edition_that_is_said_to_be_whole_and_has_no_total_is_refused(tmp_path, read):
    with pytest.raises(
        DataError,
        match=r"data/editions\.csv, row \d+, column 'coverage': found 'whole', .* of 2017; .*'partial'",
    ):
        read(without_totals(tmp_path / "data", "whole"))


def test_the_parts_of_an_edition_without_totals_are_ranked(tmp_path):
    known = without_totals(tmp_path / "data", "partial")
    parts, before = (held.scored_edition(held.edition("papi", 2017)) for held in (known, record()))
    rows = [
        edition[edition["indicator"] == "D1"].set_index("province")["rank"] for edition in (parts, before)
    ]
    pd.testing.assert_series_equal(*rows)


def test_an_index_without_a_row_has_no_figure_of_any_year(tmp_path):
    shutil.copytree(shipped_folder(), tmp_path / "data")
    scores = tmp_path / "data" / "sipas" / "scores.csv"
    scores.write_text(scores.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    known = Record(tmp_path / "data")
    known.read_all()
    assert known.scored("sipas").empty
    assert list(known.scored("sipas").columns) == list(record().scored("sipas").columns)
    assert len(known.scored("pci")) == len(record().scored("pci"))


def test_reading_all_scores_as_reading_one_after_another_does():
    together, alone = Record(shipped_folder()), Record(shipped_folder())
    together.read_all()
    for index in alone.indices.index:
        pd.testing.assert_frame_equal(together.scored(index), alone.scored(index), check_exact=True)
