"""Search that finds English words and Chinese terms on the same page.

Sphinx knows one language a site: its English search does not split Chinese, its Chinese search
finds 农村电商 not even in a title. Here English words are stemmed as usual, and a run of Chinese
characters is cut into overlapping pairs (农村电商 gives 农村 村电 电商), on both sides: by Python
when the index is made, by JavaScript when a reader types. A single character is found too.
"""

import re
from functools import cache

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

# CJK ideographs: extension A, the main block, compatibility ideographs.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKENS = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")

# The same cut in JavaScript. The rest is about the list of results:
# * a page opened from a file cannot fetch another page, so there are no excerpts then;
# * an excerpt is taken from the article alone, not from the buttons around it, and not from rows of
#   numbers; what leads to a row shows its words;
# * what is called by just the words of the query comes first, then terms of the glossary, counties,
#   what a program calls by just that name, pages, notebooks, and the rest of the reference;
# * the words of a query are marked on the page that is opened from the list, and on no other.
SPLIT_QUERY = """
const gzHan = /[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff]+/u;
const gzTokens = /[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff]+|[\\p{L}\\p{N}_]+/gu;

function splitQuery(query) {
  const terms = [];
  for (const run of query.match(gzTokens) || []) {
    for (const part of run.split(/([\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff]+)/u)) {
      if (!gzHan.test(part)) { if (part) terms.push(part); continue; }
      if (part.length === 1) terms.push(part);
      for (let i = 0; i + 1 < part.length; i++) terms.push(part.slice(i, i + 2));
    }
  }
  return terms;
}

if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const article = page.querySelector("article.bd-article");
  if (!article) return "";
  // An address may begin with a digit, which no selector may.
  const place = anchor ? page.getElementById(anchor.slice(1)) : null;
  const words = (cell) => /\\p{L}{2}/u.test(cell.textContent);
  if (place?.matches("tr")) {
    return [...place.cells].filter(words).map((cell) => cell.textContent.trim()).join(" ");
  }
  const unwanted = ".headerlink, script, style, noscript, summary, .cell_input, [hidden], " +
    "table:not(.gz-ledger-table), .cell_output pre";
  article.querySelectorAll(unwanted).forEach((element) => element.remove());
  return (place || article).textContent.replace(/\\s+/g, " ");
};

Scorer.score = ([page, title, anchor, , score]) => {
  const exact = Scorer.objNameMatch + Scorer.objPrio[1]; // of a function
  const reference = page.startsWith("book/reference/");
  let kind = 2;
  if (anchor.startsWith("#term-")) kind = 4;
  else if (reference) kind = score < exact ? 0 : 3;
  else if (page.startsWith("book/county/") || (page === "book/county" && anchor)) kind = 3;
  else if (page.startsWith("notebooks/")) kind = 1;
  if (!reference && gzPlain(title) === gzPlain(gzAsked)) kind += 4;
  return 1000 * kind + score;
};

const gzMarked = "sphinx_highlight_terms";
const gzParse = Search._parseQuery;
const gzPlain = (text) => text.replace(/<[^>]*>/g, "").trim().toLowerCase();
let gzWords = "", gzAsked = "";
Search._parseQuery = (query) => {
  gzAsked = query;
  const parsed = gzParse(query);
  gzWords = localStorage.getItem(gzMarked) || "";
  localStorage.removeItem(gzMarked);
  return parsed;
};
for (const kind of ["click", "auxclick"]) {
  document.addEventListener(kind, ({ target }) => {
    if (target.closest("ul.search a")) localStorage.setItem(gzMarked, gzWords);
  });
}
"""


class SearchEnglishChinese(SearchEnglish):
    """English words, stemmed, and overlapping pairs of Chinese characters."""

    lang = "gz"
    language_name = "English and Chinese"
    js_splitter_code = SPLIT_QUERY

    def init(self, options: dict[str, str]) -> None:
        """Stem a word once, however often it is on the pages."""
        super().init(options)
        self.stem = cache(super().stem)

    def split(self, text: str) -> list[str]:
        """Cut a text into what goes into the index.

        Single characters are indexed as well, so that a query of one character finds something.
        """
        terms: list[str] = []
        for token in _TOKENS.findall(text):
            if re.match(f"[{HAN}]", token):
                terms.extend(token)
                terms.extend(token[i : i + 2] for i in range(len(token) - 1))
            else:
                terms.append(token)
        return terms


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_search_language(SearchEnglishChinese)
