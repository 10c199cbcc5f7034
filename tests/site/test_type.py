"""English stays English where a Chinese face sets it: its signs are no wider than its letters."""

import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]

# How wide the first sign of a text is, in ems of that text.
WIDTH = """(node, sign) => {
  const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(sign);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walk.currentNode, at);
    range.setEnd(walk.currentNode, at + 1);
    const size = getComputedStyle(walk.currentNode.parentElement).fontSize;
    return range.getBoundingClientRect().width / parseFloat(size);
  }
}"""


@pytest.fixture
def claim(browser, site):
    """A claim in English with an apostrophe."""
    page = browser.new_page()
    page.goto((site / "book/dilemma-industry.html").as_uri())
    yield page.locator(".gz-claim > p").first
    page.close()


def test_an_apostrophe_is_no_wider_than_a_letter(claim):
    claim.evaluate("(node) => { node.style.fontFamily = '\"Noto Serif CJK SC\"' }")
    assert 0 < claim.evaluate(WIDTH, "’") < 0.5


def test_a_chinese_sign_is_as_wide_as_a_character(claim):
    claim.evaluate(
        "(node) => { node.innerHTML = '<span class=\"gz-zh\">兴业，强县</span>';"
        ' node.firstChild.style.cssText = \'font-family: "Noto Serif CJK SC"; letter-spacing: 0;'
        " position: static; writing-mode: horizontal-tb' }"
    )
    assert claim.evaluate(WIDTH, "，") == pytest.approx(1, abs=0.02)
