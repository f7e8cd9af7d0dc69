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

from parlib.publishing.style import colours

LARGEST = 300_000  # bytes of a picture
_SHADES = 12


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
            "html,pdf,xlsx",
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
    """Give a PNG; one too large for a README is an error."""
    stream = io.BytesIO()
    # The colours of the reports and their blends with paper (edges of letters): a small coloured mark keeps its own.
    shades = [
        round(255 + (int(colour[at : at + 2], 16) - 255) * step / _SHADES)
        for colour in sorted(set(colours().values()))
        for step in range(1, _SHADES + 1)
        for at in (1, 3, 5)
    ]
    few = Image.new("P", (1, 1))
    few.putpalette(shades[: 3 * 256])
    drawn = image.convert("RGB").quantize(palette=few, dither=Image.Dither.NONE)
    drawn.save(stream, "PNG", optimize=True)
    content = stream.getvalue()
    if len(content) > LARGEST:
        raise SystemExit(f"A picture has {len(content)} bytes, more than {LARGEST}.")
    return content


if __name__ == "__main__":
    main()
