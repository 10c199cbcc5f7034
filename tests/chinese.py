"""How Chinese is set: what tests of the catalogs and of the pages hold it to."""

import re

HAN = "\u4e00-\u9fff"
# A half-width sign beside Chinese, or a space between Chinese and anything.
HALF_WIDTH = re.compile(rf"[{HAN}][,;:?!(]|[,;:?!)][{HAN}]|[{HAN}]\.(\s|$)|[{HAN}] +\w|\w +[{HAN}]")
