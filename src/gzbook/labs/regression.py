"""The regression lab: one outcome, one exposure, the controls and the sample that you choose."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from gzbook.frames import county_frame, named_counties
from gzbook.labs import Answer, Lab, dropdown, filled, template, ticks
from gzbook.tables import written
from gzcounty.charts.coefficients import estimate_row
from gzcounty.charts.encodings import shown_names
from gzcounty.charts.scatter import scatter_chart
from gzcounty.data.guizhou import load_counties
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.measures.change import sample_name
from gzcounty.measures.validity import GRADES, grade_of
from gzcounty.models.ols import ols
from gzcounty.models.result import Result
from gzcounty.words import counted, listed, years


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


_STATISTICS = N_("county statistics")
_LIGHTS = N_("VIIRS night lights, masked annual means")
_INCOME = N_("yuan a person")
_LEVELS = ("income_2014", "income_2020")
OUTCOMES = {
    "income": Outcome(
        "log_income_2020", _LEVELS, N_("Rural income 2020"), _INCOME, "2020", _STATISTICS
    ),
    "growth": Outcome(
        "growth", ("income_2014", "income_2023"), N_("Rural income growth 2014-2023"),
        N_("log points x 100"), N_("2014 and 2023"), _STATISTICS,
    ),
    "income before": Outcome(
        "log_income_2014", _LEVELS, N_("Rural income 2014"), _INCOME, "2014", _STATISTICS
    ),
    "lights": Outcome(
        "log_lights_2020", ("lights_2020",), N_("Night lights 2020"), "nW/cm²/sr", "2020", _LIGHTS
    ),
}  # fmt: skip
HELD_AGAINST = {"income": "income before", "income before": "income"}
"""The outcome of the placebo, and the one that it is a placebo of."""
EXPOSURES = {
    "commerce_2020": N_("Commerce jobs 2020"),
    "commerce_2010": N_("Commerce jobs 2010"),
    "digital_2020": N_("Transport, post, information 2020"),
    "digital_2010": N_("Transport, post, information 2010"),
    "change": N_("Commerce jobs, change 2010-2020"),
}
CONTROLS = {
    "schooling_years": N_("Schooling"),
    "minority_share": N_("Minority share"),
    "urban_share": N_("Urban share"),
    "relief": N_("Relief"),
    "distance_guiyang_km": N_("Distance to Guiyang"),
    "log_income_2014": N_("Rural income 2014"),
    "commerce_2010": N_("Commerce jobs 2010"),
    "commerce_2020": N_("Commerce jobs 2020"),
    "town": N_("City or district (yes or no)"),
    "C(prefecture_en)": N_("Prefecture"),
}
TOWNS = ["district", "county-level city", "special district"]
SAMPLES = {
    "all": N_("All with figures"),
    "poor": N_("Former poverty counties"),
    "counties": N_("Counties, no cities or districts"),
    "south and east": N_("Autonomous prefectures"),
    "not Guiyang": N_("Without Guiyang"),
}
# Whole sentences with named fields: this module fills them, and the lab's page on the website.
WORDS = {
    "clear": N_(
        "One standard deviation ({step} points) more {exposure} goes with a difference of "
        "{difference} % in {outcome} [{low}, {high}], n = {n}."
    ),
    "unclear": N_(
        "One standard deviation ({step} points) more {exposure} goes with a difference of "
        "{difference} % in {outcome} [{low}, {high}], n = {n}: the interval includes zero."
    ),
    "alone": N_("{exposure}, no controls"),
    "held": N_("{exposure}, with controls"),
    "grade": N_("Grade of the measure: {grade}, for in China {reason}."),
    "beside": N_(
        "Of the same {n} counties, {other} gives {difference} % [{low}, {high}]. A county counts "
        "if it has an income of both years, so that the two can be compared."
    ),
    "held against": N_("{other} is a control here, and so no outcome to compare with."),
    "prefectures": N_("Effects of {n} prefectures are in the model, not shown."),
    "left out": N_("Left out: {missing} of {n} counties, for lack of figures of {lacking}."),
    "exposure twice": N_("{label} is the exposure; it cannot be a control as well."),
    "outcome twice": N_("{label} is the outcome; it cannot be a control as well."),
    "title": N_("{outcome} and {exposure}: {difference} %"),
    "unit": N_("{outcome} against {exposure}; the line is the model's, an association"),
    "unit cleaned": N_(
        "{outcome} against {exposure}, both cleaned of the controls; the line is the model's, an "
        "association"
    ),
    "source": N_("{source}; population census"),
    "sentence": N_("{sample_name}."),
    "hint": N_("Point at a county to see its numbers. Diamonds: counties that the paper names."),
    "pointed": N_("{county}: {x} % of employed, {y} {unit}"),
    "description": N_("Counties as points with the model's line. {sentence}"),
    "x": N_("{exposure}, % of employed"),
    "y": N_("{outcome}, {unit}"),
    "log scale": N_("{title}, log scale"),
    "formula": N_("{left} = {terms} + error"),
    "effect of the prefecture": N_("effect of the prefecture"),
}
# Messages of the models and of `sample_name`, which the page on the website has to say itself:
# their Chinese is gzcounty's.
OF_MODELS = {
    "small": "{rows} cannot carry {terms}: a model needs more rows than terms.",
    "zero": "{after}{name!r} is zero in every row; leave it out.",
    "constant": "{name!r} has the same value in every row, which the intercept already stands for; "
    "leave it out.",
    "collinear": "{after}{name!r} is an exact linear combination of {partners}; leave one of them "
    "out.",
    "leverage": "{kind} is not defined here: {exact} of {rows} rows are fitted exactly (leverage "
    "one, such as the only member of a category); use HC1 or leave these rows out.",
    "errors": "Standard errors {kind}; t with {df}.",
    "whole": "88 counties of Guizhou",
    "poor": "{n} former poverty counties",
    "mixed": "{n} counties, {poor} of them former poverty counties",
    "more": "{n:,} more",
    "and": "{head} and {end}",
    "comma": ", ",
    "quoted": "'{name}'",
}
COUNTS = {"row": "rows", "term": "terms", "degree of freedom": "degrees of freedom"}
FORMATS = {"%": "+.1f", "from": "+.1f", "to": "+.1f", N_("p"): ".3f"}
NOTES = (
    N_(
        "An association: what goes together in these counties. Nobody drew lots, so it is no "
        "effect."
    ),
    N_(
        "Each row of the table: the difference in the outcome for one standard deviation more of "
        "the row, the others as they are; for yes or no, between the two."
    ),
)


def _say(name: str, **fields: object) -> str:
    """Say one of `WORDS`."""
    return _(WORDS[name], **fields)


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
    graded = {
        _("{label} ({grade})", label=_(label), grade=_(_grade(name))): name
        for name, label in EXPOSURES.items()
    }
    outcomes = {_(about.label): key for key, about in OUTCOMES.items()}
    controls = {
        "outcome": dropdown(_("Outcome"), outcomes, "income"),
        "exposure": dropdown(_("Exposure"), graded, "commerce_2020"),
        "controls": ticks(_("Controls"), {_(label): key for key, label in CONTROLS.items()}, ()),
        "sample": dropdown(_("Sample"), {_(label): key for key, label in SAMPLES.items()}, "all"),
    }
    return Lab(answer, controls, height=500, page=page)


def _grade(exposure: str) -> str:
    return grade_of(exposure.split("_")[0].replace("change", "commerce"))


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
        raise InputError(
            "There is no {what} {value!r}; there are {allowed}.",
            what=_(what), value=value, allowed=_(", ").join(allowed),
        )  # fmt: skip


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
    _known(N_("outcome"), outcome, OUTCOMES)
    _known(N_("exposure"), exposure, EXPOSURES)
    _known(N_("sample"), sample, SAMPLES)
    for control in controls:
        _known(N_("control"), control, CONTROLS)
    about = OUTCOMES[outcome]
    for name, role in ((exposure, "exposure"), (about.column, "outcome")):
        if name in controls:
            twice = WORDS[f"{role} twice"]
            raise InputError(twice, label=repr(_(CONTROLS[name])))
    others = [name for name in controls if not name.startswith("C(")]
    within = _sample(sample)
    needed = list(dict.fromkeys([*about.needs, exposure, *others]))
    used = within.dropna(subset=needed).reset_index(drop=True)
    fit = _fit(about.column, [exposure, *controls], used)
    alone = _fit(about.column, [exposure], used)

    label = EXPOSURES[exposure]
    labels = {CONTROLS[name]: _(CONTROLS[name]) for name in others}
    for words in (WORDS["alone"], WORDS["held"]):
        labels[words.format(exposure=label)] = _(words, exposure=_(label))
    rows = [_row(alone, exposure, used, WORDS["alone"].format(exposure=label))]
    if controls:
        rows.append(_row(fit, exposure, used, WORDS["held"].format(exposure=label)))
        rows += [_row(fit, name, used, CONTROLS[name]) for name in others]
    table = pd.DataFrame(rows)
    row = rows[min(len(rows) - 1, 1)]
    notes = [*map(_, NOTES), _grade_note(exposure)]
    if outcome in HELD_AGAINST:
        other = OUTCOMES[HELD_AGAINST[outcome]]
        if other.column in controls:
            notes.append(_say("held against", other=_(other.label)))
        else:
            beside = _row(_fit(other.column, [exposure, *controls], used), exposure, used, "")
            name = _(other.label).lower()
            notes.append(_say("beside", n=fit.nobs, other=name, **_interval(beside)))
    if "C(prefecture_en)" in controls:
        notes.append(_say("prefectures", n=used.prefecture_en.nunique()))
    notes.append(_say("sentence", sample_name=sample_name(used.adcode)))
    if missing := len(within) - len(used):
        lacking = dict.fromkeys(_(_LABELS[name]) for name in needed if within[name].isna().any())
        notes.append(_say("left out", missing=missing, n=len(within), lacking=listed(lacking)))
    notes += fit.notes
    clear = row["from"] > 0 or row["to"] < 0
    sentence = _say(
        "clear" if clear else "unclear", step=f"{used[exposure].std():.1f}", n=fit.nobs,
        exposure=_(label).lower(), outcome=_(about.label).lower(), **_interval(row),
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
        labels=labels,
    )


def _grade_note(exposure: str) -> str:
    grade = _grade(exposure)
    return _say("grade", grade=_(grade), reason=_(GRADES[grade]))


def _interval(row: dict[str, Any]) -> dict[str, str]:
    """Return the fields of a sentence for an estimate and its interval."""
    names = {"difference": "%", "low": "from", "high": "to"}
    return {field: written(row[name], "+.1f") for field, name in names.items()}


def _formula(about: Outcome, exposure: str, controls: Sequence[str]) -> str:
    """Write the model as an equation."""
    words = {**CONTROLS, "C(prefecture_en)": WORDS["effect of the prefecture"]}
    left = _(about.label) if about.column == "growth" else f"log({_(about.label)})"
    terms = ["a", f"b \N{MULTIPLICATION SIGN} {_(EXPOSURES[exposure])}"]
    for at, name in enumerate(name for name in controls if not name.startswith("C(")):
        label = f"log({_(words[name])})" if name.startswith("log_") else _(words[name])
        terms.append(f"c{at + 1} \N{MULTIPLICATION SIGN} {label}")
    terms += [_(words[name]) for name in controls if name.startswith("C(")]
    return _say("formula", left=left, terms=" + ".join(terms))


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
        formula=f"{_term(about.column)[1]} ~ {' + '.join(term for __, term, __ in terms)}",
        steps="\n".join(
            f'    "{term}": {step},' for __, term, step in terms if not term.startswith("C(")
        ),
    )


def _fit(column: str, terms: Sequence[str], used: pd.DataFrame) -> Result:
    """Estimate one model; what goes wrong is said in the words of the menus."""
    try:
        return ols(f"{column} ~ {' + '.join(terms)}", used)
    except InputError as error:
        sentence = str(error)
        for name, label in (EXPOSURES | CONTROLS).items():
            sentence = sentence.replace(listed([name]), listed([_(label)]))
        raise InputError(sentence) from error


_LABELS = {o.column.removeprefix("log_"): o.label for o in OUTCOMES.values()}
_LABELS |= EXPOSURES | CONTROLS | {"income_2023": N_("Rural income 2023")}


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
    names = {"outcome": _(about.label), "exposure": _(EXPOSURES[exposure]).lower()}
    return scatter_chart(
        used.assign(x_drawn=x, y_drawn=y if growth else np.exp(y)),
        "x_drawn",
        "y_drawn",
        x_title=_say("x", exposure=_(EXPOSURES[exposure])),
        y_title=_say("y", outcome=_(about.label), unit=_(about.unit)),
        line=(level, slope_y),
        log_y=not growth,
        marked=named_counties(),
        number_y=_number(about),
        title=_say("title", **names, difference=difference),
        unit=_say("unit cleaned" if controls else "unit", **names),
        sample=sample_name(used.adcode),
        period=_(about.period),
        source=_say("source", source=_(about.source)),
        description=_say("description", sentence=sentence),
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
    terms = {name: _term(name) for name in (*sorted(raw), *EXPOSURES, *CONTROLS)}
    messages = WORDS | OF_MODELS
    return {
        "counties": data[shown_names()[0]].tolist(),
        "numbers": {name: filled(data[name]) for name in numbers},
        "groups": {"C(prefecture_en)": data.prefecture_en.tolist()},
        "poor": data.former_poverty_county.astype(int).tolist(),
        "marked": [row_of[code] for codes in named_counties().values() for code in codes],
        "outcomes": {
            key: about._asdict()
            | {name: _(getattr(about, name)) for name in ("label", "unit", "source")}
            | {"period": years(_(about.period)), "number": _number(about)}
            | {"against": HELD_AGAINST.get(key)}
            for key, about in OUTCOMES.items()
        },
        "exposures": {
            key: {"label": _(label), "grade": _grade_note(key)} for key, label in EXPOSURES.items()
        },
        "controls": {key: _(label) for key, label in CONTROLS.items()},
        "labels": {key: _(label) for key, label in _LABELS.items()},
        "samples": {key: [row_of[code] for code in _sample(key).adcode] for key in SAMPLES},
        "critical": [0.0, *special.stdtrit(range(1, len(data)), 0.975)],
        "words": {key: template(text, kind="HC3", after="") for key, text in messages.items()},
        "counts": {
            noun: [counted(n, noun, several).replace(str(n), "{n}") for n in (1, 2)]
            for noun, several in COUNTS.items()
        },
        "notes": [*map(_, NOTES)],
        "formats": FORMATS,
        "code": {
            "whole": _CODE, "logs": _LOGS, "town": _TOWN, "rows": _ROWS, "terms": terms,
        },
    }  # fmt: skip
