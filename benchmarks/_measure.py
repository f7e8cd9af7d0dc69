"""Running a command and measuring it, with everything that it starts."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

_INTERVAL = 0.1


@dataclass(frozen=True)
class Measured:
    """Seconds on the clock, processor seconds, and the largest memory of all processes together, shared pages once."""

    wall: float
    cpu: float
    peak: float

    def __add__(self, other: Measured) -> Measured:
        return Measured(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))

    def times(self, factor: float) -> Measured:
        """The same work so many times, one after another."""
        return Measured(self.wall * factor, self.cpu * factor, self.peak)


def measure(
    command: list[str], cwd: Path, environment: dict[str, str] | None = None, code: int = 0
) -> Measured:
    """Run a command to its end.

    Raises
    ------
    RuntimeError
        If it ends with another exit code than `code`.
    """
    begun = time.perf_counter()
    with (cwd / "output.txt").open("w+") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=output, stderr=output
        )
        peak = _Peak(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.stop()
        if process.returncode != code:
            output.seek(0)
            raise RuntimeError(
                f"{' '.join(command)} ended with {process.returncode}:\n{output.read()[-2000:]}"
            )
    return Measured(wall, usage.ru_utime + usage.ru_stime, peak.bytes)


class _Peak:
    """Look at a process and its descendants again and again."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_INTERVAL):
            try:
                root = psutil.Process(self._pid)
                family = [root, *root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.bytes = max(self.bytes, sum(own_share(process) for process in family))


def own_share(process: psutil.Process) -> float:
    """Memory of a process, each shared page divided by the number of those who share it."""
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1]) * 1024
        return 0.0
    except (OSError, psutil.Error):
        return 0.0
