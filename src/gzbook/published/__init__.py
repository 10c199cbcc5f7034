"""Numbers that somebody else published, and the checks that compute them again here.

Published values are written as text, digit by digit as they were printed, so that "printed digits"
has a meaning. Each module of `MODULES` ends with ``CHECKS``: its checks by id, by family.
`reference_data` fetches the data sets that no installed package carries.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import listed

MODULES = ("models", "measures")
"""Modules that hold checks, in the order in which the page shows them."""


class DataUnavailableError(RuntimeError):
    """A check's data set is neither on this machine nor to be had: the message says which."""


@dataclass(frozen=True)
class Tolerance:
    """The largest difference from a published value that still agrees: the widest limit counts.

    `relative` is a share of the published value; `printed` allows half a unit of its last digit.
    """

    absolute: float = 0.0
    relative: float = 0.0
    printed: bool = False

    def allowed(self, published: str) -> float:
        """Return the largest difference from this value that still agrees."""
        limit = max(self.absolute, self.relative * abs(float(published)))
        if not self.printed:
            return limit
        mantissa, _, exponent = published.lower().partition("e")
        decimals = len(mantissa.partition(".")[2])
        # A hair more, for values that lie on the edge in binary.
        return max(limit, 0.5 * 10.0 ** (int(exponent or 0) - decimals) * (1 + 1e-9))

    def __str__(self) -> str:
        if self.relative:
            return _("{share:.0e} of the value", share=self.relative)
        if not self.printed:
            return f"{self.absolute:.0e}"
        if not self.absolute:
            return _("printed digits")
        return _("printed digits, at most to {limit:.0e}", limit=self.absolute)


PRINTED = Tolerance(printed=True)

Standing = Literal["read at its source", "from memory", "another library", "consistency only"]
STANDINGS = (
    N_("read at its source"), N_("from memory"), N_("another library"), N_("consistency only"),
)  # fmt: skip
"""Keys, the same in each language; `_` says them."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """Published numbers and the function that computes ours.

    `estimator` is the public name that it checks, or several with commas; `values` are those
    published, by quantity, digit by digit. `compute` returns ours by the same quantities, and
    raises `DataUnavailableError` or ``ModuleNotFoundError`` if it cannot run here. `standing` says
    how sure the published ones are: "from memory" quotes a well-known text that we do not have,
    "another library" is the answer of a program and of no publication, "consistency only" has no
    published data behind it. `remark` says what confirms them, and what the check can show.
    """

    estimator: str
    model: str
    data: str
    values: Mapping[str, str]
    source: str
    compute: Callable[[], Mapping[str, float]]
    tolerance: Tolerance = PRINTED
    standing: Standing = "read at its source"
    remark: str = ""

    def run(self, id: str, family: str) -> pd.DataFrame:
        """Compute ours and compare, one row a quantity; see `check_published` for the columns."""
        try:
            ours = dict(self.compute())
            remark = _(self.remark)
        except (DataUnavailableError, ModuleNotFoundError) as error:
            reason = _("{text} {sentence}", text=error, sentence=_(self.remark)).rstrip()
            ours, remark = {}, _("Not run here: {reason}", reason=reason)
        if ours and set(ours) != set(self.values):
            raise RuntimeError(
                f"Check {id} returns {listed(ours, 20)}, not {listed(self.values, 20)}."
            )
        rows = []
        for quantity, published in self.values.items():
            value = ours.get(quantity, float("nan"))
            difference = value - float(published)
            agrees = abs(difference) <= self.tolerance.allowed(published) if ours else pd.NA
            rows.append(
                {
                    "id": id,
                    "family": family,
                    "estimator": self.estimator,
                    "model": _(self.model),
                    "data": _(self.data),
                    "quantity": _quantity(quantity),
                    "ours": value,
                    "published": published,
                    "difference": difference,
                    "tolerance": str(self.tolerance),
                    "agrees": agrees,
                    "source": _(self.source),
                    "standing": self.standing,
                    "remark": remark,
                }
            )
        return pd.DataFrame(rows).astype({"agrees": "boolean"})


QUANTITIES = frozenset((
    N_("const"), N_("overall"), N_("simple"), N_("group"), N_("dynamic"), N_("calendar"),
    N_("never"), N_("not yet"), N_("given lpop, regression"), N_("p before treatment"),
    N_("two-way fixed effects"), N_("weight of earlier vs later"),
    N_("weight of later vs earlier"), N_("weight of treated vs never"), N_("2006 vs never"),
    N_("weight of 2006 vs never"), N_("direct"), N_("indirect"), N_("total"), N_("p"),
    N_("between"), N_("within"), N_("between / T"), N_("within / T"), N_("between provinces"),
    N_("between cities"), N_("within cities"), N_("individual"), N_("grouped"),
    N_("weight of X1"), N_("weight of X2"), N_("100 x index, unit 1"), N_("100 x index, unit 2"),
    N_("100 x index, unit 3"), N_("100 x index, unit 4"), N_("weight 1"), N_("weight 2"),
    N_("corrected C"), N_("Beijing"), N_("Tianjin"), N_("Shijiazhuang"),
))  # fmt: skip
"""Quantities that are words, and parts of them; others are symbols and names of variables."""


def _quantity(name: str) -> str:
    if name.startswith("SE of "):
        return _("SE of {name}", name=_quantity(name.removeprefix("SE of ")))
    if name.startswith("event time "):
        time = name.removeprefix("event time ")
        if time.startswith("-"):
            return _("event time -{before}", before=time[1:])
        return _("event time {time}", time=time)
    if name in QUANTITIES:
        return _(name)
    symbol, comma, unit = name.partition(", ")
    if not comma or "(" in name:  # as in ATT(2004, 2006)
        return name
    return _("{name}, {more}", name=_quantity(symbol), more=_quantity(unit))


def all_checks() -> dict[str, tuple[str, Check]]:
    """Return family and check by id, in the order of the page."""
    return {
        id: (family, check)
        for module in MODULES
        for family, members in import_module(f"gzbook.published.{module}").CHECKS.items()
        for id, check in members.items()
    }


def check_published(ids: str | Iterable[str] | None = None) -> pd.DataFrame:
    """Compute published numbers again and compare.

    Parameters
    ----------
    ids : str or iterable of str, optional
        Checks to run, such as ``"R07"``; all of them if not given.

    Returns
    -------
    DataFrame
        One row a quantity: id, family, estimator, model, data, quantity, ours, published (text, as
        printed), difference, tolerance, agrees (missing if the check could not run here), source,
        standing (how sure the published value is: "read at its source", "from memory", "another
        library" or "consistency only"), remark (what is to be said of that, and why the check
        could not run). Family and standing are keys; words are in the reader's language.

    Raises
    ------
    InputError
        If there is no such check.

    Examples
    --------
    >>> import gzbook
    >>> table = gzbook.check_published("R02")
    >>> table[["quantity", "ours", "published", "agrees"]].round(6)
            quantity      ours published  agrees
    0          value  0.110124  0.110124    True
    1        capital  0.310065  0.310065    True
    2    SE of value  0.011857  0.011857    True
    3  SE of capital  0.017355  0.017355    True
    >>> table.source[0]
    'R package plm, inst/tests/test_Estimators.Rout.save (Baltagi 2013, tables 2.1 and 3.1)'
    """
    checks = all_checks()
    chosen = list(checks) if ids is None else [ids] if isinstance(ids, str) else list(ids)
    every = listed(checks, 99)
    if not chosen:
        raise InputError("There is no check in an empty list; there are {checks}.", checks=every)
    if unknown := [id for id in chosen if id not in checks]:
        raise InputError(
            "There is no check {unknown}; there are {checks}.",
            unknown=listed(unknown), checks=every,
        )  # fmt: skip
    families = ((id, *checks[id]) for id in chosen)
    return pd.concat([check.run(id, family) for id, family, check in families], ignore_index=True)


def printed(names: Iterable[str], estimates: str = "", errors: str = "") -> dict[str, str]:
    """Name published estimates and standard errors, typed as they stand and split at spaces.

    >>> printed(["income", "price"], "0.50 -1.2", "0.01 0.3")
    {'income': '0.50', 'price': '-1.2', 'SE of income': '0.01', 'SE of price': '0.3'}
    """
    names = list(names)
    values: dict[str, str] = {}
    for prefix, column in [("", estimates), ("SE of ", errors)]:
        if column:
            values |= zip((prefix + name for name in names), column.split(), strict=True)
    return values


def computed(
    table: pd.DataFrame,
    names: Iterable[str] | Mapping[str, str] | None = None,
    *,
    estimates: bool = True,
    errors: bool = True,
) -> dict[str, float]:
    """Name a result's estimates and standard errors in the same way, from its table.

    `names` are the terms to return, or the published name of each; all terms if not given.
    """
    rows = table.set_index("term")
    if not isinstance(names, Mapping):
        names = {term: term for term in (rows.index if names is None else names)}
    values: dict[str, float] = {}
    if estimates:
        values = {name: float(rows.estimate[term]) for term, name in names.items()}
    if errors:
        values |= {f"SE of {name}": float(rows.std_error[term]) for term, name in names.items()}
    return values
