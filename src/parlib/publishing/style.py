"""The style sheet of a page, and of the same blocks inside a notebook."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files
from typing import Any, Final

from parlib.blocks import palette
from parlib.characters import printable

_ROOM: Final = files("parlib.publishing")


def asset(name: str) -> str:
    """Read a file of the templates."""
    return (_ROOM / "templates" / name).read_text(encoding="utf-8")


@cache
def template(name: str) -> Any:
    """Give a page's template: what enters it is quoted, and made printable, unless it is HTML already."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    return environment.from_string(asset(name))


@cache
def page_style() -> str:
    """Put together the style sheet of a page: fonts, the palette's two themes, the rules."""
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{_dark()}}}}}"
    return "\n".join([*font_faces(), f":root{{{_light()}}}{dark}", asset("report.css")])


@cache
def notebook_style() -> str:
    """Put together the style sheet of blocks in JupyterLab: its theme, not the system's, and only inside outputs."""
    themes = f'body{{{_light()}}}body[data-jp-theme-light="false"]{{{_dark()}}}'
    # A page has its own measure, letters and distances, which an output in a notebook lacks.
    own = (
        f':is(.cards,.note,figure,p,ul){{max-width:46rem;font-family:"{palette.FONT_FAMILY}",system-ui,sans-serif}}'
        "h2,h3,h4{margin:.6rem 0 .4rem}figure,.note{margin:1rem 0 1.2rem}"
        # JupyterLab sets every table flush right, in columns of one width.
        "figure.table table{table-layout:auto}figure.table :is(th,td){text-align:left}"
        "figure.table .num{text-align:right}"
    )
    rules = f".jp-OutputArea-output{{{asset('report.css')}{own}}}"
    return "\n".join([*font_faces(), themes, rules])


def font_faces(*, figures: bool = True) -> list[str]:
    """Put the fonts themselves into rules of a style sheet.

    Parameters
    ----------
    figures
        Also the font of numbers in tables, which charts do not use.
    """
    return [
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{slope};font-display:block;'
        f"src:url(data:font/woff2;base64,{_woff2(file)}) format('woff2')}}"
        for family, weight, slope, file in (
            (palette.FONT_FAMILY, 400, "normal", "BeVietnamPro-Regular"),
            (palette.FONT_FAMILY, 400, "italic", "BeVietnamPro-Italic"),
            (palette.FONT_FAMILY, 600, "normal", "BeVietnamPro-SemiBold"),
            ("Parlib Figures", 400, "normal", "ParlibFigures-Regular"),
            ("Parlib Figures", 600, "normal", "ParlibFigures-SemiBold"),
        )
        if figures or family == palette.FONT_FAMILY
    ]


def _woff2(name: str) -> str:
    return base64.b64encode((_ROOM / "assets" / "fonts" / f"{name}.woff2").read_bytes()).decode()


def _light() -> str:
    values = "".join(f"{palette.css_variable(colour)}:{colour};" for colour in palette.DARK)
    return values + "".join(
        f"--{name}:var({palette.css_variable(colour)});" for name, colour in colours().items()
    )


def _dark() -> str:
    return "".join(f"{palette.css_variable(colour)}:{other};" for colour, other in palette.DARK.items())


@cache
def colours() -> dict[str, str]:
    """Name the palette for style sheet and template: ``ink``, ``low_average``, ``low_average-edge``."""
    single = ("PAPER", "INK", "MUTED", "GRID", "SURFACE", "FIELD", "ACCENT", "MARK", "REGION", "GOOD", "BAD")
    return {
        **{name.lower(): getattr(palette, name) for name in single},
        **palette.GROUP_COLOURS,
        **{f"{group}-edge": colour for group, colour in palette.GROUP_EDGES.items()},
    }
