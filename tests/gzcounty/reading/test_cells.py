"""A cell is the number it says, a stated mark of a missing one, or a problem; never a guess."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.reading.cells import Writing, numbers, plain, years
from gzcounty.reading.problems import worded

NOTHING_GIVEN = Writing()


def read(cell, missing=(), thousands=None, unit="number"):
    """Return the cell as it was read: a number, "missing", or the advice on a bad one."""
    column = pd.Series([1.0, cell, "2"], dtype=object, name="v")
    cells = numbers(column, Writing(missing, thousands), unit)
    assert [*cells.read[[0, 2]]] == [1, 2]
    if cells.missing[1]:
        return "missing"
    advice = next(iter(cells.advice.values()), "")
    return worded(advice) if cells.bad[1] else float(cells.read[1])


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1234.5", 1234.5), (" 1234.5\u3000", 1234.5), ("１２３４．５", 1234.5), ("1e3", 1000.0),
     ("+5", 5.0),
     (".5", 0.5), ("007", 7.0), ("'9000", 9000.0), ("٣", 3.0), (Decimal("1.5"), 1.5),
     (np.int8(3), 3.0), (np.float32(0.5), 0.5), ("\u200b9000\ufeff", 9000.0),
     *((f"{minus}5", -5.0) for minus in "-−－﹣‐‑‒–")],
)  # fmt: skip
def test_a_number_is_read_however_it_is_typed(cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(
    ("cell", "advice"),
    [("9000①", "one number alone"), ("9000²", "one number alone"), ("9000⒈", "one number alone"),
     ("9000*", "one number alone"), ("9000 [1]", "one number alone"),
     ("9000 8500", "one number alone"), ("9000\n8500", "one number alone"), ("- 5", "one number"),
     ("12万", "one number alone"), ("3/4", "one number alone"), ("2014-01-01", "one number alone"),
     ("0x10", "one number alone"), ("1_000", "one number alone"), ("—5", "one number alone"),
     ("5-", "one number alone"), ("12,34,567", "one number alone"), ("½", ""), ("Ⅳ", ""),
     ("八", ""), ("true", ""), ("inf", ""), (float("inf"), ""), ("1e999", ""),
     (10**400, ""),
     ("12.5 %", "write 12.5 and declare the unit '%'"), ("(123)", "write -123"),
     ("（123）", "write -123"), ("1,234", "thousands=','"), ("1，234", "thousands=','"),
     ("1 234", "thousands=' '"), ("1\u00a0234", "thousands=' '"), ("1\u2009234", "thousands=' '"),
     ("1’234", "thousands=\"'\""), ("1.234,5", "thousands='.'"), ("9000,5", "thousands='.'"),
     (True, "unit 'flag'"), (np.True_, "unit 'flag'"), (dt.date(2014, 1, 1), "a date"),
     (pd.Timestamp("2014"), "a date"), (np.datetime64("2014"), "a date"), (np.timedelta64(5), ""),
     (b"12", ""), ([1], ""), ({}, ""), (1 + 2j, "")],
)  # fmt: skip
def test_what_is_no_number_or_could_be_two_is_a_problem_with_advice(cell, advice):
    told = read(cell)
    assert isinstance(told, str)
    assert told != "missing"
    assert advice in told


@pytest.mark.parametrize(
    "mark", ["-", "--", "—", "——", "…", "……", "...", "..", "n.a.", "N/A", "NA", "nan", "#", "*",
             "/", "None", "暂无", "#DIV/0!", "#N/A"],
)  # fmt: skip
def test_a_mark_is_a_problem_until_it_is_stated_as_it_is_written(mark):
    assert read(mark) == f"if it means missing, say missing=[{mark!r}]"
    assert read(f" {mark} ", missing=mark) == "missing"
    assert read("9", missing=mark) == 9.0


@pytest.mark.parametrize("mark", ["-999", -999, ["-999"], [-999.0], {"−999"}])
@pytest.mark.parametrize("cell", ["-999", "-999.0", "－９９９", -999, -999.0, Decimal(-999)])
def test_a_number_as_a_mark_is_found_however_it_is_written(mark, cell):
    assert read(cell, missing=mark) == "missing"
    assert read("9", missing=mark) == 9.0


def test_a_mark_with_a_fraction_is_found_in_single_precision():
    column = pd.Series(np.array([-999.9, 9.5], dtype="float32"))
    assert numbers(column, Writing(-999.9)).missing.tolist() == [True, False]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int8", "uint64", "Sparse[float]",
                                   "category", "string", "object", "int64[pyarrow]"])  # fmt: skip
def test_columns_of_any_type_are_read(dtype):
    if "pyarrow" in dtype:
        pytest.importorskip("pyarrow")
    column = pd.Series([1, 2], dtype=str if dtype == "string" else float).astype(dtype)
    assert numbers(column, NOTHING_GIVEN).read.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object"])
def test_a_truth_is_a_number_only_in_a_flag(dtype):
    column = pd.Series([True, False], dtype=dtype)
    assert numbers(column, NOTHING_GIVEN, "flag").read.tolist() == [1.0, 0.0]
    assert numbers(column, NOTHING_GIVEN).bad.all()


@pytest.mark.parametrize("dtype", ["datetime64[ns]", "timedelta64[ns]", "complex"])
def test_a_column_of_something_else_is_no_column_of_numbers(dtype):
    assert numbers(pd.Series([1, 2]).astype(dtype), NOTHING_GIVEN).bad.all()


def test_footnotes_do_not_become_digits_of_years_and_names():
    assert years(pd.Series(["201４", "201⁴", "2014①"])).bad.tolist() == [False, True, True]
    assert [plain("52263²"), plain("……")] == ["52263²", "……"]


GROUPS = {
    ",": (",", "，"),
    " ": (" ", "\u00a0", "\u2009", "\u202f", "\u3000"),
    "'": ("'", "’"),
    ".": (".", "．"),
}
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@settings(max_examples=200, deadline=None)
@given(
    whole=st.integers(0, 10**12),
    fraction=st.from_regex(r"\A(\.[0-9]{0,4})?\Z"),
    minus=st.sampled_from(["", "+", "-", "−", "－"]),
    sign=st.sampled_from(sorted(GROUPS)),
    is_wide=st.booleans(),
    data=st.data(),
)
def test_a_number_with_its_thousands_parted_is_that_number(
    whole, fraction, minus, sign, is_wide, data
):
    between = data.draw(st.sampled_from(GROUPS[sign]))
    point = "," if sign == "." else "."
    text = minus + f"{whole:,}".replace(",", between) + fraction.replace(".", point)
    right = float(f"{whole}{fraction}") * (-1 if minus in ("-", "−", "－") else 1)
    text = text.translate(WIDE) if is_wide else text
    given_in = data.draw(st.sampled_from([sign, [sign], between]))
    assert read(text, thousands=given_in) == right


@settings(max_examples=200, deadline=None)
@given(
    groups=st.lists(st.from_regex(r"\A[0-9]{1,5}\Z"), min_size=2, max_size=4),
    sign=st.sampled_from([",", " ", "'"]),
)
def test_a_sign_between_other_than_three_digits_is_a_problem(groups, sign):
    first, *others = groups
    is_right = len(first) <= 3 and first[0] != "0" and all(len(group) == 3 for group in others)
    told = read(sign.join(groups), thousands=sign)
    if is_right:
        assert told == float("".join(groups))
    else:
        assert "does not stand between thousands here" in told


@settings(max_examples=300, deadline=None)
@given(
    cell=st.one_of(
        st.text("0123456789.,-+eE %()[]①²*/−…—", max_size=8), st.text(max_size=5), st.floats(),
        st.booleans(), st.dates(), st.binary(max_size=3),
    ),
    marks=st.lists(st.text(".…—-*9", min_size=1, max_size=3), max_size=2),
)  # fmt: skip
def test_any_cell_is_a_number_python_reads_too_or_a_stated_mark_or_a_problem(cell, marks):
    told = read(cell, missing=marks)
    if told == "missing":
        empty = pd.isna(cell) or plain(cell) == "" or plain(cell) in map(plain, marks)
        assert empty or Writing().read(str(cell)) in {Writing().read(mark) for mark in marks}
    elif isinstance(told, float):
        assert not isinstance(cell, bool)
        assert told == float(str(cell).strip().lstrip("'‘’").replace("−", "-"))


@settings(deadline=None)
@given(st.lists(st.text("0123456789+-.eE", min_size=1, max_size=6), min_size=1))
def test_texts_read_together_are_read_as_each_alone(texts):
    together = numbers(pd.Series(texts, dtype=object), NOTHING_GIVEN).read
    each = [numbers(pd.Series([text, "x"], dtype=object), NOTHING_GIVEN).read[0] for text in texts]
    np.testing.assert_array_equal(together, each)
