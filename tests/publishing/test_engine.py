"""The engine shows a notebook what a kernel would show it, and leaves the process as it was."""

import os
import subprocess
import sys

import nbformat
import papermill
import pytest
from IPython.core.interactiveshell import InteractiveShell

from parlib.errors import WorkError
from parlib.publishing.engine import STREAM_LIMIT, ParlibEngine

SHOWN = [
    "print('a'); print('b')\nimport sys; print('e', file=sys.stderr)",
    "from IPython.display import HTML, clear_output, display\ndisplay(HTML('<b>x</b>'), {'a': 1})",
    "handle = display(HTML('before'), display_id='one')\nhandle.update(HTML('after'))",
    "print('gone'); clear_output(); print('stays')",
    "print('gone'); clear_output(wait=True); 7",
    "%%capture\nprint('caught')",
    "!echo from the shell",
    "1;",
    "None",
    "await __import__('asyncio').sleep(0.001)\n__name__",
    "class A:\n    def __repr__(self): return 'A()'\nimport pickle\npickle.loads(pickle.dumps(A()))",
    "_, _10",
    "display({'application/vnd.some+json': {'rows': (1, 2), 3: None}}, raw=True)",
]


def notebook(*sources, **tags):
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "x"}}
    )
    made.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return made


def run(made, tmp_path, engine="parlib", **options):
    """Give the executed notebook, also where a cell failed."""
    path = tmp_path / f"{engine}.ipynb"
    try:
        papermill.execute_notebook(made, path, engine_name=engine, progress_bar=False, **options)
    except papermill.PapermillExecutionError as error:
        return nbformat.read(path, as_version=4), error
    return nbformat.read(path, as_version=4), None


def outputs(made):
    return [(cell.execution_count, cell.outputs) for cell in made.cells if cell.cell_type == "code"]


@pytest.mark.slow
def test_every_output_is_what_the_default_engine_gives(tmp_path):
    ours, _ = run(notebook(*SHOWN), tmp_path)
    theirs, _ = run(notebook(*SHOWN), tmp_path, "nbclient")
    for source, mine, other in zip(SHOWN, outputs(ours), outputs(theirs), strict=True):
        assert mine == other, source


def test_papermill_knows_the_engine_by_its_entry_point(tmp_path):
    chart = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    nbformat.write(notebook("6 * 7", chart), tmp_path / "in.ipynb")
    words = ["papermill", "--engine", "parlib", "--no-progress-bar", "in.ipynb", "out.ipynb"]
    plain = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=tmp_path, env=plain, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert made.cells[0].outputs[0].data["text/plain"] == "42"
    # An open chart is shown, as in a kernel, but drawn once, as SVG.
    assert "image/svg+xml" in made.cells[1].outputs[-1].data
    assert "image/png" not in made.cells[1].outputs[-1].data


def test_the_engine_can_be_imported_before_papermill():
    code = "import parlib.publishing.engine, papermill.engines as e; e.papermill_engines.get_engine('parlib')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_failing_cell_ends_the_run_and_is_named(tmp_path):
    made, error = run(notebook("1", "1 / 0", "3"), tmp_path)
    assert (error.ename, error.evalue, error.source) == ("ZeroDivisionError", "division by zero", "1 / 0")
    assert [cell.execution_count for cell in made.cells if cell.cell_type == "code"] == [1, 2, None]


def test_a_cell_that_may_fail_does_not_end_the_run(tmp_path):
    made = notebook("1 / 0", "2")
    made.cells[0].metadata["tags"] = ["raises-exception"]
    ran = ParlibEngine.execute_notebook(prepared(made), "python3", progress_bar=False)
    assert [cell.execution_count for cell in ran.cells] == [1, 2]


def prepared(made):
    made.metadata["papermill"] = {}
    return made


def test_a_syntax_error_and_a_missing_name_are_failures_too(tmp_path):
    assert run(notebook("for"), tmp_path)[1].ename == "SyntaxError"
    assert run(notebook("nowhere"), tmp_path)[1].ename == "NameError"


def test_leaving_the_interpreter_is_a_failure(tmp_path):
    _, error = run(notebook("import sys\nsys.exit(3)"), tmp_path)
    assert (error.ename, error.evalue) == ("SystemExit", "3")


def test_a_question_has_no_answer(tmp_path):
    assert run(notebook("input('name? ')"), tmp_path)[1] is not None


def test_a_runaway_print_ends_the_cell(tmp_path):
    made, error = run(notebook(f"while True: print('x' * {STREAM_LIMIT // 3})"), tmp_path)
    assert "prints more than" in error.evalue
    printed = [
        o
        for cell in made.cells
        if cell.cell_type == "code"
        for o in cell.outputs
        if o.output_type == "stream"
    ]
    assert sum(len(output.text) for output in printed) <= STREAM_LIMIT


def test_a_cell_that_takes_too_long_is_interrupted(tmp_path):
    _, error = run(notebook("import time\ntime.sleep(60)"), tmp_path, execution_timeout=1)
    assert (error.ename, error.evalue) == ("TimeoutError", "The cell took longer than 1 seconds.")


def test_two_notebooks_share_no_names(tmp_path):
    run(notebook("leftover = 1"), tmp_path)
    assert run(notebook("leftover"), tmp_path)[1].ename == "NameError"


def test_the_process_is_left_as_it_was(tmp_path):
    def state():
        return (
            sys.stdout,
            sys.stderr,
            sys.displayhook,
            sys.excepthook,
            sys.modules["__main__"],
            list(sys.path),
            dict(os.environ),
        )

    before = state()
    run(notebook("print(1)", "1 / 0"), tmp_path)
    assert state() == before
    assert not InteractiveShell.initialized()


def test_inside_a_running_ipython_it_says_where_to_go(tmp_path):
    InteractiveShell.instance()
    try:
        with pytest.raises(WorkError, match="IPython already runs in this process"):
            run(notebook("1"), tmp_path)
    finally:
        InteractiveShell.clear_instance()
