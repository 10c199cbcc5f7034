"""The pages of counties in a real browser: one of each kind, from a server and from a file."""

import csv
import io
from html import unescape
from urllib.parse import quote

import pypdf
import pytest
from visits import Visit, open_page, violations, watch

import gzbook
import gzcounty as gz
from gzbook.county_page import slug

pytestmark = [pytest.mark.site, pytest.mark.browser]
ALL, RONGJIANG = "book/county.html", "book/county/rongjiang.html"


@pytest.fixture
def page(browser):
    page = open_page(browser)
    page.met = Visit(ALL, "light", "desktop")
    yield page
    page.close()
    assert page.met.errors == []
    assert page.met.foreign == []


def open_at(page, address: str, path: str = ALL):
    watch(page, page.met, "file://" if address.startswith("file:") else address)
    page.goto(f"{address}/{path}")
    return page


def test_every_county_has_a_page_with_its_figures_and_without_holes(site):
    for county in gz.load_counties().itertuples():
        name = f"book/county/{slug(county.name_en)}"
        html = unescape((site / f"{name}.html").read_text(encoding="utf-8"))
        assert f"<h1>{county.name_en} <span" in html
        assert f'"og:title" content="{county.name_en} {county.name_zh}"' in html
        assert " nan" not in html
        assert ">nan" not in html
        with (site / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        profile = gzbook.county_profile(county.adcode)
        assert [row["indicator"] for row in rows] == profile.indicator.to_list()
        assert {row["adcode"] for row in rows} == {county.adcode}


def test_the_page_is_whole_without_a_script(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/book/county/meitan.html")
    row = gzbook.county_profile("520328").set_index(["indicator", "year"])
    row = row.loc["schooling_years", 2020]
    measure = page.locator(".gz-county-main tr", has_text="Schooling").inner_text()
    assert f"{row.value:.1f}" in measure
    assert f"rank {row['rank']:.0f} of 88" in measure
    assert page.locator(".gz-county-sentences li").count() == 3
    assert page.locator("svg.gz-county-chart").count() == 6
    assert page.locator("[data-do]:visible").count() == 0  # no button that does nothing
    page.goto(f"{server}/{ALL}#520328")
    assert "Meitan 湄潭县" in page.locator("tr:target").inner_text()
    assert page.locator(".gz-county-choice, .gz-county-pick").first.is_hidden()
    context.close()


def test_the_link_is_copied_with_and_without_leave(page, server):
    open_at(page, server, RONGJIANG)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("document.execCommand = () => document.activeElement.value === location.href")
    button, status = (
        page.locator("[data-do=copy]"),
        page.locator(".gz-county-actions [role=status]"),
    )
    button.click()
    assert status.inner_text() == "Copied."
    page.evaluate("document.execCommand = () => false")
    button.click()
    assert status.inner_text() == f"{server}/{RONGJIANG}"


@pytest.mark.parametrize("name", ["rongjiang", "nanming", "honghuagang"])
def test_a_county_prints_on_one_sheet(page, server, name):
    open_at(page, server, f"book/county/{name}.html")
    sheet = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(sheet.pages) == 1
    words = sheet.pages[0].extract_text()
    assert all(part in words for part in ("Main figures", "GDP and its sectors", "Source"))


@pytest.mark.parametrize("old", ["520328", "522428"])
def test_an_address_of_before_leads_to_the_county_s_page(page, server, old):
    names = {"520328": "meitan", "522428": "hezhang"}  # the second is Hezhang's code of 2010
    open_at(page, server, f"{ALL}#{old}")
    page.wait_for_url(f"**/book/county/{names[old]}.html")


def test_two_counties_stand_beside_each_other_and_a_strange_code_gets_a_sentence(page, site):
    open_at(page, site.as_uri(), f"{ALL}#522632+520102")
    heading = page.locator(".gz-county-two h2")
    assert heading.inner_text() == "Rongjiang 榕江县 and Nanming 南明区"
    row = page.locator(".gz-county-two tr", has_text="Trade employment").locator("td")
    both = [
        gzbook.county_profile(code).set_index(["indicator", "year"])
        for code in ("522632", "520102")
    ]
    assert row.all_inner_texts() == [f"{one.value['commerce', 2020]:.1f}" for one in both]
    assert "no figure" in page.locator(".gz-county-two tr", has_text="GDP a resident").inner_text()
    page.goto(f"{site.as_uri()}/{ALL}#999999")
    page.reload()
    assert "“999999” is not the code" in page.locator(".gz-county-choice p").inner_text()


def found(page, typed: str) -> list[str]:
    page.locator(".gz-county-choice input").fill(typed)
    return page.locator(".gz-county-choice li:visible a").all_inner_texts()


def test_the_search_knows_names_of_today_and_before_and_offers_a_city_s_districts(page, server):
    open_at(page, server)
    for typed in ("湄潭", "méitán", "520328", "Meitan"):
        assert found(page, typed) == ["Meitan 湄潭县"]
    for typed, now in (
        ("水城县", "Shuicheng 水城区"),
        ("黔西县", "Qianxi 黔西市"),
        ("遵义县", "Bozhou 播州区"),
    ):
        assert found(page, typed) == [now]
        assert typed in page.locator(".gz-county-choice li:visible small").inner_text()
    for typed, count in (("贵阳", 10), ("遵义", 14), ("Zunyi", 14)):
        links = found(page, typed)
        assert len(links) == count + 1
        assert links[0].startswith(f"All {count} counties")
        page.locator(".gz-county-choice input").press("Enter")
        assert "/county/" not in page.url  # none is opened in silence
    assert found(page, "乌有县") == []
    assert "“乌有县”" in page.locator(".gz-county-choice p").inner_text()
    found(page, "湄潭")
    page.locator(".gz-county-choice input").press("Enter")
    page.wait_for_url("**/book/county/meitan.html")
    page.go_back()
    assert "/county/" not in page.url


def test_the_table_shows_any_measure_in_order(page, server):
    open_at(page, server)
    page.locator("select[name=measure]").select_option(
        label="Trade employment, % of employed persons, 2020"
    )
    rows = page.locator(".gz-county-table tbody tr")
    values = rows.locator("td:last-child").all_inner_texts()
    assert len(values) == 88
    assert [float(value) for value in values] == sorted(map(float, values), reverse=True)
    page.locator(".gz-county-table thead button").click()
    assert rows.first.locator("td").first.inner_text() == "88"
    page.locator(".gz-county-map a").nth(3).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/county/*.html")


@pytest.mark.parametrize(
    "path", [ALL, f"{ALL}#522632+520102", RONGJIANG, "book/county/nanming.html"]
)
@pytest.mark.parametrize(("mode", "width"), [("dark", 360), ("light", 1280)])
def test_pages_fit_and_are_accessible(browser, server, path, mode, width):
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=mode)
    page.goto(f"{server}/{path}")
    page.eval_on_selector_all("details", "(all) => all.forEach((d) => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    touched = page.locator(".gz-county :is(input, select, button):visible, .gz-county-actions a")
    assert min(touched.evaluate_all("all => all.map(e => e.offsetHeight)")) >= 44
    faults = violations(page)
    page.close()
    assert faults == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Meitan", "meitan"),
        ("湄潭", "meitan"),
        ("湄潭县", "meitan"),
        ("威宁", "weining"),
        ("水城县", "shuicheng"),
        ("黔西县", "qianxi"),
        ("522632", "rongjiang"),
        ("贵阳", ""),
        ("Zunyi", ""),
    ],
)
def test_the_site_s_search_names_the_county_s_page_first(page, server, query, name):
    open_at(page, server, f"search.html?q={quote(query)}")
    links = page.locator("ul.search li a")
    links.first.wait_for()
    page.wait_for_function("document.querySelector('.search-summary')?.textContent.trim()")
    found = [
        link.split("?")[0].split("#")[0]
        for link in links.evaluate_all("all => all.map(a => a.href)")
    ]
    assert found[0] == f"{server}/book/county/{name}.html" if name else f"{server}/{ALL}"
    assert not name or found.count(found[0]) == 1


def test_a_chart_of_counties_leads_to_the_one_that_was_searched(page, server):
    open_at(page, server, "book/introduction.html")
    chart = page.locator("figure.gz-chart").first
    chart.scroll_into_view_if_needed()
    page.wait_for_selector("figure.gz-chart[data-state=drawn]")
    assert chart.locator(".gz-chart-county a").count() == 0
    chart.locator("input[type=search], input[name=search]").first.fill("湄潭")
    chart.locator(".gz-chart-county a").click()
    page.wait_for_url("**/book/county/meitan.html")
    assert page.locator(".gz-county h1").inner_text() == "Meitan 湄潭县"


def test_a_chart_that_is_drawn_for_one_county_or_group_leads_to_its_pages(page, server):
    open_at(page, server, "book/value-industry.html")
    chart = page.locator("figure.gz-chart", has=page.locator("select[name=place]")).first
    for figure in page.locator("figure.gz-chart").all():  # drawn when they come near
        figure.scroll_into_view_if_needed()
    chart.wait_for()
    menu, link = chart.locator("select[name=place]"), chart.locator(".gz-chart-county a")
    menu.select_option("Wudang + Guanshanhu + Qingzhen")
    assert link.get_attribute("href").endswith("county.html#all-counties")
    menu.select_option("Zheng'an")
    assert link.get_attribute("href").endswith("county/zhengan.html")
