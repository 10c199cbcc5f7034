"""Hand the numbers of a notebook to the pages that quote them."""

from __future__ import annotations

import html
import json
import math
from typing import TYPE_CHECKING, Any

from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.words import counted, listed

if TYPE_CHECKING:
    import pandas as pd

MIMETYPE = "application/vnd.gzcounty.numbers+json"
LEDGER = "application/vnd.gzcounty.ledger+json"
LEDGER_FIELDS = (
    "id", "section", "kind", "claim", "claim_zh", "verdict", "beyond", "finding", "by_measure",
    "rule", "refuted", "margin_reason", "sample", "period", "wrong_if", "test", "needed",
    "untestable", "amendment", "notebook",
)  # fmt: skip


def publish(**numbers: Any) -> None:  # noqa: ANN401
    """Show numbers in the notebook and make them quotable on the site's pages.

    A page quotes a number by the notebook's name and the key, so text and evidence cannot drift
    apart.

    Parameters
    ----------
    **numbers : int, float or str
        Finite numbers (NumPy's too) or words.

    Raises
    ------
    InputError
        If a value is missing, infinite or of another type.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.publish(counties=88)  # in a notebook, a table that unfolds
    {'application/vnd.gzcounty.numbers+json': {'counties': 88}, ...}
    >>> gzbook.publish(share=float("nan"))
    Traceback (most recent call last):
        ...
    gzcounty.errors.InputError: share is nan: a number that does not exist cannot be quoted.
    """
    from IPython.display import display

    values = {key: _plain(key, value) for key, value in numbers.items()}
    rows = "".join(
        f"<tr><td><code>{html.escape(k)}</code></td><td>{html.escape(_show(v))}</td></tr>"
        for k, v in values.items()
    )
    table = f"<table class='gz-numbers'><tbody>{rows}</tbody></table>"
    summary = _("{n} numbers quoted in the text", n=len(values))
    fold = f"<details><summary>{summary}</summary>{table}</details>"
    plain = "\n".join(f"{k}: {_show(v)}" for k, v in values.items())
    display({MIMETYPE: values, "text/html": fold, "text/plain": plain}, raw=True)


def publish_ledger(ledger: pd.DataFrame, operating: pd.DataFrame | None = None) -> None:
    """Hand the claims ledger to the site's ledger page, and show its verdicts in the notebook.

    Parameters
    ----------
    ledger : DataFrame
        One row a claim, text in all columns: those of `gzbook.ledger`, and wrong_if, test and
        needed (of `gzbook.load_claims`). Missing values become empty texts; what claims.csv says
        is handed over in the reader's language.
    operating : DataFrame, optional
        As from `gzbook.claims.Ledger.operating`: how often each rule gives each word.

    Raises
    ------
    InputError
        If a column or every row is missing, a claim stands twice or has no verdict.

    Examples
    --------
    >>> import gzbook
    >>> claims = gzbook.load_claims()[["id", "wrong_if", "test", "needed"]]
    >>> gzbook.publish_ledger(gzbook.ledger(["2.1-a", "2.1-j"]).merge(claims, on="id"))
    {'application/vnd.gzcounty.ledger+json': [{'id': '2.1-a', ...
    """
    from IPython.display import display

    absent = [name for name in LEDGER_FIELDS if name not in ledger]
    if absent:
        raise InputError("The ledger lacks the column {absent}.", absent=listed(absent))
    if ledger.empty:
        raise InputError("The ledger has no claims.")
    text = ledger[list(LEDGER_FIELDS)].astype(object).where(ledger.notna(), "").astype(str)
    twice = text["id"][text["id"].duplicated()].unique()
    if len(twice):
        raise InputError(
            "The claim {twice} stands in the ledger more than once.", twice=listed(twice)
        )
    blank = text["id"][text["verdict"] == ""]
    if len(blank):
        raise InputError("The claim {blank} has no verdict.", blank=listed(blank))
    for name in ("wrong_if", "test", "needed"):
        text[name] = text[name].map(_)
    counts = text["verdict"].value_counts()
    words = _(", ").join(_("{n} {verdict}", n=n, verdict=_(word)) for word, n in counts.items())
    plain = _("{claims}: {verdicts}", claims=counted(len(text), "claim"), verdicts=words)
    sentence = _("{sentence}.", sentence=plain)
    page = f"<p>{html.escape(sentence)}</p>"
    rows = text.to_dict("records")
    if operating is not None:
        kept = operating[["id", "truth", "word", "low", "high"]].round({"low": 3, "high": 3})
        parts = {str(id): part.drop(columns="id") for id, part in kept.groupby("id")}
        rows = [
            {**row, "chances": parts[row["id"]].to_dict("records")} if row["id"] in parts else row
            for row in rows
        ]
    display({LEDGER: rows, "text/html": page, "text/plain": plain}, raw=True)


class Collector:
    """Keeps what a notebook publishes for the site's pages, when myst-nb renders the notebook.

    ``pyproject.toml`` names it as an entry point ``myst_nb.mime_renderers``. It shows nothing and
    leaves other media types alone. Sphinx's environment gets ``gz_published``: by document and
    media type, the numbers or the rows of the ledger.
    """

    mime_priority_overrides = ()

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[Any] | None:  # noqa: ANN401
        """Keep published content and return no nodes; return None for other media types."""
        if data.mime_type not in (MIMETYPE, LEDGER):
            return None
        env = renderer.renderer.sphinx_env
        if env is not None:  # myst-nb runs without Sphinx too
            content = json.loads(data.content) if isinstance(data.content, str) else data.content
            page = env.__dict__.setdefault("gz_published", {}).setdefault(env.docname, {})
            if data.mime_type == MIMETYPE:
                content = page.get(MIMETYPE, {}) | content
            page[data.mime_type] = content
        return []


def _plain(key: str, value: Any) -> int | float | str:  # noqa: ANN401
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InputError(
            "{key} is {kind}; publish takes numbers and words.", key=key, kind=type(value).__name__
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(
            "{key} is {value}: a number that does not exist cannot be quoted.",
            key=key, value=value,
        )  # fmt: skip
    return value


def _show(value: float | str) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else _(str(value))


def page_json(data: object) -> str:
    """Return data for a script, as a page carries them: "</script>" in a string ends no element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
