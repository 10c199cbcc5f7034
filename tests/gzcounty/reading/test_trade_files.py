"""Files as the trade has them: headings, quotes, workbooks, labels, and what is handed in."""

import datetime as dt
import io
import os

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.reading.files import open_table

HEAD, ROWS = "县,年,收入\n", "榕江县,2014,9000\n台江县,2014,9100\n"
BODY = [["榕江县", 2014, 9000], ["台江县", 2014, 9100]]
UNIT = {"收入": "yuan a person"}


def read(source, values=UNIT, year="年", **options):
    return gz.read_panel(source, "县", year, values, **options)


def read_text(text, values=UNIT, year="年", **options):
    return read(io.StringIO(text), values, year, **options)


def workbook(rows, *changes, title="表"):
    """Return a workbook of one sheet as an open file, after some changes of the sheet."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for change in changes:
        change(book.active)
    book.save(file)
    file.seek(0)
    return file


def merge(*areas):
    return lambda sheet: [sheet.merge_cells(area) for area in areas]


def notes(panel):
    return " ".join(panel.attrs["notes"][1:])


# Headings


def test_a_heading_below_a_title_is_found_and_its_row_is_said():
    text = f"表1 各县收入,,\n单位：元,,\n{HEAD}{ROWS}"
    with pytest.raises(gz.InputError, match="in row 1; row 3 holds all: say header=3"):
        read_text(text)
    assert len(read_text(text, header=3)) == 2
    with pytest.raises(gz.InputError, match="row 3 holds '县' and '年', and none '人口'"):
        read_text(text, {"人口": "persons"})
    with pytest.raises(gz.InputError, match="column '2014': there is no such column"):
        read_text(HEAD + ROWS, {"2014": "yuan a person"})


def test_a_heading_of_two_rows_is_joined_and_a_part_of_it_is_enough():
    text = "县,收入,,人口\n,2013,2014,\n榕江县,8000,9000,3\n"
    with pytest.raises(gz.InputError, match=r"rows 1 and 2 hold all: say header=\[1, 2\]"):
        read_text(text, {"收入 2014": "yuan a person"}, 2014)
    panel = read_text(text, {"2014": "yuan a person", "人口": "number"}, 2014, header=[1, 2])
    assert panel[["2014", "人口"]].values.tolist() == [[9000.0, 3.0]]
    assert "'收入 2014' was taken for '2014'" in notes(panel)
    with pytest.raises(gz.InputError, match=r"columns called '收入'; .* such as header=\[1, 2\]"):
        read_text("县,收入,收入\n,2013,2014\n榕江县,8000,9000\n", year=2014)
    twice = text.replace("人口", "支出").replace(",2014,", ",2014,2014")
    with pytest.raises(gz.InputError, match="in full: '收入 2014' or '支出 2014'"):
        read_text(twice, {"2014": "yuan a person"}, 2014, header=[1, 2])


def test_merged_headings_cover_the_columns_that_excel_says():
    rows = [["县", "收入", None, None], [None, 2013, 2014, "人口"], ["榕江县", 8000, 9000, 3]]
    file = workbook(rows, merge("A1:A2", "B1:C1"))
    table = open_table(file, ["县", "收入2014"], header=[1, 2])
    assert table.columns == ["县", "收入 2013", "收入 2014", "人口"]
    assert table.frame.values.tolist() == [["榕江县", 9000]]


def test_a_row_of_units_is_told_and_can_be_part_of_the_heading():
    for text in (f"{HEAD},,元\n{ROWS}", f"{HEAD}单位,,（元/人）\n{ROWS}"):
        with pytest.raises(gz.InputError, match=r"Row 2 .* holds units .* say header=\[1, 2\]"):
            read_text(text)
        assert len(read_text(text, header=[1, 2])) == 2


def test_dates_and_numbers_as_headings_are_called_as_they_are_shown():
    file = workbook([["县", dt.datetime(2014, 1, 1), 2015.0], ["榕江县", 9000, 9100]])
    assert open_table(file, ["县"]).columns == ["县", "2014-01-01", "2015"]


def test_notes_below_the_table_are_left_out_and_named():
    ways = ["注：按当年价。,,\n资料来源：统计局,,\n", "* 初步\n", "\n注：按当年价。\n2.统计局\n"]
    for below in ways:
        panel = read_text(HEAD + ROWS + below)
        assert len(panel) == 2
        assert "notes below the table: row" in notes(panel)
    with pytest.raises(gz.InputError, match="row 4, column '县', '合计'"):
        read_text(f"{HEAD}{ROWS}合计,,\n")


def test_a_unit_stated_above_the_table_or_in_a_row_of_its_heading_counts():
    for text, header in ((f"单位：万元,,\n{HEAD}", 2), (f"{HEAD},,万元\n", [1, 2])):
        with pytest.raises(gz.InputError, match="heading states 万元, and yuan a person is decl"):
            read_text(text + ROWS, header=header)
    several = read_text(f"单位：万元、人,,\n{HEAD}{ROWS}", header=2)
    assert "Above the table stands '单位：万元、人'." in several.attrs["notes"]
    text = "县,收入,\n,2013,2014\n,元,元\n榕江县,1,9000\n"
    assert len(read_text(text, {"2014": "yuan"}, 2014, header=[1, 2, 3], sure="2014")) == 1


# Text


def test_the_sign_between_columns_is_the_one_by_which_the_names_are_found():
    panel = read_text("县\t年\t收入,元\n榕江县\t2014\t9000\n", {"收入,元": "yuan a person"})
    assert panel["收入,元"].tolist() == [9000.0]
    assert len(read_text("sep=;\n" + (HEAD + ROWS).replace(",", ";"))) == 2
    assert len(read_text((HEAD + ROWS).replace(",", "~"), separator="~")) == 2
    with pytest.raises(gz.InputError, match="row 2 holds all: say header=2"):
        read_text("表1, 收入, 元\n" + (HEAD + ROWS).replace(",", ";"))
    assert len(read_text(HEAD + ROWS + "  \n , ,\n")) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '台江县,2014,9100,"初\n水城区,2014,1,无\n盘州市,2014,2,稿"\n',
            "row 2: .* takes in lines 2 to 4",
        ),
        ('台江县,2014,9100,"初\n水城区,2014,1,无\n', r"row 2 \(line 2 .* is not closed"),
        ('台江县,2014,9100,"初"稿\n', r"row 2 \(line 2 .* ends inside its cell"),
        ('台江县,"2014,9100",无\n', "row 2: 3 cells for 4 column names"),
    ],
)
def test_a_quotation_mark_that_may_swallow_cells_is_a_problem(text, words):
    with pytest.raises(gz.InputError, match=words):
        read_text(f"县,年,收入,备注\n{text}")


def test_a_cell_of_two_lines_is_noted():
    panel = read_text('县,年,"收入,\n元",备注\n台江县,2014,9100,"两,\n行"\n', {"收入,元": "yuan"})
    several = "row 1 (lines 1 to 2 of the file), row 2 (lines 3 to 4 of the file)"
    assert f"Cells of several lines: {several}." in panel.attrs["notes"]


def test_lines_of_two_encodings_are_told():
    good = "county,年,收入,备注\n522632,2014,9000,无有\n".encode()
    file = io.BytesIO(good + b"522630,2014,9100," + "很好".encode("gb18030"))
    with pytest.raises(gz.InputError, match="UTF-8 in some lines, and is not in line 3"):
        read(file)


# Workbooks


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "#NUM!"])
def test_an_error_cell_of_excel_is_a_problem_and_never_missing(error):
    for cell in (error, f"'{error}"):
        with pytest.raises(gz.InputError, match=f"row 2, column '收入', .*{error[:4]}"):
            read(workbook([HEAD.strip().split(","), ["榕江县", 2014, cell], BODY[1]]))


def test_a_formula_without_its_value_is_a_problem_where_it_is_asked_for():
    rows = [["县", "年", "收入", "x"], ["榕江县", 2014, "=1+2", 1], ["台江县", 2014, None, "=2"]]
    with pytest.raises(gz.InputError, match="'=1\\+2': cell C2 is a formula without") as error:
        read(workbook(rows))
    assert error.value.problems.row.tolist() == [2]


def test_another_sheet_that_has_the_columns_is_named():
    book, file = openpyxl.load_workbook(workbook([["说明"]])), io.BytesIO()
    other = book.create_sheet("数据")
    for row in (["表1"], ["县", "年", "收入"], *BODY):
        other.append(row)
    book["表"].sheet_state = "hidden"
    book.save(file)
    file.seek(0)
    with pytest.raises(gz.InputError, match="sheet '数据' has all: say sheet='数据', header=2"):
        read(file)
    with pytest.raises(gz.InputError, match=r"read to its end before: say \.seek\(0\)"):
        read(file)
    file.seek(0)
    assert len(read(file, sheet="数据", header=2)) == 2


def test_what_excel_hides_is_read_and_said():
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.sheet_state = "hidden"
        sheet.parent.create_sheet("x")
        sheet.parent.active = 1

    panel = read(workbook([["县", "年", "收入"], *BODY], hide))
    assert len(panel) == 2
    assert "The sheet '表' is hidden in Excel. 1 row hidden in Excel read too: 3." in notes(panel)


def test_a_name_merged_down_holds_for_its_rows_and_a_number_is_a_problem():
    rows = [["州", "县", "年", "收入"], ["黔东南州", *BODY[0]], [None, "台江县", None, 9100]]
    panel = read(workbook(rows, merge("A2:A3", "C2:C3")), prefecture="州")
    assert panel.year.tolist() == [2014, 2014]
    said = "'州': merged cells were read for all of their rows: '黔东南州' (rows 2 to 3)"
    assert said in notes(panel)
    with pytest.raises(gz.InputError, match="rows 2, 3, column '收入', '9000': part of the merged"):
        read(workbook(rows, merge("A2:A3", "C2:C3", "D2:D3")), prefecture="州")


def test_a_percentage_of_excel_is_a_share_and_said():
    def percent(sheet):
        sheet["C2"].number_format = sheet["C3"].number_format = "0.0%"

    file = workbook([["县", "年", "率"], ["榕江县", 2014, 0.12], ["台江县", 2014, 0.07]], percent)
    panel = read(file, {"率": "share"})
    assert panel["率"].tolist() == [0.07, 0.12]
    assert "2 cells shown as a percentage in Excel were read as held: 0.12" in notes(panel)
    file.seek(0)
    with pytest.raises(gz.InputError, match=r"'12 %': shown so in Excel, which holds 0\.12"):
        read(file, {"率": "%"})


def test_a_date_is_the_same_day_in_a_book_that_counts_from_1904():
    def count_from_1904(sheet):
        sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    rows = [["县", "年", "收入"], ["榕江县", dt.datetime(2014, 5, 1), 9000]]
    with pytest.raises(gz.InputError, match="'2014-05-01 00:00:00': not a year"):
        read(workbook(rows, count_from_1904))


# Stata and SPSS

LABELLED = pd.DataFrame({"县": [1.0, 2.0], "v": [9000.0, 9100.0], "kind": [1.0, 3.0]})


@pytest.mark.parametrize("ending", ["dta", "sav"])
def test_labels_are_read_in_the_columns_asked_for_though_they_repeat(tmp_path, ending):
    path = tmp_path / f"mine.{ending}"
    labels = {"县": {1: "榕江县", 2: "台江县"}, "kind": {1: "其他", 2: "县", 3: "其他"}}
    write = pyreadstat.write_dta if ending == "dta" else pyreadstat.write_sav
    write(LABELLED, str(path), variable_value_labels=labels)
    assert read(path, {"v": "yuan a person"}, 2014).v.tolist() == [9100.0, 9000.0]
    with path.open("rb") as file:
        panel = read(file, {"v": "yuan a person", "kind": "text"}, 2014)
    assert panel.kind.tolist() == ["其他", "其他"]
    assert "Column 'kind': 1 and 3 have one label, '其他'." in notes(panel)


def test_a_label_of_some_values_only_is_a_problem_among_numbers(tmp_path):
    path = tmp_path / "mine.sav"
    frame = pd.DataFrame({"县": ["榕江县", "台江县"], "v": [9000.0, -9.0]})
    pyreadstat.write_sav(frame, str(path), variable_value_labels={"v": {-9: "refused"}})
    with pytest.raises(gz.InputError, match="row 2, column 'v', 'refused': not a number"):
        read(path, {"v": "yuan a person"}, 2014)


# What is handed in


def test_a_file_of_stata_is_known_by_its_bytes_and_its_dates_are_said():
    file = io.BytesIO()
    frame = pd.DataFrame({"c": [522632], "t": pd.to_datetime(["2014-05-01"]), "v": [9000.0]})
    frame.to_stata(file, write_index=False, convert_dates={"t": "tm"}, version=114)
    old = io.BytesIO(file.getvalue())
    panel = gz.read_panel(old, "c", 2014, {"v": "yuan a person", "t": "number"})
    assert "Column 't': a date of Stata (%tm), read as its number." in panel.attrs["notes"]


def test_an_open_file_a_path_like_and_a_text_in_memory_are_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")

    class PathLike:
        def __fspath__(self):
            return os.fspath(path)

    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        memory = [io.StringIO(HEAD + ROWS), io.BytesIO((HEAD + ROWS).encode("gb18030"))]
        for source in (binary, text, *memory, PathLike(), str(path)):
            assert read(source)["收入"].tolist() == [9100.0, 9000.0]
    with pytest.raises(gz.InputError, match="I/O operation on closed file"):
        read(text)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (None, "not None"),
        (5, "not 5"),
        (pd.Series([1]), r"of the type Series; source.to_frame\(\) makes one"),
        (b"a,b", r"io.BytesIO\(source\) is an open file"),
        ({"a": [1]}, "of the type dict"),
        ([1], "of the type list"),
        ("https://example.org/a.csv", "is an address.*download the file first"),
        (HEAD + ROWS, r"io.StringIO\(text\)"),
    ],
)
def test_a_source_of_another_kind_is_refused_with_what_it_can_be(source, words):
    with pytest.raises(gz.InputError, match=words):
        read(source)


def test_a_frame_with_its_county_as_index_or_headings_of_two_levels():
    frame = pd.DataFrame(BODY, columns=["县", "年", "收入"])
    with pytest.raises(gz.InputError, match=r"'县' is the index .* source.reset_index\(\)"):
        read(frame.set_index("县"))
    levels = [("县", ""), ("年", "Unnamed: 1_level_1"), ("收入", "元")]
    assert len(read(frame.set_axis(pd.MultiIndex.from_tuples(levels), axis=1))) == 2


# A table written in any of the ways of the trade is read back as it was

CELL = st.text(st.sampled_from("榕江a1 ,;|\t\"'.-"), min_size=1, max_size=5).filter(
    lambda text: text.strip() and not text.startswith("注")
)
TABLE = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    table=TABLE,
    sign=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    above=st.integers(0, 3),
    two_rows=st.booleans(),
    declared=st.booleans(),
)
def test_a_table_in_text_is_read_back_equal(
    table, sign, encoding, ending, above, two_rows, declared
):
    lines = [["表一", "", ""]] * above + [["县名", "收入", ""]] * two_rows
    lines += [["" if two_rows else "县名", "甲,元", "乙;元"], *table]
    frame = pd.DataFrame(lines)
    text = frame.to_csv(sep=sign, header=False, index=False, lineterminator=ending)
    text = f"sep={sign}{ending}{text}" if declared else text
    names = ["县名", "收入 甲,元", "收入 乙;元"] if two_rows else ["县名", "甲,元", "乙;元"]
    header = [above + 1, above + 2] if two_rows else above + 1
    found = open_table(io.BytesIO(text.encode(encoding)), names, header=header)
    assert found.frame.values.tolist() == [list(row) for row in table]
    assert found.numbers[0] == above + two_rows + 2
    assert not found.faults


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    table=st.lists(
        st.tuples(CELL.filter(lambda t: t[0] != "'"), st.integers(-99, 99).map(lambda n: n / 8)),
        min_size=1, max_size=4,
    ),
    above=st.integers(0, 3),
    kind=st.sampled_from(["xlsx", "parquet", "feather", "dta"]),
)  # fmt: skip
def test_a_table_in_a_format_of_its_own_is_read_back_equal(table, above, kind):
    file = io.BytesIO()
    frame = pd.DataFrame(table, columns=["name", "v"]).astype({"v": float})
    if kind == "xlsx":
        file = workbook([["表一"]] * above + [["name", "v"], *table])
        found = open_table(file, ["name", "v"], header=above + 1)
    else:
        ways = {"parquet": frame.to_parquet, "feather": frame.to_feather}
        way = ways.get(kind, lambda f: frame.to_stata(f, write_index=False, version=118))
        way(file)
        found = open_table(io.BytesIO(file.getvalue()), ["name", "v"])
    assert found.frame.values.tolist() == frame.values.tolist()


@settings(max_examples=20, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    above=st.integers(0, 2),
    in_excel=st.booleans(),
)
def test_headings_over_several_columns_are_joined_and_found_by_themselves(sizes, above, in_excel):
    upper, lower, names, areas = ["县"], [""], ["县"], [f"A{above + 1}:A{above + 2}"]
    for number, size in enumerate(sizes):
        first = openpyxl.utils.get_column_letter(len(upper) + 1)
        upper += [f"组{number}", *[""] * (size - 1)]
        final = openpyxl.utils.get_column_letter(len(upper))
        years = [str(2013 + year) for year in range(size)] if size > 1 else [""]
        lower += years
        names += [f"组{number} {year}".strip() for year in years]
        end = above + 1 if size > 1 else above + 2
        areas.append(f"{first}{above + 1}:{final}{end}")
    rows = [["表一", *[""] * (len(upper) - 1)]] * above
    rows += [upper, lower, ["榕江县", *range(100, 99 + len(names))]]
    if in_excel:
        file = workbook([[cell or None for cell in row] for row in rows], merge(*areas))
    else:
        file = io.StringIO(pd.DataFrame(rows).to_csv(header=False, index=False))
    found = open_table(file, names, header=[above + 1, above + 2])
    assert found.columns == names
    assert found.frame.astype(str).values.tolist() == [[str(cell) for cell in rows[-1]]]
    file.seek(0)
    if above or max(sizes) > 1:
        with pytest.raises(gz.InputError, match=r"say header="):
            open_table(file, names)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(len(HEAD), len(HEAD + ROWS) - 1), st.sampled_from(['"', ",", "\n", "\r", "\0", ""])
)
def test_a_damage_of_one_sign_is_told_or_stays_in_its_cell(place, sign):
    text = HEAD + ROWS
    text = text[:place] + sign + text[place + (sign == "") :]
    try:
        table = open_table(io.StringIO(text), ["县", "年", "收入"])
    except gz.InputError:
        return
    if not table.faults and not table.notes:
        assert [len(row) for row in table.frame.values] == [3, 3]
        was = pd.DataFrame([row.split(",") for row in ROWS.split()]).to_numpy()
        assert (table.frame.to_numpy() != was).sum() <= 1
