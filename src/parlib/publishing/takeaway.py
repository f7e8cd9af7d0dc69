"""A report as a workbook to take away: what its blocks carry, handed to :mod:`parlib.workbooks.takeaway`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from parlib.publishing.document import Document
from parlib.wording import answers as say
from parlib.wording.language import Language
from parlib.workbooks.plan import PlanWords
from parlib.workbooks.takeaway import Contents, Table, WorkingPlan, takeaway_workbook


@lru_cache(maxsize=1)
def take_away(document: Document) -> bytes:
    """Write the workbook of a report.

    A report on several indices may have several plans; the workbook holds the first to be filled in.
    """
    lang = document.lang
    plans = [cells for _, cells in document.sheets if cells["role"] == "plan"]
    plan = _working_plan(document, plans[0]) if plans else None
    tables = [Table(above, cells) for above, cells in document.sheets if cells["role"] != "plan"]
    lines = [f"{lang.t('Data as of')}: {lang.date(document.as_of)}"] if document.as_of else []
    lines.append(
        lang.t("All figures are those of the report, not rounded; nothing in this workbook computes.")
    )
    if plan:
        lines.append(
            lang.t(
                "Fill in the sheet “{sheet}”; `parlib progress FILE --as-of DAY` follows it up.",
                sheet=plan.words.sheet,
            )
        )
    if any(table.cells["role"] == "ledger" for table in tables):
        lines.append(
            lang.t(
                "Costs entered beside the points lost are taken into account by `parlib plan … --costs FILE`."
            )
        )
    contents = Contents(
        sheet=lang.t("Contents"),
        title=document.title,
        mark=document.mark,
        lines=lines,
        head=(lang.t("Sheet"), lang.t("What it shows")),
        day=document.date.date(),
    )
    return takeaway_workbook(contents, tables, plan, lang.t("Cost per point"))


def plan_words(lang: Language, title: str, note: Sequence[str], mark: str = "") -> PlanWords:
    """Give the words of a plan workbook.

    Parameters
    ----------
    title
        Whose plan, on which index and edition.
    note
        Sentences above the table.
    mark
        What must be seen on the sheet; mostly empty.
    """
    return PlanWords(
        title=lang.t("Improvement plan: {title}", title=title),
        note=" ".join(note),
        mark=mark,
        sheet=lang.t("Working plan"),
        examples_sheet=lang.t("Examples"),
        headings=say.plan_headings(lang),
        choices=say.plan_choices(lang),
        examples_heading=lang.t("Measures named at Huế's conference of 2018, as examples"),
        examples=say.plan_examples(lang),
    )


def _working_plan(document: Document, cells: Mapping[str, Any]) -> WorkingPlan:
    rows = pd.DataFrame(cells["rows"]).assign(deadline=pd.NaT)
    words = plan_words(document.lang, cells["caption"], cells["remarks"], document.mark)
    return WorkingPlan(rows, cells["names"], cells["meta"], words)
