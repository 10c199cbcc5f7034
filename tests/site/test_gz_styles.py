"""The theme's style sheet is short, and no element of a page lacks a rule of it."""

import gzip

import pytest
from gz_head import SHEET, THEME, needed
from visits import DRAW_ALL, open_page

# The selectors of a sheet that match something on the page, without what no element has by itself
# (a state, a part that the browser draws).
MATCHED = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const matched = new Set();
  const STATE = /::?(?!not|is|where|has|root)[a-z-]+(\\([^)]*\\))?/g;
  const read = (rules) => {
    for (const rule of rules) {
      if (rule.cssRules?.length) read(rule.cssRules);
      for (const selector of rule.selectorText?.split(/,(?![^(]*\\))/) ?? []) {
        try {
          const part = selector.replace(STATE, "") || "*";
          if (document.querySelector(part)) matched.add(selector.trim());
        } catch { /* no selector once a part is gone */ }
      }
    }
  };
  read(sheet.cssRules);
  return [...matched].sort();
}"""


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a,.b{x:1}", ".a{x:1}"),
        (".a .b{x:1}", ""),
        ("p:not(.b){x:1}", "p:not(.b){x:1}"),
        (":is(.a, .b) i{x:1}", ":is(.a, .b) i{x:1}"),
        ('[href$=".b"]{x:1}', '[href$=".b"]{x:1}'),
        ("@media print{.b{x:1}#a{x:2}}", "@media print{#a{x:2}}"),
        ("@media print{.b{x:1}}", ""),
        ("@font-face{font-family:b}", "@font-face{font-family:b}"),
    ],
)
def test_a_selector_stays_if_all_that_it_names_is_there(css, kept):
    assert needed(css, {"a"}) == kept


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize(
    "name", ["book/index", "notebooks/value-people", "book/reference/models/ols", "search", "404"]
)
def test_what_matches_on_a_page_is_still_there(browser, site, name):
    page = open_page(browser, screen="phone")
    page.goto((site / f"{name}.html").as_uri())
    page.evaluate(DRAW_ALL)
    whole, ours = (
        folder.joinpath(SHEET).read_text("utf-8") for folder in (THEME, site / "_static")
    )
    matched = page.evaluate(MATCHED, whole)
    assert len(matched) > 20
    assert set(matched) - set(page.evaluate(MATCHED, ours)) == set()
    page.close()


@pytest.mark.site
def test_it_is_short(site):
    for edition in (site, site / "zh"):
        assert len(gzip.compress((edition / "_static" / SHEET).read_bytes())) < 25_000
