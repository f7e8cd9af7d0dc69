"""JupyterLab as a researcher uses it: open a notebook, run all, move a widget, see the rank change."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]
PATIENCE = 120_000  # milliseconds


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answer(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.read()
    except (urllib.error.URLError, OSError):
        return None


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab of its own on a copy of the notebooks: address, and how to open a path in it."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, home / "notebooks")
    own = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    )
    env = os.environ | {name: str(home / name.lower()) for name in own}
    port = free_port()
    options = [
        *("--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"),
        *(
            "--IdentityProvider.token=secret",
            f"--ServerApp.root_dir={home / 'notebooks'}",
            "--LabApp.news_url=",
        ),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=env, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}/{{path}}?token=secret"
            for _ in range(60):
                if answer(address.format(path="api")):
                    break
                time.sleep(1)
            else:
                pytest.fail((home / "log").read_text()[-2000:])
            yield address
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 1500, "height": 2600})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


def run_all(page, lab, name):
    """Open a notebook in a fresh workspace, wait for its kernel, and run every cell."""
    page.goto(lab.format(path=f"lab/tree/explore/{name}.ipynb") + "&reset")
    page.get_by_text(re.compile(r"Python 3.* \| Idle")).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.locator(".widget-slider .noUi-handle").first.wait_for()


def press(page, key, times=1):
    page.locator(".widget-slider .noUi-handle").first.focus()
    for _ in range(times):
        page.keyboard.press(key)


def test_moving_a_score_changes_score_and_rank(page, lab):
    run_all(page, lab, "01-one-province-live")
    card = page.locator(".jp-OutputArea-output .card").first
    assert "36.03" in card.inner_text()
    assert "Rank 37/63" in card.inner_text()
    press(page, "ArrowRight", 30)  # D1.1, by 0.01 each
    page.locator("#what-if").get_by_text("36.33 points (+0.30), rank 34/63 instead of 37/63").wait_for()
    assert "Rank 34/63" in page.locator(".jp-OutputArea-output .card").first.inner_text()
    ladder = page.locator("#papi-ladder svg").first.get_attribute("aria-label")
    assert "36.33 points and rank 34/63" in ladder
    page.get_by_role("button", name="Back to the record").click()
    page.locator("#what-if").wait_for(state="detached")
    assert "Rank 37/63" in page.locator(".jp-OutputArea-output .card").first.inner_text()


def test_another_target_is_planned_anew(page, lab):
    run_all(page, lab, "03-into-the-top")
    page.locator("#gap").get_by_text("To reach rank 15 or better").wait_for()
    press(page, "ArrowLeft")
    page.locator("#gap").get_by_text("To reach rank 14 or better").wait_for()
    page.get_by_role("button", name="Tiếng Việt").click()
    page.locator("#gap").get_by_text("Thừa Thiên Huế").wait_for()
    assert "37,66" in page.locator("#gap").inner_text()


def test_blocks_have_the_colours_of_the_report(page, lab):
    run_all(page, lab, "01-one-province-live")
    border = "getComputedStyle(document.querySelector('.jp-OutputArea-output .card')).borderTopColor"
    assert page.evaluate(border) == "rgb(168, 114, 29)"  # the edge of the low average group
    mark = page.locator("#papi-strip [id*=mark-] :is(path, use)").first
    assert mark.evaluate("mark => getComputedStyle(mark).fill") not in ("rgb(0, 0, 0)", "none")


def test_vietnamese_is_offered(lab):
    offered = json.loads(answer(lab.format(path="lab/api/translations/")))["data"]
    assert "vi_VN" in offered
