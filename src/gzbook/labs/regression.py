"""The regression lab: one outcome, one exposure, the controls and the sample that you choose."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from gzbook.frames import county_frame, named_counties
from gzbook.labs.answer import Answer, filled
from gzbook.tables import written
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
# Whole sentences with named fields: this module fills them, and the lab's page on the website.
WORDS = {
    "clear": "One standard deviation ({step} points) more {exposure} goes with a difference of "
    "{difference} % in {outcome} [{low}, {high}], n = {n}.",
    "unclear": "One standard deviation ({step} points) more {exposure} goes with a difference of "
    "{difference} % in {outcome} [{low}, {high}], n = {n}: the interval includes zero.",
    "alone": "{exposure}, no controls",
    "held": "{exposure}, with controls",
    "grade": "Grade of the measure: {grade}, for in China {reason}.",
    "beside": "Of the same {counties}, {other} gives {difference} % [{low}, {high}]. A county "
    "counts if it has an income of both years, so that the two can be compared.",
    "held against": "{other} is a control here, and so no outcome to compare with.",
    "prefectures": "Effects of {prefectures} are in the model, not shown.",
    "left out": "Left out: {missing} of {counties}, for lack of figures of {lacking}.",
    "twice": "{label} is the {role}; it cannot be a control as well.",
    "title": "{outcome} and {exposure}: {difference} %",
    "unit": "{outcome} against {exposure}; the line is the model's, an association",
    "unit cleaned": "{outcome} against {exposure}, both cleaned of the controls; the line is the "
    "model's, an association",
    "source": "{source}; population census",
    "hint": "Point at a county to see its numbers. Diamonds: counties that the paper names.",
    "description": "Counties as points with the model's line. {sentence}",
    "x": "{exposure}, % of employed",
    "y": "{outcome}, {unit}",
    "effect of the prefecture": "effect of the prefecture",
}
# Sentences of the models and of `sample_name`, which the page on the website has to say itself.
_OF_MODELS = {
    "small": "{rows} cannot carry {terms}: a model needs more rows than terms.",
    "zero": "{name} is zero in every row; leave it out.",
    "constant": "{name} has the same value in every row, which the intercept already stands for; "
    "leave it out.",
    "collinear": "{name} is an exact linear combination of {others}; leave one of them out.",
    "leverage": "HC3 is not defined here: {exact} of {n} rows are fitted exactly (leverage one, "
    "such as the only member of a category); use HC1 or leave these rows out.",
    "errors": "Standard errors HC3; t with {degrees} of freedom.",
    "whole": "{n} counties of Guizhou",
    "poor": "{n} former poverty counties",
    "mixed": "{n} counties, {poor} of them former poverty counties",
}
FORMATS = {"%": "+.1f", "from": "+.1f", "to": "+.1f", "p": ".3f"}
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
    >>> lab = gzbook.regression_lab()
    >>> lab
    Lab(outcome='income', exposure='commerce_2020', controls=(), sample='all')
    >>> print(lab.choose(controls=["schooling_years", "urban_share"]).sentence)
    One standard deviation (2.4 points) more commerce jobs 2020 goes with a difference of ...
    """
    from gzbook.labs.lab import Lab, dropdown, ticks

    graded = {name: f"{label} ({_grade(name)})" for name, label in EXPOSURES.items()}
    controls = {
        "outcome": dropdown("Outcome", {o.label: key for key, o in OUTCOMES.items()}, "income"),
        "exposure": dropdown("Exposure", _turned(graded), "commerce_2020"),
        "controls": ticks("Controls", _turned(CONTROLS), ()),
        "sample": dropdown("Sample", _turned(SAMPLES), "all"),
    }
    return Lab(answer, controls, height=500, page=page)


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
            raise InputError(WORDS["twice"].format(label=repr(CONTROLS[name]), role=role))
    others = [name for name in controls if not name.startswith("C(")]
    within = _sample(sample)
    needed = list(dict.fromkeys([*about.needs, exposure, *others]))
    used = within.dropna(subset=needed).reset_index(drop=True)
    fit = _fit(about.column, [exposure, *controls], used)
    alone = _fit(about.column, [exposure], used)

    label = EXPOSURES[exposure]
    rows = [_row(alone, exposure, used, WORDS["alone"].format(exposure=label))]
    if controls:
        rows.append(_row(fit, exposure, used, WORDS["held"].format(exposure=label)))
        rows += [_row(fit, name, used, CONTROLS[name]) for name in others]
    table = pd.DataFrame(rows)
    row = rows[min(len(rows) - 1, 1)]
    notes = [*NOTES, _grade_note(exposure)]
    if outcome in HELD_AGAINST:
        other = OUTCOMES[HELD_AGAINST[outcome]]
        if other.column in controls:
            notes.append(WORDS["held against"].format(other=other.label))
        else:
            beside = _row(_fit(other.column, [exposure, *controls], used), exposure, used, "")
            notes.append(
                WORDS["beside"].format(
                    counties=counted(fit.nobs, "county", "counties"),
                    other=other.label.lower(),
                    **_interval(beside),
                )
            )
    if "C(prefecture_en)" in controls:
        prefectures = counted(used.prefecture_en.nunique(), "prefecture")
        notes.append(WORDS["prefectures"].format(prefectures=prefectures))
    notes.append(f"{sample_name(used.adcode)}.")
    if missing := len(within) - len(used):
        lacking = dict.fromkeys(_LABELS[name] for name in needed if within[name].isna().any())
        counties = counted(len(within), "county", "counties")
        notes.append(
            WORDS["left out"].format(missing=missing, counties=counties, lacking=listed(lacking))
        )
    notes += fit.notes
    clear = row["from"] > 0 or row["to"] < 0
    sentence = WORDS["clear" if clear else "unclear"].format(
        step=f"{used[exposure].std():.1f}", exposure=label.lower(), outcome=about.label.lower(),
        n=fit.nobs, **_interval(row),
    )  # fmt: skip
    per_cent = written(row["%"], "+.1f")
    return Answer(
        table=table,
        formats=FORMATS,
        draw=lambda: _chart(used, about, exposure, controls, fit, per_cent, sentence),
        sentence=sentence,
        formula=_formula(about, exposure, controls),
        code=_code(about, exposure, controls, sample, needed),
        notes=tuple(notes),
    )


def _grade_note(exposure: str) -> str:
    grade = _grade(exposure)
    return WORDS["grade"].format(grade=grade, reason=GRADES[grade])


def _interval(row: dict[str, Any]) -> dict[str, str]:
    """Return the fields of a sentence for an estimate and its interval."""
    names = {"difference": "%", "low": "from", "high": "to"}
    return {field: written(row[name], "+.1f") for field, name in names.items()}


def _formula(about: Outcome, exposure: str, controls: Sequence[str]) -> str:
    """Write the model as an equation."""
    words = {**CONTROLS, "C(prefecture_en)": WORDS["effect of the prefecture"]}
    left = about.label if about.column == "growth" else f"log({about.label})"
    terms = ["a", f"b \N{MULTIPLICATION SIGN} {EXPOSURES[exposure]}"]
    for at, name in enumerate(name for name in controls if not name.startswith("C(")):
        label = f"log({words[name]})" if name.startswith("log_") else words[name]
        terms.append(f"c{at + 1} \N{MULTIPLICATION SIGN} {label}")
    terms += [words[name] for name in controls if name.startswith("C(")]
    return f"{left} = {' + '.join(terms)} + error"


_CODE = """\
import gzbook
import gzcounty as gz
{imports}import pandas as pd

counties = gzbook.county_frame()
{rows}counties = counties.dropna(subset=[{columns}])
fit = gz.ols("{formula}", counties)
steps = {{  # one standard deviation; for yes or no, the step between the two
{steps}
}}
rows = [gz.estimate_row(fit, term, term, scale=steps[term], per_cent=True) for term in steps]
gzbook.estimate_table(pd.DataFrame(rows), unit="%")"""
_LOGS = "import numpy as np\n"
_TOWN = f'counties["town"] = counties.unit_type.isin({json.dumps(TOWNS)}) * 1.0\n'
_FACTS = """\
facts = gz.load_counties().set_index("adcode")
counties = counties[counties.adcode.map(facts.{flag})]
"""
_ROWS = {
    "all": "",
    "poor": _FACTS.format(flag="former_poverty_county"),
    "counties": 'counties = counties[counties["town"] == 0]\n',
    "south and east": _FACTS.format(flag="autonomous_prefecture"),
    "not Guiyang": 'counties = counties[counties.prefecture_en != "Guiyang"]\n',
}


def _term(name: str) -> tuple[str, str, str]:
    """Return a variable's column, and in Python the term of a formula and the step of it."""
    if name.startswith("log_"):
        column = name.removeprefix("log_")
        return column, f"log({column})", f"np.log(counties.{column}).std()"
    return name, name, "1.0" if name == "town" else f"counties.{name}.std()"


def _code(
    about: Outcome, exposure: str, controls: Sequence[str], sample: str, needed: list[str]
) -> str:
    """Write the same model with public functions."""
    terms = [_term(name) for name in (exposure, *controls)]
    columns = dict.fromkeys(_term(name)[0] for name in needed)
    with_town = "town" in controls or sample == "counties"
    with_logs = any(name.startswith("log_") for name in (about.column, *controls))
    return _CODE.format(
        imports=_LOGS if with_logs else "",
        rows=(_TOWN if with_town else "") + _ROWS[sample],
        columns=", ".join(json.dumps(name) for name in columns),
        formula=f"{_term(about.column)[1]} ~ {' + '.join(term for _, term, _ in terms)}",
        steps="\n".join(
            f'    "{term}": {step},' for _, term, step in terms if not term.startswith("C(")
        ),
    )


def _fit(column: str, terms: Sequence[str], used: pd.DataFrame) -> Result:
    """Estimate one model; what goes wrong is said in the words of the menus."""
    try:
        return ols(f"{column} ~ {' + '.join(terms)}", used)
    except InputError as error:
        sentence = str(error)
        for name, label in (EXPOSURES | CONTROLS).items():
            sentence = sentence.replace(f"'{name}'", f"'{label}'")
        raise InputError(sentence) from error


_LABELS = {o.column.removeprefix("log_"): o.label for o in OUTCOMES.values()}
_LABELS |= EXPOSURES | CONTROLS | {"income_2023": "Rural income 2023"}


def _row(fit: Result, term: str, used: pd.DataFrame, label: str) -> dict[str, Any]:
    step = 1.0 if term == "town" else used[term].std()
    row = estimate_row(fit, term, label, scale=step, per_cent=True)
    shown = {"": label, "%": row["estimate"], "from": row["conf_low"], "to": row["conf_high"]}
    return {**shown, "p": fit.term(term).p_value}


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
    names = {"outcome": about.label, "exposure": EXPOSURES[exposure].lower()}
    unit = "log points x 100" if growth else about.unit
    return scatter_chart(
        used.assign(x_drawn=x, y_drawn=y if growth else np.exp(y)),
        "x_drawn",
        "y_drawn",
        x_title=WORDS["x"].format(exposure=EXPOSURES[exposure]),
        y_title=WORDS["y"].format(outcome=about.label, unit=unit),
        line=(level, slope_y),
        log_y=not growth,
        marked=named_counties(),
        number_y=_number(about),
        title=WORDS["title"].format(**names, difference=difference),
        unit=WORDS["unit cleaned" if controls else "unit"].format(**names),
        sample=sample_name(used.adcode),
        period=about.period,
        source=WORDS["source"].format(source=about.source),
        description=WORDS["description"].format(sentence=sentence),
    )


def _number(about: Outcome) -> str:
    """Return how values of an outcome are written."""
    return ".1f" if about.column in ("growth", "log_lights_2020") else ",.0f"


def page() -> dict[str, Any]:
    """Return what the website needs to answer every choice without a kernel.

    More than a hundred thousand choices are too many for a table, so the page estimates the models
    itself, from the same columns, into the same words; a test holds it against `answer`.
    """
    data = _data()
    raw = {name for about in OUTCOMES.values() for name in (*about.needs, about.column)}
    numbers = sorted(raw | set(EXPOSURES) | set(CONTROLS) & set(data))
    row_of = {code: at for at, code in enumerate(data.adcode)}
    terms = {name: _term(name) for name in (*raw, *EXPOSURES, *CONTROLS)}
    return {
        "counties": data.name_en.tolist(),
        "numbers": {name: filled(data[name]) for name in numbers},
        "groups": {"C(prefecture_en)": data.prefecture_en.tolist()},
        "poor": data.former_poverty_county.astype(int).tolist(),
        "marked": [row_of[code] for codes in named_counties().values() for code in codes],
        "outcomes": {
            key: about._asdict() | {"number": _number(about), "against": HELD_AGAINST.get(key)}
            for key, about in OUTCOMES.items()
        },
        "exposures": {
            key: {"label": label, "grade": _grade_note(key)} for key, label in EXPOSURES.items()
        },
        "controls": CONTROLS,
        "labels": _LABELS,
        "samples": {key: [row_of[code] for code in _sample(key).adcode] for key in SAMPLES},
        "critical": [0.0, *special.stdtrit(range(1, len(data)), 0.975)],
        "words": WORDS | _OF_MODELS,
        "notes": NOTES,
        "formats": FORMATS,
        "code": {
            "whole": _CODE, "logs": _LOGS, "town": _TOWN, "rows": _ROWS, "terms": terms,
        },
    }  # fmt: skip
