"""Fold in Jupyter what folds on the website: ``python tools/folds.py NOTEBOOK...``.

Jupyter Book reads a cell's tags, Jupyter Lab its metadata; here the second follow from the first.
Lab shows the output of a folded cell as soon as it runs. A solution therefore stands under a
heading of its own, which Lab keeps collapsed, and which the website, where the cell folds, leaves
out.
"""

import json
import sys
from pathlib import Path
from typing import Any

SOURCE = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
OUTPUTS = {"hide-output", "hide-cell", "remove-output", "remove-cell"}
HEADING = "#### Solution"
COLLAPSED = "jp-MarkdownHeadingCollapsed"


def fold(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells with the metadata that their tags ask for, and a heading a solution."""
    folded: list[dict[str, Any]] = []
    for cell in cells:
        tags, metadata = set(cell["metadata"].get("tags", ())), dict(cell["metadata"])
        if cell["cell_type"] == "code":
            metadata.pop("jupyter", None)
            hidden = {"source_hidden": SOURCE, "outputs_hidden": OUTPUTS}
            if wanted := {name: True for name, which in hidden.items() if tags & which}:
                metadata["jupyter"] = wanted
            if "hide-cell" in tags and not (folded and "".join(folded[-1]["source"]) == HEADING):
                folded.append(_heading(cell["id"]))
        folded.append(cell | {"metadata": dict(sorted(metadata.items()))})
    return folded


def _heading(id: str) -> dict[str, Any]:
    metadata = {COLLAPSED: True, "tags": ["remove-cell"]}
    return {
        "cell_type": "markdown",
        "id": f"{id}-heading",
        "metadata": metadata,
        "source": [HEADING],
    }


def main(names: list[str]) -> int:
    """Write the notebooks that change again; return 1 if there were any, for pre-commit."""
    changed = 0
    for path in map(Path, names):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = fold(notebook["cells"])
        if cells != notebook["cells"]:
            text = json.dumps(notebook | {"cells": cells}, indent=1, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
            print(f"{path}: folds in Jupyter as on the website now")
            changed = 1
    return changed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
