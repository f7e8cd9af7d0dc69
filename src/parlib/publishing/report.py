"""One report from beginning to end: check the parameters, run the notebook, export, and only then put it in place."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from parlib.errors import UsageError, WorkError, nearest

FORMATS: Final = ("html", "pdf", "json")

_CELL_TIMEOUT: Final = 600
"""Seconds after which a cell is held to hang; the slowest takes a few."""

_SMALLEST: Final = {"html": 20_000, "pdf": 8_000, "json": 100}
"""Bytes under which a report cannot be whole: fonts alone are more."""

_ENDS: Final = {"html": (b"<!DOCTYPE html>", b"</html>"), "pdf": (b"%PDF-", b"%%EOF")}


def notebook_path(name: str) -> Path:
    """Find a report notebook: inside the installed package, else beside the sources.

    Raises
    ------
    UsageError
        If there is no such notebook.
    """
    packaged = Path(__file__).parents[1] / "_notebooks"
    folder = packaged if packaged.is_dir() else Path(__file__).parents[3] / "notebooks" / "reports"
    path = folder / f"{name}.ipynb"
    if not path.is_file():
        known = sorted(entry.stem for entry in folder.glob("*.ipynb"))
        raise UsageError(f"There is no report {name!r}. There are: {', '.join(known)}.")
    return path


def make_report(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    out_dir: Path,
    stem: str,
    formats: Sequence[str] = ("html", "pdf"),
    *,
    as_of: str | None = None,
) -> list[Path]:
    """Write one report.

    The files appear in `out_dir` together, after all of them have been made and checked; a failure leaves nothing
    behind. The same parameters and data give the same bytes.

    Parameters
    ----------
    notebook
        Name of a report notebook (``province``), or the path of one.
    parameters
        Values for the notebook's ``parameters`` cell.
    out_dir
        Folder of the report; made if need be.
    stem
        Beginning of the file names: ``thua-thien-hue`` gives ``thua-thien-hue.vi.html``, ``thua-thien-hue.vi.pdf``
        and ``thua-thien-hue.json`` (the figures are the same in every language).
    formats
        Any of ``html``, ``pdf`` and ``json``.
    as_of
        ISO date to print as that of the data; ``SOURCE_DATE_EPOCH`` if not given, else what the notebook says.

    Returns
    -------
    list of Path
        The files, in the order of `formats`.

    Raises
    ------
    UsageError
        If the notebook, a parameter or a format is unknown. Nothing was started.
    WorkError
        If a cell failed or a file did not come out.
    """
    path = notebook if isinstance(notebook, Path) else notebook_path(notebook)
    _check_formats(formats)
    if re.search(r"[/\\\0]", stem) or stem in ("", ".", ".."):
        raise UsageError(f"{stem!r} cannot begin a file name.")
    with _without_slow_grammar():
        import nbformat

        source = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    values = check_parameters(source, {**parameters, **_date_parameter(as_of)}, path.name)
    with _staging(out_dir) as staging:
        executed = _run(source, values, path.name, staging)
        staged = [(_export(executed, form, staging, stem), form) for form in formats]
        for file, form in staged:
            _check_file(file, form)
        placed = []
        for file, _ in staged:
            target = out_dir / file.name
            file.replace(target)
            placed.append(target)
    return placed


def check_parameters(notebook: Mapping[str, Any], parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Hold parameters to the notebook's ``parameters`` cell: papermill alone would warn and run on the defaults.

    Parameters
    ----------
    notebook
        Notebook of format 4 with a cell tagged ``parameters``.
    parameters
        Wanted values. A value must be of the kind of its default; a default of ``None`` takes any.
    name
        What messages call the notebook.

    Returns
    -------
    dict
        The parameters, checked.

    Raises
    ------
    UsageError
        If a parameter is unknown or of another kind.
    """
    defaults = parameter_defaults(notebook)
    for key, value in parameters.items():
        if key not in defaults:
            raise UsageError(
                f"{name} has no parameter {key!r}. It has: {', '.join(defaults)}.{nearest(key, list(defaults))}"
            )
        default = defaults[key]
        if default is not None and type(value) is not type(default):
            raise UsageError(
                f"The parameter {key!r} of {name} takes a value like {default!r}, not {value!r}."
            )
    return dict(parameters)


def parameter_defaults(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Read the names and defaults of a notebook's parameters without running it."""
    defaults: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "parameters" in cell["metadata"].get("tags", []):
            for statement in ast.parse(cell["source"]).body:
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    defaults[statement.targets[0].id] = ast.literal_eval(statement.value)
                elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    defaults[statement.target.id] = statement.value and ast.literal_eval(statement.value)
    return defaults


def _check_formats(formats: Sequence[str]) -> None:
    unknown = [form for form in formats if form not in FORMATS]
    if unknown or not formats:
        wrong = f"no format {unknown[0]!r}" if unknown else "no report without a format"
        raise UsageError(f"There is {wrong}. Write one or more of: {', '.join(FORMATS)}.")


def _date_parameter(as_of: str | None) -> dict[str, str]:
    if as_of is None and "SOURCE_DATE_EPOCH" in os.environ:
        epoch = os.environ["SOURCE_DATE_EPOCH"]
        if not epoch.isdecimal():
            raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}; it must be whole seconds since 1970.")
        as_of = dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC).date().isoformat()
    if as_of is None:
        return {}
    try:
        return {"as_of": dt.date.fromisoformat(as_of).isoformat()}
    except ValueError:
        raise UsageError(f"{as_of!r} is not a date; write it as 2018-08-28.") from None


@contextmanager
def _staging(out_dir: Path) -> Iterator[Path]:
    """Give a folder beside the target, on the same disk, that is gone afterwards, as is `out_dir` if left empty."""
    missing = [folder for folder in (out_dir, *out_dir.parents) if not folder.exists()]
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out_dir, prefix=".making-") as staging:
            yield Path(staging).resolve()
    except OSError as error:
        raise WorkError(f"Nothing can be written to {out_dir}: {error.strerror or error}.") from error
    finally:
        for folder in missing:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _run(source: Any, parameters: Mapping[str, Any], name: str, staging: Path) -> Any:
    """Run the notebook in a kernel of this very Python, in an empty folder."""
    with _without_slow_grammar():
        import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from parlib.publishing.kernel import OwnKernelManager

    work, ipython = staging / "work", staging / "ipython"
    work.mkdir()
    ipython.mkdir()
    try:
        return papermill.execute_notebook(
            source,
            None,
            parameters=dict(parameters),
            kernel_name="python3",
            language="python",
            progress_bar=sys.stderr.isatty(),
            execution_timeout=_CELL_TIMEOUT,
            kernel_manager_class=OwnKernelManager,
            # Nobody's start-up files and history: the report depends on the notebook alone.
            extra_arguments=[f"--ipython-dir={ipython}", "--HistoryManager.enabled=False"],
            resources={"metadata": {"path": str(work)}},
        )
    except PapermillExecutionError as error:
        message = f"{_cell_name(source, error.source, name)} failed: {error.ename}: {error.evalue}"
        # What the notebook refused as a wrong request is one, not a failure of the work.
        raise (UsageError if error.ename == UsageError.__name__ else WorkError)(
            error.evalue if error.ename == UsageError.__name__ else message
        ) from error
    # jupyter_client raises a bare RuntimeError where a kernel does not even start.
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
        raise WorkError(f"{name} did not come to its end: {error}") from error


def _cell_name(notebook: Mapping[str, Any], source: str, name: str) -> str:
    """Say which cell it was, as one finds it in the notebook: its number, and the heading above it."""
    above = ""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "markdown" and (
            heading := re.search(r"^#+ (.+)$", cell["source"], re.MULTILINE)
        ):
            above = f" (under “{heading[1]}”)"
        if cell["cell_type"] == "code" and cell["source"] == source:
            return f"Cell {number} of {name}{above}"
    return f"A cell of {name}"


def _export(executed: Any, form: str, staging: Path, stem: str) -> Path:
    from parlib.publishing.exporters import EXPORTERS

    body, resources = EXPORTERS[form]().from_notebook_node(executed)
    language = "" if form == "json" else f".{resources['parlib_lang']}"
    path = staging / f"{stem}{language}.{form}"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


def _check_file(path: Path, form: str) -> None:
    """Look at a file as its reader's program will: whole, and of its kind."""
    content = path.read_bytes()
    if form == "json":
        whole = bool(json.loads(content)["blocks"])
    else:
        start, end = _ENDS[form]
        whole = content.startswith(start) and content.rstrip().endswith(end)
    if len(content) < _SMALLEST[form] or not whole:
        raise WorkError(
            f"{path.name} came out broken or empty ({len(content)} bytes); it was not put in place."
        )


@contextmanager
def _without_slow_grammar() -> Iterator[None]:
    """Spare over a second: jsonschema compiles a grammar of internationalised URLs that notebooks have no use for.

    ``rfc3987_syntax`` is an optional part of jsonschema's format checks; it is hidden only while the notebook
    libraries are first imported, and only in this process.
    """
    hidden = "rfc3987_syntax"
    if hidden in sys.modules or "jsonschema" in sys.modules:
        yield
        return
    sys.modules[hidden] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[hidden]
