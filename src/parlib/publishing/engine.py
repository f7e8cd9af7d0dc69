"""A papermill engine that runs cells in this very process: no kernel to start, no sockets to talk through.

It is registered as ``parlib``, so ``papermill --engine parlib …`` knows it. The notebook sees what it would see in a
kernel: IPython, ``display``, magics, its own ``__main__``. Whoever wants a notebook apart from the rest of a program
runs it in a process of its own, as :class:`parlib.publishing.workers.Workers` does.

papermill loads its engines while it is being imported itself, so this module must be whole without papermill.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, Final

from parlib.errors import WorkError

STREAM_LIMIT: Final = 4_000_000
"""Letters that one cell may print. No report holds as many; a runaway loop would fill memory and disk."""


class ParlibEngine:
    """Run a notebook's cells one after another in an IPython shell inside this process."""

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,  # noqa: ARG003 (papermill names one for any engine)
        output_path: str | None = None,
        progress_bar: bool | dict[str, Any] = True,
        log_output: bool = False,
        autosave_cell_every: int = 30,
        execution_timeout: float | None = None,
        **_: Any,
    ) -> Any:
        """Run all cells, in papermill's way: each cell's outputs, times and state enter the notebook.

        Parameters
        ----------
        nb
            Notebook of format 4, parameters already injected.
        kernel_name
            Ignored: the notebook runs in this Python.
        output_path
            Where papermill saves the notebook after each cell, if anywhere.
        progress_bar, log_output, autosave_cell_every
            As for any engine of papermill.
        execution_timeout
            Seconds for one cell, kept where the system has alarms and this is the main thread.

        Returns
        -------
        NotebookNode
            The notebook. A cell that failed ends the run; papermill raises for it.

        Raises
        ------
        WorkError
            If IPython already runs in this process, as in a Jupyter kernel.
        """
        from papermill.engines import NotebookExecutionManager

        manager = NotebookExecutionManager(
            nb,
            output_path=output_path,
            progress_bar=progress_bar,
            log_output=log_output,
            autosave_cell_every=autosave_cell_every,
        )
        manager.notebook_start()
        try:
            with _shell() as shell:
                for number, cell in enumerate(nb.cells):
                    if cell.cell_type != "code" or not cell.source.strip():
                        continue
                    manager.cell_start(cell, number)
                    try:
                        fine = _run_cell(shell, cell, execution_timeout)
                        if not fine:
                            manager.cell_exception(cell, number)
                    finally:
                        manager.cell_complete(cell, number)
                    if not fine:
                        break
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Name the kernel as papermill would; nothing here depends on it."""
        return name or nb.metadata.get("kernelspec", {}).get("name", "python3")

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:  # noqa: ARG003 (as above)
        """Name the language: it can be Python only."""
        return language or "python"


class _Outputs:
    """Outputs of the cell that runs, in the form in which a notebook keeps them."""

    def __init__(self) -> None:
        self.cell: list[Any] = []
        self.shown: dict[str, list[Any]] = {}
        self.printed = 0
        self._clear_next = False

    def start(self) -> None:
        """Begin a cell."""
        self.cell = []
        self.printed = 0
        self._clear_next = False

    def add(self, output: Mapping[str, Any], display_id: str | None = None) -> None:
        """Add one output, and remember it if it has a name under which it may be updated."""
        from nbformat import from_dict

        if self._clear_next:
            self.clear()
        node = from_dict(output)  # type: ignore[no-untyped-call]
        self.cell.append(node)
        if display_id:
            self.shown.setdefault(display_id, []).append(node)

    def print(self, name: str, text: str) -> None:
        """Add printed text to the last output if that is of the same stream."""
        self.printed += len(text)
        if self.printed > STREAM_LIMIT:
            raise WorkError(f"The cell prints more than {STREAM_LIMIT:,} letters; no report holds as much.")
        last = None if self._clear_next or not self.cell else self.cell[-1]
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.add({"output_type": "stream", "name": name, "text": text})

    def update(self, display_id: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Change every output that was shown under a name."""
        for node in self.shown.get(display_id, []):
            node["data"], node["metadata"] = data, metadata

    def clear(self, wait: bool = False) -> None:
        """Take back what the cell has shown, now or when it shows something else."""
        self._clear_next = wait
        if not wait:
            self.cell.clear()


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, outputs: _Outputs, name: str) -> None:
        self._outputs, self._name = outputs, name

    def write(self, text: str) -> int:
        if text:
            self._outputs.print(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True


def _plain(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Put a bundle into the form it would have after travelling from a kernel: JSON."""
    if all(isinstance(value, str) for value in bundle.values()):
        return dict(bundle)
    plain: dict[str, Any] = json.loads(json.dumps(bundle, default=str))
    return plain


@cache
def _shell_class() -> Any:
    """Derive the shell from IPython's, when first needed: IPython takes a while to import."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Instance, Type

    class Hook(DisplayHook):
        """What the last expression of a cell gives."""

        shell: Any

        def start_displayhook(self) -> None:
            pass

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            if format_dict:
                self.shell.outputs.add(
                    {
                        "output_type": "execute_result",
                        "execution_count": self.prompt_count,
                        "data": _plain(format_dict),
                        "metadata": _plain(md_dict or {}),
                    }
                )

        def finish_displayhook(self) -> None:
            pass

    class Publisher(DisplayPublisher):
        """What ``display`` shows."""

        shell: Any

        def publish(  # type: ignore[override]  # IPython's `source` is on its way out
            self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
        ) -> None:
            name = (transient or {}).get("display_id")
            bundle, details = _plain(data), _plain(metadata or {})
            if update:
                self.shell.outputs.update(name, bundle, details)
            else:
                self.shell.outputs.add(
                    {"output_type": "display_data", "data": bundle, "metadata": details}, name
                )

        def clear_output(self, wait: bool = False) -> None:
            self.shell.outputs.clear(wait)

    class Shell(InteractiveShell):
        """IPython without a terminal, a history or anybody's start-up files."""

        displayhook_class = Type(Hook)
        display_pub_class = Type(Publisher)
        outputs = Instance(_Outputs, ())

        def init_virtualenv(self) -> None:
            """Leave ``sys.path`` alone: this Python already is the right one."""

        def enable_gui(self, gui: Any = None) -> None:
            """Open no window."""

        def raw_input(self, prompt: str = "") -> str:
            raise EOFError("A report asks nobody anything.")

        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            self.outputs.add(
                {
                    "output_type": "error",
                    "ename": str(etype.__name__),
                    "evalue": str(evalue),
                    "traceback": list(stb),
                }
            )

    return Shell


@contextmanager
def _shell() -> Iterator[Any]:
    """Give a new shell, and leave the process as it was."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    if InteractiveShell.initialized():
        raise WorkError(
            "IPython already runs in this process. Run the notebook in another one: "
            "parlib.publishing.report.make_report does, and so does papermill's own engine."
        )
    shell_class = _shell_class()
    config = Config()
    config.HistoryManager.enabled = False
    config.InlineBackend.figure_formats = {"svg"}
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autocall = 0
    main, hook, backend = sys.modules["__main__"], sys.displayhook, os.environ.get("MPLBACKEND")
    # As in a kernel: a chart that a cell leaves open is shown below it.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    with tempfile.TemporaryDirectory(prefix="parlib-") as private:
        shell = shell_class.instance(config=config, ipython_dir=str(Path(private)))
        try:
            with shell.builtin_trap:
                yield shell
        finally:
            shell.restore_sys_module_state()
            shell_class.clear_instance()
            sys.modules["__main__"], sys.displayhook = main, hook
            if backend is None:
                del os.environ["MPLBACKEND"]


def _run_cell(shell: Any, cell: Any, timeout: float | None) -> bool:
    """Run one cell and put its outputs into it; tell whether the next one may run."""
    shell.outputs.start()
    tags = cell.metadata.get("tags", [])
    with (
        redirect_stdout(_Stream(shell.outputs, "stdout")),
        redirect_stderr(_Stream(shell.outputs, "stderr")),
        _alarm(timeout),
    ):
        result = shell.run_cell(cell.source, store_history=True, silent=False)
    cell.outputs = shell.outputs.cell
    cell.execution_count = result.execution_count
    return bool(result.success) or "raises-exception" in tags


@contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    """Interrupt a cell that takes too long."""
    if (
        not seconds
        or not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"The cell took longer than {seconds:g} seconds.")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
