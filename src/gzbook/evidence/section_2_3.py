"""Tests of section 2.3: jobs, income, leaving and coming back, and the weak."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence import households, income, nation
from gzbook.tables import sides
from gzcounty.measures.change import sample_name

# Exposures whose naive model opens a group in the forest plot.
NAIVE = ("commerce_2020", "village_rate")


def income_models() -> pd.DataFrame:
    """Return the income models of Guizhou and of China; 2.3-b judges those that count."""
    parts = [income.guizhou_models(), nation.nation_models()]
    return pd.concat(parts, ignore_index=True)


def forest(models: pd.DataFrame) -> pd.DataFrame:
    """Return rows for `coefficient_plot`: the naive models, and those that 2.3-b judges.

    Parameters
    ----------
    models : DataFrame
        As `income_models` gives.
    """
    naive = models[(models.controls == "naive") & models.exposure.isin(NAIVE)]
    naive = naive[(naive.family == "cross-section") | naive.outcome.isin(nation.PEOPLES)]
    out = pd.concat([naive, models[models.counts]])
    out["group"] = (out.outcome + " in China").fillna("Rural income, Guizhou")
    label = out.what.str.replace(" in China", "").str.replace(", controls, province effects", "")
    out["label"] = label.str.replace(", people, place", "").str.replace(" share", "")
    # Guizhou first, then China; the naive model of each opens its group.
    places = {name: at for at, name in enumerate(out.group.unique())}
    return out.assign(place=out.group.map(places)).sort_values("place", kind="stable")


def by_measure(models: pd.DataFrame) -> pd.DataFrame:
    """Return the national models naive and within provinces, by measure, for `coefficient_plot`."""
    china = models[(models.family == "China") & (models.exposure != "any_village")]
    out = china[china.controls.isin(["naive", nation.STEPS[-1]])].copy()
    step = out.controls.map({"naive": "naive", nation.STEPS[-1]: "within provinces"})
    out["label"] = out.outcome + ", " + out.exposure.map(nation.MEASURES) + ", " + step
    out["group"] = out.outcome + " in China"
    return out


def jobs() -> Evidence:
    """Regress the growth of work outside farming on penetration ten years before."""
    table = households.work_models()
    above, below = sides(table)
    finding = (
        f"Of {len(table)} models with starting levels, {above} find that work outside farming, or "
        f"in trade, transport and information, grew more where penetration was higher, and {below} "
        f"that it grew less; one point more goes with {table.estimate.min():+.2f} to "
        f"{table.estimate.max():+.2f} points. A share is not a number of jobs: it also rises when "
        "farm workers leave."
    )
    sample = f"{table.nobs.max()} groups of counties on constant borders"
    return Evidence(table, finding, sample, "2010-2020")


def incomes() -> Evidence:
    """Gather the income models that compare like with like."""
    models = income_models()
    table = models[models.counts].reset_index(drop=True)
    above, below = sides(table)
    ours, china = table[table.family != "China"], table[table.family == "China"]
    finding = (
        f"Of {len(table)} models with controls, {above} find more income, savings or cars where "
        f"penetration is higher and {below} find less. One standard deviation goes with "
        f"{ours.estimate.min():+.1f} to {ours.estimate.max():+.1f} % of rural income in Guizhou's "
        f"former poverty counties ({sides(ours)[0]} of {len(ours)} intervals above zero), and "
        f"with {china.estimate.min():+.1f} to {china.estimate.max():+.1f} % of savings or cars in "
        f"China within provinces ({sides(china)[0]} of {len(china)})."
    )
    sample = (
        f"{ours.nobs.max()} former poverty counties in 2020, "
        f"{ours.nobs[ours.family == 'path'].max()} of them over time; "
        f"{china.nobs.max():,} counties of China"
    )
    return Evidence(table, finding, sample, "2014-2023; China 2020")


def labour_sent_away() -> Evidence:
    """Compare residents with registered people in 2010, county by county."""
    table = households.registered_2010()
    away = 100.0 * (1.0 - table.population.sum() / table.population_registered.sum())
    fewer = int((table.value > 0).sum())
    finding = (
        f"In 2010, {fewer} of {len(table)} counties had fewer residents than registered people; "
        f"in all of them together {away:.1f} % fewer. Families and students are among those away."
    )
    table = table.rename(columns={"adcode": "what"})
    return Evidence(table, finding, f"{len(table)} counties of Guizhou, borders of 2010", "2010")


def work_sought_at_home() -> Evidence:
    """Compare the gap between registered and resident people in 2010 and 2020."""
    every = households.gaps()
    table = every[every.known].rename(columns={"group": "what"}).reset_index(drop=True)
    rest = every[~every.known]
    narrowed = int((table.value < 0).sum())
    sums = table.sum(numeric_only=True)
    gap = {year: _gap(sums, year) for year in (2010, 2020)}
    gained = (rest.resident_2020 - rest.resident_2010).sum() / 1e6
    finding = (
        f"The gap narrowed in {narrowed} of {len(table)} groups and widened in the others; "
        f"together it went from {gap[2010]:.1f} to {gap[2020]:.1f} % of the registered. The "
        f"{len(rest)} groups without figures, most of them city districts, gained {gained:.1f} "
        "million residents, so people who left may have gone to the cities of their own province."
    )
    sample = f"{len(table)} of {len(every)} groups of counties on constant borders"
    return Evidence(table, finding, sample, "2010 and 2020")


def _gap(sums: pd.Series, year: int) -> float:
    return float(100.0 * (1.0 - sums[f"resident_{year}"] / sums[f"registered_{year}"]))


def little_income() -> Evidence:
    """Divide urban by rural income, county by county and year by year."""
    table = households.ratios()
    mean = table.groupby("year").value.mean()
    most = table.value.gt(2).mean()
    finding = (
        f"Urban residents had {mean.iloc[0]:.1f} times the rural income in {mean.index[0]} and "
        f"{mean.iloc[-1]:.1f} times in {mean.index[-1]}; the ratio lies above two in "
        f"{100 * most:.0f} % of counties and years. That speaks to little income, not to few "
        "sources: no county table has income by source."
    )
    sample = sample_name(table.adcode)
    table = table.assign(what=table.adcode + ", " + table.year.astype(str))
    return Evidence(table, finding, sample, f"{mean.index[0]}-{mean.index[-1]}")


def the_weak() -> Evidence:
    """Ask whether growth went with penetration more in poor and in minority counties."""
    data = households.inclusion_data()
    table = households.inclusion_models(data)
    above, below = sides(table)
    finding = (
        f"Of {len(table)} interactions, {above} lie above zero and {below} below: one standard "
        "deviation more penetration goes, where income was a tenth lower or the minority share ten "
        f"points higher, with {table.estimate.min():+.2f} to {table.estimate.max():+.2f} % more "
        "growth over nine years."
    )
    return Evidence(table, finding, sample_name(data.adcode), "2014-2023")


TESTS = {
    "2.3-a": jobs,
    "2.3-b": incomes,
    "2.3-c": labour_sent_away,
    "2.3-d": work_sought_at_home,
    "2.3-f": little_income,
    "2.3-h": the_weak,
}
