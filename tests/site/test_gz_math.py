"""Formulas become SVG at build time."""

import re

import pytest
from gz_math import FormulaError, share_shapes, svg

# ziamath loads its font in a way that Python will drop one day.
pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")

IN_PAPERS = [
    r"y_{it} = \alpha_i + \lambda_t + \beta\, p_i \mathbf{1}[t \ge 2017] + \varepsilon_{it}",
    r"\hat\beta \pm 1.96\,\mathrm{se}(\hat\beta)",
    r"C = \left[\frac{U_1 U_2}{\left(\frac{U_1 + U_2}{2}\right)^2}\right]^{1/2}",
    r"D = \sqrt{C\,T}, \quad T = \sum_k w_k U_k",
    r"\sum_{i=1}^{n} w_{ij} x_j",
    r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
]


def style(html: str) -> dict[str, float]:
    (text,) = re.findall(r'style="([^"]*)"', html)
    pairs = (part.split(":") for part in text.split(";"))
    return {name: float(value.removesuffix("em")) for name, value in pairs}


@pytest.mark.parametrize("tex", IN_PAPERS)
@pytest.mark.parametrize("inline", [True, False])
def test_sets_what_papers_use(tex, inline):
    html = svg(tex, inline)
    assert html.startswith("<svg")
    assert "<path" in html
    assert 'role="img"' in html


def test_takes_the_colour_of_the_text():
    html = svg(r"\frac{a}{b} + \sqrt{c}", False)
    assert 'fill="currentColor"' in html
    assert "black" not in html


def ids(html: str) -> list[str]:
    return re.findall(r' id="([^"]*)"', html)


def shown(html: str) -> list[str]:
    return re.findall(r'<use href="#([^"]*)"', html)


@pytest.mark.parametrize("tex", IN_PAPERS)
def test_every_letter_has_its_shape_and_no_shape_is_left_over(tex):
    html = svg(tex, False)
    assert set(shown(html)) == set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_a_page_draws_a_letter_once():
    formulas = [svg(tex, False) for tex in IN_PAPERS]
    page = "<h1>A page</h1><p>" + "</p><p>".join(formulas) + "</p>"
    shared = share_shapes(page)
    assert set(ids(shared)) == set(ids(page))
    assert len(ids(shared)) == len(set(ids(shared))) < len(ids(page))
    assert shown(shared) == shown(page)
    assert max(map(shared.find, ids(shared))) < shared.find("</svg>")  # all in the first
    for formula in formulas:  # each stays what it was, but for the shapes
        assert re.sub("<defs>.*</defs>", "", formula) in re.sub("<defs>.*?</defs>", "", shared)


def test_the_shapes_of_one_letter_are_alike_at_every_size():
    """What a page keeps once must not hang on the formula it came from."""
    large, small = (
        dict(re.findall(r'<path id="([^"]*)" d="([^"]*)"', svg(tex, inline)))
        for tex, inline in (("a + b + c", False), (r"\frac{a + b}{c}", True))
    )
    both = large.keys() & small.keys()
    assert len(both) >= 3
    assert {name: large[name] for name in both} == {name: small[name] for name in both}


def test_a_page_without_formulas_stays_as_it_is():
    page = "<p>no <svg class='x'><defs><path id='a' /></defs></svg></p>"
    assert share_shapes(page) == page


def test_says_its_source():
    assert 'aria-label="a &lt; b"' in svg("a  <\nb", True)


def test_sits_on_the_baseline():
    """What reaches below the line moves it down by that much; a plain letter hardly."""
    assert style(svg("x", True))["vertical-align"] == pytest.approx(0, abs=0.06)
    assert style(svg("y_i", True))["vertical-align"] < -0.15


def test_a_digit_can_be_bold():
    assert svg(r"\mathbf{1}", True) != svg("1", True).replace('"1"', r'"\mathbf{1}"')


def test_the_hat_of_a_letter_is_not_wider_than_the_letter():
    assert style(svg(r"\hat{x}", True))["width"] <= style(svg("x", True))["width"] + 0.05


def test_paragraphs_stand_below_each_other():
    one = style(svg("a = b", False))["height"]
    assert style(svg("a = b\n\nc = d", False))["height"] > 1.5 * one


@pytest.mark.parametrize("tex", ["", "  ", r"\text{收入}", r"\frac{a}{"])
def test_refuses_what_it_cannot_set(tex):
    with pytest.raises(FormulaError):
        svg(tex, True)
