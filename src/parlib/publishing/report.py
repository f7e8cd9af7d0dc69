"""One report from beginning to end: check the parameters, run the notebook, export, and only then put it in place."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from parlib.errors import UsageError, WorkError, nearest
from parlib.publishing.engine import ParlibEngine
from parlib.publishing.workers import Workers
from parlib.storage import is_file_name
from parlib.wording.language import LANGUAGES, Language

if TYPE_CHECKING:
    from parlib.datasets import Record

FORMATS: Final = ("html", "pdf", "xlsx", "json")

_CELL_TIMEOUT: Final = 600
"""Seconds after which a cell is held to hang; the slowest takes a few."""

_REPORT_TIMEOUT: Final = 1800
"""Seconds after which a whole report is held to hang, whatever it does."""


_NEEDED: Final = (
    "IPython.core.completer",
    "IPython.core.interactiveshell",
    "IPython.core.magics",
    "babel.messages.pofile",
    "openpyxl",
    "parlib.pages.common",
    "parlib.publishing.beside",
    "parlib.publishing.formats",
    "parlib.publishing.inspection",
    "pypdfium2",
    "typst",
)
"""What every report imports, beside papermill."""


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


def read_notebook(path: Path) -> Any:
    """Read a notebook file, in format 4.

    Raises
    ------
    UsageError
        If it is no notebook, or cannot be read.
    """
    with _without_slow_grammar():
        import nbformat

    wrong: dict[str, Exception] = {}
    try:
        notebook = nbformat.read(path, as_version=4, capture_validation_error=wrong)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    # An older format is converted, and the conversion raises what it happens to trip over.
    except Exception as error:
        raise UsageError(f"{path.name} is no notebook: {type(error).__name__}: {error}") from error
    if invalid := wrong.get("ValidationError"):  # nbformat alone would only log it
        raise UsageError(f"{path.name} is no notebook: {invalid}") from invalid
    return notebook


@dataclass(frozen=True)
class Rendered:
    """What one run of a notebook gave.

    Attributes
    ----------
    lang
        Language of the report.
    files
        Format → content, in the order in which the formats were asked for.
    """

    lang: str
    files: Mapping[str, bytes]


class CellError(WorkError):
    """A cell of a report notebook failed.

    Attributes
    ----------
    cell, heading
        Number of the cell in the notebook (0 if it is none of them), and the heading above it.
    kind
        Name of the exception that the cell raised.
    """

    def __init__(self, message: str, cell: int = 0, heading: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.cell, self.heading, self.kind = cell, heading, kind

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.cell, self.heading, self.kind)


def make_report(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    out_dir: Path,
    stem: str,
    formats: Sequence[str] = ("html", "pdf"),
    *,
    as_of: str | None = None,
    workers: Workers | None = None,
    known: Record | None = None,
) -> list[Path]:
    """Write one report.

    The notebook runs in a process of its own. The files appear in `out_dir` after all of them have been made and
    checked; a failure leaves nothing behind. The same parameters and data give the same bytes.

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
        Any of :data:`FORMATS`.
    as_of
        ISO date to print as that of the data; ``SOURCE_DATE_EPOCH`` if not given, else what the notebook says.
    workers
        What :func:`ready` gave; it is closed afterwards.
    known
        The record in use, if it was opened just now: it is read to its end here, while the process of the report is
        still importing, and goes to it. By default that process reads the record itself.

    Returns
    -------
    list of Path
        The files, in the order of `formats`.

    Raises
    ------
    UsageError
        If the notebook, a parameter or a format is unknown; no cell has run.
    DataError
        If `known` breaks its contract.
    WorkError
        If a cell failed or a file did not come out.
    """
    check_formats(formats)
    return _publish(notebook, parameters, out_dir, stem, render, formats, as_of, workers, known)


def ready() -> Workers:
    """Start a process that imports what a report needs, while the caller is still finding out which one to make."""
    return Workers(timeout=_REPORT_TIMEOUT, warm=(f"{__name__}:load_code",), shared=("parlib.datasets",))


def make_figures(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    out_dir: Path,
    stem: str,
    *,
    png: bool = False,
    as_of: str | None = None,
) -> list[Path]:
    """Write every chart of a report as an SVG file, and as a PNG file on request.

    Parameters
    ----------
    notebook, parameters, out_dir, stem, as_of
        As for :func:`make_report`; chart ``papi-strip`` gives ``thua-thien-hue.vi.papi-strip.svg``.
    png
        Also as PNG, 220 dots per inch at the size at which the report prints it.

    Raises
    ------
    UsageError
        If the notebook or a parameter is unknown; no cell has run.
    WorkError
        If a cell failed or a chart did not come out.
    """
    return _publish(notebook, parameters, out_dir, stem, draw, ("svg", "png") if png else ("svg",), as_of)


def _publish(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    out_dir: Path,
    stem: str,
    work: Callable[[Path, Mapping[str, Any], Sequence[str]], Rendered],
    formats: Sequence[str],
    as_of: str | None,
    workers: Workers | None = None,
    known: Record | None = None,
) -> list[Path]:
    """Do the work in a process of its own, and put its files in place when all of them are there."""
    path = notebook if isinstance(notebook, Path) else notebook_path(notebook)
    file_name(stem, "", "")  # before anything is started
    values = {**parameters, **date_parameter(as_of)}
    try:
        json.dumps(values)
    except (TypeError, ValueError) as error:
        raise UsageError(f"A parameter holds what cannot be written into a notebook: {error}.") from error
    with _staging(out_dir) as staging:
        with workers or Workers(timeout=_REPORT_TIMEOUT) as pool:
            if known is not None:
                known.read_all()
            made = pool.submit(_work, known, work, path, values, formats)
            try:
                rendered: Rendered = made.result().value
            except OSError as error:  # what the process met, not what `out_dir` is like
                raise WorkError(f"The report could not be made: {error}.") from error
        staged = []
        for form, content in rendered.files.items():
            file = staging / file_name(stem, form, rendered.lang)
            file.write_bytes(content)
            staged.append(file)
        return [file.replace(out_dir / file.name) for file in staged]


def _work(
    known: Record | None,
    work: Callable[[Path, Mapping[str, Any], Sequence[str]], Rendered],
    path: Path,
    parameters: Mapping[str, Any],
    formats: Sequence[str],
) -> Rendered:
    """Do the work; on a record that another process has read, compute beside it what all reports of the year share."""
    if known is None:
        return work(path, parameters, formats)

    from parlib.datasets import use
    from parlib.pages.common import prepare
    from parlib.publishing.beside import beside

    use(known)
    with beside(known, lambda copy: prepare(copy, parameters["year"])):
        return work(path, parameters, formats)


def render(path: Path, parameters: Mapping[str, Any], formats: Sequence[str]) -> Rendered:
    """Run a report notebook in this process, export it, and inspect what came out; nothing is written.

    Parameters
    ----------
    path
        The notebook.
    parameters
        Values for the notebook's ``parameters`` cell.
    formats
        Any of :data:`FORMATS`.

    Raises
    ------
    CellError
        If a cell failed.
    UsageError
        If the notebook has no such parameter, or a cell refused its value.
    WorkError
        If a file did not come out right.
    """
    executed = _run(path, parameters)

    from parlib.publishing.document import read_document
    from parlib.publishing.formats import WRITERS
    from parlib.publishing.inspection import inspect

    document = read_document(executed)
    files = {form: WRITERS[form](document) for form in formats}
    inspect(document, files)
    return Rendered(document.lang.code, files)


def draw(path: Path, parameters: Mapping[str, Any], formats: Sequence[str]) -> Rendered:
    """Run a report notebook in this process and give its charts; nothing is written.

    Parameters
    ----------
    path, parameters
        As for :func:`render`.
    formats
        ``svg``, ``png`` or both.

    Raises
    ------
    CellError, UsageError, WorkError
        As :func:`render` does.
    """
    executed = _run(path, parameters)

    from parlib.publishing.document import read_document
    from parlib.publishing.drawings import DRAWN

    document = read_document(executed)
    files = {
        f"{name}.{form}": DRAWN[form](svg) for name, svg in document.drawings.items() for form in formats
    }
    if not files:
        raise WorkError("The report has no chart.")
    return Rendered(document.lang.code, files)


def load_code() -> None:
    """Import what every report needs, so that processes forked from this one need not; start no thread."""
    from importlib import import_module

    from parlib.blocks.charts import text_width

    with _without_slow_grammar():
        import_module("papermill")
    for name in _NEEDED:
        import_module(name)

    from parlib.publishing.style import page_style, template
    from parlib.publishing.typesetting import only_letters_of_the_font

    read_notebook(notebook_path("province"))  # compiles the schema of notebooks
    template("report.html.j2")
    page_style()
    only_letters_of_the_font("")  # opens the fonts, as do the widths
    for weight in (400, 600):
        text_width("", weight=weight)
    for code in LANGUAGES:
        Language(code).t("Contents")  # reads the catalogues


def warm(year: int) -> None:
    """Import, load and compute what every report of a year needs; start no thread."""
    from parlib.datasets import record

    load_code()
    known = record()
    known.read_all()

    from parlib.pages.common import prepare

    prepare(known, year)


def file_name(stem: str, form: str, lang: str) -> str:
    """Name a file of a report: ``hue.vi.html``; the figures of ``hue.json`` are the same in every language.

    Raises
    ------
    UsageError
        If the name would lead out of its folder.
    """
    name = f"{stem}.{form}" if form == "json" else f"{stem}.{lang}.{form}"
    if not stem or stem.startswith(".") or not is_file_name(name):
        raise UsageError(f"{stem!r} cannot begin a file name.")
    return name


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
        If a parameter is unknown or of another kind, or the cell holds more than names with plain values.
    """
    try:
        defaults = parameter_defaults(notebook)
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"The parameters of {name} are not names with plain values: {error}.") from error
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


def check_formats(formats: Sequence[str]) -> None:
    """Raise UsageError for a format that nothing writes, and for none at all."""
    unknown = [form for form in formats if form not in FORMATS]
    if unknown or not formats:
        wrong = f"no format {unknown[0]!r}" if unknown else "no report without a format"
        raise UsageError(f"There is {wrong}. Write one or more of: {', '.join(FORMATS)}.")


def date_parameter(as_of: str | None = None) -> dict[str, str]:
    """Give the parameter for the printed date: `as_of`, else ``SOURCE_DATE_EPOCH``, else none.

    Raises
    ------
    UsageError
        If either is no date.
    """
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


def _run(path: Path, parameters: Mapping[str, Any]) -> Any:
    """Run the notebook by papermill in this process, in an empty folder."""
    source = read_notebook(path)
    values = check_parameters(source, parameters, path.name)
    with _without_slow_grammar():
        import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    # Known by its entry point where parlib is installed; this makes it known where it is only on the path.
    papermill_engines.register("parlib", ParlibEngine)
    before = Path.cwd()
    if "PARLIB_DATA" in os.environ:  # named from here, and to be found from there
        from parlib.datasets import data_folder

        os.environ["PARLIB_DATA"] = str(data_folder())
    try:
        with tempfile.TemporaryDirectory(prefix="parlib-") as empty:
            os.chdir(empty)
            try:
                return papermill.execute_notebook(
                    source,
                    None,
                    parameters=values,
                    engine_name="parlib",
                    kernel_name="python3",
                    language="python",
                    progress_bar=False,
                    execution_timeout=_CELL_TIMEOUT,
                )
            finally:
                os.chdir(before)
    except PapermillExecutionError as error:
        # What the notebook refused as a wrong request is one, not a failure of the work.
        if error.ename == UsageError.__name__:
            raise UsageError(error.evalue) from error
        number, heading = _place(source, error.source)
        where = f"Cell {number}" if number else "A cell"
        under = f" (under “{heading}”)" if heading else ""
        message = f"{where} of {path.name}{under} failed: {error.ename}: {error.evalue}"
        raise CellError(message, number, heading, error.ename) from error


def _place(notebook: Mapping[str, Any], source: str) -> tuple[int, str]:
    """Find a cell as one finds it in the notebook: its number, and the heading above it."""
    above = ""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "markdown" and (
            heading := re.search(r"^#+ (.+)$", cell["source"], re.MULTILINE)
        ):
            above = heading[1]
        if cell["cell_type"] == "code" and cell["source"] == source:
            return number, above
    return 0, ""


@contextmanager
def _without_slow_grammar() -> Iterator[None]:
    """Spare over a second: jsonschema compiles grammars of web addresses that notebooks have no use for.

    Both are optional parts of its format checks; they are hidden only while the notebook libraries are first imported,
    and only in this process.
    """
    hidden = ("rfc3987_syntax", "rfc3986_validator")
    if "jsonschema" in sys.modules or any(name in sys.modules for name in hidden):
        yield
        return
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
