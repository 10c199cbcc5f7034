"""The staggered-adoption lab: where two-way fixed effects go wrong. All its data are SIMULATED."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from gzbook.descriptions import describe_intervals
from gzbook.labs.answer import Answer
from gzcounty.charts.coefficients import coefficient_plot, estimate_row
from gzcounty.errors import InputError
from gzcounty.models.bacon import bacon_decomposition
from gzcounty.models.panel import panel_ols
from gzcounty.models.staggered import staggered_did
from gzcounty.simulation.panel import simulate_panel

if TYPE_CHECKING:
    from gzbook.labs.lab import Lab

YEARS = range(2014, 2024)
ENTRY = (2016, 2018, 2021)
N = 88
EFFECT = 0.05
_COLUMNS = ("log_rural_income", "county", "year", "first_year")


def staggered_lab() -> Lab:
    """Show the lab of staggered adoption, on SIMULATED counties with a known truth.

    Sliders say how much the gain grows with each year inside the programme, how much more the
    first cohort gains than the last, how many counties never enter, how noisy incomes are, and
    which draw is shown. Two-way fixed effects are compared with group-time effects, imputation,
    and the truth.

    Returns
    -------
    Lab
        See `gzbook.labs.staggered.answer` for what ``.choose(...)`` takes.

    Raises
    ------
    ModuleNotFoundError
        If ipywidgets is not installed.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> lab = gzbook.staggered_lab()
    >>> alike = lab.choose(growth=0.0, heterogeneity=0.0).table.set_index("")
    >>> grown = lab.choose(growth=1.0).table.set_index("")
    >>> int(alike["off"].abs().max()) < 2, int(grown.loc["Two-way fixed effects", "off"]) < -5
    (True, True)
    """
    from gzbook.labs.lab import Lab, slider

    controls = {
        "growth": slider("Gain grows by", 0.0, 1.5, 0.1, 0.5),
        "heterogeneity": slider("Cohorts differ", 0.0, 0.8, 0.1, 0.0),
        "never": slider("Never enter, %", 0, 60, 10, 20),
        "noise": slider("Noise, %", 1, 10, 1, 4),
        "seed": slider("Draw", 1, 20, 1, 1),
    }
    return Lab(answer, controls, height=420)


def answer(
    growth: float = 0.5,
    heterogeneity: float = 0.0,
    never: int = 20,
    noise: float = 4,
    seed: int = 1,
) -> Answer:
    """Return estimates from one SIMULATED panel beside the truth.

    Parameters
    ----------
    growth : float
        What each further year inside adds to the gain, as a share of the gain at entry.
    heterogeneity : float
        How much more the first cohort gains than the middle one, and the last less, as a share.
    never : int
        Per cent of counties that never enter. At 0, the last cohort serves as control until it
        enters.
    noise : float
        Standard deviation of the yearly shocks, in per cent.
    seed : int
        Which draw.

    Raises
    ------
    InputError
        If a share lies outside 0 to 100, or `simulate_panel` refuses an argument.
    """
    found = _answer(growth, heterogeneity, never, noise, seed)
    return replace(found, table=found.table.copy())


@lru_cache(maxsize=64)
def _answer(growth: float, heterogeneity: float, never: int, noise: float, seed: int) -> Answer:
    if not 0 <= never < 100:
        raise InputError(f"never must be a share of 0 to below 100 per cent, not {never!r}.")
    cohorts = dict.fromkeys(ENTRY, (1 - never / 100) / len(ENTRY))
    panel = simulate_panel(
        N, YEARS, EFFECT, seed=seed, growth=growth, heterogeneity=heterogeneity,
        cohorts=cohorts, noise=noise / 100,
    )  # fmt: skip
    control = "never" if (panel.first_year == 0).any() else "not_yet"
    naive = panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")
    group = staggered_did(panel, *_COLUMNS, control=control)  # type: ignore[arg-type]
    imputed = staggered_did(panel, *_COLUMNS, method="imputation")
    overall = {
        "Group-time effects": group.aggregate("simple"),
        "Imputation": imputed.aggregate("simple"),
    }
    # Once nobody is left outside, these two speak of the years before that only.
    cells = {(row.cohort, row.time) for row in group.labels.itertuples()}
    inside = panel[panel.inside == 1]
    seen = [pair in cells for pair in zip(inside.first_year, inside.year, strict=True)]
    truth, reached = (100 * float(part.true_effect.mean()) for part in (inside, inside[seen]))
    rows = [estimate_row(naive, "inside", "Two-way fixed effects", scale=100)]
    rows += [estimate_row(found, "overall", name, scale=100) for name, found in overall.items()]
    table = pd.DataFrame(rows)
    table["truth"] = [truth, reached, reached]
    table["off"] = table.estimate - table.truth
    kinds = bacon_decomposition(panel, _COLUMNS[0], "county", "year", cohort="first_year").by_kind()
    forbidden = kinds.loc[kinds.kind == "later vs earlier treated"]
    off = table.off[0]
    sentence = (
        f"SIMULATED: the truth is {truth:.1f}; two-way fixed effects say {table.estimate[0]:.1f}, "
        f"{abs(off):.1f} too {'much' if off > 0 else 'little'}; group-time effects "
        f"{table.estimate[1]:.1f}"
        + ("." if never else f", where {reached:.1f} is the truth that can be reached.")
    )
    notes = [
        f"SIMULATED data: {N} counties that do not exist, {YEARS[0]}-{YEARS[-1]}; a third of those "
        f"that enter does so in each of {', '.join(map(str, ENTRY))}. Gains in log points x 100, "
        "about per cent.",
        f"In {100 * forbidden.weight.sum():.0f} % of their weight, two-way fixed effects take "
        "counties inside for years as controls for those just entered.",
    ]
    if not never:
        notes.append(
            f"Nobody is outside from {ENTRY[-1]} on: gains of those years cannot be estimated, and "
            "group-time effects and imputation leave them out."
        )
    shown = table.rename(columns={"label": "", "conf_low": "from", "conf_high": "to"})
    names = ["", "estimate", "from", "to", "truth", "off"]
    return Answer(
        table=shown[names],
        formats={"off": "+.1f"} | dict.fromkeys(names[1:-1], ".1f"),
        draw=lambda: _chart(table, truth, sentence),
        sentence=sentence,
        formula="log income of county i in year t = county effect + year effect + b "
        "\N{MULTIPLICATION SIGN} inside + error; group-time effects and imputation let b differ by "
        "year of entry and year",
        code=_code(growth, heterogeneity, never, noise, seed, control),
        notes=tuple(notes),
    )


def _code(
    growth: float, heterogeneity: float, never: int, noise: float, seed: int, control: str
) -> str:
    """Write the same simulation and estimates with public functions."""
    return f"""\
import gzcounty as gz

each = (1 - {never} / 100) / {len(ENTRY)}
panel = gz.simulate_panel(  # SIMULATED counties
    {N}, range({YEARS.start}, {YEARS.stop}), {EFFECT}, seed={seed}, growth={growth},
    heterogeneity={heterogeneity}, noise={noise} / 100, cohorts=dict.fromkeys({ENTRY}, each),
)
two_way = gz.panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")
columns = ("log_rural_income", "county", "year", "first_year")
group = gz.staggered_did(panel, *columns, control="{control}").aggregate("simple").overall
imputed = gz.staggered_did(panel, *columns, method="imputation").aggregate("simple").overall
truth = panel.loc[panel.inside == 1, "true_effect"].mean()
estimates = {{"two-way": two_way.term("inside"), "group-time": group, "imputation": imputed}}
{{"truth": 100 * truth}} | {{name: 100 * row.estimate for name, row in estimates.items()}}"""


def _chart(table: pd.DataFrame, truth: float, sentence: str) -> Any:  # noqa: ANN401 (altair's)
    known = pd.DataFrame([{"label": "The truth", "group": "truth", "estimate": truth}])
    known["conf_low"] = known["conf_high"] = known.estimate
    rows = pd.concat([known, table.assign(group="estimates")], ignore_index=True)
    return coefficient_plot(
        rows,
        number=".1f",
        axis_title="log points x 100",
        title=f"SIMULATED: two-way fixed effects say {table.estimate[0]:.1f} where {truth:.1f} "
        "is true",
        unit="Average gain of counties inside the programme, log points x 100, with 95 % "
        "intervals clustered by county",
        sample=f"{N} SIMULATED counties",
        period=f"{YEARS[0]}-{YEARS[-1]}",
        source="simulated by gzcounty",
        description=f"The truth and estimates with their intervals: "
        f"{describe_intervals(table)}. {sentence}",
    )
