"""The two ways this package says no, in the reader's language and with its fields filled in."""

from gzcounty.language import _


class InputError(ValueError):
    """The input cannot be used: the message says what is wrong, where, and what is allowed."""

    def __init__(self, message: str = "", /, **fields: object) -> None:
        super().__init__(_(message, **fields))


class TrapError(ValueError):
    """The data cannot carry the question asked: the message says why, and what to ask instead."""

    def __init__(self, message: str = "", /, **fields: object) -> None:
        super().__init__(_(message, **fields))
