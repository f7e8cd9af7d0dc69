"""Sentences on all provinces together: spread, groups, movement, stability, correlation, and what is missing.

Each function takes scored rows of all provinces and returns finished sentences with the figures they name. A mean is
always one of provinces and never called a national figure: the publishers weight theirs by population, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from parlib.answers.intervals import RankIntervals
from parlib.scoring import GROUPS, NOTABLE
from parlib.wording.language import Language
from parlib.wording.sentence import Sentence
from parlib.wording.standing import not_comparable
from parlib.wording.terms import group_name

Names = Mapping[str, str]

_ENDS = 5
_LISTED = 10
"""Longer lists of provinces are counted, not named."""


def spread(
    lang: Language, index: str, when: str, totals: pd.DataFrame, maximum: float, names: Names, frame: int
) -> Sentence:
    """How many provinces have a total, from where to where, and their mean.

    Parameters
    ----------
    index, when
        Name and edition as printed.
    totals
        Scored rows of the total, best first.
    maximum
        Points to be had.
    names
        Names of the provinces, by slug.
    frame
        Provinces of the country.
    """
    known = totals[totals["score"].notna()]
    first, last = known.iloc[0], known.iloc[-1]
    mean = float(known["score"].mean())
    text = lang.t(
        "{index} {when}: {n} of {frame} provinces have a total, from {low} ({last}) to {high} ({first}) of {max} "
        "points; the mean of provinces is {mean}.",
        index=index,
        when=when,
        n=len(known),
        frame=frame,
        low=lang.number(last["score"]),
        last=names[last["province"]],
        high=lang.number(first["score"]),
        first=names[first["province"]],
        max=lang.number(maximum, 0 if float(maximum).is_integer() else 2),
        mean=lang.number(mean),
    )
    figures = {
        "provinces": len(known),
        "frame": frame,
        "lowest": last["score"],
        "highest": first["score"],
        "max_score": maximum,
        "mean_of_provinces": mean,
    }
    return Sentence(text, figures)


def ends(lang: Language, totals: pd.DataFrame, names: Names) -> Sentence:
    """The first and the last five provinces."""
    ranked = totals[totals["rank"].notna() & totals["score"].notna()]
    first, last = ranked.head(_ENDS), ranked.tail(_ENDS).iloc[::-1]
    said = [
        lang.list(
            [f"{names[row['province']]} ({lang.number(row['score'])})" for row in rows.to_dict("records")]
        )
        for rows in (first, last)
    ]
    text = lang.t("First: {first}. Last: {last}.", first=said[0], last=said[1])
    rows = pd.concat([first, last]).drop_duplicates("province").to_dict("records")
    return Sentence(text, {f"{row['province']}.score": row["score"] for row in rows})


def groups(lang: Language, totals: pd.DataFrame) -> Sentence:
    """How many provinces are in each of the four groups."""
    counts = {group: int((totals["group"] == group).sum()) for group in GROUPS}
    parts = [
        lang.t("{group} {n}", group=group_name(lang, group), n=number) for group, number in counts.items()
    ]
    text = lang.t("Provinces by group: {parts}.", parts=", ".join(parts))
    return Sentence(text, {f"group.{group}": number for group, number in counts.items()})


def notable(lang: Language, totals: pd.DataFrame, names: Names, before: str) -> list[Sentence]:
    """Who rose or fell by 5 % or more of the points of the edition before; nothing where it is not comparable."""
    compared = totals[totals["change"].notna()]
    if compared.empty:
        return []
    figures: dict[str, Any] = {"compared": len(compared)}
    parts = []
    for risen in (True, False):
        moved = compared[compared["notable"].fillna(False).astype(bool) & ((compared["change"] > 0) == risen)]
        moved = moved.sort_values("change_pct", ascending=not risen)
        listed = lang.list(
            [
                f"{names[row['province']]} ({lang.percent(row['change_pct'], signed=True)})"
                for row in moved.to_dict("records")
            ]
            if len(moved) <= _LISTED
            else []
        )
        parts.append(_counted(lang, len(moved), listed, risen=risen))
        figures["risen" if risen else "fallen"] = len(moved)
        if len(moved) <= _LISTED:
            figures |= {
                f"{row['province']}.change_pct": row["change_pct"] for row in moved.to_dict("records")
            }
    text = lang.t(
        "By {limit} or more against {when}: {risen}; {fallen}.",
        limit=lang.percent(100 * NOTABLE, 0),
        when=before,
        risen=parts[0],
        fallen=parts[1],
    )
    return [Sentence(text, figures)]


def _counted(lang: Language, n: int, listed: str, *, risen: bool) -> str:
    if n == 0:
        return lang.t("no province rose") if risen else lang.t("no province fell")
    words = (
        lang.n("{n} province rose", "{n} provinces rose", n)
        if risen
        else lang.n("{n} province fell", "{n} provinces fell", n)
    )
    return f"{words}: {listed}" if listed else words


def movers(lang: Language, rows: pd.DataFrame, names: Names, before: str) -> list[Sentence]:
    """How many rose and fell in rank, and who moved furthest.

    Parameters
    ----------
    rows
        ``province, rank_from, rank_to, places``, the largest gain first; may be empty.
    """
    if rows.empty:
        return []
    rose, fell = int((rows["places"] > 0).sum()), int((rows["places"] < 0).sum())
    figures: dict[str, Any] = {"ranked_twice": len(rows), "rank_rose": rose, "rank_fell": fell}
    if not (rose and fell):
        text = lang.t(
            "Of {n} provinces ranked in both, {rose} moved up and {fell} down since {when}.",
            n=len(rows),
            rose=rose,
            fell=fell,
            when=before,
        )
        return [Sentence(text, figures)]
    parts = []
    for row in (rows.iloc[0], rows.iloc[-1]):
        figures |= {f"{row['province']}.{key}": row[key] for key in ("rank_from", "rank_to", "places")}
        parts.append(
            lang.t(
                "{province} ({places}, from {before} to {after})",
                province=names[row["province"]],
                places=lang.signed(int(row["places"]), 0),
                before=lang.rank(row["rank_from"], None),
                after=lang.rank(row["rank_to"], None),
            )
        )
    text = lang.t(
        "Of {n} provinces ranked in both, {rose} moved up and {fell} down since {when}; furthest up {climb}, "
        "furthest down {fall}.",
        n=len(rows),
        rose=rose,
        fell=fell,
        when=before,
        climb=parts[0],
        fall=parts[1],
    )
    return [Sentence(text, figures)]


def own_and_others(lang: Language, rows: pd.DataFrame, before: str) -> list[Sentence]:
    """How far a province's own scores moved it, and how far those of the others did, on average.

    Parameters
    ----------
    rows
        ``own, field, framework`` (places), a row per province; may be empty.
    """
    if rows.empty:
        return []
    own, field, framework = (float(rows[part].abs().mean()) for part in ("own", "field", "framework"))
    figures = {"own_places": own, "field_places": field}
    text = lang.t(
        "On average since {when}, a province's own scores moved it by {own} places, those of the others by {field}.",
        when=before,
        own=lang.number(own, 1),
        field=lang.number(field, 1),
    )
    if round(framework, 1):
        change = lang.t(
            "The change of the index moved it by {framework}.", framework=lang.number(framework, 1)
        )
        return [Sentence(f"{text} {change}", figures | {"framework_places": framework})]
    return [Sentence(text, figures)]


def against_their_points(lang: Language, totals: pd.DataFrame, names: Names, before: str) -> list[Sentence]:
    """Who fell in rank although the points rose, and who rose although they fell; nothing if points do not compare.

    Parameters
    ----------
    totals
        Scored rows of the total.
    """
    compared = totals[totals["change"].notna() & totals["rank_change"].notna()]
    if compared.empty:
        return []
    fell = compared[(compared["change"] > 0) & (compared["rank_change"] < 0)].sort_values("rank_change")
    rose = compared[(compared["change"] < 0) & (compared["rank_change"] > 0)].sort_values("rank_change")
    if fell.empty and rose.empty:
        return []
    parts = []
    if len(fell):
        words = lang.n(
            "{n} province has more points than in {when} but a lower rank, as others gained more",
            "{n} provinces have more points than in {when} but a lower rank, as others gained more",
            len(fell),
            when=before,
        )
        parts.append(_named(lang, words, fell["province"], names))
    if len(rose):
        words = lang.n(
            "{n} province has fewer points than in {when} but a better rank",
            "{n} provinces have fewer points than in {when} but a better rank",
            len(rose),
            when=before,
        )
        parts.append(_named(lang, words, rose["province"], names))
    return [
        Sentence(f"{'; '.join(parts)}.", {"points_up_rank_down": len(fell), "points_down_rank_up": len(rose)})
    ]


def _named(lang: Language, words: str, provinces: pd.Series[str], names: Names) -> str:
    listed = [names[slug] for slug in provinces]
    return f"{words}: {lang.list(listed)}" if len(listed) <= _LISTED else words


def breaks(lang: Language, breaks: pd.DataFrame, index: str, indicator: str, year: int) -> list[Sentence]:
    """Why points of this year are not subtracted from those before, if so."""
    mine = breaks[
        (breaks["index"] == index) & (breaks["year"] == year) & breaks["indicator"].isin([indicator, "*"])
    ]
    return [not_comparable(lang, year, reason) for reason in dict.fromkeys(mine[f"reason_{lang.code}"])]


def widest(lang: Language, dimensions: pd.DataFrame, scored: pd.DataFrame) -> list[Sentence]:
    """In which part provinces lie furthest apart, and in which closest, as a share of the maximum.

    Parameters
    ----------
    dimensions
        Rows of the framework: ``name_vi``, ``name_en``, ``max_score``, by indicator.
    scored
        Scored rows of the edition.
    """
    if len(dimensions) < 2:
        return []
    ends = (
        scored[scored["indicator"].isin(dimensions.index)].groupby("indicator")["score"].agg(["min", "max"])
    )
    gaps = (100 * (ends["max"] - ends["min"]) / dimensions["max_score"]).dropna().sort_values()
    if len(gaps) < 2:  # a maximum that no source confirms gives no share
        return []
    figures: dict[str, Any] = {}
    parts = []
    for code in (gaps.index[-1], gaps.index[0]):
        low, high = ends.loc[code, "min"], ends.loc[code, "max"]
        figures |= {f"{code}.lowest": low, f"{code}.highest": high, f"{code}.gap_percent": gaps[code]}
        parts.append(
            lang.t(
                "{name} (from {low} to {high}, {share} of the maximum)",
                name=lang.name(dimensions.loc[code]),
                low=lang.number(low),
                high=lang.number(high),
                share=lang.percent(gaps[code], 0),
            )
        )
    text = lang.t(
        "Provinces lie furthest apart in {widest}, closest in {narrowest}.",
        widest=parts[0],
        narrowest=parts[1],
    )
    return [Sentence(text, figures)]


def levels(lang: Language, dimensions: pd.DataFrame, wide: pd.DataFrame) -> list[Sentence]:
    """In which part the mean of provinces is highest against the maximum, and in which lowest.

    Parameters
    ----------
    dimensions
        Rows of the framework: ``name_vi``, ``name_en``, ``max_score``, by indicator.
    wide
        Points of those parts, provinces by parts.
    """
    if len(dimensions) < 2:
        return []
    means = (100 * wide[list(dimensions.index)].mean() / dimensions["max_score"]).dropna().sort_values()
    if len(means) < 2:
        return []
    best, worst = means.index[-1], means.index[0]
    text = lang.t(
        "Against the maximum, the mean of provinces is highest in {best} ({most}) and lowest in {worst} ({least}).",
        best=lang.name(dimensions.loc[best]),
        most=lang.percent(means[best], 0),
        worst=lang.name(dimensions.loc[worst]),
        least=lang.percent(means[worst], 0),
    )
    return [Sentence(text, {f"{best}.mean_percent": means[best], f"{worst}.mean_percent": means[worst]})]


def within_regions(
    lang: Language,
    totals: pd.DataFrame,
    region: Mapping[str, str | None],
    regions: pd.DataFrame,
    names: Names,
) -> list[Sentence]:
    """How far the means of the regions lie apart, and how far the provinces of the most divided region do.

    Parameters
    ----------
    totals, region, regions
        As for :func:`regions`.
    names
        Names of the provinces, by slug.
    """
    known = totals[totals["score"].notna()]
    of = known["province"].map(pd.Series(region, dtype=object))
    if of.isna().all():
        return []
    by = known.groupby(of)["score"]
    between = float(by.mean().max() - by.mean().min())
    apart = (by.max() - by.min()).sort_index().idxmax()
    inside = known[of == apart].sort_values(["score", "province"])
    low, high = inside.iloc[0], inside.iloc[-1]
    gap = float(high["score"] - low["score"])
    text = lang.t(
        "The means of the regions lie {between} points apart; within {region} alone the provinces lie {within} points "
        "apart, from {last} ({low}) to {first} ({high}).",
        between=lang.number(between),
        region=lang.name(regions.loc[apart]),
        within=lang.number(gap),
        last=names[low["province"]],
        low=lang.number(low["score"]),
        first=names[high["province"]],
        high=lang.number(high["score"]),
    )
    figures = {
        "between_regions": between,
        f"{apart}.range": gap,
        f"{low['province']}.score": low["score"],
        f"{high['province']}.score": high["score"],
    }
    return [Sentence(text, figures)]


def where_the_groups_lie(
    lang: Language, totals: pd.DataFrame, region: Mapping[str, str | None], regions: pd.DataFrame
) -> list[Sentence]:
    """In which regions the provinces of the highest and of the lowest group lie; nothing without regions.

    Parameters
    ----------
    totals, region, regions
        As for :func:`regions`.
    """
    of = totals["province"].map(pd.Series(region, dtype=object))
    if of.isna().all():
        return []
    said = []
    for group in ("highest", "lowest"):
        counts = of[totals["group"] == group].value_counts()
        if counts.empty:
            continue
        order = sorted(counts.index, key=lambda code: (-counts[code], list(regions.index).index(code)))
        listed = lang.list([f"{lang.name(regions.loc[code])} ({counts[code]})" for code in order])
        text = lang.t(
            "Where the {group} group lies: {regions}.", group=group_name(lang, group), regions=listed
        )
        said.append(Sentence(text, {f"{group}.{code}": int(counts[code]) for code in order}))
    return said


def regions(
    lang: Language, totals: pd.DataFrame, region: Mapping[str, str | None], regions: pd.DataFrame
) -> list[Sentence]:
    """The region with the highest and the one with the lowest mean of its provinces; nothing without regions.

    Parameters
    ----------
    totals
        Scored rows of the total.
    region
        Region of every province, by slug.
    regions
        ``name_vi``, ``name_en``, by region.
    """
    of = totals["province"].map(pd.Series(region, dtype=object))
    if of.isna().all():
        return []
    means = totals["score"].groupby(of).mean().dropna().sort_values()  # a region may have no total at all
    if means.empty:
        return []
    high, low = means.index[-1], means.index[0]
    text = lang.t(
        "By region, the mean of provinces is highest in {high} ({most}) and lowest in {low} ({least}).",
        high=lang.name(regions.loc[high]),
        most=lang.number(means[high]),
        low=lang.name(regions.loc[low]),
        least=lang.number(means[low]),
    )
    return [Sentence(text, {f"{high}.mean": means[high], f"{low}.mean": means[low]})]


def absent(lang: Language, names: Sequence[str]) -> list[Sentence]:
    """Which provinces have no total, where some have none."""
    if not names:
        return []
    return [Sentence(lang.t("Without a total: {names}.", names=lang.list(list(names))))]


def what_a_mean_is(lang: Language) -> str:
    """What the reader must know of a mean of provinces."""
    return lang.t(
        "Mean of provinces: every province counts once, whatever its population; it is not a national figure."
    )


def what_the_parts_are(lang: Language) -> str:
    """What own, others' and framework's part of a change of rank are."""
    return lang.t(
        "Own, others, framework: places due to the province's own scores, to those of the others, and to changes of "
        "the index; the three add up to the change of rank."
    )


def what_an_interval_is(lang: Language, intervals: RankIntervals) -> list[str]:
    """How rank intervals were made, and from which year's errors."""
    said = [
        lang.t(
            "Best and worst rank: the ranks between which a province stays in {level} of {draws} draws from the "
            "sampling errors published for {year}.",
            level=lang.percent(100 * intervals.level, 0),
            draws=lang.integer(intervals.draws),
            year=intervals.error_year,
        )
    ]
    if intervals.proxy:
        said.append(
            lang.t(
                "For {year} no errors are published; the ranks are as sure as this only if its survey was as exact.",
                year=intervals.edition["year"],
            )
        )
    if intervals.errors_of == "parts":
        said.append(
            lang.t(
                "The errors of the dimensions are added as independent, because the total then had another maximum."
            )
        )
    return said


def steadiness(lang: Language, index: str, row: Mapping[str, Any] | pd.Series, before: str) -> list[Sentence]:
    """How alike the ranking is to the one before.

    Parameters
    ----------
    row
        ``n, spearman, mean_shift, largest_shift, same_group`` (see :func:`parlib.audit.stability`).
    before
        The edition before in words.
    """
    text = lang.t(
        "{index} against {when}: rank correlation {rho} over {n} provinces; a province moved by {mean} places on "
        "average and by {largest} at most, and {share} stayed in their group.",
        index=index,
        when=before,
        rho=lang.number(row["spearman"]),
        n=int(row["n"]),
        mean=lang.number(row["mean_shift"], 1),
        largest=lang.integer(row["largest_shift"]),
        share=lang.percent(100 * row["same_group"], 0),
    )
    keys = ("n", "spearman", "mean_shift", "largest_shift", "same_group")
    return [Sentence(text, {key: row[key] for key in keys})]


def lasting(lang: Language, scored: pd.DataFrame, names: Names) -> list[Sentence]:
    """Who has always been in the highest or the lowest group, and whose rank ranged most.

    Parameters
    ----------
    scored
        Scored rows of the total over several editions, with ``edition`` (any key of it).
    """
    known = scored[scored["score"].notna()]
    editions = known["edition"].nunique()
    sentences = []
    for group in ("highest", "lowest"):
        times = known[known["group"] == group].groupby("province").size()
        always = [names[slug] for slug in names if times.get(slug, 0) == editions]
        named = lang.list(always) if always else lang.t("no province")
        text = lang.t(
            "In the {group} group in all {n} editions: {names}.",
            group=group_name(lang, group),
            n=editions,
            names=named,
        )
        sentences.append(Sentence(text, {"editions": editions, f"always_{group}": len(always)}))
    ranks = known.groupby("province")["rank"].agg(["min", "max"]).astype("int64")
    furthest = (ranks["max"] - ranks["min"]).sort_index().idxmax()
    best, worst = (int(ranks.loc[furthest, end]) for end in ("min", "max"))
    text = lang.t(
        "The widest range of ranks is that of {province}: from {best} to {worst}.",
        province=names[furthest],
        best=best,
        worst=worst,
    )
    return [*sentences, Sentence(text, {f"{furthest}.best": best, f"{furthest}.worst": worst})]


def correlated(lang: Language, pairs: pd.DataFrame, names: Names) -> list[Sentence]:
    """Which two parts go together most and which least.

    Parameters
    ----------
    pairs
        ``first, second, r`` (see :func:`parlib.audit.correlations`).
    names
        Names of the parts, by indicator.
    """
    known = pairs[pairs["r"].notna()].sort_values("r")
    if len(known) < 2:
        return []
    most, least = known.iloc[-1], known.iloc[0]
    said = [
        lang.t(
            "{first} and {second} ({r})",
            first=names[pair["first"]],
            second=names[pair["second"]],
            r=lang.number(pair["r"]),
        )
        for pair in (most, least)
    ]
    negative = int((known["r"] < 0).sum())
    text = lang.t("Most alike: {most}; least alike: {least}.", most=said[0], least=said[1])
    if negative:
        against = lang.n("{n} pair runs against each other.", "{n} pairs run against each other.", negative)
        text = f"{text} {against}"
    figures = {f"{pair['first']}.{pair['second']}.r": pair["r"] for pair in (most, least)}
    return [Sentence(text, {**figures, "negative": negative})]


def missing(
    lang: Language,
    index: str,
    when: str,
    known: int,
    frame: int,
    names: Sequence[str],
    *,
    key: str,
    ranks: int,
    whole: bool,
) -> Sentence:
    """How many provinces have a total in an edition, and who has none.

    Parameters
    ----------
    known, frame
        Provinces with a total, and of the country.
    names
        Those without.
    key
        The index as the result JSON names it.
    ranks
        Provinces with a rank.
    whole
        Whether the publisher released the full table.
    """
    figures = {f"{key}.provinces": known, f"{key}.frame": frame}
    said = {"index": index, "when": when, "n": known, "frame": frame}
    if not whole and not ranks:
        text = lang.t(
            "{index} {when}: no full table on record; of {frame} provinces, totals of {n} were found in print.",
            **said,
        )
    elif not whole:
        text = lang.t(
            "{index} {when}: no full table on record; of {frame} provinces, totals of {n} and ranks of {ranks} were "
            "found in print.",
            ranks=ranks,
            **said,
        )
        figures[f"{key}.ranks"] = ranks
    elif not names:
        text = lang.t(
            "{index} {when}: all {frame} provinces have a total.", index=index, when=when, frame=frame
        )
    else:
        text = lang.t(
            "{index} {when}: {n} of {frame} provinces have a total; missing: {names}.",
            names=lang.list(list(names)),
            **said,
        )
    return Sentence(text, figures)


def no_edition(lang: Language, index: str, year: int) -> Sentence:
    """That an index has nothing on record for a year."""
    return Sentence(lang.t("{index}: nothing on record for {year}.", index=index, year=year))


def in_part(lang: Language, index: str, parts: pd.DataFrame, names: Names) -> list[Sentence]:
    """Which provinces have some parts but not all, in an edition known whole.

    Parameters
    ----------
    parts
        Points of the parts right below the total, provinces by parts.
    """
    known = parts.notna()
    short = known.any(axis=1) & ~known.all(axis=1)
    if not short.any():
        return []
    listed = lang.list([name for slug, name in names.items() if short.get(slug, False)])
    return [
        Sentence(lang.t("{index}: only some parts are on record for {names}.", index=index, names=listed))
    ]
