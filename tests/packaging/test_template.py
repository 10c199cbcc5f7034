"""The template of a companion to another paper: generated, tested, built and opened."""

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from building import run
from chinese import HALF_WIDTH, HAN
from copier import run_copy, run_update
from packaging.requirements import Requirement

import gzcounty as gz

ROOT = Path(__file__).resolve().parents[2]
TAKEN = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))["taken"]["default"]
PLAIN = {
    "paper_title": "Trade and towns",
    "paper_authors": "Li Ming; Ana Roy",
    "paper_year": "2024",
    "authors": "Wang Fang",
}
# All that means something to Markdown, YAML, TOML, JSON or Jinja.
ODD = {
    "paper_title": r"""On "trade" & *hills*, it's $a_b$: 云南 #1 {{x}} {= y =} [a](b) `c` \d <i>""",
    "paper_authors": 'O\'Brien "Q"; 李 明_; *',
    "paper_year": "2025",
    "paper_language": "English and Chinese",
    "authors": '王芳; "Jo" Doe',
    "province": "Inner Mongolia",
    "name": "hills_2025",
}
CHINESE = {
    "language": "zh",
    "paper_title": "商贸与城镇",
    "paper_authors": "李明; 王芳",
    "paper_year": "2024",
    "authors": "王芳",
    "province": "Guangxi",
    "name": "guangxi_2024",
}
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def make(checkout, tmp_path_factory):
    """Return a function from answers to a companion, in a folder with an unusual name."""

    def make(answers: dict[str, str], source: Path | str = checkout) -> Path:
        folder = tmp_path_factory.mktemp("我的 companion") / "it's here"
        run_copy(str(source), folder, data=answers, defaults=True, quiet=True)
        return folder

    return make


@pytest.fixture(scope="module")
def plain(make) -> Path:
    """Generate with the default answers where there are defaults."""
    return make(PLAIN)


@pytest.fixture(scope="module")
def built(make) -> tuple[Path, Path]:
    """Generate one with answers full of signs, and a Chinese one; `make test` both, side by side.

    The Chinese one does without the test that runs the notebook, as the build has, again.
    """
    folders, less = (make(ODD), make(CHINESE)), ("", "--ignore=tests/test_notebooks.py")

    def test(folder: Path, options: str) -> None:
        command = ["make", "-o", ".venv/ready", f"BIN={BIN}", "test"]
        run(command, folder, PYTHONPATH=str(folder / "src"), PYTEST_ADDOPTS=options)

    with ThreadPoolExecutor() as pool:
        list(pool.map(test, folders, less))
    return folders


@pytest.fixture(scope="module")
def odd(built) -> Path:
    """Return the companion with answers full of signs."""
    return built[0]


@pytest.fixture(scope="module")
def chinese(built) -> Path:
    """Return the companion in Chinese."""
    return built[1]


def files(folder: Path) -> list[Path]:
    """List what was generated, without what its own commands have made since."""
    made = {"_build", "__pycache__", ".ruff_cache", ".pytest_cache"}
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and not made & set(p.parts)]


def test_what_is_taken_from_this_repository_is_the_same_file(plain):
    assert len(TAKEN) > 30
    for name in TAKEN:
        assert (plain / name).read_bytes() == (ROOT / name).read_bytes(), name


def test_pins_are_those_of_this_repository(plain):
    ours = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()[1:]
    text = (plain / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert [line for line in text if line.strip()] == [line for line in ours if line.strip()]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    theirs = tomllib.loads((plain / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert theirs["requires-python"] == project["requires-python"]
    pinned = {line.partition("==")[0] for line in ours}
    lines = (plain / "requirements.txt").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines[2:]:
        need = Requirement(line)
        if need.name == "gzcounty":
            assert need.extras <= set(project["optional-dependencies"])
        else:
            assert need.name in pinned
            assert not need.specifier
    assert lines[:2] == ["-c constraints.txt", "-e ."]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("0.1.0", "gzcounty[book,lab]==0.1.0"),
        ("https://example.org/a/gz.git", "gzcounty[book,lab] @ git+https://example.org/a/gz.git"),
        ("D:\\my data\\gz", "gzcounty[book,lab] @ file:///D:/my%20data/gz"),
    ],
)
def test_the_requirement_of_gzcounty_names_its_source(make, source, expected):
    lines = (make(PLAIN | {"gzcounty": source}) / "requirements.txt").read_text(encoding="utf-8")
    assert expected in lines.splitlines()
    Requirement(expected)


def test_from_a_folder_gzcounty_is_that_folder(plain, checkout):
    line = (plain / "requirements.txt").read_text(encoding="utf-8").splitlines()[3]
    address = urlsplit(Requirement(line).url)
    assert address.scheme == "file"
    assert Path(unquote(address.path)) == checkout.resolve()


def test_choices_are_the_provinces_of_the_national_table():
    listed = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))["provinces"]
    table = gz.load_china_counties()[["province_en", "province_zh"]].drop_duplicates()
    assert listed["default"] == dict(zip(table.province_en, table.province_zh, strict=True))


@pytest.mark.parametrize(
    ("answer", "value", "message"),
    [
        ("language", "fr", "Invalid choice"),
        ("paper_title", " ", "The title is one line of text, and not empty."),
        ("paper_title", "one\ntwo", "The title is one line of text, and not empty."),
        ("paper_authors", ";", "Name at least one author"),
        ("paper_year", "25", "A year has four digits, such as 2025"),
        ("paper_language", "中文", "A language is named in English with a capital"),
        ("province", "Bavaria", "Invalid choice"),
        ("name", "Mine", "such as yunnan_companion"),
        ("name", "../out_of", "such as yunnan_companion"),
        ("authors", "", "Name at least one person or group"),
        ("gzcounty", "../gzcounty", "the full path of a folder"),
    ],
)
def test_bad_answers_are_refused_in_a_sentence(checkout, tmp_path, answer, value, message):
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        run_copy(
            str(checkout), tmp_path / "new", data=PLAIN | {answer: value}, defaults=True, quiet=True
        )
    assert answer in str(error.value) or "choice" in str(error.value)
    assert not (tmp_path / "new").exists()


def test_in_a_chinese_companion_a_language_is_named_in_chinese(checkout, tmp_path):
    answers = CHINESE | {"paper_language": "English"}
    with pytest.raises(ValueError, match="named in Chinese, such as 中文"):
        run_copy(str(checkout), tmp_path / "new", data=answers, defaults=True, quiet=True)


@pytest.mark.parametrize(
    ("which", "answers", "title"),
    [
        ("plain", PLAIN, "Yunnan Companion"),
        pytest.param("odd", ODD, "Hills 2025", marks=pytest.mark.site),
        pytest.param("chinese", CHINESE, "广西壮族自治区研究伴读", marks=pytest.mark.site),
    ],
)
def test_what_is_generated_is_whole(which, answers, title, request):
    folder = request.getfixturevalue(which)
    name = answers.get("name", "yunnan_companion")
    for path in files(folder):
        text = path.read_text(encoding="utf-8")
        if which != "odd" and path.relative_to(folder).as_posix() not in TAKEN:
            assert not re.search(r"lorem|TODO|FIXME|\{[@=~]|[@=~]\}", text, re.IGNORECASE), path
        if path.suffix in (".yml", ".yaml", ".cff"):
            yaml.safe_load(text)
        elif path.suffix == ".toml":
            tomllib.loads(text)
        elif path.suffix == ".ipynb":
            json.loads(text)
    assert yaml.safe_load((folder / "_config.yml").read_text(encoding="utf-8"))["title"] == title
    cited = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["references"][0]["title"] == answers["paper_title"]
    assert cited["references"][0]["year"] == int(answers["paper_year"])
    assert (folder / "src" / name / "evidence.py").is_file()
    for author in answers["authors"].split(";"):
        assert author.strip() in (folder / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.site
@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_its_code_is_clean_by_its_own_rules(plain, built, command):
    for folder in (plain, *built):
        run([sys.executable, "-m", "ruff", *command, "."], folder)


@pytest.mark.site
def test_its_site_is_built_and_has_all_that_it_asks_for(built):
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        from gz_head import foreign_addresses
    finally:
        sys.path.pop(0)
    loaded = "script[src], link[rel=stylesheet]"
    for folder in built:
        assert len(pages_of(folder)) >= 5
        for page in pages_of(folder):
            html = page.read_text(encoding="utf-8")
            assert foreign_addresses(html) == [], page
            for part in BeautifulSoup(html, "html.parser").select(loaded):
                address = urlsplit(part.get("src") or part["href"]).path
                assert (page.parent / address).is_file(), f"{page}: {address}"


def pages_of(folder: Path) -> list[Path]:
    """Return the pages of a built site; what lies in _static is none."""
    found = (folder / "_build" / "html").rglob("*.html")
    return sorted(page for page in found if "_static" not in page.parts)


def article(folder: Path, page: str) -> str:
    """Return the text of a page's article."""
    html = (folder / "_build" / "html" / f"{page}.html").read_text(encoding="utf-8")
    body = BeautifulSoup(html, "html.parser").select_one("article.bd-article")
    for part in body.select("span[lang]"):  # Chinese says that it is Chinese
        part.unwrap()
    body.smooth()
    return re.sub(r"\s+", " ", body.get_text(" "))


@pytest.mark.site
def test_its_pages_say_what_the_table_says(odd):
    units = gz.load_china_counties().query("province_en == 'Inner Mongolia'")
    many = (units.farm_share > 50).sum()
    page = article(odd, "book/first-claim")
    assert f"in farming in {many} of the {len(units)} counties" in re.sub(r" +", " ", page)
    slope = gz.ols("car_share ~ commerce_share", units).term("commerce_share").estimate
    assert f"{slope:+.2f}".replace("-", "\N{MINUS SIGN}") in page
    share = (units.farm_share > 50).mean()
    word = "supported" if share >= 0.667 else "contradicted" if share <= 0.333 else "undecided"
    assert f"Farming is the main work: {word}" in page
    assert "{num}" not in page
    assert "examples that came with the layout" in page
    ledger = article(odd, "book/claims")
    assert "3 claims" in ledger
    assert f"in farming in {many} of {len(units)} counties" in ledger


@pytest.mark.site
def test_its_front_page_has_the_title_as_it_was_given(odd):
    def plain_quotes(text: str) -> str:
        return re.sub("[“”]", '"', text).replace("’", "'")

    page = plain_quotes(article(odd, "book/index"))
    assert ODD["paper_title"] in page
    assert 'O\'Brien "Q", 李 明_, *, 2025.' in page
    assert "in English and Chinese" in page


@pytest.mark.site
def test_a_chinese_companion_is_in_chinese(chinese):
    units = gz.load_china_counties().query("province_en == 'Guangxi'")
    many = (units.farm_share > 50).sum()
    claims = article(chinese, "book/claims").replace(" ", "")
    assert "3条论断" in claims
    assert f"{len(units)}个县中有{many}个，半数以上就业者务农。" in claims
    assert "例：网上销售提高了广西壮族自治区农村家庭的收入。" in claims
    slope = gz.ols("car_share ~ commerce_share", units).term("commerce_share").estimate
    page = article(chinese, "book/first-claim").replace(" ", "")
    assert f"{slope:+.2f}".replace("-", "\N{MINUS SIGN}") in page
    assert re.search("务农是主业：(得到支持|被否定|无法定论)。", page)
    assert "李明、王芳，2024年，中文。" in article(chinese, "book/index")
    for path in pages_of(chinese):
        html = BeautifulSoup(path.read_bytes(), "html.parser")
        if html.html is None:  # the root only leads to the front page
            continue
        assert html.html["lang"] == "zh-CN"
        for part in html.select("pre, code, table, script, style, svg, noscript"):
            part.decompose()
        # Extensions of files that can be downloaded, and a key.
        assert set(re.findall("[A-Za-z]{3,}", html.body.get_text(" "))) <= {"Ctrl", "ipynb", "pdf"}


def test_both_languages_quote_the_same_and_chinese_is_set_as_chinese_is(plain, make):
    chinese = make(CHINESE)
    quoted = re.compile(r"\{[a-z-]+\}`[^`]*`|```\{.*|\]\([^)]+\)|\]\{\.gz-(?!zh)[a-z-]+\}")
    markup = re.compile(r"\{[^}]*\}|`[^`]*`|\]\([^)]*\)|^\|.*\||^#+ ", re.MULTILINE)
    pages = sorted(page.relative_to(plain) for page in (plain / "book").glob("*.md"))
    assert len(pages) == 3
    for page in pages:
        english, text = ((each / page).read_text(encoding="utf-8") for each in (plain, chinese))
        assert Counter(quoted.findall(text)) == Counter(quoted.findall(english)), page
        assert HALF_WIDTH.search(markup.sub("", text)) is None, page
    assert re.search(f"[{HAN}]", (chinese / "README.md").read_text(encoding="utf-8"))


def test_its_claims_can_be_judged_in_every_province(plain):
    program = """
import gzcounty as gz
from gzbook.claims import Ledger
from yunnan_companion import claims, evidence

for province in gz.load_china_counties().province_en.unique():
    evidence.PROVINCE = province
    evidence.counties.cache_clear()
    words = Ledger(claims.load_claims(), evidence.TESTS).table().set_index("id").verdict
    assert words["1-c"] == "not testable"
    print(words["1-a"], words["1-b"])
"""
    output = run([sys.executable, "-c", program], plain, PYTHONPATH=str(plain / "src"))
    assert len(output.splitlines()) == 31
    assert {word for line in output.splitlines() for word in line.split()} == {
        "supported",
        "contradicted",
        "undecided",
    }


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    return run(["git", *who, *arguments], folder)


def commit(folder: Path, *tag: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "A step")
    if tag:
        git(folder, "tag", *tag)


@pytest.fixture
def repository(tmp_path) -> Path:
    """Put what the template needs into a git repository with one release."""
    folder = tmp_path / "模板 repository"
    folder.mkdir()
    listed = subprocess.run(
        ["tar", "-cf", "-", "copier.yml", "template", "LICENSE", "requirements.txt", *TAKEN],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    subprocess.run(["tar", "-xf", "-"], cwd=folder, input=listed.stdout, check=True)
    git(folder, "init", "-q")
    commit(folder, "v0.1.0")
    return folder


def test_update_renews_what_was_taken_and_leaves_the_authors_work(repository, make):
    mine = make(PLAIN, repository)
    git(mine, "init", "-q")
    page, added = mine / "book" / "first-claim.md", mine / "book" / "second.md"
    page.write_text("# My own page\n", encoding="utf-8")
    added.write_text("# Another\n", encoding="utf-8")
    (mine / "book" / "claims.md").unlink()
    commit(mine)
    style = repository / "book" / "_static" / "gz.css"
    style.write_text(style.read_text(encoding="utf-8") + "/* renewed */\n", encoding="utf-8")
    theirs = repository / "template" / "book" / "first-claim.md.jinja"
    theirs.write_text("# The template's new page\n", encoding="utf-8")
    commit(repository, "v0.2.0")
    run_update(mine, defaults=True, overwrite=True, quiet=True)
    assert (mine / "book" / "_static" / "gz.css").read_bytes() == style.read_bytes()
    assert page.read_text(encoding="utf-8") == "# My own page\n"
    assert added.exists()
    assert not list(mine.rglob("*.rej"))
    answers = yaml.safe_load((mine / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert answers["_commit"] == "v0.2.0"
    assert answers["paper_title"] == PLAIN["paper_title"]


def test_from_an_address_gzcounty_is_pinned_to_the_commit(repository, tmp_path):
    address = "https://example.org/someone/gzcounty.git"
    # git takes the folder for the address, so that no network is needed.
    environment = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository.as_posix()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    given = [part for item in PLAIN.items() for part in ("-d", "=".join(item))]
    command = [sys.executable, "-m", "copier", "copy", "--defaults", *given, address, "mine"]
    run(command, tmp_path, **environment)
    lines = (tmp_path / "mine" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    commit = git(repository, "rev-parse", "HEAD").strip()
    assert f"gzcounty[book,lab] @ git+{address}@{commit}" in lines
