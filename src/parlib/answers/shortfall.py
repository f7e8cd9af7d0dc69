"""What missing points are in cases: dossiers, procedures, whatever the evidence counts."""

from __future__ import annotations

import pandas as pd

from parlib.answers._field import Field
from parlib.frameworks import Framework
from parlib.rules import cases_needed, rule_of


def shortfall(scored: pd.DataFrame, framework: Framework, province: str) -> pd.DataFrame:
    """The evidence of every indicator that has any, and the cases that its missing points amount to.

    Parameters
    ----------
    scored
        Scores frame of one edition with ``numerator`` and ``denominator``.
    framework
        The tree of that year with its rules.
    province
        Slug.

    Returns
    -------
    pandas.DataFrame
        One row per indicator with evidence, in the order of the framework: ``indicator, name_vi, name_en, score,
        max_score, lost`` (points), ``numerator, denominator`` (cases), ``share`` (0-1), ``target`` (share that earns
        the maximum), ``cases`` (how many more earn the maximum; missing where no rule says it), ``status`` (of the
        rule) and ``basis``.

    Raises
    ------
    UsageError
        When the edition has no such province.
    """
    Field(scored, framework).require_province(province)
    own = scored[(scored["province"] == province) & scored["denominator"].notna()].set_index("indicator")
    codes = [code for code in framework if code in own.index and framework.max_score(code) > 0]
    rows = framework.table.loc[codes, ["name_vi", "name_en", "max_score", "target", "status"]].join(
        own[["score", "numerator", "denominator", "basis"]]
    )
    rows["lost"] = rows["max_score"] - rows["score"]
    rows["share"] = (rows["numerator"] / rows["denominator"]).where(rows["denominator"] > 0)
    rows["cases"] = [cases_to(framework, code, rows.loc[[code]], framework.max_score(code)) for code in codes]
    return rows.rename_axis("indicator").reset_index()


def cases_to(framework: Framework, indicator: str, evidence: pd.DataFrame, points: float) -> float:
    """How many more cases earn ``points`` of an indicator, by its own rule (see :func:`parlib.rules.cases_needed`).

    Parameters
    ----------
    framework
        The tree with the rule.
    indicator
        Which.
    evidence
        One row with ``numerator`` and ``denominator``, in cases.
    points
        What to reach.

    Returns
    -------
    float
        Whole cases; missing where the indicator has no rule, or its rule tells none.
    """
    rule = rule_of(framework.table.loc[indicator])
    if rule is None:
        return float("nan")
    wanted = pd.Series(points, index=evidence.index)
    return float(cases_needed(rule, evidence, wanted, framework.max_score(indicator)).item())
