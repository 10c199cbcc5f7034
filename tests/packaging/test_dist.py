"""The zip to take along: unpacked anywhere, it opens by a double-click and asks no network."""

import zipfile

import build
import dist
import print_edition
import pytest

VERSION = "9.8.7"


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """Return stand-ins for the print editions, which have tests of their own."""
    folder = tmp_path_factory.mktemp("editions")
    paths = {lang: folder / print_edition.file_name(VERSION, lang) for lang in build.EDITIONS}
    for path in paths.values():
        path.write_bytes(b"%PDF-1.4\n%%EOF\n")
    return paths


@pytest.fixture(scope="module")
def archive(site, editions, tmp_path_factory):
    target = tmp_path_factory.mktemp("dist") / f"gzcounty-site-{VERSION}.zip"
    return dist.pack(dist.contents(site, editions, VERSION), target)


@pytest.fixture(scope="module")
def stick(archive, tmp_path_factory):
    """Unpack into a folder with a space and Chinese characters in its name."""
    folder = tmp_path_factory.mktemp("a stick") / "我的 U盘"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


@pytest.mark.site
def test_start_page_readme_terms_and_books_lie_on_top(archive):
    with zipfile.ZipFile(archive) as opened:
        top = {name for name in opened.namelist() if "/" not in name}
        assert opened.testzip() is None
    books = {f"gzcounty-print-{VERSION}.pdf", f"gzcounty-print-zh-{VERSION}.pdf"}
    assert top == {dist.START, "README.txt", "LICENSE", "NOTICE"} | books


@pytest.mark.site
def test_holds_every_page_of_the_site(archive, site):
    pages = {f"site/{path.relative_to(site).as_posix()}" for path in site.rglob("*.html")}
    with zipfile.ZipFile(archive) as opened:
        assert pages
        assert pages <= set(opened.namelist())


@pytest.mark.site
def test_readme_is_in_two_languages_and_readable_on_windows(stick, editions):
    raw = (stick / "README.txt").read_bytes()
    text = raw.decode("utf-8-sig")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert text.count("\n") == text.count("\r\n")
    assert text.count(dist.START) >= 4
    assert "双击 Open-me.html" in text
    assert [text.count(path.name) for path in editions.values()] == [2, 2]
    assert VERSION in text


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize(("language", "code"), [("en", "en"), ("zh", "zh-CN")])
def test_leads_from_the_start_page_to_a_chart(browser, stick, editions, language, code):
    foreign, errors = [], []
    page = browser.new_page()
    page.route("**/*", lambda route: _watch(route, foreign))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((stick / dist.START).as_uri())
    assert page.locator("#unpack").is_hidden()
    doors = page.locator(".door:lang(zh)" if language == "zh" else ".door:not(:lang(zh))")
    assert doors.count() == 2
    assert (stick / doors.last.get_attribute("href")).name == editions[language].name
    doors.first.click()
    assert page.get_attribute("html", "lang") == code
    page.locator("article a[href='introduction.html']").first.click()
    figure = page.locator("figure.gz-chart[data-state]").first
    figure.scroll_into_view_if_needed()
    page.wait_for_selector("figure.gz-chart[data-state=drawn] svg .role-mark path")
    assert page.url.startswith((stick / "site").as_uri())
    page.close()
    assert foreign == []
    assert errors == []


def _watch(route, foreign):
    if route.request.url.startswith(("file:", "data:", "blob:")):
        route.continue_()
    else:
        foreign.append(route.request.url)
        route.abort()


@pytest.mark.browser
def test_start_page_opened_out_of_the_zip_says_what_to_do(browser, tmp_path):
    # Some systems show a zip as a folder, and unpack only the file that is clicked.
    alone = tmp_path / dist.START
    alone.write_bytes((dist.PORTABLE / dist.START).read_bytes())
    page = browser.new_page()
    page.goto(alone.as_uri())
    page.wait_for_selector("#unpack", state="visible")
    assert "请先解压" in page.inner_text("#unpack")
    page.close()


def test_the_same_files_give_the_same_zip_in_any_order(tmp_path):
    files = {"b.txt": b"2", "a/c.txt": b"1"}
    one = dist.pack(files, tmp_path / "one.zip")
    other = dist.pack(dict(reversed(files.items())), tmp_path / "other.zip")
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as opened:
        assert {entry.date_time for entry in opened.infolist()} == {dist.FIXED}
        assert opened.read("a/c.txt") == b"1"


def test_an_interrupted_run_leaves_no_zip(tmp_path):
    with pytest.raises(TypeError):
        dist.pack({"a.txt": b"1", "b.txt": None}, tmp_path / "some.zip")
    assert not (tmp_path / "some.zip").exists()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["site/县.html"], "not plain ASCII"),
        (["a:b.html"], "not plain ASCII"),
        (["a b.html"], "not plain ASCII"),
        (["x" * 200], "over 160 characters"),
        (["site/Ols.html", "site/ols.html"], "one file on Windows"),
    ],
)
def test_names_that_some_system_cannot_unpack_are_refused(names, message):
    with pytest.raises(SystemExit, match=message):
        dist.refuse_unportable(names)
