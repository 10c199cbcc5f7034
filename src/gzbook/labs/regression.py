"""The regression lab: one outcome, one exposure, the controls and the sample that you choose."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from gzbook.frames import county_frame, named_counties
from gzbook.labs.answer import Answer
from gzcounty.charts.coefficients import estimate_row
from gzcounty.charts.scatter import scatter_chart
from gzcounty.data.guizhou import load_counties
from gzcounty.errors import InputError
from gzcounty.measures.change import sample_name
from gzcounty.measures.validity import GRADES, grade_of
from gzcounty.models.ols import ols
from gzcounty.models.result import Result
from gzcounty.words import counted, listed

if TYPE_CHECKING:
    from gzbook.labs.lab import Lab


class Outcome(NamedTuple):
    """What is explained: its column, its words, and the figures that a county needs to count.

    Outcomes that are held against each other need the same figures, so that they are estimated on
    the same counties.
    """

    column: str
    needs: tuple[str, ...]
    label: str
    unit: str
    period: str
    source: str


_STATISTICS = "county statistics"
_LIGHTS = "VIIRS night lights, masked annual means"
_LEVELS = ("income_2014", "income_2020")
OUTCOMES = {
    "income": Outcome(
        "log_income_2020", _LEVELS, "Rural income 2020", "yuan a person", "2020", _STATISTICS
    ),
    "growth": Outcome(
        "growth", ("income_2014", "income_2023"), "Rural income growth 2014-2023", "%",
        "2014 and 2023", _STATISTICS,
    ),
    "income before": Outcome(
        "log_income_2014", _LEVELS, "Rural income 2014", "yuan a person", "2014", _STATISTICS
    ),
    "lights": Outcome(
        "log_lights_2020", ("lights_2020",), "Night lights 2020", "nW/cm2/sr", "2020", _LIGHTS
    ),
}  # fmt: skip
HELD_AGAINST = {"income": "income before", "income before": "income"}
"""The outcome of the placebo, and the one that it is a placebo of."""
EXPOSURES = {
    "commerce_2020": "Commerce jobs 2020",
    "commerce_2010": "Commerce jobs 2010",
    "digital_2020": "Transport, post, information 2020",
    "digital_2010": "Transport, post, information 2010",
    "change": "Commerce jobs, change 2010-2020",
}
CONTROLS = {
    "schooling_years": "Schooling",
    "minority_share": "Minority share",
    "urban_share": "Urban share",
    "relief": "Relief",
    "distance_guiyang_km": "Distance to Guiyang",
    "log_income_2014": "Rural income 2014",
    "commerce_2010": "Commerce jobs 2010",
    "commerce_2020": "Commerce jobs 2020",
    "town": "City or district (yes or no)",
    "C(prefecture_en)": "Prefecture",
}
TOWNS = ["district", "county-level city", "special district"]
SAMPLES = {
    "all": "All with figures",
    "poor": "Former poverty counties",
    "counties": "Counties, no cities or districts",
    "south and east": "Autonomous prefectures",
    "not Guiyang": "Without Guiyang",
}
NOTES = (
    "An association: what goes together in these counties. Nobody drew lots, so it is no effect.",
    "Each row of the table: the difference in the outcome for one standard deviation more of the "
    "row, the others as they are; for yes or no, between the two.",
)


def regression_lab() -> Lab:
    """Show the regression lab: outcome, exposure, controls and sample by menus.

    Table and chart show the difference in the outcome, in per cent, that goes with one standard
    deviation more exposure, with the chosen controls held fixed. It is an association, and the lab
    says so. A choice that cannot be estimated is answered with the reason.

    Returns
    -------
    Lab
        For the last line of a notebook's cell. ``.choose(...)`` moves the controls from code, with
        the arguments of `gzbook.labs.regression.answer`; ``.answer`` is the answer.

    Raises
    ------
    ModuleNotFoundError
        If ipywidgets is not installed.

    Examples
    --------
    >>> import gzbook
    >>> import gzcounty as gz
    >>> lab = gzbook.regression_lab()
    >>> lab
    Lab(outcome='income', exposure='commerce_2020', controls=(), sample='all')
    >>> print(lab.choose(controls=["schooling_years", "urban_share"]).sentence)
    One standard deviation (2.4 points) more commerce jobs 2020 goes with a difference of ...
    """
    from gzbook.labs.lab import Lab, dropdown, ticks

    controls = {
        "outcome": dropdown("Outcome", {o.label: key for key, o in OUTCOMES.items()}, "income"),
        "exposure": dropdown("Exposure", _turned(_graded()), "commerce_2020"),
        "controls": ticks("Controls", _turned(CONTROLS), ()),
        "sample": dropdown("Sample", _turned(SAMPLES), "all"),
    }
    return Lab(answer, controls, height=500)


def _graded() -> dict[str, str]:
    """Return the exposures with the grade of their measure, for the menu."""
    return {name: f"{label} ({_grade(name)})" for name, label in EXPOSURES.items()}


def _grade(exposure: str) -> str:
    return grade_of(exposure.split("_")[0].replace("change", "commerce"))


def _turned(words: dict[str, str]) -> dict[str, str]:
    return {label: key for key, label in words.items()}


@cache
def _data() -> pd.DataFrame:
    data = county_frame()
    facts = load_counties().set_index("adcode")
    for column in ("former_poverty_county", "autonomous_prefecture"):
        data[column] = data.adcode.map(facts[column])
    data["town"] = data.unit_type.isin(TOWNS) * 1.0
    for column in ("income_2020", "income_2014", "lights_2020"):
        data[f"log_{column}"] = np.log(data[column])
    return data


def _sample(which: str) -> pd.DataFrame:
    data = _data()
    keep = {
        "all": data.town.notna(),
        "poor": data.former_poverty_county.astype(bool),
        "counties": data.town == 0,
        "south and east": data.autonomous_prefecture.astype(bool),
        "not Guiyang": data.prefecture_en != "Guiyang",
    }
    return data[keep[which]]


def _known(what: str, value: str, allowed: dict[str, Any]) -> None:
    if value not in allowed:
        raise InputError(f"There is no {what} {value!r}; there are {', '.join(allowed)}.")


def answer(
    outcome: str = "income",
    exposure: str = "commerce_2020",
    controls: Sequence[str] = (),
    sample: str = "all",
) -> Answer:
    """Return table and chart of one regression.

    Parameters
    ----------
    outcome, exposure, sample : str
        Keys of `OUTCOMES`, `EXPOSURES` and `SAMPLES`.
    controls : list of str
        Keys of `CONTROLS`.

    Raises
    ------
    InputError
        If a name is unknown, the exposure or the outcome is a control as well, or the model cannot
        be estimated; as `gzcounty.ols` says it.
    """
    _known("outcome", outcome, OUTCOMES)
    _known("exposure", exposure, EXPOSURES)
    _known("sample", sample, SAMPLES)
    for control in controls:
        _known("control", control, CONTROLS)
    about = OUTCOMES[outcome]
    for name, role in ((exposure, "exposure"), (about.column, "outcome")):
        if name in controls:
            raise InputError(f"{CONTROLS[name]!r} is the {role}; it cannot be a control as well.")
    others = [name for name in controls if not name.startswith("C(")]
    within = _sample(sample)
    needed = list(dict.fromkeys([*about.needs, exposure, *others]))
    used = within.dropna(subset=needed).reset_index(drop=True)
    fit = _fit(about.column, [exposure, *controls], used)
    alone = _fit(about.column, [exposure], used)

    rows = [_row(alone, exposure, used, f"{EXPOSURES[exposure]}, no controls")]
    if controls:
        rows.append(_row(fit, exposure, used, f"{EXPOSURES[exposure]}, with controls"))
        rows += [_row(fit, name, used, CONTROLS[name]) for name in others]
    table = pd.DataFrame(rows)
    row = rows[min(len(rows) - 1, 1)]
    grade = _grade(exposure)
    notes = [*NOTES, f"Grade of the measure: {grade}, for in China {GRADES[grade]}."]
    if outcome in HELD_AGAINST:
        other = OUTCOMES[HELD_AGAINST[outcome]]
        beside = _row(_fit(other.column, [exposure, *controls], used), exposure, used, "")
        notes.append(
            f"Of the same {counted(fit.nobs, 'county', 'counties')}, {other.label.lower()} gives "
            f"{_signed(beside['%'])} % [{_signed(beside['from'])}, {_signed(beside['to'])}]. A "
            "county counts if it has an income of both years, so that the two can be compared."
            if other.column not in controls
            else f"{other.label} is a control here, and so no outcome to compare with."
        )
    if "C(prefecture_en)" in controls:
        seats = used.prefecture_en.nunique()
        notes.append(f"Effects of {counted(seats, 'prefecture')} are in the model, not shown.")
    notes.append(f"{sample_name(used.adcode)}.")
    if missing := len(within) - len(used):
        lacking = [_LABELS.get(name, name) for name in needed if within[name].isna().any()]
        notes.append(
            f"Left out: {missing} of {counted(len(within), 'county', 'counties')}, for lack of "
            f"figures of {listed(lacking)}."
        )
    notes += fit.notes
    clear = row["from"] > 0 or row["to"] < 0
    sentence = (
        f"One standard deviation ({used[exposure].std():.1f} points) more "
        f"{EXPOSURES[exposure].lower()} goes with a difference of {_signed(row['%'])} % in "
        f"{about.label.lower()} [{_signed(row['from'])}, {_signed(row['to'])}], n = {fit.nobs}"
        + ("." if clear else ": the interval includes zero.")
    )
    return Answer(
        table=table,
        formats={"%": "+.1f", "from": "+.1f", "to": "+.1f", "p": ".3f"},
        draw=lambda: _chart(
            used, about, exposure, controls, fit, f"{_signed(row['%'])} %", sentence
        ),
        sentence=sentence,
        formula=_formula(about, exposure, controls),
        code=_code(about, exposure, controls, sample, needed),
        notes=tuple(notes),
    )


def _formula(about: Outcome, exposure: str, controls: Sequence[str]) -> str:
    """Write the model as an equation."""
    words = {**CONTROLS, "C(prefecture_en)": "effect of the prefecture"}
    left = about.label if about.column == "growth" else f"log({about.label})"
    terms = ["a", f"b \N{MULTIPLICATION SIGN} {EXPOSURES[exposure]}"]
    for at, name in enumerate(name for name in controls if not name.startswith("C(")):
        label = f"log({words[name]})" if name.startswith("log_") else words[name]
        terms.append(f"c{at + 1} \N{MULTIPLICATION SIGN} {label}")
    terms += [words[name] for name in controls if name.startswith("C(")]
    return f"{left} = {' + '.join(terms)} + error"


def _code(
    about: Outcome, exposure: str, controls: Sequence[str], sample: str, needed: list[str]
) -> str:
    """Write the same model with public functions."""
    lines = ["import gzbook", "import gzcounty as gz", "import pandas as pd", ""]
    lines.append("counties = gzbook.county_frame()")
    if "town" in controls or sample == "counties":
        lines.append(f'counties["town"] = counties.unit_type.isin({json.dumps(TOWNS)}) * 1.0')
    flag = {"poor": "former_poverty_county", "south and east": "autonomous_prefecture"}.get(sample)
    if flag:
        lines.append('facts = gz.load_counties().set_index("adcode")')
        lines.append(f"counties = counties[counties.adcode.map(facts.{flag})]")
    if sample == "counties":
        lines.append('counties = counties[counties["town"] == 0]')
    if sample == "not Guiyang":
        lines.append('counties = counties[counties.prefecture_en != "Guiyang"]')
    columns = list(dict.fromkeys(name.removeprefix("log_") for name in needed))
    lines.append(f"counties = counties.dropna(subset={json.dumps(columns)})")
    logs = {f"log_{name}": f"log({name})" for name in columns}
    if any(name in logs for name in [about.column, *controls]):
        lines.insert(2, "import numpy as np")
    written = [logs.get(name, name) for name in (about.column, exposure, *controls)]
    lines.append(f'fit = gz.ols("{written[0]} ~ {" + ".join(written[1:])}", counties)')
    lines.append("steps = {  # one standard deviation; for yes or no, the step between the two")
    for name, term in zip([exposure, *controls], written[1:], strict=True):
        if not name.startswith("C("):
            step = f"counties.{name}.std()"
            if name in logs:
                step = f"np.log(counties.{name.removeprefix('log_')}).std()"
            lines.append(f'    "{term}": {"1.0" if name == "town" else step},')
    lines += [
        "}",
        "rows = [gz.estimate_row(fit, term, term, scale=steps[term], per_cent=True) "
        "for term in steps]",
        'gzbook.estimate_table(pd.DataFrame(rows), unit="%")',
    ]
    return "\n".join(lines)


def _fit(column: str, terms: Sequence[str], used: pd.DataFrame) -> Result:
    """Estimate one model; what goes wrong is said in the words of the menus."""
    try:
        return ols(f"{column} ~ {' + '.join(terms)}", used)
    except InputError as error:
        raise InputError(_in_words(str(error))) from error


_LABELS = {o.needs[-1]: o.label for o in OUTCOMES.values()} | EXPOSURES | CONTROLS
_LABELS |= {"income_2014": OUTCOMES["income before"].label, "income_2023": "Rural income 2023"}


def _in_words(sentence: str) -> str:
    """Put the words of the menus for the names of columns."""
    for name, label in {**EXPOSURES, **CONTROLS}.items():
        sentence = sentence.replace(f"'{name}'", f"'{label}'")
    return sentence


def _row(fit: Result, term: str, used: pd.DataFrame, label: str) -> dict[str, Any]:
    step = 1.0 if term == "town" else used[term].std()
    row = estimate_row(fit, term, label, scale=step, per_cent=True)
    shown = {"": label, "%": row["estimate"], "from": row["conf_low"], "to": row["conf_high"]}
    return {**shown, "p": fit.term(term).p_value}


def _signed(value: float) -> str:
    text = f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
    return "0.0" if text[1:] == "0.0" else text


def _chart(
    used: pd.DataFrame,
    about: Outcome,
    exposure: str,
    controls: Sequence[str],
    fit: Result,
    difference: str,
    sentence: str,
) -> Any:  # noqa: ANN401 (altair's charts share no base)
    """Draw outcome against exposure, both cleaned of the controls (Frisch, Waugh and Lovell)."""
    y, x = used[about.column], used[exposure]
    if controls:
        cleaned = {
            name: ols(" + ".join([f"{name} ~ 1", *controls]), used).residuals
            for name in (about.column, exposure)
        }
        y = y.mean() + cleaned[about.column]
        x = x.mean() + cleaned[exposure]
    slope = float(fit.coefficients[exposure])
    level, slope_y = float(y.mean() - slope * x.mean()), slope
    growth = about.column == "growth"
    if growth:
        y, level, slope_y = 100 * y, 100 * level, 100 * slope
    cleaned_of = ", both cleaned of the controls" if controls else ""
    return scatter_chart(
        used.assign(x_drawn=x, y_drawn=y if growth else np.exp(y)),
        "x_drawn",
        "y_drawn",
        x_title=f"{EXPOSURES[exposure]}, % of employed",
        y_title=f"{about.label}, {'log points x 100' if growth else about.unit}",
        line=(level, slope_y),
        log_y=not growth,
        marked=named_counties(),
        number_y=".1f" if growth or about.column == "log_lights_2020" else ",.0f",
        title=f"{about.label} and {EXPOSURES[exposure].lower()}: {difference}",
        unit=f"{about.label} against {EXPOSURES[exposure].lower()}{cleaned_of}; the line is the "
        "model's, an association",
        sample=sample_name(used.adcode),
        period=about.period,
        source=f"{about.source}; population census",
        description=f"Counties as points with the model's line. {sentence}",
    )
