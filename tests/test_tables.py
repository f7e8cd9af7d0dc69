import json
import shutil
from pathlib import Path

import pytest
from frictionless import Resource, system

from parlib.datasets import Record, data_folder
from parlib.errors import DataError, UsageError
from parlib.tables import read_table

SCORES = data_folder() / "schemas" / "scores.json"
HEAD = "year,date,frame,province,indicator,score,published_rank,numerator,denominator,basis,source_id,note"
GOOD = "2017,,63,thua-thien-hue,TOTAL,79.86,23,,,published,S000,"


def read(tmp_path: Path, *lines: str):
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_table(path, SCORES)


@pytest.mark.parametrize(
    ("lines", "row", "column", "found"),
    [
        ([HEAD.replace(",score", ""), GOOD], 1, "score", "no such column"),
        ([HEAD + ",extra", GOOD + ",x"], 1, "extra", "does not know"),
        ([HEAD, GOOD, GOOD.replace("79.86", "n/a")], 3, "score", "'n/a'"),
        ([HEAD, GOOD.replace("79.86", "79,86").replace("79,86", '"79,86"')], 2, "score", "'79,86'"),
        ([HEAD, GOOD.replace("79.86", "inf")], 2, "score", "'inf'"),
        ([HEAD, GOOD.replace("2017", "2017.5")], 2, "year", "'2017.5'"),
        ([HEAD, GOOD.replace(",23,", ",0,")], 2, "published_rank", "'0'"),
        ([HEAD, GOOD.replace("published", "guessed")], 2, "basis", "'guessed'"),
        ([HEAD, GOOD.replace("S000", "")], 2, "source_id", "an empty cell"),
        ([HEAD, GOOD.replace("2017,,", "2017,5/10/2026,")], 2, "date", "'5/10/2026'"),
        ([HEAD, GOOD, GOOD], 3, "year, date, frame, province, indicator", "already stands in row 2"),
    ],
)
def test_a_fault_is_named_with_its_row_and_column(tmp_path, lines, row, column, found):
    with pytest.raises(DataError) as caught:
        read(tmp_path, *lines)
    assert caught.value.place.row == row
    assert caught.value.place.column == column
    assert found in caught.value.found
    assert caught.value.expected
    assert "scores.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "found"), [("2", "'2'"), ("-1", "'-1'"), ("yes", "'yes'"), ("", "an empty cell")]
)
def test_a_whole_number_is_held_to_the_list_of_its_column(tmp_path, cell, found):
    schema = tmp_path / "closed.json"
    rules = {"enum": [0, 1], "required": True}
    field = {"name": "closed", "type": "integer", "description": "whether", "constraints": rules}
    schema.write_text(
        json.dumps({"fields": [field, {"name": "note", "type": "string", "description": "any"}]})
    )
    table = tmp_path / "closed.csv"
    table.write_text("closed,note\n0,\n1,\n")
    assert read_table(table, schema)["closed"].tolist() == [0, 1]
    free = tmp_path / "free.json"
    free.write_text(schema.read_text().replace('"required": true', '"required": false'))
    table.write_text("closed,note\n,x\n1,\n")
    assert read_table(table, free)["closed"].isna().tolist() == [True, False]
    table.write_text(f"closed,note\n0,\n1,\n{cell},x\n")
    with pytest.raises(DataError) as caught:
        read_table(table, schema)
    assert (caught.value.place.row, caught.value.found) == (4, found)


@pytest.mark.filterwarnings("ignore")  # of frictionless, not ours
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("79.86", "n/a"),
        ("2017", "1999"),
        ("2017", "2101"),
        (",23,", ",0,"),
        (",23,", ",64,"),
        ("published", "guessed"),
        ("S000", ""),
        ("thua-thien-hue", "Thua Thien"),
        ("thua-thien-hue", ""),
        ("thua-thien-hue", "thua-thien-hue x"),
        (",23,", ",63,"),
        (",23,", ",1,"),
        ("TOTAL", "T OTAL"),
        ("79.86", ""),
        ("S000,", "S000,a note"),
    ],
)
def test_a_row_is_refused_where_another_reader_of_table_schemas_refuses_it(tmp_path, old, new):
    path = tmp_path / "scores.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n{GOOD.replace('TOTAL', 'D1').replace(old, new, 1)}\n", encoding="utf-8")
    with system.use_context(trusted=True):
        theirs = Resource(path=str(path), schema=str(SCORES)).validate()
    rows = {row for (row,) in theirs.flatten(["rowNumber"])}
    if theirs.valid:
        assert len(read_table(path, SCORES)) == 2
    else:
        with pytest.raises(DataError) as caught:
            read_table(path, SCORES)
        assert {caught.value.place.row} == rows == {3}


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        (b"\x1b", 2, "the control character '\\x1b'"),
        (b"\xc2\x9b", 2, "the control character '\\x9b'"),
        (b"\x00", 2, "the control character '\\x00'"),
    ],
)
def test_what_steers_a_terminal_stands_in_no_table(tmp_path, content, row, found):
    path = tmp_path / "regions.csv"
    lines = (data_folder() / "regions.csv").read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b",", b"," + content, 1) + lines[2])
    with pytest.raises(DataError) as caught:
        read_table(path, data_folder() / "schemas" / "regions.json")
    assert (caught.value.place.row, caught.value.found) == (row, found)


def test_a_name_of_a_megabyte_is_refused_where_it_stands(tmp_path):
    path = tmp_path / "regions.csv"
    head, row, *_ = (data_folder() / "regions.csv").read_text(encoding="utf-8").splitlines()
    name = row.split(",")[1]
    path.write_text("\n".join([head, row.replace(name, name * 100_000)]), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"row 2, column '\w+': found '.{59}…'; expected at most 2,000 letters"
    ):
        read_table(path, data_folder() / "schemas" / "regions.json")


def test_cells_without_a_heading_do_not_shift_the_others(tmp_path):
    path = tmp_path / "regions.csv"
    head, *rows = (data_folder() / "regions.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *(f"{row}," for row in rows)]), encoding="utf-8")
    with pytest.raises(DataError, match="row 2: found more cells than headings"):
        read_table(path, data_folder() / "schemas" / "regions.json")


@pytest.mark.parametrize("number", ["9" * 30, "1e300", "-1e300", str(2**53 + 2)])
def test_a_whole_number_too_large_to_be_exact_is_refused(tmp_path, number):
    path = tmp_path / "editions.csv"
    lines = (data_folder() / "editions.csv").read_text(encoding="utf-8").splitlines()
    year = lines[1].split(",")[1]
    path.write_text("\n".join([lines[0], lines[1].replace(year, number, 1)]), encoding="utf-8")
    with pytest.raises(DataError, match="a whole number"):
        read_table(path, data_folder() / "schemas" / "editions.json")


@pytest.mark.parametrize(
    "schema",
    [
        b"",
        b"[]",
        b"{}",
        b'{"fields": [{}]}',
        b'{"fields": [{"name": "a", "type": "x"}]}',
        b'{"fields": [{"name": "a", "type": "string", "constraints": {"pattern": "("}}]}',
        b'{"fields": [{"name": "a", "type": "string", "constraints": {"minimum": 0}}]}',
        b'{"fields": [{"name": "a", "type": "integer", "constraints": {"maximum": "9"}}]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_schema_is_named(tmp_path, schema):
    (tmp_path / "x.json").write_bytes(schema)
    (tmp_path / "x.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"x\.json: found .* expected a Table Schema"):
        read_table(tmp_path / "x.csv", tmp_path / "x.json")


def test_columns_may_come_in_any_order(tmp_path):
    names, cells = HEAD.split(","), GOOD.split(",")
    frame = read(tmp_path, ",".join(reversed(names)), ",".join(reversed(cells)))
    assert list(frame.columns) == names
    assert frame.loc[0, "score"] == 79.86


def test_what_is_just_within_its_limits_is_read(tmp_path):
    note = "x" * 2000
    table = read(tmp_path, HEAD, GOOD + note, GOOD.replace("TOTAL", "D1").replace(",23,,", f",23,{2**53},"))
    assert table["note"].str.len().max() == 2000
    assert table["numerator"].max() == 2**53
    with pytest.raises(DataError, match="at most 2,000 letters"):
        read(tmp_path, HEAD, GOOD + note + "x")


def test_further_rows_with_the_same_fault_are_counted(tmp_path):
    rows = [GOOD.replace("TOTAL", f"D{n}").replace("79.86", "n/a") for n in range(3)]
    with pytest.raises(DataError, match=r"2 more row\(s\) have the same fault"):
        read(tmp_path, HEAD, *rows)


def test_what_is_read_may_be_changed(tmp_path):
    table = read(tmp_path, HEAD, GOOD)
    for column in table:
        table.loc[0, column] = table.loc[0, column]
    table.loc[0, ["year", "score", "province"]] = [2018, 80.5, "ha-noi"]
    assert table.loc[0, ["year", "score", "province"]].tolist() == [2018, 80.5, "ha-noi"]


def test_a_missing_score_stays_missing(tmp_path):
    frame = read(tmp_path, HEAD, GOOD.replace("79.86", ""))
    assert frame["score"].isna().all()
    assert frame.loc[0, "published_rank"] == 23


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\xff\xfe", "a byte that is not UTF-8 at position 0"),
        (f"{HEAD}\n{GOOD},,\n".encode(), "more cells than headings"),
        (f"{HEAD}\n{GOOD}\n{GOOD},,\n".encode(), "Expected 12 fields in line 3, saw 14"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path, content, found):
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"scores\.csv.*{found}"):
        read_table(path, SCORES)


def test_a_table_or_a_schema_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"scores\.csv: found no such file"):
        read_table(tmp_path / "scores.csv", SCORES)
    with pytest.raises(DataError, match=r"none\.json: found no such file"):
        read_table(data_folder() / "regions.csv", tmp_path / "none.json")
    (tmp_path / "scores.csv").mkdir()
    with pytest.raises(DataError, match=r"scores\.csv: found no file"):
        read_table(tmp_path / "scores.csv", SCORES)


def test_a_table_larger_than_any_record_is_not_read(tmp_path):
    path = tmp_path / "scores.csv"
    with path.open("wb") as file:
        file.truncate(64 * 1024**2 + 1)  # takes no room on the disk
    with pytest.raises(DataError, match="found 67,108,865 bytes; expected at most 67,108,864 bytes"):
        read_table(path, SCORES)


@pytest.fixture
def copy(tmp_path):
    """A copy of the shipped record that a test may spoil."""
    root = tmp_path / "data"
    shutil.copytree(data_folder(), root)
    return root


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first row that holds ``old``; give the row's number."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if old in line)
    lines[at] = lines[at].replace(old, new)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return at + 1


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        ("thua-thien-hue,TOTAL,36.032028", "thua-thien-hue,TOTAL,63.1", "score", "TOTAL from 6 to 60"),
        ("thua-thien-hue,TOTAL,36.032028", "thua-thien-hue,D7,6.0", "indicator", "an indicator of that year"),
        ("thua-thien-hue,TOTAL,36.032028", "hue,TOTAL,36.032028", "province", "a province of frame 63"),
        ("63,thua-thien-hue,TOTAL,36.032028", "64,thua-thien-hue,TOTAL,36.032028", "frame", "one of 63, 34"),
        (
            "36.032028,,,,published,ME1119",
            "36.032028,,,,published,NOBODY",
            "source_id",
            "keys of sources.csv",
        ),
    ],
)
def test_the_record_refuses_what_its_other_tables_contradict(copy, old, new, column, expected):
    row = spoil(copy / "papi" / "scores.csv", old, new)
    with pytest.raises(DataError) as caught:
        Record(copy).scores("papi")
    assert (caught.value.place.row, caught.value.place.column) == (row, column)
    assert expected in caught.value.expected


@pytest.mark.parametrize(("score", "fits"), [(60.004, True), (60.006, False), (5.996, True), (5.994, False)])
def test_a_score_may_lie_beyond_its_scale_by_the_rounding_of_the_scale(copy, score, fits):
    spoil(copy / "papi" / "scores.csv", "thua-thien-hue,TOTAL,36.032028", f"thua-thien-hue,TOTAL,{score}")
    if fits:
        assert (Record(copy).scores("papi")["score"] == score).sum() == 1
    else:
        with pytest.raises(DataError, match="TOTAL from 6 to 60"):
            Record(copy).scores("papi")


def test_the_latest_day_of_a_year_is_its_edition_wherever_it_stands(copy):
    path = copy / "editions.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    days = sorted(row.split(",")[2] for row in rows if row.startswith("i766,2026,"))
    assert len(days) > 1
    for order in (sorted(rows), sorted(rows, reverse=True)):
        path.write_text("\n".join([head, *order]) + "\n", encoding="utf-8")
        assert Record(copy).edition("i766", 2026)["date"] == days[-1]


def test_of_several_faults_the_first_row_is_named(copy):
    path = copy / "i766" / "scores.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].replace(",34,", ",34,nowhere-", 1)
    lines[9] = lines[9].replace(",34,", ",63,nowhere-", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Record(copy).scores("i766")
    assert (caught.value.place.row, caught.value.expected) == (5, "a province of frame 34")


def test_limits_that_are_whole_numbers_may_be_unknown(copy):
    path = copy / "schemas" / "framework.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    for field in schema["fields"]:
        if field["name"] in ("min_score", "max_score"):
            field["type"] = "integer"
    path.write_text(json.dumps(schema), encoding="utf-8")
    assert Record(copy).framework("pci", 2017).max_score("TOTAL") == 100
    assert len(Record(copy).scores("pci")) == len(Record(data_folder()).scores("pci"))


def test_of_two_frames_of_a_year_an_edition_has_the_newer(copy):
    path = copy / "editions.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, row in enumerate(rows) if row.startswith("papi,2024,"))
    rows.insert(at + 1, rows[at].replace(",63,", ",34,", 1))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    known = Record(copy)
    assert known.edition("papi", 2024)["frame"] == known.frame_of(2024) == 34


def test_a_frame_is_named_by_the_number_of_its_provinces(copy):
    rows = (copy / "provinces.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (copy / "provinces.csv").write_text("".join(rows[:1] + rows[2:]), encoding="utf-8")
    with pytest.raises(DataError, match="62 provinces in frame 63"):
        Record(copy).provinces(63)


def test_one_spelling_never_means_two_provinces(copy):
    with (copy / "province_names.csv").open("a", encoding="utf-8") as file:
        file.write("63,ha-giang,HA NOI\n")
    with pytest.raises(UsageError, match="'HA NOI' is given to both ha-noi and ha-giang in frame 63"):
        Record(copy).provinces(63)


def test_a_record_with_an_import_half_done_is_not_read(copy):
    (copy / "imports" / "0001-papi-2018.unfinished").mkdir(parents=True)
    with pytest.raises(DataError, match="parlib import undo"):
        Record(copy).scores("papi")


def test_a_folder_without_a_record_is_a_usage_error(monkeypatch, tmp_path):
    monkeypatch.setenv("PARLIB_DATA", str(tmp_path))
    with pytest.raises(UsageError, match=r"indices\.csv"):
        data_folder()


def test_every_schema_is_the_contract_of_some_table():
    used = {
        Path(r["schema"]).stem
        for r in json.loads((data_folder() / "datapackage.json").read_text())["resources"]
        if "schema" in r  # a map has none
    }
    assert {path.stem for path in (data_folder() / "schemas").glob("*.json")} == used
