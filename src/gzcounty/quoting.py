"""Hand the numbers of a notebook to the pages that quote them."""

from __future__ import annotations

import html
import math
from typing import Any

from gzcounty.errors import InputError

MIMETYPE = "application/vnd.gzcounty.numbers+json"


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
    >>> import gzcounty as gz
    >>> gz.publish(counties=88)  # in a notebook, a table that unfolds
    {'application/vnd.gzcounty.numbers+json': {'counties': 88}, ...}
    >>> gz.publish(share=float("nan"))
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
    fold = f"<details><summary>{len(values)} numbers quoted in the text</summary>{table}</details>"
    plain = "\n".join(f"{k}: {_show(v)}" for k, v in values.items())
    display({MIMETYPE: values, "text/html": fold, "text/plain": plain}, raw=True)


def _plain(key: str, value: Any) -> int | float | str:  # noqa: ANN401
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InputError(f"{key} is {type(value).__name__}; publish takes numbers and words.")
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{key} is {value}: a number that does not exist cannot be quoted.")
    return value


def _show(value: float | str) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
