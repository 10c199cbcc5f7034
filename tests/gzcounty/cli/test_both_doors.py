"""What reading says of arguments is worded for Python in `read_panel` and as options in `check`."""

import re

import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.__main__ import main
from gzcounty.reading.problems import TEMPLATES

HEAD, ROWS = "县名,年份,收入\n", "榕江县,2019,9760\n台江县,2019,9540\n"
FIVE = "".join(f"{name}县,2019,{{}}\n" for name in ("榕江", "台江", "雷山", "丹寨", "麻江"))
YUAN = "元/人"


def book(path):
    """Write a workbook whose second sheet has the table."""
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame({"x": [1]}).to_excel(writer, sheet_name="封面", index=False)
        table = pd.DataFrame({"县名": ["榕江县"], "年份": [2019], "收入": [9760]})
        table.to_excel(writer, sheet_name="数据", index=False)


# Kind: what the file holds, arguments in Python, options, the words of each.
CASES = {
    "mark": (HEAD + "榕江县,2019,—\n", {}, [], "say missing=['—']", "say --missing '—'"),
    "thousands": (
        HEAD + '榕江县,2019,"9,760"\n', {"thousands": " "}, ["--thousands", " "],
        "say thousands=[' ', ',']", "say --thousands ' ' --thousands ','",
    ),
    "decimal": (
        HEAD + '榕江县,2019,"9,5"\n', {}, [], "decimal sign, say thousands='.'",
        "decimal sign, say --thousands '.'",
    ),
    "heading": (
        "县名,年份,收入（万元）\n榕江县,2019,9760\n", {"values": {"收入（万元）": YUAN}},
        ["--unit", f"收入（万元）={YUAN}"], "say sure=['收入（万元）']",
        "say --sure '收入（万元）'",
    ),
    "size": (HEAD + FIVE.format(*"12345"), {}, [], "right, say sure=['收入']", "say --sure '收入'"),
    "right": (
        HEAD + ROWS + "榕江县,2020,9\n榕江县,2021,9760\n榕江县,2022,9760\n", {}, [],
        "if it is right, say sure=['收入']", "if it is right, say --sure '收入'",
    ),
    "region": (
        HEAD + "白云区,2019,9760\n", {}, [], "give province= or prefecture=,",
        "give --province or --prefecture,",
    ),
    "until 2011": (
        HEAD + "毕节市,2019,9760\n", {}, [], "say places={'毕节市': None}, which",
        "say --place '毕节市=none', which",
    ),
    "total": (HEAD + ROWS + "合计,2019,9\n", {}, [], "say skip_totals=True", "say --skip-totals"),
    "own list": (
        HEAD + "甲乙丙丁,2019,9760\n", {}, [],
        "say places={'...': 'its code'}, or places={'...': None} to",
        "say --place '...=its code', or --place '...=none' to",
    ),
    "balanced": (
        HEAD + ROWS + "榕江县,2020,9760\n", {"balanced": True}, ["--balanced"],
        "as balanced=True asks", "as --balanced asks",
    ),
    "no such column": (
        HEAD + ROWS, {"sure": "税"}, ["--sure", "税"], "sure names a column that values does not",
        "--sure names a column that --unit does not",
    ),
    "no such code": (
        HEAD + "高新区,2019,9760\n", {"places": {"高新区": "999999"}}, ["--place", "高新区=999999"],
        "places gives a code", "--place gives a code",
    ),
    "left out": (
        f"县名,,\n单位,元,元\n,年份,收入\n{ROWS}", {"header": [1, 3]}, ["--header", "1", "3"],
        "as header= says: row 2", "as --header says: row 2",
    ),
    "read as": (
        HEAD + "高新区,2019,9760\n", {"places": {"高新区": "520102"}}, ["--place", "高新区=520102"],
        "Read as places= says: 高新区", "Read as --place says: 高新区",
    ),
    "gb18030": (
        (HEAD + ROWS).encode("gb18030"), {}, [], "neither, say encoding=.",
        "neither, say --encoding.",
    ),
    "other row": (f"表一,,\n{HEAD}{ROWS}", {}, [], "all: say header=2.", "all: say --header 2."),
    "other sheet": (
        book, {}, [], "say sheet='数据', header=1.", "say --sheet '数据', --header 1.",
    ),
    "units": (
        f"{HEAD},,元\n{ROWS}", {}, [], "say header=[1, 2], which", "say --header 1 2, which",
    ),
    "twice": (
        "县名,年份,收入,收入\n榕江县,2019,1,2\n", {}, [], "such as header=[1, 2].",
        "such as --header 1 2.",
    ),
    "one column": (
        (HEAD + ROWS).replace(",", "~"), {}, [], "say separator= with", "say --separator with",
    ),
    "nul": (
        (HEAD + ROWS).encode("utf-16-le"), {}, [],
        "say encoding='utf-16-le' or encoding='utf-16-be'",
        "say --encoding 'utf-16-le' or --encoding 'utf-16-be'",
    ),
    "mixed": (
        HEAD.encode() + ROWS.encode("gb18030"), {}, [], "such as encoding='gb18030'",
        "such as --encoding 'gb18030'",
    ),
    "neither": (
        b"\xff\xff\xff,\xff\n", {}, [], "such as encoding='big5'", "such as --encoding 'big5'",
    ),
    "unused": (
        HEAD + ROWS, {"sheet": "数据"}, ["--sheet", "数据"], "sheet does not apply",
        "--sheet does not apply",
    ),
    "year span": (
        HEAD + ROWS, {"year": 1800}, ["--year", "1800"], "year is 1800; it", "--year is 1800; it",
    ),
    "year": (
        HEAD + ROWS, {"year": range(2020, 2015)}, ["--year", "2020-2014"],
        "such as range(2014, 2021), not range(2020, 2015)", "such as '2014-2020', not '2020-2014'",
    ),
    "header": (
        HEAD + ROWS, {"header": [0]}, ["--header", "0"], "header must be the row",
        "--header must be the row",
    ),
    "separator": (
        HEAD + ROWS, {"separator": "ab"}, ["--separator", "ab"],
        r"separator must be one sign, such as ';' or '\t', not 'ab'",
        "--separator must be one sign, such as ';' or '\t', not 'ab'",
    ),
    "sign": (
        HEAD + ROWS, {"thousands": "x"}, ["--thousands", "x"], "thousands must be ',', '.'",
        "--thousands must be ',', '.'",
    ),
    "signs": (
        HEAD + ROWS, {"thousands": [",", "."]}, ["--thousands", ",", "--thousands", "."],
        "thousands cannot be ','", "--thousands cannot be ','",
    ),
    "place": (
        HEAD + ROWS, {"province": "Atlantis"}, ["--province", "Atlantis"],
        "province is 'Atlantis', which", "--province is 'Atlantis', which",
    ),
}  # fmt: skip


def test_every_sentence_about_an_argument_is_tried_in_both_doors():
    assert set(CASES) == set(TEMPLATES)


@pytest.mark.parametrize("kind", CASES)
def test_an_argument_is_worded_for_python_and_as_an_option(kind, tmp_path, capsys):
    content, arguments, options, in_python, as_option = CASES[kind]
    path = tmp_path / ("mine.xlsx" if callable(content) else "mine.csv")
    if callable(content):
        content(path)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    call = {"county": "县名", "year": "年份", "values": {"收入": YUAN}} | arguments
    try:
        report = gz.read_panel(path, on_problem="report", **call)
        cells = report.problems.to_numpy().ravel()
        said = "\n".join(map(str, [report, *cells, *report.notes]))
    except gz.InputError as error:
        said = str(error)
    assert in_python in said

    asked = ["check", str(path), "--county", "县名"]
    asked += [] if "--year" in options else ["--year", "年份"]
    asked += [] if "--unit" in options else ["--unit", f"收入={YUAN}"]
    main([*asked, *options])
    shown = "".join(capsys.readouterr())
    assert as_option in shown
    assert not re.search(r"\b(sure|missing|places|thousands|sheet|header|encoding)=", shown)
