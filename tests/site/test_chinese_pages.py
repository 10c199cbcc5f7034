"""The Chinese edition: whole, the same in what is marked and counted, and Chinese to the reader.

What its catalogs say is held to the English text; what its pages show is looked at as it was built.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import pytest
import translate
from bs4 import BeautifulSoup, Comment, Tag
from chinese import HALF_WIDTH, HAN
from visits import TRANSLATED

pytestmark = pytest.mark.site

ROLE = re.compile(r"(?<![A-Za-z])\{([a-z:]+)\}`([^`]*)`")
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")
CODE = re.compile(r"`[^`]*`")
FORMULA = re.compile(r"\$\$?[^$]+\$\$?")
# What is no Chinese prose: markup, code, formulas, addresses.
MARKUP = re.compile(r"\{[^}]*\}|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|<[^>]*>|https?://\S+")
# Six words and more of English, as no name in a Chinese sentence has. A work is cited as it is.
WORDS = re.compile(r"[A-Za-z][A-Za-z’'-]*(?:[,;:]? [A-Za-z][A-Za-z’'-]*){5,}")
CITED = re.compile("出处：[^。]*")
# English by its nature: code, what code prints as code does, works cited, who made the data.
ORIGINAL = {"pre", "code", "script", "style", "svg", "math", "noscript", "blockquote", "em"}
ORIGINAL_CLASSES = {"highlight", "gz-formula", "citation", "bibtex", "gz-sources", "sig"}


def is_original(tag: Tag) -> bool:
    given = tag.attrs
    return (
        tag.name in ORIGINAL
        or "hidden" in given
        or given.get("lang") == "en"
        or given.get("id") == "references"
        or not ORIGINAL_CLASSES.isdisjoint(given.get("class", ()))
    )


def read_in(tag: Tag) -> Iterator[str]:
    """Return what a reader of Chinese meets in a tag: text, names for screen readers, hints."""
    for name in ("alt", "aria-label", "title", "placeholder"):
        if tag.get(name):
            yield tag[name]
    for part in tag.children:
        if not isinstance(part, Tag):
            if not isinstance(part, Comment):
                yield part
        elif not is_original(part):
            yield from read_in(part)


def english(text: str) -> bool:
    """Tell whether a text has an English sentence; of names most words have capitals."""
    runs = WORDS.findall(CITED.sub("", " ".join(text.split())))
    return any(sum(word[0].islower() for word in run.split()) >= 3 for run in runs)


@cache
def catalogs() -> dict[Path, translate.Catalog]:
    return translate.of_pages()


def messages():
    for path, catalog in catalogs().items():
        for message in catalog:
            if message.id:
                yield f"{path.parent.name}/{path.stem}", message.id, message.string


def marked(text: str) -> Counter[tuple[str, str]]:
    """Count what both languages must have: roles by target, links, code, formulas, classes."""
    found = Counter()
    for role, inside in ROLE.findall(text):
        target = re.search(r"<([^<>]*)>$", inside)
        found[role, target[1] if target else inside] += 1
    rest = ROLE.sub("", text)
    found.update(("code", code) for code in CODE.findall(rest))
    found.update(("link", link) for link in LINK.findall(text))
    found.update(("formula", formula) for formula in {*FORMULA.findall(CODE.sub("", rest))})
    found.update(("class", name) for name in re.findall(r"\{(\.[\w-]+)\}", text))
    del found["class", ".gz-zh"]  # a Chinese term beside the English one
    return found


# The colours of code: half of all tags, of which nothing is asked.
COLOURED = re.compile(r'<span class="[a-z0-9]{1,3}">([^<]*)</span>')


@cache
def page(site: Path, name: str) -> BeautifulSoup:
    html = (site / name).read_text(encoding="utf-8")
    return BeautifulSoup(COLOURED.sub(r"\1", html), "html.parser")


def test_every_message_has_its_chinese_and_no_page_is_forgotten(site):
    faults = [line for c in catalogs().values() for line in translate.untranslated(c)]
    for path, catalog in catalogs().items():
        known = set(translate.read(path))
        faults += [f"{path.name}: {id} is no message any more" for id in known - set(ids(catalog))]
    kept = {path for path in translate.PAGES.rglob("*.po") if path.stem != "sphinx"}
    assert faults == [], "run make translate"
    assert kept == set(catalogs())


def ids(catalog: translate.Catalog) -> list[str]:
    return [message.id for message in catalog if message.id]


def test_roles_links_code_and_formulas_are_those_of_the_english(site):
    faults = []
    for where, original, chinese in messages():
        wanted, given = marked(original), marked(chinese)
        if wanted != given:
            faults.append(f"{where}: lost {wanted - given}, new {given - wanted}")
    assert faults == []


def test_chinese_is_set_as_chinese_is(site):
    faults = []
    for where, _english, chinese in messages():
        text = MARKUP.sub("", chinese)
        if HALF_WIDTH.search(text):
            faults.append(f"{where}: a half-width sign or a space in {text}")
        if re.match(r"\d+[.)] |[-+*#>] ", chinese):
            faults.append(f"{where}: Markdown takes the beginning of {text} for a list")
        if english(re.sub(r"\*[^*]+\*", "", text.replace("**", ""))):
            faults.append(f"{where}: English in {text}")
    assert faults == []


def test_terms_are_those_of_the_glossary(site):
    """A term that links to the glossary is called there what it is called in the sentence."""
    glossary = page(site, "zh/book/glossary.html")
    called: dict[str, set[str]] = {}
    for definition in glossary.select("dl.glossary > dd"):
        names, term = set(), definition.find_previous_sibling()
        while term is not None and term.name == "dt":
            names |= {
                part for part in re.split("[（）、/]", own_text(term).replace("’", "'")) if part
            }
            term = term.find_previous_sibling()
        called |= dict.fromkeys(names, names)
    faults = []
    for where, original, chinese in messages():
        plain = {inside for role, inside in ROLE.findall(original) if role == "term"}
        for role, inside in ROLE.findall(chinese):
            words = re.fullmatch(r"(.*?)\s*<([^<>]*)>", inside)
            if role == "term" and words and words[2] in plain:  # as it is called in English, too
                text, term = words.groups()
                names = called.get(term, set())
                if not any(name in text or text in name for name in names):
                    faults.append(f"{where}: {term} is {sorted(names)}, not {text}")
    assert faults == []


def test_terms_of_the_glossary_are_in_the_order_of_pinyin(site):
    shown = page(site, "zh/book/glossary.html").select("dl.glossary > dt")
    places = {own_text(term): place for place, term in enumerate(shown)}
    for row in ("偏误 相关关系 自治县", "崩溃值 行政区划代码 自助法"):
        assert row.split() == sorted(row.split(), key=places.__getitem__)


def own_text(term) -> str:
    return "".join(part for part in term.find_all(string=True, recursive=False)).strip()


@pytest.mark.parametrize("page_name", TRANSLATED)
def test_page_says_its_language_and_leads_to_its_twin(site, page_name):
    first, second = page(site, page_name), page(site, f"zh/{page_name}")
    assert first.html["lang"] == "en"
    assert second.html["lang"] == "zh-CN"
    for one, own, other in ((first, page_name, f"zh/{page_name}"),
                            (second, f"zh/{page_name}", page_name)):  # fmt: skip
        links = [one.select_one("link[hreflang]"), one.select_one("a.gz-edition")]
        assert [urljoin(own, link["href"]) for link in links] == [other, other]


@pytest.mark.parametrize("page_name", TRANSLATED)
def test_page_is_in_chinese(site, page_name):
    """No English sentence is left where a reader looks: text, names for screen readers, hints."""
    found = page(site, f"zh/{page_name}")
    texts = [*read_in(found.body)]
    texts += [tag["content"] for tag in found.select("meta[name=description], meta[property]")]
    assert [text.strip() for text in texts if english(text)] == []


def test_figures_are_in_chinese(site):
    """Titles and descriptions of charts; names of models and formulas may stand within them."""
    faults = []
    for name in TRANSLATED:
        for figure in page(site, f"zh/{name}").select("figure.gz-chart"):
            for text in (figure.select_one("figcaption"), figure.select_one("img")):
                words = text and (text.get("alt") or text.get_text(" "))
                if words and (not re.search(f"[{HAN}]", words) or english(words)):
                    faults.append(f"{name}: {words[:160]}")
    assert faults == []


def test_both_editions_have_the_same_numbers_and_anchors(site):
    """Each number quoted in the text, in any order, and each address within a page."""
    faults = []
    for name in TRANSLATED:
        both = page(site, name), page(site, f"zh/{name}")
        before, after = (Counter(digits(each)) for each in both)
        # "none" and "one" are figures in Chinese, and millions are counted in 万.
        more = {number for number in after - before if not re.fullmatch(r"\d", number)}
        less = {f"{100 * float(number.replace(',', '')):.0f}" for number in before - after}
        if {f"{float(number.replace(',', '')):.0f}" for number in more} != less:
            faults.append(f"{name}: {before - after} became {after - before}")
        anchors = [{tag["id"] for tag in each.article.find_all(id=True)} if each.article else set()
                   for each in both]  # fmt: skip
        lost = {id for id in anchors[0] - anchors[1] if not re.match(r"id\d|T_|term-", id)}
        if lost:
            faults.append(f"{name}: no anchor {sorted(lost)}")
    assert faults == []


def digits(page: BeautifulSoup) -> list[str]:
    """Return the numbers that are quoted; a sample's name, which has one in it, is none."""
    numbers = [tag.get_text() for tag in page.select(".gz-num")]
    return [text for text in numbers if not re.search(f"[A-Za-z{HAN}]", text)]
