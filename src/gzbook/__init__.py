"""The companion to the paper: its claims and their evidence, exercises, labs and one-page figures.

Use it as ``import gzbook``. It builds on `gzcounty`, the helper that any county study can use, and
is never imported by it. ``__init__.pyi`` lists the public names with the module of each.
"""

from pathlib import Path

import lazy_loader

from gzcounty.language import add_catalog

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

_HERE = Path(__file__).resolve().parent
add_catalog(_HERE / "locale" / "zh_CN.po")
# What the notebooks say themselves lies beside them, in a checkout.
add_catalog(_HERE.parents[1] / "notebooks" / "locale" / "zh_CN.po")
