"""How measures of penetration go with Taobao villages, and the grade that follows from it.

Taobao villages are the one public count of online sellers by county. A share that is to stand in
for e-commerce should go with them, also where counties alike in other ways are compared. One that
does not can be off in any direction: that is another fault than noise, which a mean takes out.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.data.counties import load_china_counties
from gzcounty.data.guizhou import load_digital_finance
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import listed

CONTROLS = ("urban_share", "schooling_years", "minority_share", "age_65plus_share")
DESIGNS = {
    "naive": (False, False),
    "controls": (True, False),
    "province effects": (False, True),
    "both": (True, True),
}
"""Whether controls and province effects are in a model."""
ALIKE = ("controls", "both")
"""Designs that compare counties alike in people and town: they make the grade."""
OUTCOMES = {"any village": "any_village", "villages per million": "per_million"}
GRADES = {
    N_("direct"): N_("it counts Taobao villages itself"),
    N_("confirmed"): N_(
        "counties alike in people and town have more Taobao villages where it is higher"
    ),
    N_("partly confirmed"): N_(
        "counties alike in people and town have more Taobao villages where it is higher by some "
        "models, and no other difference whose interval leaves out zero"
    ),
    N_("unconfirmed"): N_(
        "between counties alike in people and town it goes with a difference in Taobao villages "
        "that cannot be distinguished from zero"
    ),
    N_("contrary"): N_(
        "counties alike in people and town have fewer Taobao villages where it is higher"
    ),
    N_("mixed"): N_(
        "counties alike in people and town have more Taobao villages where it is higher by some "
        "models and fewer by others"
    ),
}
"""Every grade, and what it says."""
SAME_AS = {"shift_share": "commerce"}
"""A measure that is another one times a figure of the nation takes its grade."""
BENCHMARK = "manufacturing"
BY_COUNTY = {"commerce": "commerce_share", "digital": "digital_share", BENCHMARK: "made_share"}
GRADED = ("commerce", "digital", "shift_share", "finance", BENCHMARK)


def penetration_validity() -> pd.DataFrame:
    """Return how each measure of penetration goes with Taobao villages across China, with a grade.

    Returns
    -------
    DataFrame
        One row a measure, outcome and design: ``measure`` (as `penetration` names it, without
        ``"taobao"``, and ``"manufacturing"``, the share employed there, to compare with),
        ``outcome`` (``"any village"``: in 2016, from 0 to 1; or ``"villages per million"``
        residents), ``design`` (naive, controls, province effects, both), ``estimate``,
        ``conf_low``, ``conf_high`` (the difference in the outcome that goes with one standard
        deviation more, 95 % interval), ``nobs``, ``clusters`` and ``grade``. ``.attrs["grades"]``
        says what each grade means.

    Notes
    -----
    Counties with accounts of 2020; shares of 2020, as no table has those of 2010 for all of China.
    Controls are urban share, years of schooling, minority share, share aged 65 and over, and log
    residents. Standard errors are clustered by prefecture. ``"finance"`` is one value a prefecture,
    so its rows are prefectures: the index of 2016, the share of their counties with a village, and
    means of the controls over residents.

    The grade is computed from the intervals with controls, without and with province effects, for
    both outcomes: ``"confirmed"`` if all four lie above zero, ``"partly confirmed"`` if some do and
    none lies below, ``"contrary"`` if some lie below and none above, ``"mixed"`` if there are both,
    else ``"unconfirmed"``. ``"shift_share"`` is the commerce share times a figure of the nation
    and takes its rows. ``"taobao"`` counts the villages themselves and is graded ``"direct"``.

    Examples
    --------
    >>> import gzcounty as gz
    >>> table = gz.penetration_validity()
    >>> table.drop_duplicates("measure").set_index("measure").grade
    measure
    commerce              unconfirmed
    digital                  contrary
    shift_share           unconfirmed
    finance          partly confirmed
    manufacturing           confirmed
    Name: grade, dtype: str
    >>> both = table[(table.outcome == "any village") & (table.design == "both")]
    >>> both.set_index("measure")[["estimate", "conf_low", "conf_high"]].round(3).loc["commerce"]
    estimate     0.008
    conf_low    -0.011
    conf_high    0.026
    Name: commerce, dtype: float64
    """
    table = pd.concat([_rows(name) for name in GRADED], ignore_index=True)
    table.attrs["grades"] = {grade: _(meaning) for grade, meaning in GRADES.items()}
    return table


def grade_of(measure: str) -> str:
    """Return the grade of a measure of `penetration`, or of manufacturing."""
    if measure == "taobao":
        return "direct"
    if measure not in GRADED:
        raise InputError(
            "measure must be {measures}, not {measure!r}.",
            measures=listed(("taobao", *GRADED), 6, "or"), measure=measure,
        )  # fmt: skip
    return str(_rows(measure).grade.iloc[0])


def validity_sentence(measure: str) -> str:
    """Say in whole sentences how a measure goes with Taobao villages."""
    grade = grade_of(measure)
    if grade == "direct":
        return _("Direct: it counts Taobao villages itself.")
    table = _rows(measure)
    found = table[table.outcome == "any village"].set_index("design")
    naive, controls, provinces, both = (
        _(
            "{estimate:+.1f} points ({low:.1f} to {high:.1f})",
            estimate=100 * row.estimate, low=100 * row.conf_low, high=100 * row.conf_high,
        )
        for row in found.loc[list(DESIGNS)].itertuples()
    )  # fmt: skip
    message = N_(
        "{grade}: {meaning}. Across {n:,} counties of China with accounts, one standard deviation "
        "more goes with a difference in the chance of a Taobao village in 2016 of {naive} as they "
        "are, {controls} with controls, {provinces} within provinces and {both} with both (95 % "
        "intervals, clustered by prefecture)."
    )
    if measure == "finance":
        message = N_(
            "{grade}: {meaning}. Across {n:,} prefectures of China with accounts, one standard "
            "deviation more goes with a difference in the share of counties with a Taobao village "
            "in 2016 of {naive} as they are, {controls} with controls, {provinces} within "
            "provinces and {both} with both (95 % intervals, clustered by prefecture)."
        )
    return _(
        message, grade=_(grade).capitalize(), meaning=_(GRADES[grade]), n=int(found.nobs.iloc[0]),
        naive=naive, controls=controls, provinces=provinces, both=both,
    )  # fmt: skip


def grade_from(table: pd.DataFrame) -> str:
    """Return the grade that the intervals of one measure make."""
    alike = table[table.design.isin(ALIKE)]
    above, below = alike.conf_low > 0, alike.conf_high < 0
    if above.any() and below.any():
        return "mixed"
    if below.any():
        return "contrary"
    if above.all():
        return "confirmed"
    return "partly confirmed" if above.any() else "unconfirmed"


@cache
def _rows(measure: str) -> pd.DataFrame:
    from gzcounty.models.ols import ols

    if measure in SAME_AS:
        return _rows(SAME_AS[measure]).assign(measure=measure)
    frame = _prefectures() if measure == "finance" else _counties()
    frame = frame.rename(columns={BY_COUNTY.get(measure, "index"): "share"}).dropna(subset="share")
    frame["share"] /= frame.share.std()
    rows: list[dict[str, Any]] = []
    for outcome, column in OUTCOMES.items():
        for design, (controls, provinces) in DESIGNS.items():
            terms = ["share"]
            terms += [*CONTROLS, "log_population"] if controls else []
            terms += ["C(province_en)"] if provinces else []
            fit = ols(f"{column} ~ {' + '.join(terms)}", frame, cluster="prefecture")
            found = fit.term("share")
            rows.append({
                "measure": measure, "outcome": outcome, "design": design,
                "estimate": found.estimate, "conf_low": found.conf_low,
                "conf_high": found.conf_high, "nobs": fit.nobs, "clusters": fit.n_clusters,
            })  # fmt: skip
    table = pd.DataFrame(rows)
    return table.assign(grade=grade_from(table))


@cache
def _counties() -> pd.DataFrame:
    """Return China's counties with accounts of 2020: shares, villages, controls."""
    china = load_china_counties().dropna(subset="gdp_2020")
    employed = china.set_index("adcode").filter(regex="^employed_")
    made = 100.0 * employed.employed_C / employed.sum(axis=1)
    return china.assign(
        made_share=made.to_numpy(),
        any_village=(china.taobao_2016 > 0).astype(float),
        per_million=1e6 * china.taobao_2016 / china.population,
        log_population=np.log(china.population),
        prefecture=china.prefecture_adcode,
    )


def _prefectures() -> pd.DataFrame:
    """Return prefectures with the index of 2016: means of their counties with accounts."""
    finance = load_digital_finance(china=True).query("year == 2016").set_index("adcode")["index"]
    counties = _counties()
    # The index has one value for each municipality, whose counties' prefectures have codes of
    # their own. Counties that a province runs directly belong to no prefecture: they have none.
    own = counties.prefecture_adcode.where(
        counties.prefecture_adcode.isin(finance.index), counties.province_adcode
    )
    kept = counties.assign(prefecture=own)[own.isin(finance.index)]
    means = {name: kept[name] * kept.population for name in CONTROLS}
    sums = (
        kept.assign(**means).groupby("prefecture")[[*CONTROLS, "population", "taobao_2016"]].sum()
    )
    grouped = kept.groupby("prefecture")
    out = (
        sums[list(CONTROLS)]
        .div(sums.population, axis=0)
        .assign(
            any_village=grouped.any_village.mean(),
            per_million=1e6 * sums.taobao_2016 / sums.population,
            log_population=np.log(sums.population),
            province_en=grouped.province_en.first(),
            index=finance,
        )
    )
    return out.reset_index()
