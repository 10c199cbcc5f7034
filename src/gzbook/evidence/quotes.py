"""The numbers that the page of section 2.3 quotes, by key."""

import pandas as pd

from gzbook.evidence import checks, households, nation
from gzbook.frames import with_income
from gzbook.tables import quoted

_STEP = ", controls, province effects"
_LADDER = {"naive": "naive", "people": "people", "place": "people, place", "full": "all controls"}
GUIZHOU = {
    **{k: f"Cross-section 2020, commerce share of 2020, {v}" for k, v in _LADDER.items()},
    "digital_full": "Cross-section 2020, digital share of 2020, all controls",
    "difference_plain": "Long difference, commerce, naive",
    "difference": "Long difference, commerce, convergence",
    "difference_digital": "Long difference, digital, convergence",
    "change": "Change on change, convergence",
    "event_plain": "Path to 2023, naive",
    "event": "Path to 2023, convergence",
    "online": "Share of 2010 x online retail, convergence",
    "lag": "Spatial lag 2020, commerce share, people, place",
    "error": "Spatial error 2020, commerce share, people, place",
}
TURNS = {
    "turn_gdp": "GDP in China, commerce share",
    "turn_cars": "Cars in China, digital share",
    "kept_savings": "Savings in China, commerce share",
}
PLACEBOS = {
    "placebo": "Income 2014 on penetration 2020",
    "early": "with all controls",
    "early_start": "with all controls and income 2014",
}


def _named(keys: dict[str, str]) -> dict[str, dict[str, str]]:
    return {key: {"what": what} for key, what in keys.items()}


def national_keys() -> dict[str, str]:
    """Return keys such as ``savings_province`` and ``gdp_naive_rate`` with the models they name."""
    steps = {"naive": ", naive", "controls": ", controls", "province": _STEP}
    measures = {"": "any Taobao village", "_rate": "Taobao village rate"}
    keys = {
        f"{outcome.lower()}_{short}{suffix}": f"{outcome} in China, {label}{words}"
        for outcome in nation.OUTCOMES
        for suffix, label in measures.items()
        for short, words in steps.items()
    }
    for key, label in TURNS.items():
        keys |= {f"{key}_naive": f"{label}, naive", key: f"{label}{_STEP}"}
    return keys


def people(models: pd.DataFrame, data: pd.DataFrame) -> dict[str, float]:
    """Return estimates with intervals, and what was counted of work and of people away.

    Parameters
    ----------
    models : DataFrame
        As `section_2_3.income_models` gives.
    data : DataFrame
        As `county_frame` gives.
    """
    numbers = quoted(models, _named(GUIZHOU | national_keys()))
    numbers |= quoted(checks.again(data, checks.PLACEBOS), _named(PLACEBOS))
    work, start = households.work_models(), households.work_data()
    numbers |= quoted(work, _named({"jobs": work.what.iloc[0]}))
    away, gaps = households.registered_2010(), households.gaps().query("known")
    ratio = households.ratios().groupby("year").value.mean()
    for year in (2010, 2020):
        kept = gaps[f"resident_{year}"].sum() / gaps[f"registered_{year}"].sum()
        numbers[f"gap_{year}"] = float(100.0 * (1.0 - kept))
    kept = away.population.sum() / away.population_registered.sum()
    return numbers | {
        "away_2010": float(100.0 * (1.0 - kept)),
        "n_gap": len(gaps),
        "n_gap_narrowed": int((gaps.value < 0).sum()),
        "n_groups": int(work.nobs.max()),
        "n_work": len(work),
        "n_work_clear": int(((work.conf_low > 0) | (work.conf_high < 0)).sum()),
        "jobs_tied": float(start.commerce_share_2010.corr(start.nonfarm_share_2010)),
        "ratio_first": float(ratio.iloc[0]),
        "ratio_last": float(ratio.iloc[-1]),
        "sd_commerce": float(with_income(data).commerce_2020.std()),
    }


LIGHTS = {
    "plain": "As it is",
    "convergence": "With convergence",
    "steady_plain": "As it is, borders kept",
    "steady": "With convergence, borders kept",
    "later": "With convergence, from 2014 on",
}
_EARLIER = ("full_2010", "digital_full_2010", "early_2010", "early_2014_2010")
_RATES = ("savings_trimmed", "savings_log_rate", "savings_by_province")
_LEFT_OUT = {"loo": "Cross-section, all controls", "loo_event": "Long difference, convergence"}


def robustness(
    lines: pd.DataFrame,
    earlier: pd.DataFrame,
    rates: pd.DataFrame,
    ranges: pd.DataFrame,
    clusters: pd.DataFrame,
    pilot: pd.DataFrame,
) -> dict[str, float]:
    """Return what the page quotes of the models looked at again.

    Parameters
    ----------
    lines, earlier, rates, ranges, clusters, pilot : DataFrame
        As `lights.lines`, `checks.again` (controls of 2010), `nation.rates`, `checks.left_out`,
        `checks.few_clusters` and `pilots.pilot_tests` give.
    """
    numbers = quoted(lines, _named({f"lights_{key}": what for key, what in LIGHTS.items()}))
    numbers |= quoted(earlier, _named(dict(zip(_EARLIER, earlier.what, strict=True))))
    numbers |= quoted(rates, _named(dict(zip(_RATES, rates.what, strict=True))))
    alone = ranges.set_index(["what", "by"])
    for key, what in _LEFT_OUT.items():
        for by, unit in {"": "adcode", "_prefecture": "prefecture_en"}.items():
            numbers[f"{key}{by}_low"] = float(alone.lowest[what, unit])
            numbers[f"{key}{by}_high"] = float(alone.highest[what, unit])
    wild = clusters.set_index("what").loc[_LEFT_OUT["loo_event"]]
    gdp = pilot.set_index("what").loc["GDP 2020-2023"]
    return numbers | {
        "difference_wild_low": float(wild.conf_low),
        "difference_wild_high": float(wild.conf_high),
        "n_prefectures": int(wild.clusters),
        "lights_first_year": float(lines.first_year.iloc[1]),
        "n_lights": int(lines.nobs.iloc[0]),
        "n_steady": int(lines.nobs.iloc[2]),
        "pilot_gdp": float(gdp.estimate),
        "pilot_gdp_low": float(gdp.chance_low),
        "pilot_gdp_high": float(gdp.chance_high),
        "pilot_gdp_p": float(gdp.p_value),
    }
