"""Write ``src/gzcounty/__init__.pyi`` anew from the list of public names: ``python tools/stub.py``.

Editors and type checkers cannot follow names that load on first use; the stub tells them where each
one lives. A test keeps the two equal.
"""

from __future__ import annotations

from pathlib import Path

import gzcounty

HEAD = '"""Types of the public names: one line a name, kept equal to ``__init__.py`` by a test."""'


def stub() -> str:
    """Return the text of the stub."""
    lines = [
        f"from {module} import {name} as {name}"
        for module, names in sorted(gzcounty._HOMES.items())
        for name in sorted(names)
    ]
    return "\n".join([HEAD, "", *lines, "", "__version__: str", ""])


if __name__ == "__main__":
    Path(gzcounty.__file__).with_suffix(".pyi").write_text(stub(), encoding="utf-8")
