"""Formulas: every term that is written is in the model, or the formula is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError
from gzcounty.models.formula import quoted, read_formula
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols

# Names of functions, words of Python, signs, other letters: any of them can be a column.
NAMES = [
    *("scale", "center", "poly", "bs", "log", "exp", "C", "I", "Q", "lag", "np", "contr", "sum"),
    *("class", "lambda", "in", "None", "True", "1", "2010", "2x", "", " ", "per head", "gdp.pc"),
    *("x[1]", "income (yuan)", "it's", 'say "x"', "a`b", "a\\b", "a:b", "a-b", "{k}", "~", "|"),
    *("县域收入", "ｘ", "_column0_", "x"),
]


@pytest.fixture
def data() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    columns = {name: rng.uniform(1, 9, 60) for name in ("y", "x", "z", "w")}
    return pd.DataFrame(columns | {"g": list("abcd") * 15, "h": list("uuuvv") * 12})


def test_formula_columns_are_found():
    parsed = read_formula("log(y) ~ x:C(g) + np.log(z) + `per head` + I(w ** 2) + log(gdp.pc)")
    assert parsed.dependent == "log(y)"
    assert parsed.numeric == ("gdp.pc", "per head", "w", "x", "y", "z")
    assert parsed.categorical == ("g",)
    assert parsed.uses("x") == ["x:C(g)"]


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("y", "must be one string of the form"),
        ("y ~ x ~ z", "must be one string of the form"),
        ("y ~~ x", "must be one string of the form"),
        ("~ x", "exactly one variable on the left of '~'; it has none"),
        ("y + x ~ z", r"exactly one variable on the left of '~', not 'y \+ x'; write I\(y \+ x\)"),
        ("y:x ~ z", r"exactly one variable on the left.*write I\(y \* x\)"),
        ("y - 1 ~ x", "exactly one variable on the left"),
        ("C(g) ~ x", "gives 4 columns; it must be one number a row"),
        ("y ~", "has nothing on the right of '~'; for the mean alone write 'y ~ 1'"),
        ("y ~ 0", "has no term on the right of '~'"),
        ("y ~ 0 + 1 + x", "both that there is an intercept and that there is none"),
        ("y ~ (0 + x)", "minus at the start of a bracket"),
        ("y ~ x**2", r"raises 'x' to the power 2.*write I\(x \*\* 2\)"),
        ("y ~ x + x^2", r"raises 'x' to the power 2.*write I\(x \*\* 2\)"),
        ("y ~ x**z", r"write I\(x \*\* z\)"),
        ("y ~ x**2.5", "has the power 2.5"),
        ("y ~ (x + z)**99", "more than 10,000 products"),
        ("y ~ x:x", r"multiplies 'x' by itself.*write I\(x \*\* 2\)"),
        ("y ~ x*z*x", "multiplies 'x' by itself"),
        ("y ~ x - z", "takes away 'z', which is not among the terms"),
        ("y ~ x + z - z", "takes away 'z', which is there because it was added"),
        ("y ~ x*z - z + z", "both takes away and adds the term 'z'"),
        ("y ~ x *++ z", r"has a '\*\+\+'"),
        ("y ~ 2:x", r"has the number 2 as a term; arithmetic stands inside I\(\)"),
        ("y ~ x + 'z'", "has the text 'z' as a term"),
        (r"y ~ C(x, '\x')", r"has a text that cannot be read: '\\x'"),
        ("y ~ x + y", "has its outcome 'y' on the right as well"),
        ("log(y) ~ x + I(y**2)", r"has its outcome 'log\(y\)' on the right as well"),
        ("y ~ x +", r"has nothing after '\+'"),
        ("y ~ x z", "no operator between 'x' and 'z'; join terms by"),
        ("y ~ (x", "opens a bracket that it does not close"),
        ("y ~ log(x", "opens a bracket or a %"),
        ("y ~ x)", "closes a bracket that it did not open"),
        ("y ~ `x", "has a ` that is not closed"),
        ("y ~ .", r"has a '\.'; name the columns one by one"),
        ("y ~ x, z", "has a ','"),
        ("y ~ x | g", "has a '|'; name fixed effects by the arguments entity and time"),
        ("y ~ log(x +)", r"not a valid expression: 'log\(x \+\)'"),
        ("y ~ C(g,,)", r"not a valid expression: 'C\(g,,\)'"),
        ("y ~ C(g, h)", r"has 'h'.*C\(a\):C\(b\)"),
        ("y ~ C(g, levels=['a', 'b'])", "its levels lack .*'c'"),
        ("y ~ I(1 < x < 3)", "has '1 < x < 3'.*join conditions by &"),
        ("y ~ x[1]", r"has 'x\[1\]', which is not offered"),
        ("y ~ log(2)", r"has a term without a column: 'log\(2\)'"),
        ("y ~ np.mean(x)", r"The term 'np.mean\(x\)' of the formula .* cannot be computed"),
        ("y ~ lag(x)", r"calls lag\(\), which is not offered"),
        ("y ~ x.shift()", r"calls x.shift\(\), which is not offered"),
        ("y ~ np.diff(x)", r"calls np.diff\(\), which is not offered"),
    ],
)
def test_a_formula_that_says_more_than_a_model_can_hold_is_refused(data, formula, message):
    with pytest.raises(InputError, match=message):
        ols(formula, data)


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("y ~ x - 1", lambda d: [d.x]),
        ("y ~ 0 + x", lambda d: [d.x]),
        ("y ~ x + x", lambda d: [1, d.x]),
        ("y ~ (x + z)**2", lambda d: [1, d.x, d.z, d.x * d.z]),
        ("y ~ x*z - x", lambda d: [1, d.z, d.x * d.z]),
        ("y ~ z %in% x", lambda d: [1, d.x, d.x * d.z]),
        ("y ~ Q('x') + I((x > 3) | ~(z < 2))", lambda d: [1, d.x, (d.x > 3) | (d.z >= 2)]),
        ("y ~ I(g == 'b')", lambda d: [1, d.g == "b"]),
        ("y ~ center(x)", lambda d: [1, d.x - d.x.mean()]),
        (
            "y ~ scale(log(x))",
            lambda d: [1, (np.log(d.x) - np.log(d.x).mean()) / np.log(d.x).std()],
        ),
        ("y ~ C(g, Treatment('b'))", lambda d: [1, d.g == "a", d.g == "c", d.g == "d"]),
    ],
)
def test_what_is_written_is_what_is_estimated(data, formula, columns):
    X = np.column_stack([np.ones(len(data)) * column for column in columns(data)])
    expected = np.linalg.lstsq(X, data.y, rcond=None)[0]
    np.testing.assert_allclose(ols(formula, data).coefficients, expected, rtol=1e-9, atol=1e-9)


def test_a_difference_on_the_left_is_computed(data):
    got = ols("y - (x - z) ~ w", data)
    assert got.dependent == "y - (x - z)"
    right = ols("d ~ w", data.assign(d=data.y - data.x + data.z))
    np.testing.assert_allclose(got.coefficients, right.coefficients)


@pytest.mark.parametrize("terms", ["poly(x, 2)", "bs(x, df=3, degree=2, include_intercept=False)"])
def test_bases_span_what_they_say(data, terms):
    fit = ols(f"y ~ {terms}", data)
    if terms.startswith("poly"):
        assert fit.r_squared == pytest.approx(ols("y ~ x + I(x ** 2)", data).r_squared)
    assert len(fit.coefficients) == 1 + (2 if terms.startswith("poly") else 3)


def test_the_state_of_a_transform_is_that_of_the_rows_used(data):
    data.loc[:9, "z"] = np.nan
    got = ols("y ~ center(x) + z", data).coefficients["Intercept"]
    used = data[10:]
    assert got == pytest.approx(
        ols("y ~ x + z", used.assign(x=used.x - used.x.mean())).coefficients["Intercept"]
    )


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_a_column(data, name):
    renamed = data.drop(columns="x", errors="ignore").assign(**{name: data.x, "class": data.h})
    renamed[name] = data.x
    tick = quoted(name)
    got = ols(f"y ~ {tick} + log({tick}) + scale(z):{tick} + I({tick} * w)", renamed)
    expected = ols("y ~ x + log(x) + scale(z):x + I(x * w)", data)
    np.testing.assert_allclose(got.coefficients, expected.coefficients, rtol=1e-7)
    assert got.coefficients.index[1] == name


@pytest.mark.parametrize("name", ["scale", "center", "poly", "log", "C", "Q", "lag", "np", "class"])
def test_a_category_may_have_the_name_of_a_function(data, name):
    renamed = data.rename(columns={"g": name})
    got = ols(f"y ~ C({name}) + scale(x)", renamed).coefficients
    assert list(got.index[1:4]) == [f"C({name})[T.{level}]" for level in "bcd"]
    np.testing.assert_allclose(got, ols("y ~ C(g) + scale(x)", data).coefficients)


def test_empty_categories_have_no_column(data):
    data["g"] = pd.Categorical(data.g, categories=[*"abcd", "unused"])
    assert "C(g)[T.unused]" not in ols("y ~ C(g)", data).table().term.to_list()


def test_undefined_values_are_named_not_dropped(data):
    data.loc[[3, 7], "x"] = [0.0, -1.0]
    message = r"'log\(x\)' is not a finite number in 2 rows \(first at index 3\). A logarithm"
    with pytest.raises(InputError, match=message):
        ols("y ~ log(x)", data)
    with pytest.raises(InputError, match=r"'log\(x\)' is not a finite number"):
        ols("log(x) ~ y", data)


def test_text_becomes_categories_only_if_asked(data):
    with pytest.raises(InputError, match=r"Column 'g' holds str .* C\(g\) makes categories of it"):
        ols("y ~ g", data)
    with pytest.raises(InputError, match="Column 'g' holds str"):
        ols("y ~ log(g)", data)
    assert len(ols("y ~ C(g)", data).table()) == 4


def test_terms_of_one_name_are_refused(data):
    with pytest.raises(InputError, match="two terms called 'x:z'"):
        ols("y ~ x:z + `x:z`", data.assign(**{"x:z": data.w}))
    panel = data.assign(Intercept=data.x, unit=data.g, when=np.arange(60))
    with pytest.raises(InputError, match="'Intercept', which is the name of the constant"):
        panel_ols("y ~ Intercept + z", panel, "unit", "when")


PIECES = {
    "x": lambda d: {"x": d.x},
    "`z`": lambda d: {"z": d.z},
    "log(x)": lambda d: {"log(x)": np.log(d.x)},
    "I(x ** 2)": lambda d: {"I(x ** 2)": d.x**2},
    "center(v)": lambda d: {"center(v)": d.v - d.v.mean()},
    "I(x > 3)": lambda d: {"I(x > 3)": 1.0 * (d.x > 3)},
    "x:z": lambda d: {"x:z": d.x * d.z},
    "w*z": lambda d: {"w": d.w, "z": d.z, "w:z": d.w * d.z},
    "C(h)": lambda d: {"C(h)[T.v]": 1.0 * (d.h == "v")},
}


@settings(max_examples=40, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=5, unique=True),
    intercept=st.sampled_from(["", " + 1", "1 + "]),
)
def test_a_formula_of_known_pieces_has_their_columns(pieces, intercept):
    rng = np.random.default_rng(5)
    numbers = {name: rng.uniform(1, 9, 50) for name in ("y", "x", "z", "w", "v")}
    frame = pd.DataFrame(numbers | {"h": list("uuuvv") * 10})
    right = " + ".join(pieces)
    right = intercept + right if intercept.endswith(" ") else right + intercept
    fit = ols(f"y ~ {right}", frame)
    expected = {"Intercept": np.ones(50)}
    for piece in pieces:
        expected |= PIECES[piece](frame)
    assert set(fit.coefficients.index) == set(expected)
    X = np.column_stack([expected[name] for name in fit.coefficients.index])
    values = np.linalg.lstsq(X, frame.y, rcond=None)[0]
    np.testing.assert_allclose(fit.coefficients, values, rtol=1e-6, atol=1e-8)


JUNK = st.one_of(
    st.text(max_size=30).map("y ~ {}".format),
    st.lists(
        st.sampled_from(
            [
                *("y", "x", "g", "C(g)", "log(", "I(", "(", ")", "~", "+", "-", "*", ":", "**"),
                *("^", "/", "%in%", ".", ",", "0", "1", "2", "`", "'", '"', "[", "]", "{", "}"),
                *("|", ">", "=", " ", "None", "lambda", "C(", "levels=", "np.", "\\", "\n"),
            ]
        ),
        max_size=12,
    ).map("".join),
)


@settings(max_examples=150, deadline=None)
@given(formula=JUNK)
def test_junk_is_refused_in_our_words(formula):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {"y": rng.uniform(1, 9, 20), "x": rng.uniform(1, 9, 20), "g": list("abcd") * 5}
    )
    message = ""
    try:
        coefficients = ols(formula, frame).coefficients
    except InputError as error:
        message = str(error)
    assert "_column" not in message
    if not message:
        assert len(coefficients)
        assert {*read_formula(formula).columns.values()} <= {"y", "x", "g"}
