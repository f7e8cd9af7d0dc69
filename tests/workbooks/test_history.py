"""Imports into a data folder: each can be taken back, in turn, and nothing that was known is ever lost."""

import csv
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib import Record
from parlib.checks.record import check_record
from parlib.errors import DataError, UsageError, WorkError
from parlib.publishing.ingredients import gather
from parlib.storage import BusyError
from parlib.workbooks.history import (
    assembled,
    base_of,
    heal,
    held,
    install,
    last_import,
    own_name,
    take_back,
    would_change,
)
from parlib.workbooks.overlay import framework_for, merge, provinces_of
from parlib.workbooks.par import read_par

DATA = Path(__file__).parents[2] / "data"
BINH_DINH = ["Bình Định", "86,5"]  # new in 2023
HAI_PHONG = ["Hải Phòng", "91,5"]  # contradicts the record
VINH_LONG = ["Vĩnh Long", "85,5"]  # new in 2023
LAI_CHAU = ["Lai Châu", "86,9"]  # new in 2023


def bring_in(folder, *rows, shipped, name="par.csv"):
    """Import a table of the PAR INDEX of 2023 as the command does; its account."""
    path = folder.parent / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["Tỉnh", "Chỉ số"], *rows])
    with held(folder):
        base = base_of(folder, shipped)
        reading = read_par(path, 2023, provinces_of(base), lambda i, y: framework_for(base, i, y)[0])
        content = path.read_bytes()
        merged = merge(reading, base, content)
        new = None if base.root == folder else folder
        with assembled(merged, base, new) as made:
            return install(made, merged, base, folder, {"file": name}, "words\n", content)


def tables(folder):
    """Every file of the record, by path."""
    return {path.relative_to(folder): path.read_bytes() for path in Record(folder).files()}


def undo(folder):
    with held(folder):
        return take_back(folder, last_import(folder))


@pytest.fixture
def mine(tmp_path, known):
    """A data folder with two imports."""
    folder = tmp_path / "mine"
    bring_in(folder, BINH_DINH, HAI_PHONG, shipped=known)
    bring_in(folder, VINH_LONG, shipped=known, name="b.csv")
    return folder


def test_an_import_keeps_the_file_as_it_came_the_account_and_the_tables_before_it(mine):
    kept = mine / "imports" / "002-U002"
    assert (kept / "file.csv").read_bytes() == (mine.parent / "b.csv").read_bytes()
    assert (kept / "account.txt").read_text(encoding="utf-8") == "words\n"
    account = json.loads((kept / "account.json").read_text(encoding="utf-8"))
    assert account["file"] == "b.csv"
    assert account["sha256"] == hashlib.sha256((mine.parent / "b.csv").read_bytes()).hexdigest()
    saved = {str(path.relative_to(kept / "before")) for path in (kept / "before").rglob("*.csv")}
    assert saved == set(account["tables"]) == {"par/scores.csv", "sources.csv"}


def test_the_name_of_a_file_never_becomes_a_path(tmp_path, known):
    folder = tmp_path / "mine"
    name = "..\\..\\x\x1b[2J.CSV; rm -rf .csv"
    bring_in(folder, BINH_DINH, shipped=known, name=name)
    kept = folder / "imports" / "001-U001"
    assert sorted(path.name for path in kept.iterdir()) == [
        "account.json",
        "account.txt",
        "before",
        "file.csv",
    ]
    assert json.loads((kept / "account.json").read_text(encoding="utf-8"))["file"] == name


def test_a_file_that_an_import_keeps_still_has_its_own_name(mine, tmp_path):
    assert own_name(mine / "imports" / "002-U002" / "file.csv") == "b.csv"
    assert own_name(undo(mine) / "file.csv") == "b.csv"
    assert own_name(tmp_path / "b.csv") == "b.csv"


def test_an_account_beside_another_file_does_not_name_it(mine):
    kept = mine / "imports" / "002-U002"
    (kept / "file.csv").write_text("another file", encoding="utf-8")
    assert own_name(kept / "file.csv") == "file.csv"


def test_also_the_first_import_can_be_taken_back(tmp_path, known):
    folder = tmp_path / "mine"
    bring_in(folder, BINH_DINH, HAI_PHONG, shipped=known)
    undo(folder)
    expected = tables(DATA)
    del expected[Path("README.md")]
    assert tables(folder) == expected
    assert last_import(folder) is None


def test_what_is_taken_back_stays(mine):
    with_it = tables(mine)
    place = undo(mine)
    assert place == mine / "imports" / "undone" / "002-U002"
    assert (place / "file.csv").read_bytes() == (mine.parent / "b.csv").read_bytes()
    for path in (Path("par/scores.csv"), Path("sources.csv")):
        assert (place / "after" / path).read_bytes() == with_it[path]


def test_an_import_taken_back_can_be_made_again(mine, known):
    with_it = tables(mine)
    undo(mine)
    account = bring_in(mine, VINH_LONG, shipped=known, name="b.csv")
    assert account["kept"] == "imports/003-U002"  # a number is never used twice
    assert tables(mine) == with_it


@settings(max_examples=12)
@given(
    st.lists(
        st.one_of(
            st.just("undo"),
            st.lists(
                st.sampled_from([BINH_DINH, HAI_PHONG, VINH_LONG]), min_size=1, max_size=2, unique_by=str
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_undo_leads_back_through_every_state(known, steps):
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "mine"
        states = []
        for step in steps:
            if step == "undo":
                if len(states) > 1:
                    states.pop()
                    undo(folder)
                    assert tables(folder) == states[-1]
            else:
                before = tables(folder) if states else None
                account = bring_in(folder, *step, shipped=known)
                if not states:
                    states.append(tables(DATA))
                    del states[0][Path("README.md")]
                if account["kept"] is None:
                    assert tables(folder) == before
                else:
                    states.append(tables(folder))
        while len(states) > 1:
            states.pop()
            undo(folder)
            assert tables(folder) == states[-1]
        if states:
            assert last_import(folder) is None


def test_a_table_changed_since_is_not_overwritten(mine):
    path = mine / "par" / "scores.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("85.5", "85.6"), encoding="utf-8")
    before = tables(mine)
    with pytest.raises(DataError, match=r"mine/par/scores.csv: found a table changed since import 002-U002;"):
        undo(mine)
    assert tables(mine) == before
    # What the message advises leads on.
    shutil.copy2(mine / "imports" / "002-U002" / "before" / "par" / "scores.csv", path)
    undo(mine)
    assert last_import(mine).name == "001-U001"


def test_a_change_by_hand_before_an_import_comes_back_with_its_undo(mine, known):
    path = mine / "par" / "scores.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("85.5", "85.6"), encoding="utf-8")
    by_hand = tables(mine)
    bring_in(mine, LAI_CHAU, shipped=known, name="c.csv")
    undo(mine)
    assert tables(mine) == by_hand
    with pytest.raises(DataError, match="changed since import 002-U002"):
        undo(mine)


def test_other_files_of_the_folder_are_nobodys_business(mine):
    (mine / "notes.txt").write_text("mine", encoding="utf-8")
    path = mine / "glossary.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    edited = path.read_bytes()
    undo(mine)
    undo(mine)
    assert path.read_bytes() == edited
    assert (mine / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_damaged_state_is_not_put_back(mine, damage):
    path = mine / "imports" / "002-U002" / "before" / "sources.csv"
    if damage == "gone":
        path.unlink()
    else:
        path.write_text("source_id\n", encoding="utf-8")
    before = tables(mine)
    with pytest.raises(DataError, match=r"imports/002-U002/before/sources.csv: found"):
        undo(mine)
    assert tables(mine) == before


@pytest.mark.parametrize(
    "account",
    ["{", "[]", "{}", '{"tables": {"sources.csv": {}}}', '{"tables": {"a": {"before": 1, "after": 2}}}'],
)
def test_an_account_that_cannot_be_read_is_said(mine, account):
    (mine / "imports" / "002-U002" / "account.json").write_text(account, encoding="utf-8")
    with pytest.raises(
        DataError, match=r"imports/002-U002/account.json: found an account that cannot be read"
    ):
        undo(mine)


def test_an_account_cannot_name_a_file_outside_the_folder(mine):
    victim = mine.parent / "victim.csv"
    victim.write_text("x", encoding="utf-8")
    kept = mine / "imports" / "002-U002"
    account = json.loads((kept / "account.json").read_text(encoding="utf-8"))
    mark = hashlib.sha256(b"x").hexdigest()
    account["tables"] = {"../victim.csv": {"before": mark, "after": mark}}
    (kept / "account.json").write_text(json.dumps(account), encoding="utf-8")
    (kept / "victim.csv").write_text("evil", encoding="utf-8")
    with pytest.raises(DataError, match="no such table"):
        undo(mine)
    assert victim.read_text(encoding="utf-8") == "x"


def test_would_change_tells_the_way_back_and_changes_nothing(mine):
    before = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    told = {
        change.path: [row.kind for row in change.rows] for change in would_change(mine, last_import(mine))
    }
    assert told == {"par/scores.csv": ["removed"], "sources.csv": ["removed"]}
    assert {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("where", ["", "par", "par/scores.csv", "imports", "geo/NOTICE.txt"])
def test_a_link_in_the_folder_is_refused_by_name(mine, known, where):
    path = mine / where
    elsewhere = mine.parent / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    before = {p: p.read_bytes() for p in mine.parent.rglob("*") if p.is_file()}
    for act in (lambda: bring_in(mine, VINH_LONG, shipped=known, name="b.csv"), lambda: undo(mine)):
        with pytest.raises(UsageError, match=rf"{path.name} is a link to .*elsewhere"):
            act()
    assert {p: p.read_bytes() for p in mine.parent.rglob("*") if p.is_file()} == before


def test_a_link_to_a_folder_that_is_not_there_is_refused(tmp_path, known):
    (tmp_path / "mine").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is a link to"):
        bring_in(tmp_path / "mine", BINH_DINH, shipped=known)
    assert not (tmp_path / "nowhere").exists()


def test_two_imports_into_one_folder_do_not_mix(mine, known):
    before = tables(mine)
    with held(mine), pytest.raises(BusyError, match="Another run is at work"):
        bring_in(mine, LAI_CHAU, shipped=known)
    assert tables(mine) == before


def test_of_two_imports_that_make_one_folder_the_second_is_refused(tmp_path, known):
    folder = tmp_path / "mine"
    path = tmp_path / "a.csv"
    path.write_text("Tỉnh,Chỉ số\nBình Định,86.5\n", encoding="utf-8")
    reading = read_par(path, 2023, provinces_of(known), lambda i, y: framework_for(known, i, y)[0])
    merged = merge(reading, known, path.read_bytes())
    with assembled(merged, known, folder) as made:
        bring_in(folder, VINH_LONG, shipped=known, name="b.csv")
        first = tables(folder)
        with pytest.raises(WorkError, match="could not be written"):
            install(made, merged, known, folder, {"file": "a.csv"}, "words\n", path.read_bytes())
    assert tables(folder) == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "b.csv", "mine"]


def test_a_table_changed_while_the_file_was_read_is_not_overwritten(mine, known):
    path = mine.parent / "c.csv"
    path.write_text("Tỉnh,Chỉ số\nLai Châu,86.9\n", encoding="utf-8")
    base = base_of(mine, known)
    reading = read_par(path, 2023, provinces_of(base), lambda i, y: framework_for(base, i, y)[0])
    merged = merge(reading, base, path.read_bytes())
    scores = mine / "par" / "scores.csv"
    scores.write_text(scores.read_text(encoding="utf-8").replace("85.5", "85.6"), encoding="utf-8")
    before = tables(mine)
    with (
        assembled(merged, base) as made,
        pytest.raises(WorkError, match="changed while the file was being read"),
    ):
        install(made, merged, base, mine, {"file": "c.csv"}, "words\n", path.read_bytes())
    assert tables(mine) == before


def test_a_record_in_the_middle_of_an_import_is_not_read(mine):
    kept = mine / "imports" / "002-U002"
    kept.rename(kept.with_name("002-U002.unfinished"))
    with pytest.raises(
        DataError, match=r"002-U002\.unfinished: found an import .* `parlib import undo .*mine`"
    ):
        Record(mine).scores("par")
    with held(mine):
        assert heal(mine) == mine / "imports" / "undone" / "002-U002"
    assert "vinh-long" not in set(Record(mine).scores("par").query("year == 2023")["province"])


def test_rights_of_a_table_stay(mine, known):
    path = mine / "par" / "scores.csv"
    path.chmod(0o664)
    bring_in(mine, LAI_CHAU, shipped=known)
    assert path.stat().st_mode & 0o777 == 0o664
    undo(mine)
    assert path.stat().st_mode & 0o777 == 0o664


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_what_is_kept_shares_no_file_with_the_record(mine):
    """A table that is edited in place must not change what is kept of it."""
    undo(mine)
    kept = list((mine / "imports").rglob("*.csv"))
    assert kept
    assert {path.stat().st_nlink for path in kept} == {1}


def test_what_is_kept_is_no_part_of_the_record(mine, known):
    """Neither checks nor reports look at it: after an undo the reports made before are up to date again."""
    shutil.copytree(mine, mine.with_name("before"))
    bring_in(mine, LAI_CHAU, shipped=known, name="c.csv")
    assert not [f for f in check_record(Record(mine)) if "imports" in f.place.file]
    undo(mine)
    assert gather(mine).files["data"] == gather(mine.with_name("before")).files["data"]
