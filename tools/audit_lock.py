"""Ask whether a vulnerability is known of any version that requirements.lock pins.

pip-audit asks the OSV database, which holds the advisories of PyPI. A service that cannot be reached, or that knows
nothing, must not read as "nothing known": the first question is about a version that is known to be vulnerable, and
only a service that says so is asked about the lock. Every pin is asked about, also those for other systems.

Run with ``make audit``. Exits with 0 if nothing is known, 1 if something is, 2 if that could not be found out.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
KNOWN_BAD = "jinja2==2.11.2"
"""PYSEC-2021-66: a regular expression that takes forever."""


class NoAnswerError(Exception):
    """The service gave none."""


def ask(pins: Sequence[str], url: str | None) -> list[dict[str, Any]]:
    """Return pip-audit's finding on each pin: name, version and what is known."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "pins.txt")
        asked.write_text("\n".join(pins), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            str(asked),
            "--no-deps",
            "--disable-pip",
        ]
        command += ["--vulnerability-service", "osv", *(["--osv-url", url] if url else [])]
        command += ["--format", "json", "--desc", "off", "--progress-spinner", "off"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    try:
        found: list[dict[str, Any]] = json.loads(run.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        last = run.stderr.strip().splitlines()[-1:] or [f"pip-audit ended with {run.returncode}"]
        raise NoAnswerError(last[0]) from None
    if skipped := [f"{one['name']} ({one['skip_reason']})" for one in found if "skip_reason" in one]:
        raise NoAnswerError(f"{len(skipped)} of {len(pins)} packages were skipped, first {skipped[0]}")
    if len(found) != len(pins):
        raise NoAnswerError(f"{len(pins)} packages were asked about, {len(found)} answered")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what is known of the lock."""
    parser = argparse.ArgumentParser(
        description="Ask whether a vulnerability is known of any pinned version."
    )
    parser.add_argument("--osv-url", help="another service that answers as OSV does, such as a mirror")
    url = parser.parse_args(arguments).osv_url
    pins = re.findall(r"^[a-z0-9][\w.-]*==[^\s;]+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    try:
        if not ask([KNOWN_BAD], url)[0]["vulns"]:
            raise NoAnswerError(f"it knows nothing of {KNOWN_BAD}, which is vulnerable")
        found = ask(pins, url)
    except NoAnswerError as reason:
        print(
            f"Not checked: the database of vulnerabilities gave no answer ({reason}). This says nothing about "
            f"{LOCK.name}. Run it again where the network lets it through, or name a mirror with --osv-url.",
            file=sys.stderr,
        )
        return 2
    known = sorted((one for one in found if one["vulns"]), key=lambda one: str(one["name"]))
    for one in known:
        for bad in one["vulns"]:
            mended = ", ".join(bad["fix_versions"]) or "no version yet"
            print(f"{one['name']} {one['version']}: {bad['id']}, mended in {mended}")
    print(f"{len(found)} packages of {LOCK.name} checked, vulnerabilities known of {len(known)}.")
    return bool(known)


if __name__ == "__main__":
    sys.exit(main())
