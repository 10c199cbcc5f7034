"""What reading a file says of arguments: one list of sentences, worded for Python or a command.

A problem, note or error that names an argument of `read_panel` holds its kind and its fields; who
shows it words the arguments as its users write them.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from gzcounty.errors import InputError
from gzcounty.language import N_, _

# Of an argument, `{sure}` is the argument with its value, `{sure:=}` one whose value is still to be
# chosen, `{sure:name}` and `{sure:value}` each alone.
TEMPLATES = {
    # Advice beside a problem.
    "mark": N_("if it means missing, say {missing}"),
    "thousands": N_("if the {sign} stands between thousands, say {thousands}"),
    "decimal": N_("if the comma is the decimal sign, say {thousands}"),
    "heading": N_("{fits}; or, if the heading is wrong, say {sure}"),
    "size": N_("{fits}; or, if it is right, say {sure}"),
    "right": N_("if it is right, say {sure}"),
    "region": N_("give {province:=} or {prefecture:=}, or the code: {counties}"),
    "until 2011": N_(
        "for the county of that name until 2011 give its code, {code}; for the "
        "prefecture say {places}, which leaves it out"
    ),
    "total": N_("to leave such rows out, say {skip_totals}"),
    "own list": N_("if you know the county, say {places}, or {none} to leave its rows out"),
    # What is allowed, and problems of arguments.
    "balanced": N_("every year that another county has, as {balanced} asks"),
    "no such column": N_("{argument:name} names a column that {values:name} does not"),
    "no such code": N_("{places:name} gives a code that no county has"),
    # Notes.
    "left out": N_("Left out of the heading, as {header:=} says: {rows}."),
    "read as": N_("Read as {places:=} says: {readings}."),
    "gb18030": N_("Read as GB18030 (GBK), as it is not UTF-8; if it is neither, say {encoding:=}."),
    # Files that cannot be read as they were asked for.
    "other row": N_("{file} has no column {absent} in {at}; {elsewhere}: say {header}."),
    "other sheet": N_(
        "The sheet {page!r} of {file} lacks columns that were asked for, and the sheet "
        "{other!r} has all: say {sheet}, {header}."
    ),
    "units": N_(
        "Row {row} of {file} holds units ({units}), not a county: say {header}, which counts "
        "it as part of the column names."
    ),
    "twice": N_(
        "{file} has {count} columns called {column!r}; rename one, or give all rows of the "
        "heading, such as {header}."
    ),
    "one column": N_(
        "{file} has one column, {column!r}: say {separator:=} with the sign that stands "
        "between its columns."
    ),
    "nul": N_(
        "{file} holds a NUL byte in line {line}, which no text has; if it is UTF-16 without a "
        "mark of it, say {little} or {big}."
    ),
    "mixed": N_(
        "{file} is UTF-8 in some lines, and is not in line {line}; mend the line, or say "
        "which it is, such as {encoding}."
    ),
    "neither": N_(
        "{file} is neither UTF-8 (line {line}) nor GB18030 (line {other}); name its "
        "encoding, such as {encoding}."
    ),
    # Arguments that cannot be what they are.
    "unused": N_("{argument:name} does not apply to {what}."),
    "year span": N_("{year:name} is {year:value}; it can be from {first} to {last}."),
    "year": N_(
        "{year:name} must be a column, one year, or the years in the headings, such as "
        "{example:value}, not {year:value}."
    ),
    "header": N_(
        "{header:name} must be the row of the column names, 1 or more, or a list of such "
        "rows from top to bottom, not {header:value}."
    ),
    "separator": N_(
        "{separator:name} must be one sign, such as {semicolon:value} or {tab:value}, "
        "not {separator:value}."
    ),
    "sign": N_("{thousands:name} must be ',', '.', ' ' or \"'\", not {thousands:value}."),
    "signs": N_("{thousands:name} cannot be ',' and '.' at once: one is the decimal sign."),
    "place": N_(
        "{argument:name} is {argument:value}, which is neither a column of {file} nor a "
        "{region} of China."
    ),
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
        return _(TEMPLATES[self.kind], **fields)

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
        return _("; ").join(worded(part, door) for part in wording)
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
        return partial(ReadingError, self.advice.kind, **self.advice.fields), ()
