"""The ledger's HTML: complete without JavaScript; its filters in a real browser, from a file."""

import io
import re
from pathlib import Path

import pytest
from gz_ledger import chosen, claims, counts, listing, names, ribbon, slug, strip, takeaway
from sphinx.application import Sphinx

from gzbook.claims import WORDS

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
FIELDS = (
    "finding", "rule", "sample", "period", "wrong_if", "test", "needed", "beyond", "by_measure",
    "refuted", "margin_reason", "untestable", "amendment",
)  # fmt: skip


def claim(id: str, kind: str, verdict: str, text: str, **more: str) -> dict[str, str]:
    row = dict.fromkeys(FIELDS, "") | {"claim_zh": "茶叶领先。", "notebook": "tea"}
    fields = {"id": id, "section": id.partition("-")[0], "kind": kind, "claim": text}
    return row | fields | {"verdict": verdict} | more


ROWS = [
    claim("1-a", "fact", "supported", "Tea grows <everywhere>.", finding="In 88 counties."),
    claim("1-b", "causal", "undecided", "Róngjiāng gained.", rule="All lie above 0."),
    claim("2.1-a", "causal", "contradicted", "Coal pays.", sample="60 counties", period="2020"),
    claim(
        "2.1-b", "fact", "not testable", "Brands are few.", needed="Sales.", notebook="gone",
        untestable="unpublished",
    ),
]  # fmt: skip


def test_every_claim_is_there_without_javascript_and_leads_to_its_heading():
    html = claims(ROWS, {"tea": "../notebooks/tea.html"})
    for row in ROWS:
        assert f'id="ledger-{slug(row["id"])}"' in html
    assert 'href="../notebooks/tea.html#claim-2-1-a"' in html
    assert "gone" not in html  # a notebook that is no page is not linked
    assert "Tea grows &lt;everywhere&gt;." in html
    assert '<form class="gz-ledger-filters" hidden' in html
    assert "<dt>Data that would be needed</dt><dd>Sales.</dd>" in html
    assert html.count("<dt>Sample</dt>") == 1
    for word in {row["verdict"] for row in ROWS}:
        assert f"gz-{word.replace(' ', '-')}" in html


@pytest.mark.parametrize(
    ("heading", "named"),
    [
        ("Claim 2.1-c: tea", ["2.1-c"]),
        ("论断2.1-c：茶", ["2.1-c"]),
        ("Claims 1-a and 2.1-c", ["1-a", "2.1-c"]),
        ("2.1-c Exercise 2.1-1", ["2.1-c"]),
        ("A plan 2.1-coloured", []),
    ],
)
def test_a_heading_names_a_claim_by_its_whole_id(heading, named):
    assert [id for id in ("1-a", "1-c", "2.1-c") if names(heading, id)] == named


def test_the_heading_of_a_claim_is_its_target_and_one_without_is_named(tmp_path):
    (tmp_path / "data").mkdir()
    rows = "id,notebook\n2.1-c,tea\n2.1-d,tea\n3-a,tea\n1-a,other\n"
    (tmp_path / "data" / "claims.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    text = "# Tea\n\n## Before 1-a\n\n## Claims 2.1-c and 2.1-d\n\n### More on 2.1-c\n"
    (tmp_path / "notebooks" / "tea.md").write_text(text, encoding="utf-8")
    page = "# Page\n\n[c](#claim-2-1-c), [d](notebooks/tea.md#claim-2-1-d)\n"
    (tmp_path / "index.md").write_text(page, encoding="utf-8")
    given = {"extensions": ["myst_parser", "gz_ledger"], "root_doc": "index"}
    warned = io.StringIO()
    out = tmp_path / "out"
    app = Sphinx(
        tmp_path, None, out, out / "trees", "html", given, status=None, warning=warned
    )  # fmt: skip
    app.build()
    html = (out / "notebooks" / "tea.html").read_text(encoding="utf-8")
    before, _, _ = html.partition("<h2>Claims")
    here = before.rpartition("</section>")[2]
    assert sorted(re.findall('id="(claim-[^"]+)"', here)) == ["claim-2-1-c", "claim-2-1-d"]
    assert html.count('id="claim-') == 2
    links = re.findall(r'href="(notebooks/tea[^"]*)"', (out / "index.html").read_text("utf-8"))
    assert links == ["notebooks/tea.html#claim-2-1-c", "notebooks/tea.html#claim-2-1-d"]
    complaint = "data/claims.csv has 3-a here, and no heading of this notebook names it"
    warnings = [line for line in warned.getvalue().splitlines() if "toctree" not in line]
    assert len(warnings) == 1
    assert complaint in warnings[0]


def test_menus_hold_what_there_is_in_a_fixed_order():
    html = claims(ROWS, {})
    menu = re.search(r'name="verdict">(.*?)</select>', html)[1]
    words = [w for w in WORDS if w != "ruled out"]
    assert re.findall(r'<option value="([^"]+)">([^<]*)<', menu) == [(w, w) for w in words]
    kinds = re.search(r'name="kind">(.*?)</select>', html)[1]
    options = [("fact", "fact"), ("causal", "causal")]
    assert re.findall(r'<option value="([^"]+)">([^<]*)<', kinds) == options


def test_counts_add_up_and_zero_is_no_link():
    html = counts(ROWS, "kind")
    foot = re.search(r"<tfoot>.*</tfoot>", html)[0]
    assert [int(n) for n in re.findall(r">(\d+)<", foot)] == [1, 1, 0, 1, 1, 4]
    assert '<td class="gz-none">0</td>' in html
    assert 'data-state="verdict=not+testable&amp;kind=fact"' in html


def test_chances_of_each_word_stand_in_a_fold_and_a_margin_beside_its_word():
    parts = [{"truth": "zero", "word": "ruled out", "low": 0.041, "high": 0.6}]
    row = ROWS[0] | {"verdict": "ruled out", "beyond": "2 %", "chances": parts}
    html = claims([row], {})
    assert "<dt>zero</dt><dd>ruled out 4 to 60 %</dd>" in html
    assert '<span class="gz-kind">beyond 2 %</span>' in html
    assert "How often the rule" not in claims(ROWS, {})


def test_a_part_is_chosen_by_section_claim_or_kind_and_a_strange_one_is_named():
    assert [row["id"] for row in chosen(ROWS, "2.1, 1-b")] == ["2.1-a", "2.1-b", "1-b"]
    assert [row["id"] for row in chosen(ROWS, "causal")] == ["1-b", "2.1-a"]
    assert chosen(ROWS, "") == ROWS
    with pytest.raises(LookupError, match=r"no claim, section or kind '9-z'"):
        chosen(ROWS, "1, 9-z")


def test_ribbon_counts_what_there_is_and_says_why_a_claim_has_no_test():
    html = ribbon(ROWS)
    assert html.count("<strong>") == 4
    assert '<span class="gz-not-testable"><strong>1</strong> no public data</span>' in html
    assert "gz-none" not in html
    assert '<li class="gz-none"><p>none contradicted</p></li>' in ribbon(ROWS[:1])


def test_takeaway_is_verdict_claim_and_the_first_sentence_of_what_was_found():
    ruled = claim("1-c", "causal", "ruled out", "It pays.", beyond="2 %")
    ruled |= {"finding": "Of 4 estimates, -0.5 % at most. More follows.", "untestable": ""}
    text = takeaway([ruled, ROWS[3]]).astext()
    first, second = text.split("\n\n")
    assert first == "Ruled out beyond 2 %: It pays. Of 4 estimates, \u22120.5 % at most."
    assert second == "Not testable: Brands are few. Nobody publishes the data."


def test_list_leads_to_the_evidence_and_to_the_ledger():
    html = listing(ROWS, {"tea": "../notebooks/tea.html"}, "conclusion.html")
    assert html.count("<li>") == len(ROWS)
    assert 'href="../notebooks/tea.html#claim-2-1-a"' in html
    assert 'href="conclusion.html#ledger-2-1-a"' in html
    assert "<small>no public data</small>" in html


def test_strip_has_a_box_a_claim_with_its_word():
    html = strip(ROWS)
    assert html.count("<li>") == len(ROWS)
    assert "section 2.1: contradicted" in html


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> str:
    sheets = ("gz.css", "gz-text.css", "gz-ledger.css")
    style = "\n".join((STATIC / sheet).read_text("utf-8") for sheet in sheets)
    script = (STATIC / "gz-ledger.js").read_text("utf-8")
    body = counts(ROWS, "kind") + claims(ROWS, {"tea": "tea.html"}) + strip(ROWS)
    path = tmp_path_factory.mktemp("ledger") / "page.html"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    path.write_text(
        f"<!doctype html>{head}<style>{style}</style>"
        f'<div class="bd-article">{body}</div>'
        f"<script>{script}</script>",
        "utf-8",
    )
    return path.as_uri()


@pytest.fixture
def page(browser, file):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(file)
    yield page
    page.close()


def shown(page) -> list[str]:
    rows = page.locator(".gz-ledger tbody tr:visible")
    return [id.removeprefix("ledger-") for id in rows.evaluate_all("all => all.map(r => r.id)")]


@pytest.mark.browser
def test_menus_and_search_choose_and_the_address_keeps_the_choice(page):
    assert len(shown(page)) == 4
    page.select_option("select[name=kind]", "causal")
    assert shown(page) == ["1-b", "2-1-a"]
    page.fill("input[name=q]", "rongjiang")
    assert shown(page) == ["1-b"]
    assert page.url.endswith("#kind=causal&q=rongjiang")
    assert page.locator("[role=status]").inner_text() == "1 of 4 claims"
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert shown(page) == ["1-b"]
    page.click("button[type=reset]")
    page.wait_for_function("!location.hash")
    assert len(shown(page)) == 4


@pytest.mark.browser
def test_search_takes_chinese_and_a_row_can_be_named(page, file):
    page.fill("input[name=q]", "茶叶")
    assert len(shown(page)) == 4
    page.fill("input[name=q]", "茶园")
    assert shown(page) == []
    page.goto(f"{file}#ledger-2-1-a")
    assert len(shown(page)) == 4
    assert page.locator("#ledger-2-1-a details").get_attribute("open") is not None


@pytest.mark.browser
def test_a_count_shows_its_claims_and_back_undoes_it(page):
    page.click("td a[data-state='verdict=supported&kind=fact']")
    assert shown(page) == ["1-a"]
    page.go_back()
    page.wait_for_function(
        "document.querySelectorAll('.gz-ledger tbody tr:not([hidden])').length > 1"
    )
    assert len(shown(page)) == 4


@pytest.mark.browser
def test_a_claim_stays_in_the_address_and_back_leaves(page, file):
    page.goto("about:blank")
    page.goto(f"{file}#ledger-1-b")
    page.click(".gz-strip a[href='#ledger-2-1-a']")
    page.wait_for_selector("#ledger-2-1-a details[open]")
    page.wait_for_timeout(50)  # what a reset of the form would write comes later
    places = []
    for _ in range(3):
        places.append(page.url)
        page.go_back()
    assert places == [f"{file}#ledger-2-1-a", f"{file}#ledger-1-b", "about:blank"]


@pytest.mark.browser
@pytest.mark.parametrize("after", ["verdict=proven", "section=9", "kind=", "%E0%A4%A=%", "q=%"])
def test_impossible_values_in_an_address_break_nothing(browser, file, after):
    page = browser.new_page()
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{file}#{after}")
    assert len(shown(page)) == (0 if after == "q=%" else 4)
    page.select_option("select[name=kind]", "causal")
    page.fill("input[name=q]", "")
    assert shown(page) == ["1-b", "2-1-a"]
    assert broken == []
    page.close()


@pytest.mark.browser
def test_a_phone_shows_cards_that_fit(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.locator("form select, form input, form button, .gz-strip a").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    borders = page.locator(".gz-ledger-table tbody tr:last-child > *").evaluate_all(
        "all => all.map(e => getComputedStyle(e).borderBottomWidth)"
    )
    assert set(borders) == {"0px"}  # a card has one frame, and no lines of a table
