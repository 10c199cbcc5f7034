"""The pages of counties in a real browser: one of each kind, from a server and from a file."""

import csv
import io
import re
from html import unescape
from urllib.parse import quote

import pypdf
import pytest
from print_edition import character
from test_search import answers, finished
from visits import Visit, axe, open_page, violations, watch

import gzbook
import gzcounty as gz
from gzbook.county_page import called, slug
from gzcounty.language import _

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


def test_every_county_has_a_page_with_its_figures_and_without_holes(site, edition):
    for county in gz.load_counties().itertuples():
        name = f"{edition}book/county/{slug(county.name_en)}"
        html = unescape((site / f"{name}.html").read_text(encoding="utf-8"))
        heading = re.search(r"<h1>(.*?)</h1>", html.partition("gz-county")[2])[1]
        assert re.sub("<[^>]+>", "", heading) == called(county)
        assert f'"og:title" content="{called(county)}"' in html
        assert " nan" not in html
        assert ">nan" not in html
        with (site / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        profile = gzbook.county_profile(county.adcode)
        assert [row["indicator"] for row in rows] == profile.indicator.to_list()
        assert {row["adcode"] for row in rows} == {county.adcode}


def test_the_page_is_whole_without_a_script(browser, server, edition):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/{edition}book/county/meitan.html")
    row = gzbook.county_profile("520328").set_index(["indicator", "year"])
    row = row.loc["schooling_years", 2020]
    measure = page.locator(".gz-county-main tr", has_text=row.label).inner_text()
    assert f"{row.value:.1f}" in measure
    assert _("rank {rank} of {of}", rank=f"{row['rank']:.0f}", of=88) in measure
    assert page.locator(".gz-county-sentences li").count() == 3
    assert page.locator("svg.gz-county-chart").count() == 6
    assert page.locator("[data-do]:visible").count() == 0  # no button that does nothing
    page.goto(f"{server}/{edition}{ALL}#520328")
    assert gz.in_language("Meitan 湄潭县", "湄潭县") in page.locator("tr:target").inner_text()
    assert page.locator(".gz-county-choice, .gz-county-pick").first.is_hidden()
    context.close()


def test_the_link_is_copied_with_and_without_leave(page, server, edition):
    open_at(page, server, edition + RONGJIANG)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("document.execCommand = () => document.activeElement.value === location.href")
    button, status = (
        page.locator("[data-do=copy]"),
        page.locator(".gz-county-actions [role=status]"),
    )
    button.click()
    assert status.inner_text() == _("Copied.")
    page.evaluate("document.execCommand = () => false")
    button.click()
    assert status.inner_text() == f"{server}/{edition}{RONGJIANG}"


@pytest.mark.parametrize("name", ["rongjiang", "nanming", "honghuagang"])
def test_a_county_prints_on_one_sheet(page, server, edition, name):
    open_at(page, server, f"{edition}book/county/{name}.html")
    sheet = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(sheet.pages) == 1
    words = character(sheet.pages[0].extract_text())
    parts = _("Main figures, 2020"), _("GDP and its sectors"), gz.in_language("Source", "资料来源")
    assert [part for part in parts if part not in words] == []


@pytest.mark.parametrize("old", ["520328", "522428"])
def test_an_address_of_before_leads_to_the_county_s_page(page, server, edition, old):
    names = {"520328": "meitan", "522428": "hezhang"}  # the second is Hezhang's code of 2010
    open_at(page, server, f"{edition}{ALL}#{old}")
    page.wait_for_url(f"{server}/{edition}book/county/{names[old]}.html")


def test_two_counties_stand_beside_each_other_and_a_strange_code_gets_a_sentence(
    page, site, edition
):
    open_at(page, site.as_uri(), f"{edition}{ALL}#522632+520102")
    heading = page.locator(".gz-county-two h2")
    names = gz.in_language("Rongjiang 榕江县 and Nanming 南明区", "榕江县和南明区")
    assert heading.inner_text() == names
    both = [
        gzbook.county_profile(code).set_index(["indicator", "year"])
        for code in ("522632", "520102")
    ]
    rows = page.locator(".gz-county-two tr")
    commerce, gdp = (both[0].label[name, 2020] for name in ("commerce", "gdp_per_resident"))
    shown = rows.filter(has_text=commerce).locator("td").all_inner_texts()
    assert shown == [f"{one.value['commerce', 2020]:.1f}" for one in both]
    assert _("no figure") in rows.filter(has_text=gdp).inner_text()
    page.goto(f"{site.as_uri()}/{edition}{ALL}#999999")
    page.reload()
    stranger = _("“{code}” is not the code of a county in Guizhou.", code=999999)
    assert page.locator(".gz-county-choice p").inner_text() == stranger


def found(page, typed: str) -> list[str]:
    page.locator(".gz-county-choice input").fill(typed)
    return page.locator(".gz-county-choice li:visible a").all_inner_texts()


def test_the_search_knows_names_of_today_and_before_and_offers_a_city_s_districts(
    page, server, edition
):
    open_at(page, server, edition + ALL)
    names = gz.load_counties().set_index("name_zh", drop=False)
    for typed in ("湄潭", "méitán", "520328", "Meitan"):
        assert found(page, typed) == [called(names.loc["湄潭县"])]
    for typed, now in (("水城县", "水城区"), ("黔西县", "黔西市"), ("遵义县", "播州区")):
        assert found(page, typed) == [called(names.loc[now])]
        assert typed in page.locator(".gz-county-choice li:visible small").inner_text()
    for typed, count in (("贵阳", 10), ("遵义", 14), ("Zunyi", 14)):
        links = found(page, typed)
        assert len(links) == count + 1
        assert gz.in_language(f"All {count} counties", f"全部{count}个") in links[0]
        page.locator(".gz-county-choice input").press("Enter")
        assert "/county/" not in page.url  # none is opened in silence
    assert found(page, "乌有县") == []
    nobody = _("No county is called “{name}”.", name="乌有县")
    assert page.locator(".gz-county-choice p").inner_text() == nobody
    found(page, "湄潭")
    page.locator(".gz-county-choice input").press("Enter")
    page.wait_for_url(f"{server}/{edition}book/county/meitan.html")
    page.go_back()
    assert "/county/" not in page.url


def test_the_table_shows_any_measure_in_order(page, server, edition):
    open_at(page, server, edition + ALL)
    row = gzbook.county_profile("520328").set_index(["indicator", "year"]).loc["commerce", 2020]
    page.locator("select[name=measure]").select_option(
        label=_("{label}, {unit}, {year}", label=row.label, unit=row.unit, year=2020)
    )
    rows = page.locator(".gz-county-table tbody tr")
    values = rows.locator("td:last-child").all_inner_texts()
    assert len(values) == 88
    assert [float(value) for value in values] == sorted(map(float, values), reverse=True)
    page.locator(".gz-county-table thead button").click()
    assert rows.first.locator("td").first.inner_text() == "88"
    page.locator(".gz-county-map a").nth(3).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server}/{edition}book/county/*.html")


@pytest.mark.parametrize(("mode", "width"), [("dark", 360), ("light", 1280)])
def test_pages_fit_and_are_accessible(browser, server, edition, mode, width):
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=mode)
    page.add_init_script(axe())
    # No two in a row of one page: an address that differs after its # alone is not opened anew.
    for path in (ALL, RONGJIANG, f"{ALL}#522632+520102", "book/county/nanming.html"):
        page.goto(f"{server}/{edition}{path}")
        page.eval_on_selector_all("details", "(all) => all.forEach((d) => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        touched = page.locator(
            ".gz-county :is(input, select, button):visible, .gz-county-actions a"
        )
        assert min(touched.evaluate_all("all => all.map(e => e.offsetHeight)")) >= 44, path
        # The page of all is judged in test_every_page.py.
        assert path == ALL or violations(page) == [], path
    page.close()


SEARCHES = {
    "Meitan": "meitan",
    "湄潭": "meitan",
    "湄潭县": "meitan",
    "威宁": "weining",
    "水城县": "shuicheng",
    "黔西县": "qianxi",
    "522632": "rongjiang",
    "贵阳": "",
    "Zunyi": "",
}


def test_the_site_s_search_names_the_county_s_page_first(page, server, edition):
    open_at(page, server, f"{edition}search.html?q={quote('乌有')}")
    finished(page)
    for query, name in SEARCHES.items():
        found = answers(page, server, query)
        page_of_all = ALL.removesuffix(".html")
        first = f"{page_of_all}/{name}.html" if name else ALL
        assert found[:1] == [f"{edition}{first}"], query
        assert not name or found.count(found[0]) == 1, query


def test_a_chart_of_counties_leads_to_the_one_that_was_searched(page, server, edition):
    open_at(page, server, f"{edition}book/introduction.html")
    chart = page.locator("figure.gz-chart").first
    chart.scroll_into_view_if_needed()
    page.wait_for_selector("figure.gz-chart[data-state=drawn]")
    assert chart.locator(".gz-chart-county a").count() == 0
    chart.locator("input[type=search], input[name=search]").first.fill("湄潭")
    chart.locator(".gz-chart-county a").click()
    page.wait_for_url(f"{server}/{edition}book/county/meitan.html")
    name = gz.in_language("Meitan 湄潭县", "湄潭县")
    assert page.locator(".gz-county h1").inner_text() == name


def test_a_chart_that_is_drawn_for_one_county_or_group_leads_to_its_pages(page, server, edition):
    open_at(page, server, f"{edition}book/value-industry.html")
    chart = page.locator("figure.gz-chart", has=page.locator("select[name=place]")).first
    for figure in page.locator("figure.gz-chart").all():  # drawn when they come near
        figure.scroll_into_view_if_needed()
    chart.wait_for()
    menu, link = chart.locator("select[name=place]"), chart.locator(".gz-chart-county a")
    menu.select_option(gz.in_language("Wudang + Guanshanhu + Qingzhen", "乌当区+观山湖区+清镇市"))
    assert link.get_attribute("href").endswith("county.html#all-counties")
    menu.select_option(gz.in_language("Zheng'an", "正安县"))
    link.click()
    page.wait_for_url(f"{server}/{edition}book/county/zhengan.html")
