"""Search that finds English words and Chinese terms on the same page.

Sphinx knows one language a site: its English search does not split Chinese, its Chinese search
finds 农村电商 not even in a title. Here English words are stemmed as usual, and a run of Chinese
characters is cut into overlapping pairs (农村电商 gives 农村 村电 电商), on both sides: by Python
when the index is made, by JavaScript when a reader types. A single character is found too.
"""

from __future__ import annotations

import re

from gz_plumbing import PARALLEL
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

# CJK ideographs: extension A, the main block, compatibility ideographs.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKENS = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")

# The same cut in JavaScript. Two things more, both about the list of results:
# a page opened from a file cannot fetch another page, so there are no excerpts then; and the
# excerpt is taken from the article alone, not from the buttons around it.
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
  const unwanted = ".headerlink, script, style, noscript, summary, .cell_input, [hidden]";
  article.querySelectorAll(unwanted).forEach((element) => element.remove());
  // An address may begin with a digit, which no selector may.
  const place = anchor ? page.getElementById(anchor.slice(1)) : null;
  return (place || article).textContent.replace(/\\s+/g, " ");
};
"""


class SearchEnglishChinese(SearchEnglish):
    """English words, stemmed, and overlapping pairs of Chinese characters."""

    lang = "gz"
    language_name = "English and Chinese"
    js_splitter_code = SPLIT_QUERY

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


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_search_language(SearchEnglishChinese)
    return PARALLEL
