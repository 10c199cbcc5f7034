"""What reading a file says of arguments: one list of sentences, worded for Python or a command.

A problem, note or error that names an argument of `read_panel` holds its kind and its fields; who
shows it words the arguments as its users write them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from gzcounty.errors import InputError

# Of an argument, `{sure}` is the argument with its value, `{sure:=}` one whose value is still to be
# chosen, `{sure:name}` and `{sure:value}` each alone.
TEMPLATES = {
    # Advice beside a problem.
    "mark": "if it means missing, say {missing}",
    "thousands": "if the {sign} stands between thousands, say {thousands}",
    "decimal": "if the comma is the decimal sign, say {thousands}",
    "heading": "{fits}; or, if the heading is wrong, say {sure}",
    "size": "{fits}; or, if it is right, say {sure}",
    "right": "if it is right, say {sure}",
    "region": "give {province:=} or {prefecture:=}, or the code: {counties}",
    "until 2011": "for the county of that name until 2011 give its code, {code}; for the "
    "prefecture say {places}, which leaves it out",
    "total": "to leave such rows out, say {skip_totals}",
    "own list": "if you know the county, say {places}, or {none} to leave its rows out",
    # What is allowed, and problems of arguments.
    "balanced": "every year that another county has, as {balanced} asks",
    "no such column": "{argument:name} names a column that {values:name} does not",
    "no such code": "{places:name} gives a code that no county has",
    # Notes.
    "left out": "Left out of the heading, as {header:=} says: {rows}.",
    "read as": "Read as {places:=} says: {readings}.",
    "gb18030": "Read as GB18030 (GBK), as it is not UTF-8; if it is neither, say {encoding:=}.",
    # Files that cannot be read as they were asked for.
    "other row": "{file} has no column {absent} in {at}; {rows} {what}: say {header}.",
    "other sheet": "The sheet {page!r} of {file} lacks columns that were asked for, and the sheet "
    "{other!r} has all: say {sheet}, {header}.",
    "units": "Row {row} of {file} holds units ({units}), not a county: say {header}, which counts "
    "it as part of the column names.",
    "twice": "{file} has {count} columns called {column!r}; rename one, or give all rows of the "
    "heading, such as {header}.",
    "one column": "{file} has one column, {column!r}: say {separator:=} with the sign that stands "
    "between its columns.",
    "nul": "{file} holds a NUL byte in line {line}, which no text has; if it is UTF-16 without a "
    "mark of it, say {little} or {big}.",
    "mixed": "{file} is UTF-8 in some lines, and is not in line {line}; mend the line, or say "
    "which it is, such as {encoding}.",
    "neither": "{file} is neither UTF-8 (line {line}) nor GB18030 (line {other}); name its "
    "encoding, such as {encoding}.",
    # Arguments that cannot be what they are.
    "unused": "{argument:name} does not apply to {what}.",
    "year span": "{year:name} is {year:value}; it can be from {first} to {last}.",
    "year": "{year:name} must be a column, one year, or the years in the headings, such as "
    "{example:value}, not {year:value}.",
    "header": "{header:name} must be the row of the column names, 1 or more, or a list of such "
    "rows from top to bottom, not {header:value}.",
    "separator": "{separator:name} must be one sign, such as {semicolon:value} or {tab:value}, "
    "not {separator:value}.",
    "sign": "{thousands:name} must be ',', '.', ' ' or \"'\", not {thousands:value}.",
    "signs": "{thousands:name} cannot be ',' and '.' at once: one is the decimal sign.",
    "place": "{argument:name} is {argument:value}, which is neither a column of {file} nor a "
    "{region} of China.",
}  # fmt: skip


class Argument(NamedTuple):
    """An argument of `read_panel`, and the value that it has or should have."""

    name: str
    value: object = None


Door: TypeAlias = Callable[[Argument, str], str]
"""Words an argument; the second says which part of it, as in `TEMPLATES`."""


def in_python(argument: Argument, part: str) -> str:
    """Write an argument as a call has it."""
    name, value = argument
    return {"=": f"{name}=", "name": name, "value": f"{value!r}", "": f"{name}={value!r}"}[part]


class _Worded(NamedTuple):
    argument: Argument
    door: Door

    def __format__(self, part: str) -> str:
        return self.door(self.argument, part)


class Advice:
    """A sentence of `TEMPLATES` with its fields; those that are arguments are worded last.

    >>> print(Advice("right", sure=Argument("sure", ["income"])))
    if it is right, say sure=['income']
    """

    def __init__(self, kind: str, **fields: object) -> None:
        self.kind, self.fields = kind, fields

    def worded(self, door: Door) -> str:
        """Return the sentence for those who come in by this door."""
        fields = {
            name: _Worded(value, door) if isinstance(value, Argument) else value
            for name, value in self.fields.items()
        }
        return TEMPLATES[self.kind].format(**fields)

    def __str__(self) -> str:
        return self.worded(in_python)

    __repr__ = __str__

    # Problems of many rows are one if they say the same.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Advice) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


Wording: TypeAlias = str | Advice | tuple[str | Advice, ...]
"""A sentence, or several parts of one."""


def worded(wording: Any, door: Door = in_python) -> Any:  # noqa: ANN401 (whatever a cell holds)
    """Return a wording as text; other things as they are."""
    if isinstance(wording, tuple):
        return "; ".join(worded(part, door) for part in wording)
    return wording.worded(door) if isinstance(wording, Advice) else wording


class ReadingError(InputError):
    """A file or an argument that cannot be read as it is, with what the sentence is made of."""

    def __init__(self, kind: str, **fields: object) -> None:
        self.advice = Advice(kind, **fields)
        super().__init__(str(self.advice))

    def worded(self, door: Door) -> str:
        """Return the sentence for those who come in by this door."""
        return self.advice.worded(door)

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel between processes by their arguments.
        return _again, (self.advice.kind, self.advice.fields)


def _again(kind: str, fields: dict[str, object]) -> ReadingError:
    return ReadingError(kind, **fields)
