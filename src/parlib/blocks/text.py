"""Words on the page: the masthead, headings, paragraphs, lists and notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from parlib.blocks.block import Block, merge_figures
from parlib.blocks.figure import Drawing, checked_drawing, themed
from parlib.blocks.markup import SPACE, join, tag, typst_call, typst_code
from parlib.characters import plain
from parlib.wording.language import Language
from parlib.wording.sentence import Figure, Sentence


def masthead(
    lang: Language,
    *,
    title: str,
    subject: str,
    year: int,
    as_of: str,
    data_note: str = "",
    target: str = "",
    province: str | None = None,
    mark: str = "",
    id: str = "masthead",
) -> Block:
    """Open a report: what it is, of whom, of which year, and how good its data are.

    Parameters
    ----------
    title
        Kind of report, in a few words.
    subject
        Who it is about: the name of the province.
    year
        Edition.
    as_of
        ISO date at which the data stood.
    data_note
        One sentence on how complete the data are.
    target
        What the reader wants to reach, if that was said.
    province
        Slug of the province; ``None`` for a report on the country.
    mark
        What must be seen on every page, such as that the figures are illustrative.
    """
    document = lang.t("{title}: {subject}, {year}", title=plain(title), subject=plain(subject), year=year)
    facts = [(lang.t("Year"), str(year))]
    if target:
        facts.append((lang.t("Target"), plain(target)))
    facts.append((lang.t("Data as of"), lang.date(as_of)))
    if data_note:
        facts.append((lang.t("Completeness"), plain(data_note)))
    return Block(
        id=id,
        kind="masthead",
        html=tag(
            "div",
            tag("p", title, class_="kicker"),
            tag("h1", subject, SPACE, tag("span", year)),
            tag("dl", join(tag("div", tag("dt", name), tag("dd", value)) for name, value in facts)),
            class_="masthead",
            id=id,
        ),
        typst=typst_call("pl-masthead", kicker=title, subject=subject, year=str(year), facts=facts),
        text="\n".join([document, *(f"{name}: {value}" for name, value in facts)]),
        meta={
            "mark": plain(mark),
            "title": document,
            "subject": plain(subject),
            "province": province,
            "year": year,
            "lang": lang.code,
            "as_of": as_of,
        },
    )


def heading(level: Literal[2, 3, 4], text: str, *, id: str) -> Block:
    """Begin a section (2), a part of it (3) or a part of that (4); level 1 is the masthead."""
    return Block(
        id=id,
        kind="heading",
        html=tag(f"h{level}", text, id=id),
        typst=typst_call("pl-heading", level=level - 1, body=text),
        text=plain(text),
        meta={"level": level, "text": plain(text)},
    )


def page_break(*, id: str) -> Block:
    """Begin a new page where there are pages: what stands before it is a sheet of its own."""
    return Block(
        id=id,
        kind="page-break",
        html=tag("div", class_="page-break", id=id),
        typst=typst_call("pl-page-break"),
        text="",
    )


def paragraph(
    sentences: Sequence[str | Sentence], *, id: str, kind: Literal["body", "lead"] = "body"
) -> Block:
    """Print sentences as one paragraph; a ``lead`` is set larger, for the first thing to read."""
    said, figures = _say(sentences)
    text = " ".join(said)
    return Block(
        id=id,
        kind="paragraph",
        html=tag("p", text, id=id, class_=kind),
        typst=typst_call("pl-paragraph", kind=kind, body=text),
        text=text,
        figures=figures,
    )


def bullets(sentences: Sequence[str | Sentence], *, id: str, beside: Drawing | None = None) -> Block:
    """Print sentences as a list.

    Parameters
    ----------
    beside
        A small drawing to set to the right of the list (on a phone: below it).

    Raises
    ------
    ValueError
        If the drawing is not a mere drawing with an alternative text.
    """
    said, figures = _say(sentences)
    items = tag("ul", join(tag("li", text) for text in said), id=id)
    text = "\n".join(f"- {text}" for text in said)
    if beside is None:
        return Block(
            id=id,
            kind="bullets",
            html=items,
            typst=typst_call("pl-bullets", items=said),
            text=text,
            figures=figures,
        )
    svg, alt = checked_drawing(beside, id)
    drawing = tag("div", themed(svg), class_="aside")
    return Block(
        id=id,
        kind="bullets",
        html=tag("div", items, drawing, class_="beside"),
        typst=typst_call("pl-bullets", items=said, svg=typst_code(svg), alt=alt),
        text=f"{text}\n{alt}",
        figures=merge_figures([figures, beside.figures]),
        alt=alt,
    )


def note(
    lang: Language,
    sentences: str | Sentence | Sequence[str | Sentence],
    *,
    id: str,
    kind: Literal["info", "warning", "illustrative"] = "info",
) -> Block:
    """Say something beside the figures: a remark, a warning, or that what follows is only an illustration."""
    said, figures = _say([sentences] if isinstance(sentences, (str, Sentence)) else sentences)
    label = {
        "info": lang.t("Note"),
        "warning": lang.t("Caution"),
        "illustrative": lang.t("Illustrative data"),
    }[kind]
    text = " ".join(said)
    return Block(
        id=id,
        kind="note",
        html=tag(
            "div",
            tag("p", tag("strong", f"{label}."), SPACE, text),
            class_=f"note {kind}",
            role="note",
            id=id,
        ),
        typst=typst_call("pl-note", kind=kind, label=label, body=text),
        text=f"{label}. {text}",
        figures=figures,
    )


def _say(sentences: Sequence[str | Sentence]) -> tuple[list[str], dict[str, Figure]]:
    whole = [sentence if isinstance(sentence, Sentence) else Sentence(sentence) for sentence in sentences]
    return [plain(sentence.text) for sentence in whole], merge_figures(sentence.figures for sentence in whole)
