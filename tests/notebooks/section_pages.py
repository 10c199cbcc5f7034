"""What tests of a section's page and its notebook share."""

import re
from pathlib import Path
from typing import Any

from gz_ledger import names
from snapshot import specification

import gzbook
from gzbook.claims import WORDS

BOOK = Path(__file__).resolve().parents[2] / "book"


def claims_of(section: str) -> list[str]:
    """Return the ids of a section's claims."""
    claims = gzbook.load_claims()
    return claims["id"][claims["section"] == section].tolist()


def check_verdicts(numbers: dict[str, Any], section: str) -> None:
    """Published words are those of the ledger, and published counts are theirs."""
    ids = claims_of(section)
    keys = {id: "verdict_" + re.sub(r"[.-]", "_", id) for id in ids}
    absent = [id for id in ids if keys[id] not in numbers]
    assert not absent, (
        f"data/claims.csv has {absent}, and the notebook of section {section} publishes no verdict "
        f'on it: give publish the words of gzbook.book().quoted_verdicts("{section}").'
    )
    given = [numbers[keys[id]] for id in ids]
    assert given == [gzbook.examine(id).word for id in ids]
    for word in WORDS:
        assert numbers["n_" + word.replace(" ", "_")] == given.count(word)


def figure(executed: Any, name: str) -> dict[str, Any]:
    """Return the specification of a notebook's figure, as a page shows it."""
    tag = f"gz-figure-{name}"
    (cell,) = (c for c in executed.cells if tag in c.metadata.get("tags", []))
    return specification(cell.outputs[0].data["text/html"])


def check_page(name: str, executed: Any) -> None:
    """What a page quotes or shows is in its notebook: numbers, figures, claims and their tests."""
    text = (BOOK / f"{name}.md").read_text(encoding="utf-8")
    quoted = re.findall(rf"\{{num\}}`{name}:(\w+)(?:\\?\|([^`]*))?`", text)
    assert quoted
    for key, spec in quoted:
        value = executed.published[key]
        assert format(value, spec if not isinstance(value, str) else "")
    tags = {tag for cell in executed.cells for tag in cell.metadata.get("tags", [])}
    figures = re.findall(rf"\{{gz-figure\}} {name}:([\w-]+)", text)
    assert figures
    assert {f"gz-figure-{figure}" for figure in figures} <= tags
    notebooks = gzbook.load_claims().set_index("id").notebook
    claims = notebooks.index[notebooks == name]
    assert len(claims)
    for id in claims:
        check_claim(id, executed.cells)


def check_claim(id: str, cells: list[Any]) -> None:
    """A claim has a heading that names it, and its verdict is shown in the next code."""
    at = next(i for i, cell in enumerate(cells) if any(names(h, id) for h in headings(cell)))
    code = next(cell.source for cell in cells[at:] if cell.cell_type == "code")
    call = f'gzbook.examine("{id}")'
    assert call in code, f"Show the verdict below the heading of claim {id}: {call}"


def headings(cell: Any) -> list[str]:
    """Return the headings of a cell of text."""
    lines = cell.source.splitlines() if cell.cell_type == "markdown" else []
    return [line for line in lines if line.startswith("#")]
