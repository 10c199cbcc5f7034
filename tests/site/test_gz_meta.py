"""A page's description is its first sentence, not its labels."""

from docutils.core import publish_doctree
from gz_meta import LONGEST, first_words


def test_takes_the_first_sentence():
    page = publish_doctree("Title\n=====\n\nSection 2.3\n\nSelling online lifts\nincomes.\n\nMore.")
    assert first_words(page) == "Selling online lifts incomes."


def test_cuts_a_long_one_at_a_word():
    text = first_words(publish_doctree("county " * 60))
    assert len(text) <= LONGEST + 2
    assert text.endswith("county …")


def test_a_page_without_sentences_has_none():
    assert first_words(publish_doctree("Title\n=====\n\nA label")) == ""
