"""The county page in a real browser: the address decides, from a server and from a file."""

from urllib.parse import quote

import pytest
from visits import Visit, open_page, violations, watch

import gzbook
import gzcounty as gz

pytestmark = [pytest.mark.site, pytest.mark.browser]
PAGE = "book/county.html"
HEADING = ".gz-county-profile h2"


@pytest.fixture
def page(browser):
    page = open_page(browser)
    page.met = Visit(PAGE, "light", "desktop")
    yield page
    page.close()
    assert page.met.errors == []
    assert page.met.foreign == []


def open_at(page, address: str, hash: str = ""):
    watch(page, page.met, "file://" if address.startswith("file:") else address)
    page.goto(f"{address}/{PAGE}{hash}")
    page.wait_for_selector(".gz-county-choice:not([hidden])")
    return page


def heading(page) -> str:
    return page.locator(HEADING).inner_text()


def cells(page, label: str) -> list[str]:
    """Return the numbers of a measure, one a county."""
    row = page.locator(".gz-county-measures tbody tr", has_text=label).first
    return row.locator("td b").all_inner_texts()


def test_the_address_says_which_county_with_its_numbers(page, server):
    open_at(page, server, "#520328")
    assert heading(page) == "Meitan 湄潭县"
    assert page.title().startswith("Meitan 湄潭县 — ")
    profile = gzbook.county_profile("520328").set_index(["indicator", "year"])
    row = profile.loc["schooling_years", 2020]
    measure = page.locator(".gz-county-measures tr", has_text="Schooling").inner_text()
    assert f"{row.value:.1f}" in measure
    assert f"rank {row['rank']:.0f} of 88" in measure
    assert f"China: {row.rank_china:,.0f} of {row.of_china:,.0f}" in measure
    assert page.evaluate("scrollY") == 0  # not at the row of the table


def test_without_a_county_it_is_the_paper_s_main_case_also_from_a_file(page, site):
    open_at(page, site.as_uri())
    assert heading(page) == "Rongjiang 榕江县"


def test_an_unknown_code_gets_a_sentence_and_the_search(page, server):
    open_at(page, server, "#999999")
    assert "“999999” is not the code of a county" in page.locator(".gz-county p").inner_text()
    assert page.locator(".gz-county-profile").is_hidden()
    assert page.locator(".gz-county input[name=q]").is_visible()


def test_search_takes_chinese_pinyin_and_code_and_back_undoes_it(page, server):
    open_at(page, server)
    field = page.locator(".gz-county input[name=q]")
    for typed in ("湄潭", "méitán", "520328"):
        field.fill(typed)
        assert page.locator(".gz-county-hits a").all_text_contents() == ["Meitan 湄潭县"]
    field.fill("乌有县")
    assert page.locator(".gz-county [role=status]").inner_text() == "No county is called “乌有县”."
    field.fill("湄潭")
    field.press("Enter")
    page.wait_for_url("**#520328")
    assert heading(page) == "Meitan 湄潭县"
    assert page.locator(".gz-county [role=status]").inner_text() == "Shown: Meitan 湄潭县."
    assert page.evaluate("document.activeElement.matches('.gz-county-profile h2')")
    page.go_back()
    page.wait_for_function("document.title.startsWith('Rongjiang')")
    assert heading(page) == "Rongjiang 榕江县"


def test_a_neighbour_is_a_link_and_reading_goes_on_there(page, server):
    open_at(page, server)
    page.locator(".gz-county-about a", has_text="Congjiang").click()
    page.wait_for_function("document.title.startsWith('Congjiang')")
    assert page.url.endswith("#522633")
    assert page.evaluate("document.activeElement.matches('.gz-county-profile h2')")


def test_two_counties_beside_each_other(page, server):
    open_at(page, server, "#522632+520102")
    assert heading(page) == "Rongjiang 榕江县 and Nanming 南明区"
    both = [gzbook.county_profile(code).set_index("indicator") for code in ("522632", "520102")]
    expected = [f"{one.value['commerce']:.1f}" for one in both]
    assert cells(page, "trade, transport and information") == expected
    page.select_option("select[name=beside]", "520328")
    page.wait_for_function("document.title.includes('Meitan')")
    assert page.url.endswith("#522632+520328")
    page.select_option("select[name=beside]", "")
    page.wait_for_function("!document.title.includes('Meitan')")
    assert page.url.endswith("#522632")


def test_an_unknown_figure_is_a_sentence_and_not_drawn(page, server):
    open_at(page, server, "#520102")
    text = page.locator(".gz-county-profile > .gz-county-none").first.inner_text()
    assert text.startswith("Rural income a person in Nanming is not known")
    row = page.locator(".gz-county-measures tr", has_text="GDP a resident")
    assert "not known" in row.locator("td").inner_text()
    assert row.locator("circle").count() == 0
    assert page.locator(".gz-county-paths").count() == 1  # of night lights alone


def test_every_county_can_be_drawn(page, server):
    open_at(page, server)
    names = page.evaluate(
        """async (codes) => {
          const names = [];
          for (const code of codes) {
            const once = { once: true };
            const moved = new Promise((done) => addEventListener("hashchange", done, once));
            location.hash = code;
            await moved;
            names.push(document.querySelector(".gz-county-profile h2").textContent);
          }
          return names;
        }""",
        gz.load_counties().adcode[::-1].tolist(),
    )
    table = gz.load_counties()[::-1]
    assert names == [f"{en} {zh}" for en, zh in zip(table.name_en, table.name_zh, strict=True)]
    assert "NaN" not in page.locator(".gz-county-profile").inner_html()


@pytest.mark.parametrize(("mode", "width"), [("dark", 390), ("light", 1280)])
def test_two_counties_fit_and_are_accessible(browser, server, mode, width):
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=mode)
    page.goto(f"{server}/{PAGE}#522632+520102")
    page.wait_for_selector(HEADING)
    page.eval_on_selector_all("details", "(all) => all.forEach((d) => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    fields = page.locator(".gz-county :is(input, select), .gz-county-links a")
    assert min(fields.evaluate_all("all => all.map(e => e.offsetHeight)")) >= 44
    faults = violations(page)
    page.close()
    assert faults == []


def test_without_a_script_the_table_remains(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/{PAGE}#520328")
    assert page.locator(".gz-county-table tbody tr").count() == 88
    assert "switched off" in page.locator(".gz-county noscript").inner_text()
    assert "Meitan 湄潭县" in page.locator("tr:target").inner_text()
    assert page.locator(".gz-county-choice").is_hidden()
    context.close()


@pytest.mark.parametrize(
    ("query", "code"),
    [("Meitan", "520328"), ("湄潭", "520328"), ("湄潭县", "520328"), ("威宁", "520526")],
)
def test_the_site_s_search_leads_to_the_county(page, server, query, code):
    watch(page, page.met, server)
    page.goto(f"{server}/search.html?q={quote(query)}")
    page.wait_for_selector(f"ul.search li a[href*='county.html'][href$='#{code}']")
    assert page.locator(f"ul.search li a[href$='#{code}']").count() == 1


def test_a_chart_of_counties_leads_to_the_one_that_was_searched(page, server):
    watch(page, page.met, server)
    page.goto(f"{server}/book/introduction.html")
    chart = page.locator("figure.gz-chart").first
    chart.scroll_into_view_if_needed()
    page.wait_for_selector("figure.gz-chart[data-state=drawn]")
    assert chart.locator(".gz-chart-county a").count() == 0
    chart.locator("input[type=search], input[name=search]").first.fill("湄潭")
    chart.locator(".gz-chart-county a").click()
    page.wait_for_selector(HEADING)
    assert heading(page) == "Meitan 湄潭县"


def test_a_chart_that_is_drawn_for_one_county_or_group_leads_to_its_pages(page, server):
    watch(page, page.met, server)
    page.goto(f"{server}/book/value-industry.html")
    chart = page.locator("figure.gz-chart", has=page.locator("select[name=place]")).first
    for figure in page.locator("figure.gz-chart").all():  # drawn when they come near
        figure.scroll_into_view_if_needed()
    chart.wait_for()
    menu, link = chart.locator("select[name=place]"), chart.locator(".gz-chart-county a")
    menu.select_option("Wudang + Guanshanhu + Qingzhen")
    assert link.get_attribute("href").endswith("county.html#all-counties")
    menu.select_option("Meitan")
    link.click()
    page.wait_for_selector(HEADING)
    assert heading(page) == "Meitan 湄潭县"
