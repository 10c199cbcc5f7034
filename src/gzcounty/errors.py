"""The two ways this package says no."""


class InputError(ValueError):
    """The input cannot be used: the message says what is wrong, where, and what is allowed."""


class TrapError(ValueError):
    """The data cannot carry the question asked: the message says why, and what to ask instead."""
