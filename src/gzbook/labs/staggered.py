"""The staggered-adoption lab: where two-way fixed effects go wrong. All its data are SIMULATED."""

from dataclasses import replace
from functools import cache, lru_cache
from itertools import product
from typing import Any, Literal

import numpy as np
import pandas as pd

from gzbook.labs import Answer, Lab, slider, template
from gzbook.tables import describe_intervals
from gzcounty.charts.coefficients import coefficient_plot, estimate_row
from gzcounty.errors import InputError
from gzcounty.language import N_, _, current_language
from gzcounty.models.bacon import bacon_decomposition
from gzcounty.models.panel import panel_ols
from gzcounty.models.result import Result
from gzcounty.models.staggered import StaggeredResult, staggered_did
from gzcounty.simulation import simulate_panel

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
    >>> lab = gzbook.staggered_lab()
    >>> alike = lab.choose(growth=0.0, heterogeneity=0.0).table.set_index("")
    >>> grown = lab.choose(growth=1.0).table.set_index("")
    >>> int(alike["off"].abs().max()) < 2, int(grown.loc["Two-way fixed effects", "off"]) < -5
    (True, True)
    """
    controls = {
        "growth": slider(_("Gain grows by"), 0.0, 1.5, 0.1, 0.5),
        "heterogeneity": slider(_("Cohorts differ"), 0.0, 0.8, 0.1, 0.0),
        "never": slider(_("Never enter, %"), 0, 60, 10, 20),
        "noise": slider(_("Noise, %"), 1, 10, 1, 4),
        "seed": slider(_("Draw"), 1, 20, 1, 1),
    }
    return Lab(answer, controls, height=420, page=page)


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
    found = _answer(growth, heterogeneity, never, noise, seed, current_language())
    return replace(found, table=found.table.copy())


# Whole sentences with named fields: this module fills them, and the lab's page on the website.
WORDS = {
    "too much": N_(
        "SIMULATED: the truth is {truth}; two-way fixed effects say {naive}, {off} too much; "
        "group-time effects {group}."
    ),
    "too little": N_(
        "SIMULATED: the truth is {truth}; two-way fixed effects say {naive}, {off} too little; "
        "group-time effects {group}."
    ),
    "too much, out of reach": N_(
        "SIMULATED: the truth is {truth}; two-way fixed effects say {naive}, {off} too much; "
        "group-time effects {group}, where {reached} is the truth that can be reached."
    ),
    "too little, out of reach": N_(
        "SIMULATED: the truth is {truth}; two-way fixed effects say {naive}, {off} too little; "
        "group-time effects {group}, where {reached} is the truth that can be reached."
    ),
    "data": N_(
        "SIMULATED data: {n} counties that do not exist, {begin}-{end}; a third of those that "
        "enter does so in each of {entry}. Gains in log points x 100, about per cent."
    ),
    "forbidden": N_(
        "In {share} % of their weight, two-way fixed effects take counties inside for years as "
        "controls for those just entered."
    ),
    "nobody": N_(
        "Nobody is outside from {all_in} on: gains of those years cannot be estimated, and "
        "group-time effects and imputation leave them out."
    ),
    "title": N_("SIMULATED: two-way fixed effects say {naive} where {truth} is true"),
    "unit": N_(
        "Average gain of counties inside the programme, log points x 100, with 95 % intervals "
        "clustered by county"
    ),
    "sample": N_("{n} SIMULATED counties"),
    "period": N_("{begin}-{end}"),
    "source": N_("simulated by gzcounty"),
    "truth": N_("The truth"),
    "the truth": N_("The truth: {truth}"),
    "axis": N_("log points x 100"),
    "description": N_(
        "Estimates with their intervals, and a line at the truth; the table has the numbers. "
        "{sentence}"
    ),
}
NAMES = (N_("Two-way fixed effects"), N_("Group-time effects"), N_("Imputation"))
FORMATS = {
    N_("estimate"): ".1f", "from": ".1f", "to": ".1f", N_("truth"): ".1f", N_("off"): "+.1f",
}  # fmt: skip
FORMULA = N_(
    "log income of county i in year t = county effect + year effect + b \N{MULTIPLICATION SIGN} "
    "inside + error; group-time effects and imputation let b differ by year of entry and year"
)


def _say(name: str, **fields: object) -> str:
    """Say one of `WORDS`."""
    return _(WORDS[name], **fields)


def _design() -> dict[str, object]:
    """Return what `WORDS` say of every panel."""
    entry = _(", ").join(map(str, ENTRY))
    return {"n": N, "begin": YEARS[0], "end": YEARS[-1], "entry": entry, "all_in": ENTRY[-1]}


@lru_cache(maxsize=64)
def _answer(
    growth: float, heterogeneity: float, never: int, noise: float, seed: int, language: str
) -> Answer:
    """Return an answer, whose words are of one language."""
    if not 0 <= never < 100:
        raise InputError(
            "never must be a share of 0 to below 100 per cent, not {never!r}.", never=never
        )
    table, forbidden = _numbers(growth, heterogeneity, never, noise, seed)
    truth, reached, off = table.truth[0], table.truth[1], table.off[0]
    fields = {
        "truth": f"{truth:.1f}", "naive": f"{table.estimate[0]:.1f}", "off": f"{abs(off):.1f}",
        "group": f"{table.estimate[1]:.1f}", "reached": f"{reached:.1f}",
    }  # fmt: skip
    kind = ("too much" if off > 0 else "too little") + ("" if never else ", out of reach")
    sentence = _say(kind, **fields)
    share = f"{100 * forbidden:.0f}"
    notes = [_say("data", **_design()), _say("forbidden", share=share)]
    if not never:
        notes.append(_say("nobody", **_design()))
    shown = table.rename(columns={"label": "", "conf_low": "from", "conf_high": "to"})
    return Answer(
        table=shown[["", *FORMATS]],
        formats=FORMATS,
        draw=lambda: _chart(table, truth, _say("title", **fields), sentence),
        sentence=sentence,
        formula=_(FORMULA),
        code=_CODE.format(
            growth=growth, heterogeneity=heterogeneity, never=never, noise=noise, seed=seed,
            control=_control(never),
        ),
        notes=tuple(notes),
        labels={name: _(name) for name in NAMES},
    )  # fmt: skip


@lru_cache(maxsize=64)
def _numbers(
    growth: float, heterogeneity: float, never: int, noise: float, seed: int
) -> tuple[pd.DataFrame, float]:
    """Return estimates beside the truth, and the weight of forbidden comparisons."""
    panel = _panel(growth, heterogeneity, never, noise, seed)
    naive, group = _naive(panel), _group_time(panel, never)
    truth, reached = _truths(panel, group)
    means = (group.aggregate("simple"), _imputed(panel).aggregate("simple"))
    rows = [estimate_row(naive, "inside", NAMES[0], scale=100)]
    rows += [
        estimate_row(mean, "overall", name, scale=100)
        for name, mean in zip(NAMES[1:], means, strict=True)
    ]
    table = pd.DataFrame(rows)
    table["truth"] = [truth, reached, reached]
    table["off"] = table.estimate - table.truth
    return table, _forbidden(panel)


def _panel(
    growth: float, heterogeneity: float, never: int, noise: float, seed: int
) -> pd.DataFrame:
    return simulate_panel(
        N, YEARS, EFFECT, seed=seed, growth=growth, heterogeneity=heterogeneity,
        cohorts=dict.fromkeys(ENTRY, (1 - never / 100) / len(ENTRY)), noise=noise / 100,
    )  # fmt: skip


def _control(never: int) -> Literal["never", "not_yet"]:
    # Shares that leave less than half a county outside leave none.
    return "never" if round(N * never / 100) else "not_yet"


def _naive(panel: pd.DataFrame) -> Result:
    return panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")


def _group_time(panel: pd.DataFrame, never: int) -> StaggeredResult:
    return staggered_did(panel, *_COLUMNS, control=_control(never))


def _imputed(panel: pd.DataFrame) -> StaggeredResult:
    return staggered_did(panel, *_COLUMNS, method="imputation")


def _truths(panel: pd.DataFrame, group: StaggeredResult) -> tuple[float, float]:
    """Return the mean gain of those inside, and of what can be estimated, in log points x 100.

    Once nobody is left outside, group-time effects speak of the years before that only.
    """
    cells = {(row.cohort, row.time) for row in group.labels.itertuples()}
    inside = panel[panel.inside == 1]
    seen = [pair in cells for pair in zip(inside.first_year, inside.year, strict=True)]
    return 100 * float(inside.true_effect.mean()), 100 * float(inside[seen].true_effect.mean())


def _forbidden(panel: pd.DataFrame) -> float:
    """Return the weight of comparisons with counties already inside."""
    kinds = bacon_decomposition(panel, _COLUMNS[0], "county", "year", cohort="first_year").by_kind()
    return float(kinds.loc[kinds.kind == "later vs earlier treated"].weight.sum())


_CODE = f"""\
import gzcounty as gz

each = (1 - {{never}} / 100) / {len(ENTRY)}
panel = gz.simulate_panel(  # SIMULATED counties
    {N}, range({YEARS.start}, {YEARS.stop}), {EFFECT}, seed={{seed}}, growth={{growth}},
    heterogeneity={{heterogeneity}}, noise={{noise}} / 100, cohorts=dict.fromkeys({ENTRY}, each),
)
two_way = gz.panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")
columns = ("log_rural_income", "county", "year", "first_year")
group = gz.staggered_did(panel, *columns, control="{{control}}").aggregate("simple").overall
imputed = gz.staggered_did(panel, *columns, method="imputation").aggregate("simple").overall
truth = panel.loc[panel.inside == 1, "true_effect"].mean()
rows = {{{{"two-way": two_way.term("inside"), "group-time": group, "imputation": imputed}}}}
{{{{"truth": 100 * truth}}}} | {{{{name: 100 * row.estimate for name, row in rows.items()}}}}"""


def _chart(table: pd.DataFrame, truth: float, title: str, sentence: str) -> Any:  # noqa: ANN401
    known = pd.DataFrame([{"label": _say("truth"), "group": _("truth"), "estimate": truth}])
    known["conf_low"] = known["conf_high"] = known.estimate
    estimates = table.assign(label=table.label.map(_), group=_("estimates"))
    rows = pd.concat([known, estimates], ignore_index=True)
    return coefficient_plot(
        rows,
        number=".1f",
        axis_title=_say("axis"),
        title=title,
        unit=_say("unit"),
        sample=_say("sample", **_design()),
        period=_say("period", **_design()),
        source=_say("source"),
        description=_(
            "The truth and estimates with their intervals: {intervals}. {sentence}",
            intervals=describe_intervals(table), sentence=sentence,
        ),
    )  # fmt: skip


SHARES, DRAWS = range(0, 61, 10), range(1, 21)
# Growth and difference of cohorts for which a page's numbers are computed.
_CORNERS = tuple(product((0.0, 1.5), (0.0, 0.8)))
_GRID = tuple(product((0.0, 0.75, 1.5), (0.0, 0.4, 0.8)))


def page() -> dict[str, Any]:
    """Return what the website needs to answer every choice without a kernel.

    There are 200,000 choices, but few numbers behind them. All three estimators are linear in the
    outcome: effects of county and year drop out, gains are a sum of 1, growth g, difference h and
    gh, and shocks are a draw times the noise s. So an estimate is ``a + bg + ch + dgh + es``, and
    its variance a polynomial of second degree in g and h, and s times one of first degree, and a
    number times s squared. The lab's own models give these numbers, run for a few choices of each
    share and draw; a test holds other choices against `answer`.
    """
    return _coefficients_of_shares() | {
        "names": [*map(_, NAMES)],
        "words": {key: template(words, **_design()) for key, words in WORDS.items()},
        "formats": FORMATS, "formula": _(FORMULA), "code": _CODE,
    }  # fmt: skip


@cache
def _coefficients_of_shares() -> dict[str, Any]:
    """Return the part of `page` that is numbers: by share that never enters, and for intervals."""
    shares = {}
    for never in SHARES:
        panels = {at: _panel(*at, never, 0.0, 1) for at in _GRID}
        quiet = {at: _terms(panel, never) for at, panel in panels.items()}
        truths = {at: _truths(panels[at], _group_time(panels[at], never)) for at in _CORNERS}
        draws = {}
        for seed in DRAWS:
            noisy = {at: _terms(_panel(*at, never, 1.0, seed), never) for at in _CORNERS}
            draws[seed] = [_of_noise(quiet, noisy, i) for i in range(3)]
        shares[never] = {
            "control": _control(never),
            "forbidden": 100 * _forbidden(panels[0.0, 0.0]),
            "truths": [_coefficients({at: truths[at][i] for at in truths}) for i in range(2)],
            "estimates": [
                _coefficients({at: 100 * quiet[at][i].estimate for at in _CORNERS})
                for i in range(3)
            ],
            "variances": [
                _coefficients({at: _variance(quiet[at][i]) for at in _GRID}) for i in range(3)
            ],
            "draws": draws,
        }
    critical = [(term.conf_high - term.estimate) / term.std_error for term in noisy[0.0, 0.0]]
    return {"shares": shares, "critical": critical}


_Terms = dict[tuple[float, float], list[Any]]


def _terms(panel: pd.DataFrame, never: int) -> list[Any]:
    results = (_group_time(panel, never), _imputed(panel))
    return [_naive(panel).term("inside"), *(r.aggregate("simple").overall for r in results)]


def _of_noise(quiet: _Terms, noisy: _Terms, i: int) -> dict[str, Any]:
    """Return what one per cent of noise adds to an estimate and to its variance."""
    start = (0.0, 0.0)
    square = _variance(noisy[start][i])  # alike gains add nothing to it
    mixed = {at: _variance(noisy[at][i]) - _variance(quiet[at][i]) - square for at in _CORNERS}
    shift = 100 * (noisy[start][i].estimate - quiet[start][i].estimate)
    return {"shift": _short(shift), "square": _short(square), "mixed": _coefficients(mixed)}


def _variance(term: Any) -> float:  # noqa: ANN401 (a term of any result)
    """Return the square of a standard error in log points x 100; an exact fit has none."""
    return 0.0 if np.isnan(term.std_error) else (100 * term.std_error) ** 2


def _coefficients(values: dict[tuple[float, float], float]) -> list[float]:
    """Return the coefficients of 1, h, ..., g, gh, ... through values by g and h."""
    degree = range(round(len(values) ** 0.5))
    powers = [[g**i * h**j for i, j in product(degree, repeat=2)] for g, h in values]
    return [_short(value) for value in np.linalg.solve(powers, list(values.values()))]


def _short(value: float) -> float:
    return float(f"{value:.10g}") if abs(value) > 1e-11 else 0.0
