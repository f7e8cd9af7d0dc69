"""`make audit`: what is known of the lock, and never "nothing known" from a service that does not know."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import audit_lock
import pytest

KNOWN_BAD = audit_lock.KNOWN_BAD.partition("==")[0]


@contextmanager
def database(vulnerable: dict[str, str], status: int = 200) -> Iterator[str]:
    """Serve OSV's answers on this machine: a vulnerability of each package named, mended in the version given."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            mended = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": vulnerable.get(name)}]}
            affected = {"package": {"name": name, "ecosystem": "PyPI"}, "ranges": [mended]}
            known = {"vulns": [{"id": f"PYSEC-{name}", "summary": "bad", "affected": [affected]}]}
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(known if name in vulnerable else {}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def _short_lock(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "# a comment\nattrs==26.1.0 \\\n    --hash=sha256:00\npywinpty==3.1.2 ; os_name == 'nt' \\\n"
        f"    --hash=sha256:00\n{KNOWN_BAD}==3.1.6 \\\n    --hash=sha256:00\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(audit_lock, "LOCK", lock)


@pytest.mark.slow
def test_vulnerability_is_named_with_the_version_that_mends_it(capsys):
    with database({KNOWN_BAD: "3.1.7", "pywinpty": "4.0"}) as url:
        assert audit_lock.main(["--osv-url", url]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{KNOWN_BAD} 3.1.6: PYSEC-{KNOWN_BAD}, mended in 3.1.7",
        "pywinpty 3.1.2: PYSEC-pywinpty, mended in 4.0",
        "3 packages of requirements.lock checked, vulnerabilities known of 2.",
    ]


@pytest.mark.slow
def test_database_that_knows_of_nothing_has_checked_nothing(capsys):
    with database({}) as url:
        assert audit_lock.main(["--osv-url", url]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Not checked: ")
    assert f"it knows nothing of {audit_lock.KNOWN_BAD}, which is vulnerable" in said.err


@pytest.mark.slow
def test_service_that_refuses_has_checked_nothing(capsys):
    with database({KNOWN_BAD: "3"}, status=403) as url:
        assert audit_lock.main(["--osv-url", url]) == 2
    assert capsys.readouterr().err.startswith("Not checked: ")


@pytest.mark.slow
def test_service_that_cannot_be_reached_has_checked_nothing(capsys):
    with database({}) as url:
        pass
    assert audit_lock.main(["--osv-url", url]) == 2
    assert "This says nothing about requirements.lock." in capsys.readouterr().err
