"""What a reader is told about an answer."""

from dataclasses import dataclass
from html import escape
from typing import Literal

State = Literal["right", "not yet", "empty"]
OPENINGS: dict[State, str] = {
    "right": "Right",
    "not yet": "Not yet",
    "empty": "Nothing to check yet",
}
# Each state has a sign of its own, so that colour is never needed to tell them apart.
SIGNS: dict[State, str] = {"right": "✓", "not yet": "✗", "empty": "○"}


@dataclass(frozen=True, eq=False, repr=False)
class Reply:
    """What was found about an answer; true if it is right.

    Attributes
    ----------
    id : str
        The exercise.
    state : {"right", "not yet", "empty"}
        ``"empty"`` as long as the answer is None.
    message : str
        What is wrong, with a hint; never the solution.
    """

    id: str
    state: State
    message: str

    def __bool__(self) -> bool:
        return self.state == "right"

    def __repr__(self) -> str:
        return f"{SIGNS[self.state]} {self.id} {OPENINGS[self.state]}. {self.message}".rstrip()

    def _repr_html_(self) -> str:
        return (
            f'<p class="gz-reply"><strong><span aria-hidden="true">{SIGNS[self.state]}</span> '
            f"{escape(self.id)} {OPENINGS[self.state]}.</strong> {escape(self.message)}</p>"
        )
