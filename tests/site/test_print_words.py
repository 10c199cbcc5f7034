"""What the print edition says of itself: the same fields in both languages, and Chinese signs."""

import re
from dataclasses import asdict

from chinese import HALF_WIDTH
from print_document import WORDS


def test_every_message_has_the_same_fields_in_both_languages():
    english, chinese = (asdict(WORDS[language]) for language in ("en", "zh"))
    for name, message in english.items():
        assert re.findall(r"\{\w*\}", message) == re.findall(r"\{\w*\}", chinese[name]), name
        assert message, name
        assert message != chinese[name], name


def test_chinese_messages_have_full_width_signs():
    assert [text for text in asdict(WORDS["zh"]).values() if HALF_WIDTH.search(text)] == []
