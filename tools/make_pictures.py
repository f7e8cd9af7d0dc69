"""Make the pictures of the README: the first page of a report and the index page, as a browser shows them."""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

LARGEST = 300_000  # bytes of a picture


def main() -> None:
    """Make a few reports in a folder of their own and take their pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder) / "reports"
        command = [
            "batch",
            "--year",
            "2017",
            "--region",
            "btb-dhmt",
            "--format",
            "html,pdf",
            "--out",
            str(reports),
        ]
        parlib = Path(sys.executable).with_name("parlib")
        subprocess.run([parlib, *command], check=True)  # noqa: S603 - our own command
        (out / "report.png").write_bytes(first_pages(reports / "2017" / "thua-thien-hue.vi.pdf"))
        (out / "index.png").write_bytes(page(reports / "index.html"))


def first_pages(pdf: Path) -> bytes:
    """Set the first and the third page of a report side by side."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[number].render(scale=1.35).to_pil() for number in (0, 2)]
    gap = 24
    width = sum(image.width for image in pages) + 3 * gap
    sheet = Image.new("RGB", (width, pages[0].height + 2 * gap), "#d9dee4")
    at = gap
    for image in pages:
        sheet.paste(image, (at, gap))
        at += image.width + gap
    return small(sheet)


def page(address: Path) -> bytes:
    """Take a picture of a page in a window of usual size."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        window = browser.new_page(viewport={"width": 1200, "height": 860})
        window.goto(address.resolve().as_uri())
        shot = window.screenshot()
        browser.close()
    return small(Image.open(io.BytesIO(shot)))


def small(image: Image.Image) -> bytes:
    """Give a PNG of few colours; what is still too large is an error."""
    stream = io.BytesIO()
    image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    content = stream.getvalue()
    if len(content) > LARGEST:
        raise SystemExit(f"A picture has {len(content)} bytes, more than {LARGEST}.")
    return content


if __name__ == "__main__":
    main()
