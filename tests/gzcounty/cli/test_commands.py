"""The commands as a user types them: what they print, what they write, how they end."""

import errno
import io
import os
import subprocess
import sys

import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.__main__ import main
from gzcounty.data import dictionary as tables
from gzcounty.data.dictionary import export, names
from gzcounty.data.store import read_table

GOOD = "县名,年份,收入\n榕江县,2019,9760\n台江县,2019,9542\n"
BAD = "县名,年份,收入\n熔江县,2019,9760\n台江县,2019,—\n榕江县,2019,1\n"
CHECK = ["--county", "县名", "--year", "年份", "--unit", "收入=元/人"]


def run(capsys, *arguments):
    """Return the exit code, what was said, and what was complained of."""
    code = main([str(argument) for argument in arguments])
    written = capsys.readouterr()
    return code, written.out, written.err


def in_a_shell(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "gzcounty", *map(str, arguments)],
        capture_output=True,
        env=os.environ | environment,
        check=False,
    )


def test_alone_it_prints_help_that_names_every_command(capsys):
    code, out, _ = run(capsys)
    assert code == 0
    for command in ("tables", "describe", "export", "check", "version"):
        assert f"\n    {command}" in out


def test_as_a_module():
    done = in_a_shell("version")
    assert done.returncode == 0
    assert done.stdout.decode().startswith(f"gzcounty {gz.__version__}, data ")


def test_tables_lists_every_table_with_rows_and_years(capsys):
    code, out, _ = run(capsys, "tables")
    assert code == 0
    listed = {line.split()[0]: line for line in out.splitlines() if not line.startswith(" ")}
    assert set(listed) == {"table", *names()}
    assert f"{len(gz.load_panel('long')):,}" in listed["panel"]
    assert "2010-2023" in listed["panel"]
    assert "2,948" in listed["china_counties"]


@pytest.mark.parametrize("name", names())
def test_describe_names_every_column(capsys, name):
    code, out, _ = run(capsys, "describe", name)
    assert code == 0
    parts = [name] if name != "china_counties" else ["china_census", "china_lights"]
    for part in parts:
        for row in gz.describe(part).itertuples():
            assert f"\n{row.column}\n" in out


def test_an_unknown_table_is_refused_with_a_near_one(capsys):
    for command in (["describe", "panl"], ["export", "panl", "x.csv"]):
        code, out, err = run(capsys, *command)
        assert (code, out) == (2, "")
        assert "There is no table 'panl'. Did you mean 'panel'?" in err


READERS = {
    "csv": lambda p: pd.read_csv(p, dtype={"adcode": str}),
    "xlsx": lambda p: pd.read_excel(p, dtype={"adcode": str}),
    "parquet": pd.read_parquet,
    "dta": pd.read_stata,
}


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("name", ["panel", "census", "counties", "claims"])
def test_what_is_exported_is_the_table(capsys, tmp_path, name, ending):
    path = tmp_path / f"{name}.{ending}"
    code, out, _ = run(capsys, "export", name, path)
    assert code == 0
    back = READERS[ending](path)
    frame = {"panel": gz.load_panel, "census": gz.load_census, "counties": gz.load_counties,
             "claims": lambda: read_table("claims")}[name]()  # fmt: skip
    assert f"{len(frame):,} rows, {len(frame.columns)} columns" in out
    assert len(back) == len(frame)
    for place, column in enumerate(frame):
        if pd.api.types.is_float_dtype(frame[column].dtype):
            pd.testing.assert_series_equal(
                back.iloc[:, place].astype(float), frame[column], check_names=False
            )
        elif column in ("adcode", "name_zh", "claim_zh"):
            assert back.iloc[:, place].tolist() == frame[column].tolist()
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", names())
def test_every_table_goes_into_stata_with_names_it_allows(tmp_path, name):
    path = tmp_path / "x.dta"
    export(name, tables.load(name), path, force=False, encoding="utf-8")
    with pd.read_stata(path, iterator=True) as file:
        assert max(len(column) for column in file.variable_labels()) <= 32


def test_stata_gets_labels_with_units(tmp_path):
    path = tmp_path / "panel.dta"
    export("panel", gz.load_panel(), path, force=False, encoding="utf-8")
    with pd.read_stata(path, iterator=True) as file:
        assert file.variable_labels()["gdp"] == "Gross domestic product (million yuan)"


def test_the_stored_panel_has_its_sources(capsys, tmp_path):
    path = tmp_path / "panel.csv"
    assert run(capsys, "export", "panel", path, "--stored")[0] == 0
    assert "source_key" in pd.read_csv(path, nrows=1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_three_encodings(capsys, tmp_path, encoding):
    path = tmp_path / "counties.csv"
    assert run(capsys, "export", "counties", path, "--encoding", encoding)[0] == 0
    assert pd.read_csv(path, encoding=encoding).columns[0] == "adcode"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")


def test_a_file_that_is_there_is_kept_without_force(capsys, tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "export", "panel", path)
    assert code == 2
    assert "--force" in err
    assert path.read_text(encoding="utf-8") == "mine"
    assert run(capsys, "export", "panel", path, "--force")[0] == 0
    assert len(pd.read_csv(path)) == len(gz.load_panel())


def test_a_full_disk_loses_nothing(capsys, tmp_path, monkeypatch):
    path = tmp_path / "panel.csv"
    path.write_text("mine", encoding="utf-8")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run(capsys, "export", "panel", path, "--force")
    assert code == 2
    assert "could not be written: No space left on device." in err
    assert path.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["panel.csv"]


@pytest.mark.parametrize(
    ("target", "words"),
    [("panel.doc", "ending '.doc'"), ("none/panel.csv", "There is no folder"), ("", "ending ''")],
)
def test_files_that_cannot_be_written(capsys, tmp_path, target, words):
    code, _, err = run(capsys, "export", "panel", tmp_path / target)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_a_library_that_is_not_there_is_named(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    code, _, err = run(capsys, "export", "panel", tmp_path / "panel.xlsx")
    assert code == 2
    assert 'pip install "gzcounty[files]"' in err


def test_a_clean_file_passes(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(GOOD, encoding="gb18030")
    code, out, _ = run(capsys, "check", path, *CHECK)
    assert code == 0
    assert out.startswith("No problem found.\n2 rows of 2 counties, 2019.\n")


def test_every_problem_of_a_file_is_printed(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(BAD, encoding="utf-8")
    code, out, _ = run(capsys, "check", path, *CHECK)
    assert code == 1
    assert out.startswith("mine.csv: 2 problems in 2 rows.\n")
    assert "- row 2, column '县名', '熔江县'" in out
    assert "if it means missing, say --missing '—'" in out


def test_options_mend_what_the_problems_advise(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(BAD, encoding="utf-8")
    mend = ["--missing", "—", "--place", "熔江县=522634", "--sure", "收入"]
    code, out, _ = run(capsys, "check", path, *CHECK, *mend)
    assert code == 0
    assert "Read as --place says: 熔江县 = 雷山县 (522634)." in out


def test_a_yearbooks_table_is_checked_with_its_totals_and_years_in_the_headings(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        '县名,2014年收入,2015年收入\n全省,1,2\n毕节市,3,4\n榕江县,"9,000","9 500"\n',
        encoding="utf-8",
    )
    arguments = ["--county", "县名", "--year", "2014-2015", "--unit", "收入=元/人"]
    arguments += ["--thousands", ","]
    code, out, _ = run(capsys, "check", path, *arguments)
    assert code == 1
    for advice in ("--skip-totals", "--place '毕节市=none'", "--thousands ',' --thousands ' '"):
        assert f"say {advice}" in out
    mend = ["--skip-totals", "--place", "毕节市=none", "--thousands", " "]
    code, out, _ = run(capsys, "check", path, *arguments, *mend)
    assert code == 0
    assert "2 rows of 1 county, 2014-2015." in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--county", "县", "--year", "年份", "--unit", "收入=元/人"], "near: '县名'"),
        (["--county", "县名", "--year", "年份", "--unit", "收入"], "write it like income=yuan"),
        (["--county", "县名", "--year", "年份", "--unit", "收入=moon"], "no unit 'moon'"),
        ([*CHECK, "--unit", "收入=元"], "names '收入' twice"),
        ([*CHECK, "--province", "Atlantis"], "neither a column"),
        ([*CHECK, "--encoding", "moon"], "cannot be read as moon"),
    ],
)
def test_a_check_that_cannot_be_made(capsys, tmp_path, arguments, words):
    path = tmp_path / "mine.csv"
    path.write_text(GOOD, encoding="utf-8")
    code, out, err = run(capsys, "check", path, *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_one_year_for_all_rows_and_no_file(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(GOOD, encoding="utf-8")
    one = ["--county", "县名", "--year", "2020", "--unit", "收入=元/人"]
    assert "2020." in run(capsys, "check", path, *one)[1]
    code, _, err = run(capsys, "check", tmp_path / "none.csv", *CHECK)
    assert code == 2
    assert "There is no file" in err


def test_wrong_usage_ends_with_two(capsys):
    for arguments in (["moon"], ["describe"], ["check", "x.csv"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "ascii", "latin-1"])
def test_a_console_of_any_code_page_is_written_to(tmp_path, monkeypatch, encoding):
    path = tmp_path / "mine.csv"
    path.write_text(BAD.replace("熔", "𪚥"), encoding="utf-8")  # a sign that GBK lacks
    for arguments, code in ((["describe", "counties"], 0), (["check", str(path), *CHECK], 1)):
        console = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", console)
        assert main(arguments) == code
        text = console.buffer.getvalue().decode(encoding)
        assert ("县" in text) == (encoding in ("gbk", "utf-8"))
    if encoding == "gbk":  # a process that is told so writes the same
        done = in_a_shell("check", path, *CHECK, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == code, done.stderr
        assert done.stdout.decode(encoding).splitlines() == text.splitlines()


def test_a_reader_who_stops_early_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-m", "gzcounty", "describe", "china_counties"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 0


def test_the_user_can_stop_it(capsys, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("gzcounty.data.dictionary.listing", stop)
    assert run(capsys, "tables")[0] == 130


def test_help_imports_no_heavy_library():
    code = (
        "import sys; from gzcounty.__main__ import main; main([]); "
        "print(*sorted({'pandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_chinese_signs_take_two_places(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = tables.columns([("县", "a b"), ("county", "长" * 60)])
    assert lines[0] == "县      a b"
    assert max(tables.width(line) for line in lines) <= 40
    assert "".join("".join(lines[1:]).split()) == "county" + "长" * 60


def test_a_language_that_it_does_not_speak_is_refused_in_a_line():
    done = in_a_shell("version", GZCOUNTY_LANGUAGE="fr")
    assert done.returncode == 2
    assert done.stderr.decode().startswith("gzcounty: GZCOUNTY_LANGUAGE in the environment")
    assert done.stderr.count(b"\n") == 1
