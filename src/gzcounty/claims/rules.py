"""Rules that turn evidence into one of four words.

A rule is written beside its claim in ``claims.csv``, before its test is run: a kind, a direction, a
threshold and a share.

==========  ======================  =============================================================
kind        columns of evidence     the claim is supported if
==========  ======================  =============================================================
intervals   conf_low, conf_high     at least `share` of the 95 % intervals lie wholly on the
                                    claimed side of the threshold
values      value                   at least `share` of the values lie on the claimed side of the
                                    threshold (counts and shares of a full census, which have no
                                    sampling error)
match       stated, found           every value found is the one stated
none        (no test)               never: the claim is not testable with public county data
==========  ======================  =============================================================

It is contradicted if the same share lies on the other side (for ``match``: if a value differs), and
undecided otherwise.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import listed

Word = Literal["supported", "contradicted", "undecided", "not testable"]
WORDS: tuple[Word, ...] = get_args(Word)

_COLUMNS = {
    "intervals": ("conf_low", "conf_high"),
    "values": ("value",),
    "match": ("stated", "found"),
    "none": (),
}


@dataclass(frozen=True)
class Rule:
    """How evidence becomes a verdict.

    Attributes
    ----------
    kind : {"intervals", "values", "match", "none"}
    direction : {"above", "below", ""}
        The side of the threshold on which the claim is right; empty for match and none.
    threshold : float
        In the unit of the evidence; 0 as a rule.
    share : float
        Above one half, at most one: how much of the evidence must agree.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> rule = gz.Rule("values", "above", 50, 0.67)
    >>> print(rule)
    Supported if at least 67 % of the values lie above 50; contradicted if at least 67 % of them \
    lie below it; undecided otherwise.
    >>> rule.judge(pd.DataFrame({"value": [61.0, 55.0, 48.0]}))
    'undecided'
    """

    kind: str
    direction: str = ""
    threshold: float = 0.0
    share: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in _COLUMNS:
            raise InputError(f"A rule is one of {listed(_COLUMNS)}, not {self.kind!r}.")
        sided = self.kind in ("intervals", "values")
        if sided != (self.direction in ("above", "below")):
            wanted = "'above' or 'below'" if sided else "no direction"
            raise InputError(f"A rule of kind {self.kind!r} needs {wanted}.")
        if not 0.5 < self.share <= 1:
            raise InputError(f"The share of a rule lies above 0.5, up to 1, not {self.share!r}.")

    def __str__(self) -> str:
        if self.kind == "none":
            return "Not testable with public county data."
        if self.kind == "match":
            return "Supported if every value found is the one stated; contradicted if one differs."
        noun = "95 % intervals lie wholly" if self.kind == "intervals" else "values lie"
        other = {"above": "below", "below": "above"}[self.direction]
        most = "all" if self.share == 1 else f"at least {100 * self.share:.0f} % of"
        them = "all" if self.share == 1 else f"{most} them"
        return (
            f"Supported if {most if self.share == 1 else most + ' the'} {noun} {self.direction} "
            f"{self.threshold:g}; contradicted if {them} lie {other} it; undecided otherwise."
        )

    def judge(self, evidence: pd.DataFrame) -> Word:
        """Give the verdict.

        Parameters
        ----------
        evidence : DataFrame
            With the columns of the rule's kind; other columns are the reader's.

        Raises
        ------
        InputError
            If there is no evidence, a column is missing, or a value is.
        """
        if self.kind == "none":
            return "not testable"
        columns = _COLUMNS[self.kind]
        absent = [name for name in columns if name not in evidence]
        if absent:
            raise InputError(f"A rule of kind {self.kind!r} needs {listed(absent)} as evidence.")
        if evidence.empty:
            raise InputError("There is no evidence to judge by.")
        if evidence[list(columns)].isna().to_numpy().any():
            raise InputError("Evidence with missing values cannot be judged.")
        if self.kind == "match":
            return "supported" if (evidence.stated == evidence.found).all() else "contradicted"
        low, high = evidence[columns[0]], evidence[columns[-1]]
        if (low > high).any():
            raise InputError("An interval ends below its start.")
        above, below = (low > self.threshold).mean(), (high < self.threshold).mean()
        right, wrong = (above, below) if self.direction == "above" else (below, above)
        if right >= self.share:
            return "supported"
        return "contradicted" if wrong >= self.share else "undecided"
