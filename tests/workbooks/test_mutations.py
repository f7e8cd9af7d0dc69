"""Damaged workbooks: each is read as it was, or refused with the place. By hand: tools/mutate_workbooks.py 2000."""

import os

RUNS = int(os.environ.get("PARLIB_MUTATIONS", "40"))


def test_damaged_workbooks_are_read_as_they_were_or_refused_with_the_place(mutate):
    trial = mutate.run(RUNS, seed=1)
    assert trial.faults == [], trial.text()
    assert trial.outcomes["read"] > 0.1 * RUNS
    assert trial.outcomes["refused"] > 0.3 * RUNS


def test_workbooks_as_issued_are_read(mutate, tmp_path):
    for case in mutate.cases():
        path = tmp_path / "whole.xlsx"
        path.write_bytes(case.content)
        assert mutate.judge(case, path) == ("read", "")
        reading = case.read(path)
        assert len(reading.scores) + len(reading.values) == len(case.truth)


def test_the_trial_tells_a_wrong_figure_and_a_traceback_from_a_refusal(mutate, tmp_path):
    case = mutate.cases()[0]
    path = tmp_path / "whole.xlsx"
    path.write_bytes(case.content)
    key = next(iter(case.truth))
    lied_to = mutate.Case(case.name, case.content, {**case.truth, key: 0.0}, case.read)
    assert mutate.judge(lied_to, path)[0] == "fault"
    failing = mutate.Case(case.name, case.content, case.truth, lambda _: 1 / 0)
    assert mutate.judge(failing, path)[0] == "fault"
