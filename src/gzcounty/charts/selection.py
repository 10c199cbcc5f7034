"""How a reader selects a county: names, a search that knows them all, menus of measures."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.charts.encodings import require_format
from gzcounty.charts.frame import lines, require_single, take
from gzcounty.checks import require, require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _, current_language
from gzcounty.words import listed, without_peoples

# `plain` in Vega's expression language, which has no Unicode normalisation.
_TONES = {"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔùüǖǘǚǜ"}

# Vega expression that is true for a row of the measure that the menu shows, see `measure_menu`.
CHOSEN = "datum.label === measure"

# Vega expression for the labels of an axis whose measure a reader chooses: 0.2, 15, 20,000, 2M.
PLAIN_NUMBERS = "format(datum.value, abs(datum.value) < 1e6 ? ',~g' : '~s')"


def short_chinese(name: str) -> str:
    """Return the Chinese name without its rank, as on a road sign: 榕江县 is 榕江."""
    if "自治" in name:  # with the names of its peoples: 松桃苗族自治县 is 松桃
        return without_peoples(name)
    for rank in ("特区", "林区", "新区", "县", "区", "市", "旗"):
        if name.endswith(rank) and len(name) - len(rank) >= 2:
            return name[: -len(rank)]
    return name


def plain(text: str) -> str:
    """Return a text as a search compares it: lower case, no tone marks, no spaces."""
    bare = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in bare if char.isalnum())


def search_keys(names: pd.DataFrame) -> pd.Series:
    """Return what a search looks through, one string a county, on the index of `names`.

    Every form of a name stands behind a bar, so that a search for its beginning is a search for "|"
    and the beginning: "|rongjiang|rongjiangxian|rongjiangcounty|榕江县|522632". `names` has adcode,
    name_zh, name_en; and where there are: pinyin, name_full_en, prefecture_zh, prefecture_en.
    """
    require_columns(names, ["adcode", "name_zh", "name_en"], N_("the table of names"))
    forms = ["name_en", "pinyin", "name_full_en", "name_zh", "adcode"]
    forms += ["prefecture_en", "prefecture_zh"]
    parts = [names[form].map(plain) for form in forms if form in names.columns]
    # Songtao Miao Autonomous County is Songtao County, Songtao Xian or 松桃县 to most.
    parts += [names.name_en.map(plain) + rank for rank in ("xian", "county")]
    parts += [names.name_zh.map(short_chinese) + "县"]
    counties = names.name_zh.str.endswith("县")
    parts[-3:] = [part.where(counties, parts[0]) for part in parts[-3:]]
    return pd.Series(
        ["|" + "|".join(dict.fromkeys(row)) for row in zip(*parts, strict=True)], index=names.index
    )


def unit_keys(units: pd.DataFrame) -> list[str]:
    """Return `search_keys` of units by ``name``, and by the words of ``search`` where there are."""
    more = units["search"] if "search" in units else units["name"]
    return [
        "|" + "|".join(dict.fromkeys(map(plain, [name, *f"{name} {words}".split()])))
        for name, words in zip(units["name"], more, strict=True)
    ]


def plain_expression(signal: str) -> str:
    """Return the Vega expression that folds the text of a parameter as `plain` does."""
    out = f"lower(toString({signal}) || '')"
    for vowel, marked in _TONES.items():
        out = f"replace({out}, /[{marked}]/g, '{vowel}')"
    out = f"replace({out}, /[\\s'’`·.,-]/g, '')"
    # Combining tone marks, as some keyboards send them.
    out = f"replace({out}, /[\\u0300-\\u036f]/g, '')"
    # Digits between letters are tone numbers (rong2jiang1); an adcode keeps its digits.
    return f"(test(/[a-z]/, {out}) ? replace({out}, /[0-9]/g, '') : {out})"


def example_name(names: pd.DataFrame) -> str:
    """Return the names of the first county, as a search field proposes them: Rongjiang, 榕江."""
    english, chinese = names.iloc[0][["name_en", "name_zh"]]
    if current_language() == "zh":
        return short_chinese(chinese)
    return ", ".join(filter(None, dict.fromkeys(map(short_chinese, (english, chinese)))))


def with_names(table: pd.DataFrame, what: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table of counties with both columns of names, and those of them that it has.

    A column that it lacks is filled from the other; one of the two must be there.
    """
    require_columns(table, [], what)
    known = [name for name in ("name_en", "name_zh") if name in table.columns]
    if not known:
        raise InputError(
            "{what} lacks the column 'name_en' or 'name_zh', by which a county is called; it has "
            "{columns}.",
            what=_(what), columns=listed(table.columns, 40),
        )  # fmt: skip
    other = {"name_en": "name_zh", "name_zh": "name_en"}
    return table.assign(**{n: table[other[n]] for n in other if n not in known}), known


def match_expression(query: str, keys: str) -> str:
    """Return the Vega expression that is true where a folded query matches a county's keys.

    Latin letters and digits match at the beginning of a name, Chinese anywhere in it. It is false
    while the query is empty.
    """
    return f"({query} !== '' && indexof({keys}, {beginning(query)}) >= 0)"


def beginning(query: str) -> str:
    """Return the Vega expression of what a folded query is looked for as."""
    return f"(test(/^[a-z0-9]/, {query}) ? '|' : '') + {query}"


def search_field(example: str, noun: str = N_("county")) -> alt.BindInput:
    """Return the input in which a reader types a name, and what stands in it while it is empty."""
    name = _("Find a {noun}: ", noun=_(noun))
    return alt.BindInput(input="search", name=name, placeholder=example)


def county_search(example: str, noun: str = N_("county")) -> tuple[alt.Parameter, alt.Parameter]:
    """Return the search field, and what is typed as the names are compared (``folded``)."""
    typed = alt.param(name="wanted", value="", bind=search_field(example, noun))
    return typed, alt.param(name="folded", expr=plain_expression("wanted"))


def require_measures(variables: pd.DataFrame, data: pd.DataFrame, message: str) -> pd.DataFrame:
    """Return the table of variables with their names as `note`, "Residents, persons".

    Raise InputError if a column is missing, or, with `message`, if the data lack a variable.
    """
    table = N_("the table of variables")
    variables = take(variables, table, (), ["variable", "label"], ["unit", "format"])
    require(len(variables) > 0, "the table of variables has no row; one row a variable is needed.")
    twice = N_("the table of variables has the variable {variable!r} more than once.")
    require_single(variables, ["variable"], twice)
    twice = N_("the table of variables has the label {label!r} more than once.")
    require_single(variables, ["label"], twice)
    for number in variables["format"]:
        require_format(_("the format of a variable"), number)
    present = set(data["variable"])
    for name in variables["variable"]:
        if name not in present:
            raise InputError(message, name=name)
    return variables.assign(note=_in_units(variables))


def _in_units(variables: pd.DataFrame) -> list[str]:
    """Return each measure with its unit."""
    pairs = zip(variables["label"], variables["unit"], strict=True)
    return [_("{label}, {unit}", label=label, unit=unit) for label, unit in pairs]


def measure_menu(labels: Sequence[str]) -> alt.Parameter:
    """Return the menu of measures; it stands at the first. One alone has none. See `CHOSEN`."""
    menu = alt.binding_select(options=list(labels), name=_("Measure: "))
    return alt.param(
        name="measure", value=labels[0], bind=menu if len(labels) > 1 else alt.Undefined
    )


def measure_axis(**more: Any) -> alt.Axis:  # noqa: ANN401
    """Return an axis for a measure that the menu chooses: its numbers suit any size."""
    return alt.Axis(labelExpr=PLAIN_NUMBERS, **more)


def measure_caption(variables: pd.DataFrame, above: int = 8) -> alt.Chart:
    """Return the words that name the measure of an axis and its unit, `above` pixels over the plot.

    An axis cannot change its title with the menu, so these words are a mark. `variables` holds
    label and unit of each measure.
    """
    # Left of it there may be an axis: a line must fit what that leaves of a phone.
    width = theme.PHONE_WIDTH - 40
    captions = [lines(note, theme.TEXT_SIZE, width) for note in _in_units(variables)]
    table = pd.DataFrame({"label": variables["label"], "said": captions})
    chosen = alt.Chart(table).transform_filter(CHOSEN)
    return chosen.mark_text(
        text={"expr": "datum.said"}, align="left", baseline="bottom", lineHeight=15
    ).encode(x=alt.value(0), y=alt.value(-above))
