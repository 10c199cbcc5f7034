"""Files of every kind and of every damage."""

import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz

FRAME = pd.DataFrame(
    {
        "县名": ["榕江县", "台江县", "雷山县"],
        "年份": [2019, 2019, 2020],
        "收入": [9760.5, 9542, 9900],
    }
)
TEXT = FRAME.to_csv(index=False)


def read(path, **options):
    return gz.read_panel(path, "县名", "年份", {"收入": "元/人"}, **options)


def write(folder, text, name="mine.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def assert_is_frame(panel):
    assert panel.adcode.tolist() == ["522630", "522632", "522634"]
    assert panel["收入"].tolist() == [9542.0, 9760.5, 9900.0]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8", None), ("utf-8-sig", None), ("gb18030", "GB18030"), ("gbk", "GB18030"),
     ("gb2312", "GB18030"), ("utf-16", "UTF-16")],
)  # fmt: skip
def test_text_in_every_encoding(tmp_path, encoding, note):
    path = tmp_path / "mine.csv"
    path.write_bytes(TEXT.encode(encoding))
    panel = read(path)
    assert_is_frame(panel)
    assert note is None or any(note in written for written in panel.attrs["notes"])


def test_another_encoding_is_named(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\xff\x80\xff\n" + TEXT.encode("gb18030"))
    with pytest.raises(gz.InputError, match=r"neither UTF-8 \(line 1\) nor GB18030 \(line 1\)"):
        read(path)
    (tmp_path / "other.csv").write_text(TEXT, encoding="utf-8")
    with pytest.raises(gz.InputError, match="cannot be read as ascii: line 1 is not"):
        read(tmp_path / "other.csv", encoding="ascii")
    with pytest.raises(gz.InputError, match="cannot be read as moon"):
        read(tmp_path / "other.csv", encoding="moon")


@pytest.mark.parametrize(("sign", "note"), [("\t", "tabs"), (";", "semicolons"), ("|", "'|'")])
def test_other_signs_between_columns(tmp_path, sign, note):
    path = tmp_path / "mine.txt"
    FRAME.to_csv(path, index=False, sep=sign)
    panel = read(path)
    assert_is_frame(panel)
    assert any(note in written for written in panel.attrs["notes"])


@pytest.mark.parametrize("title", [0, 3])
def test_excel_with_codes_as_numbers_and_a_title_above(tmp_path, title):
    path = tmp_path / "mine.xlsx"
    frame = FRAME.assign(县名=[522632.0, 522630, 522634])
    frame.to_excel(path, index=False, startrow=title)
    assert_is_frame(read(path, header=title + 1))
    frame.loc[1, "收入"] = -1
    frame.to_excel(path, index=False, startrow=title)
    with pytest.raises(gz.InputError) as error:
        read(path, header=title + 1)
    assert error.value.problems.row.tolist() == [title + 3]  # as Excel shows it


def test_excel_sheets(tmp_path):
    path = tmp_path / "mine.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="说明", index=False)
        FRAME.to_excel(book, sheet_name="数据", index=False)
    panel = read(path, sheet="数据")
    assert_is_frame(panel)
    assert "Read from the sheet '数据'." in panel.attrs["notes"]
    assert_is_frame(read(path, sheet=1))
    for sheet in ("moon", 2, -1):
        with pytest.raises(gz.InputError, match="it has '说明' and '数据'"):
            read(path, sheet=sheet)


def test_stata_new_and_old_with_years_as_dates_of_stata(tmp_path):
    path = tmp_path / "mine.dta"
    FRAME.rename(columns={"收入": "v"}).to_stata(path, write_index=False, version=118)
    panel = gz.read_panel(path, "县名", "年份", {"v": "元/人"})
    assert panel.v.tolist() == [9542.0, 9760.5, 9900.0]
    # Before version 14 Stata kept bytes without saying what they mean.
    old = pd.DataFrame({"name": FRAME["县名"], "year": FRAME["年份"], "v": FRAME["收入"]})
    old["name"] = [text.encode("gb18030").decode("latin-1") for text in old["name"]]
    old.to_stata(path, write_index=False, version=114)
    panel = gz.read_panel(path, "name", "year", {"v": "元/人"}, encoding="gb18030")
    assert panel.v.tolist() == [9542.0, 9760.5, 9900.0]
    dates = old.assign(
        name=[522632, 522630, 522634], year=pd.to_datetime(old.year.astype(str), format="%Y")
    )
    dates.to_stata(path, write_index=False, convert_dates={"year": "ty"})
    assert gz.read_panel(path, "name", "year", {"v": "元/人"}).year.tolist() == [2019, 2019, 2020]


def test_parquet(tmp_path):
    path = tmp_path / "mine.parquet"
    FRAME.assign(县名=FRAME["县名"].astype("category")).to_parquet(path)
    assert_is_frame(read(path))
    FRAME.assign(收入=[1, -1, 2]).to_parquet(path)
    with pytest.raises(gz.InputError) as error:
        read(path, sure=["收入"])
    assert error.value.problems.row.tolist() == [2]  # the second observation


def test_rows_are_those_that_a_spreadsheet_shows(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text('县名,年份,收入\n"榕江\n县",2019,9760\n\n台江县,2019,x\n\n', encoding="utf-8")
    with pytest.raises(gz.InputError) as error:
        read(path)
    assert error.value.problems[["row", "value"]].values.tolist() == [[4, "x"]]


@pytest.mark.parametrize(
    ("row", "cells"), [("台江县,2019,9,760", "4 cells for 3"), ("台江县,2019", "2 cells for 3")]
)
def test_a_row_of_another_width_is_a_problem_of_that_row(tmp_path, row, cells):
    path = write(tmp_path, f"县名,年份,收入\n榕江县,2019,9760\n{row}\n雷山县,2019,9900\n")
    with pytest.raises(gz.InputError, match=f"row 3: {cells} column names"):
        read(path)
    report = read(path, on_problem="report")
    assert report.panel.adcode.tolist() == ["522632", "522634"]
    assert report.problems.row.tolist() == [3]


def test_cells_beyond_the_headings_that_hold_nothing_are_no_problem(tmp_path):
    path = write(tmp_path, "县名,年份,收入,\n榕江县,2019,9760,,\n台江县,2019,9542\n")
    assert len(read(path)) == 2


def test_headings_with_stray_spaces_are_taken_and_noted(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(TEXT.replace("县名", " 县 名\u3000"), encoding="utf-8")
    assert any("was taken for '县名'" in note for note in read(path).attrs["notes"])
    path.write_text("县名,县名,年份,收入\n榕江县,榕江县,2019,9760\n", encoding="utf-8")
    with pytest.raises(gz.InputError, match="2 columns called '县名'"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mine.csv", b"", "mine.csv is empty"),
        ("mine.csv", b"\n\n", "mine.csv is empty"),
        ("mine.csv", "县名,年份,收入\n".encode(), "has no rows"),
        ("mine.csv", b"PK\x03\x04", "cannot be read: File is not a zip file"),
        ("mine.xls", b"\xd0\xcf", "before 2007 .* save it as .xlsx"),
        ("mine.xlsx", b"\xd0\xcf" + "EncryptedPackage".encode("utf-16-le"), "by a password"),
        ("mine.xlsx", b"not a book", "text under a name of Excel.* has one column, 'not a book'"),
        ("mine.xls", b"<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
        ("mine.xlsx", b"\xef\xbb\xbf<!DOCTYPE html>", "is a web page"),
        ("mine.xls", b'<?xml version="1.0"?><Workbook/>', "is XML"),
        ("mine.dta", b"not stata", "cannot be read"),
        ("mine.sav", b"not spss", "cannot be read"),
        ("mine.parquet", b"not parquet", "cannot be read"),
        ("mine.json", b'[{"a": 1}]', "is JSON: make a DataFrame"),
        ("mine.csv.gz", b"\x1f\x8b", "is packed"),
        ("mine.pdf", b"%PDF-1.7", "is a PDF"),
        ("mine.csv", TEXT.encode("utf-16-le"), "NUL byte in line 1.*encoding='utf-16-le'"),
        ("mine.csv", TEXT.replace("9542", "95\x0042").encode(), "NUL byte in line 3"),
        (
            "mine.txt",
            TEXT.replace(",", "~").encode(),
            "one column, '县名~年份~收入': say separator=",
        ),
        ("mine.csv", b"county,year,v\n1,2019,2\n", "there is no such column; allowed: one of"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(gz.InputError, match=words):
        read(path)


@pytest.mark.parametrize(
    ("member", "words"),
    [("a.csv", "is an archive"), ("xl/workbook.bin", "binary workbook"),
     ("content.xml", "OpenDocument")],
)  # fmt: skip
def test_an_archive_that_is_no_xlsx_is_refused_by_what_it_is(tmp_path, member, words):
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, TEXT)
    with pytest.raises(gz.InputError, match=words):
        read(path)


def test_what_a_file_contains_counts_and_not_its_name(tmp_path):
    panel = read(write(tmp_path, TEXT.replace(",", "\t"), "mine.xls", "gb18030"))
    assert_is_frame(panel)
    assert "The file is one of text under a name of Excel." in panel.attrs["notes"]
    assert_is_frame(read(write(tmp_path, TEXT, "mine.dat")))
    FRAME.to_excel(tmp_path / "book.xlsx", index=False)
    assert_is_frame(read((tmp_path / "book.xlsx").rename(tmp_path / "book.csv")))
    FRAME.to_feather(tmp_path / "mine.feather")
    assert_is_frame(read(tmp_path / "mine.feather"))


def test_no_file_a_folder_and_no_heading(tmp_path):
    with pytest.raises(gz.InputError, match="There is no file"):
        read(tmp_path / "none.csv")
    with pytest.raises(gz.InputError, match="is a folder"):
        read(tmp_path)
    path = tmp_path / "mine.csv"
    path.write_text(TEXT, encoding="utf-8")
    for header in (0, -1, "x", True, 1.5, [], [2, 1], [1, 1], [1, "x"], None):
        with pytest.raises(gz.InputError, match="header must be"):
            read(path, header=header)
    with pytest.raises(gz.InputError, match="in row 9; row 1 holds all: say header=1"):
        read(path, header=9)
    for sheet in (None, True, 1.5):
        with pytest.raises(gz.InputError, match="sheet must be"):
            read(path, sheet=sheet)
    for separator in ("", "||", "\n", '"', "a", 5):
        with pytest.raises(gz.InputError, match=r"separator must be (one sign|a text)"):
            read(path, separator=separator)
    with pytest.raises(gz.InputError, match="encoding must be a text"):
        read(path, encoding=5)


@pytest.mark.parametrize(
    ("ending", "argument", "value"),
    [("csv", "sheet", "x"), ("parquet", "header", 2), ("xlsx", "encoding", "gbk"),
     ("xlsx", "separator", ";"), ("dta", "sheet", 1)],
)  # fmt: skip
def test_an_argument_that_means_nothing_for_the_kind_of_file_is_refused(
    tmp_path, ending, argument, value
):
    path = tmp_path / f"mine.{ending}"
    frame = FRAME.set_axis(["county", "year", "v"], axis=1)
    ways = {"csv": frame.to_csv, "parquet": frame.to_parquet, "xlsx": frame.to_excel}
    ways.get(ending, lambda path: frame.to_stata(path, version=118))(path)
    with pytest.raises(gz.InputError, match=f"{argument} does not apply to mine.{ending}"):
        gz.read_panel(path, "county", "year", {"v": "number"}, **{argument: value})
    with pytest.raises(gz.InputError, match="header does not apply to a DataFrame"):
        read(FRAME, header=2)


@pytest.mark.parametrize(
    ("ending", "module"), [("xlsx", "openpyxl"), ("parquet", "pyarrow"), ("sav", "pyreadstat")]
)
def test_a_library_that_is_not_there_is_named(tmp_path, monkeypatch, ending, module):
    path = tmp_path / f"mine.{ending}"
    path.write_bytes(b"PK\x03\x04" if ending == "xlsx" else b"anything")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "gzcounty\[files\]"'):
        read(path)


def test_only_empty_cells_are_missing(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "县名,年份,收入\n榕江县,2019,\n台江县,2019,NA\n雷山县,2019,nan\n", encoding="utf-8"
    )
    report = read(path, on_problem="report")
    assert report.problems.value.tolist() == ["NA", "nan"]
    assert np.isnan(report.panel["收入"]).tolist() == [True]
