"""Live views for JupyterLab: choose a province, move a score, set a target, and see what follows at once.

The widgets only choose; what they show is computed and said by the same functions as the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ipywidgets as widgets
import pandas as pd

from parlib.answers.plan import PlanResult, Target, plan, survey_leaves
from parlib.answers.whatif import what_if
from parlib.blocks import Block, Section, cards, chart, charts, note, paragraph
from parlib.datasets import Record, record
from parlib.frameworks import ROOT
from parlib.pages.neighbours import neighbours
from parlib.pages.opening import card
from parlib.pages.path import learned
from parlib.pages.published import published
from parlib.pages.report import Report
from parlib.pages.standing import standing
from parlib.publishing.style import notebook_style
from parlib.wording import answers as say
from parlib.wording.language import LANGUAGES, Language, is_missing
from parlib.wording.terms import group_name

_NAMES = {"vi": "Tiếng Việt", "en": "English"}
_STEP = 0.01  # scores are printed with two decimals


@dataclass(frozen=True)
class Style:
    """The look of the report for the blocks of a notebook; shows nothing itself."""

    def __repr__(self) -> str:
        return ""

    def _repr_html_(self) -> str:
        return f"<style>{notebook_style()}</style>"


def style() -> Style:
    """Let blocks look in this notebook as they do in a report: put it last in the cell of imports."""
    return Style()


class Explorer:
    """One province live: cards, all provinces by dimension, the neighbours, and what other scores would change.

    Parameters
    ----------
    province
        Slug, name or GSO code to begin with.
    index, year
        To begin with; default: the first index of the record, and its last year.
    lang
        ``vi`` or ``en``.
    known
        The record; default: the one in use.

    Attributes
    ----------
    province, index, year, lang
        The widgets that choose; set their ``value`` and everything follows.
    sliders
        One per leaf that has a score, by code: the score of the province, to be moved.
    """

    def __init__(
        self,
        province: str = "hue",
        *,
        index: str | None = None,
        year: int | None = None,
        lang: str = "vi",
        known: Record | None = None,
    ) -> None:
        self._chooser = _Chooser(known or record(), province, index, year, lang, self._chosen)
        self.province, self.index = self._chooser.province, self._chooser.index
        self.year, self.lang = self._chooser.year, self._chooser.lang
        self.sliders: dict[str, Any] = {}
        self._start: dict[str, float] = {}
        self._of: tuple[str, int, str] | None = None
        self._top, self._side, self._main = widgets.HTML(), widgets.VBox(), widgets.HTML()
        self._side.layout = widgets.Layout(min_width="20rem", width="24rem")
        self._main.layout = widgets.Layout(flex="1 1 36rem", min_width="0")
        body = widgets.HBox([self._side, self._main], layout=widgets.Layout(flex_flow="row wrap"))
        self._box = widgets.VBox([_look(), self._chooser.box, self._top, body])
        self._chosen()

    def __repr__(self) -> str:
        return self._shown().text

    def _repr_mimebundle_(self, **options: object) -> Any:
        return self._box._repr_mimebundle_(**options)

    @property
    def changed(self) -> dict[str, float]:
        """Scores that were moved, by leaf."""
        moved = {leaf: slider.value - self._start[leaf] for leaf, slider in self.sliders.items()}
        return {leaf: self.sliders[leaf].value for leaf, by in moved.items() if abs(by) > _STEP / 2}

    @property
    def figures(self) -> dict[str, Any]:
        """The total as it is shown: ``score``, ``rank``, ``of``, ``group``."""
        row = self._report.total(self.index.value) or {}
        return {key: row.get(key) for key in ("score", "rank", "of", "group")}

    def reset(self) -> None:
        """Put every slider back to the score on record."""
        with self._chooser.quiet():
            for leaf, slider in self.sliders.items():
                slider.value = self._start[leaf]
        self._moved()

    @property
    def _report(self) -> Report:
        return _WhatIf(self._chooser.report, self.index.value, self.changed)

    def _chosen(self) -> None:
        report, index = self._chooser.report, self.index.value
        rows = report.profile(index) if report.whole(index) else pd.DataFrame()
        of = index, report.year, report.province.slug
        kept = self.changed if of == self._of else {}  # another language, the same scores
        self._of, self._start = of, _movable(rows, report, index)
        self.sliders = {leaf: _slider(rows, leaf, start, report.lang) for leaf, start in self._start.items()}
        for leaf, score in kept.items():
            self.sliders[leaf].value = score
        for slider in self.sliders.values():
            slider.observe(self._moved, "value")
        back = widgets.Button(description=report.lang.t("Back to the record"), icon="undo")
        back.layout.width = "auto"
        back.on_click(lambda _: self.reset())
        title = f"<b>{_escaped(report.lang.t('What if these scores were different?'))}</b>"
        self._side.children = (
            [widgets.HTML(title), back, _by_dimension(self.sliders, report, index)] if self.sliders else []
        )
        self._moved()

    def _moved(self, _: object = None) -> None:
        if self._chooser.busy:
            return
        shown = self._shown()
        top = [block for block in shown.blocks if block.kind in ("cards", "note", "paragraph")]
        self._top.value = _html(top)
        self._main.value = _html([block for block in shown.blocks if block not in top])

    def _shown(self) -> Section:
        report, index, lang = self._report, self.index.value, self._chooser.report.lang
        headline = cards(lang, [card(report, index)], id="headline")
        if not report.whole(index):
            return Section([headline, *published(report, index).blocks[1:]])
        blocks: list[Block] = [headline]
        if self.changed:
            blocks.append(note(lang, self._said(report), id="what-if", kind="illustrative"))
        drawn = [*standing(report, index).blocks, *neighbours(report, index).blocks]
        return Section([*blocks, *(block for block in drawn if block.kind == "chart")])

    def _said(self, report: Report) -> str:
        lang, index = report.lang, self.index.value
        before, after = self._chooser.report.total(index), report.total(index)
        if before is None or after is None:
            return ""
        return lang.t(
            "With these scores {province} would have {score} points ({change}), rank {rank} instead of {old_rank}, "
            "{group} group, if all others stayed as they are.",
            province=report.name,
            score=lang.number(after["score"]),
            change=lang.signed(after["score"] - before["score"]),
            rank=lang.rank(after["rank"], after["of"]),
            old_rank=lang.rank(before["rank"], before["of"]),
            group=group_name(lang, after["group"]),
        )


class Planner:
    """What reaches a target, live: the gap, three plans, and how likely each is to be enough.

    Parameters
    ----------
    province, index, year, lang, known
        As for :class:`Explorer`.

    Attributes
    ----------
    province, index, year, lang, rank, surveys
        The widgets that choose; ``rank`` is the place to reach, ``surveys`` whether indicators assessed by a survey may
        be planned.
    """

    def __init__(
        self,
        province: str = "hue",
        *,
        index: str | None = None,
        year: int | None = None,
        lang: str = "vi",
        known: Record | None = None,
    ) -> None:
        self._chooser = _Chooser(known or record(), province, index, year, lang, self._chosen)
        self.province, self.index = self._chooser.province, self._chooser.index
        self.year, self.lang = self._chooser.year, self._chooser.lang
        self.rank = widgets.IntSlider(value=15, min=1, max=63, continuous_update=False)
        self.surveys = widgets.Checkbox(value=True, indent=False)
        for widget in (self.rank, self.surveys):
            widget.observe(self._moved, "value")
        self._shown_as = widgets.HTML()
        target = widgets.HBox([self.rank, self.surveys], layout=widgets.Layout(flex_flow="row wrap"))
        self._box = widgets.VBox([_look(), self._chooser.box, target, self._shown_as])
        self._chosen()

    def __repr__(self) -> str:
        return self._shown().text

    def _repr_mimebundle_(self, **options: object) -> Any:
        return self._box._repr_mimebundle_(**options)

    @property
    def result(self) -> PlanResult:
        """The plans for the target chosen.

        Raises
        ------
        UsageError
            When the edition is not known whole, or the province has no score in it.
        """
        report, index = self._chooser.report, self.index.value
        scored, framework = report.scored(index), report.framework(index)
        return plan(
            scored,
            framework,
            report.province.slug,
            Target("rank", self.rank.value),
            learned(report, index),
            regions=report.regions,
            exclude=() if self.surveys.value else survey_leaves(framework),
        )

    def _chosen(self) -> None:
        report = self._chooser.report
        total = report.total(self.index.value)
        of = report.frame if total is None or is_missing(total["of"]) else int(total["of"])
        self.rank.description = report.lang.t("Target rank")
        self.surveys.description = report.lang.t("with indicators assessed by survey")
        with self._chooser.quiet():
            self.rank.value = min(self.rank.value, of)
            self.rank.max = of
        self._moved()

    def _moved(self, _: object = None) -> None:
        if not self._chooser.busy:
            self._shown_as.value = _html(self._shown().blocks)

    def _shown(self) -> Section:
        report, index = self._chooser.report, self.index.value
        lang = report.lang
        if not report.whole(index):
            text = lang.t(
                "Only part of this table is known, so no plan can be made. Choose another index or year."
            )
            return Section([note(lang, text, id="plan-none")])
        result, names = self.result, report.indicator_names(index)
        blocks: list[Block] = [paragraph(say.the_gap(lang, report.name, result), id="gap")]
        table = report.framework(index).table.reset_index(drop=True)
        for made in result.plans:
            blocks.append(
                paragraph(say.one_plan(lang, result, made, names), id=f"{made.name.replace('_', '-')}-said")
            )
            if made.feasible:
                name = made.name.replace("_", "-")
                drawing = charts.plan(result, made, table, lang=lang, chart_id=name)
                caption = lang.t(
                    "{plan}: from the present score to the target", plan=say.plan_name(lang, made.name)
                )
                blocks.append(chart(lang, drawing, id=name, caption=caption, source=report.citation(index)))
        blocks.append(note(lang, say.how_sure(lang, result), id="how-sure"))
        return Section(blocks)


class _Chooser:
    """Index, year, province and language: each choice narrows the next, and what is chosen is kept where it can be."""

    def __init__(
        self,
        known: Record,
        province: str,
        index: str | None,
        year: int | None,
        lang: str,
        changed: Callable[[], None],
    ) -> None:
        self._known, self._changed, self._depth = known, changed, 0
        index = known.require_index(index or str(known.indices.index[0]))
        year = known.years(index)[-1] if year is None else int(known.edition(index, year)["year"])
        slug = known.find_province(province, known.frame_of(year)).slug
        Language(lang)
        self.index = widgets.Dropdown(options=[index], value=index)
        self.year = widgets.Dropdown(options=[year], value=year)
        self.province = widgets.Dropdown(options=[slug], value=slug)
        self.lang = widgets.ToggleButtons(options=[(_NAMES[code], code) for code in LANGUAGES], value=lang)
        self.lang.style.button_width = "6rem"
        self.box = widgets.HBox(
            [self.province, self.index, self.year, self.lang], layout=widgets.Layout(flex_flow="row wrap")
        )
        self._offer()
        for widget in (self.index, self.year, self.province, self.lang):
            widget.observe(self._choose, "value")

    @property
    def busy(self) -> bool:
        """Whether options are being changed: what the widgets hold then is not a choice."""
        return self._depth > 0

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Change widgets without anything following from it."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @cached_property
    def _reports(self) -> dict[tuple[str, int, str], Report]:
        return {}

    @property
    def report(self) -> Report:
        """The province and year chosen, in the language chosen."""
        key = self.province.value, self.year.value, self.lang.value
        if key not in self._reports:
            self._reports.clear()
            self._reports[key] = Report(key[0], year=key[1], lang=key[2], known=self._known)
        return self._reports[key]

    def _choose(self, _: object) -> None:
        if not self.busy:
            self._offer()
            self._changed()

    def _offer(self) -> None:
        """Renew the options after a choice."""
        lang, known = Language(self.lang.value), self._known
        with self.quiet():
            indices = [(lang.name(row), key) for key, row in known.indices.iterrows()]
            _set(self.index, lang.t("Index"), indices)
            years = known.years(self.index.value)
            _set(self.year, lang.t("Year"), [(str(year), year) for year in years], years[-1])
            frame = known.frame_of(self.year.value)
            book = known.provinces(frame)
            found = book.get(self.province.value) or _merged(known, self.province.value, frame)
            everyone = sorted((lang.name(vars(one)), one.slug) for one in book.all)
            first = book.slugs[0] if found is None else found.slug
            self.province.value = None
            _set(self.province, lang.t("Province"), everyone, first)


def _merged(known: Record, slug: str, frame: int) -> Any:
    """The province of the other map that a province belongs to, if that is one only."""
    others = [one for other in known.frames if other != frame for one in known.provinces(other).all]
    into = {one.slug: one.merged_into for one in others if one.merged_into}
    return known.provinces(frame).get(into.get(slug) or "")


def _set(widget: Any, description: str, options: list[tuple[str, Any]], otherwise: Any = None) -> None:
    value = widget.value if widget.value in [v for _, v in options] else otherwise
    widget.description = description
    if tuple(widget.options) != tuple(options):
        widget.options = options
    widget.value = value


class _WhatIf(Report):
    """A report of scores that are not on record."""

    def __init__(self, of: Report, index: str, scores: Mapping[str, float]) -> None:
        self.__dict__.update(of.__dict__)
        self._profiles = {}  # those of the report are of its own scores
        self._of, self._index, self._scores = of, index, dict(scores)

    def scored(self, index: str) -> pd.DataFrame:
        frame = self._of.scored(index)
        if index != self._index or not self._scores:
            return frame
        return self._changed

    @cached_property
    def _changed(self) -> pd.DataFrame:
        index = self._index
        return what_if(self._of.scored(index), self._of.framework(index), self.province.slug, self._scores)


def _movable(rows: pd.DataFrame, report: Report, index: str) -> dict[str, float]:
    """The leaves of a profile that have a score and a scale, with that score."""
    if rows.empty:
        return {}
    framework = report.framework(index)
    known = rows.dropna(subset=["score", "min_score", "max_score"]).set_index("indicator")["score"]
    leaves = framework.scored_leaves(report.scored(index).dropna(subset=["score"])["indicator"].unique())
    return {leaf: float(known[leaf]) for leaf in leaves if leaf in known.index}


def _slider(rows: pd.DataFrame, leaf: str, start: float, lang: Language) -> Any:
    row = rows.set_index("indicator").loc[leaf]
    low, high = min(float(row["min_score"]), start), max(float(row["max_score"]), start)
    return widgets.FloatSlider(
        value=start,
        min=low,
        max=high,
        step=_STEP,
        description=leaf,
        description_allow_html=False,
        tooltip=lang.name(row),
        continuous_update=False,
        readout_format=".2f",
        layout=widgets.Layout(width="98%"),
    )


def _by_dimension(sliders: Mapping[str, Any], report: Report, index: str) -> Any:
    """Sliders under the heading of their dimension, each below the name of what it moves."""
    framework, names = report.framework(index), report.indicator_names(index)
    folds, titles = [], []
    for dimension in framework.split_children(ROOT):
        mine = [leaf for leaf in framework.walk(dimension) if leaf in sliders]
        if mine:
            lines = [line for leaf in mine for line in (widgets.Label(names[leaf]), sliders[leaf])]
            folds.append(widgets.VBox(lines))
            titles.append(f"{dimension} {names[dimension]}")
    return widgets.Accordion(children=folds, titles=tuple(titles), selected_index=0 if folds else None)


def _look() -> Any:
    return widgets.HTML(f"<style>{notebook_style()}</style>", layout=widgets.Layout(display="none"))


def _html(blocks: Any) -> str:
    return "\n".join(block.html for block in blocks)


def _escaped(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))
