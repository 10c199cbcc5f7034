"""Optional libraries, asked for where they are used, and files that are written whole."""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

from gzcounty.errors import InputError
from gzcounty.language import _


def require_library(module: str, extra: str, purpose: str) -> ModuleType:
    """Import an optional library, or raise ModuleNotFoundError that says how to get it.

    `module` may be a dotted name, `extra` is the extra of this package that installs it, `purpose`
    the subject of the error's sentence, in English (``N_``). A library that is there but broken
    raises its own error.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        top = module.partition(".")[0]
        if error.name != top:
            raise
        raise ModuleNotFoundError(
            _(
                "{purpose} needs the library {library}, which is not installed: "
                'pip install "gzcounty[{extra}]".',
                purpose=_(purpose), library=top.replace("_", "-"), extra=extra,
            ),
            name=top,
        ) from None  # fmt: skip


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file under another name in its folder, and rename it once it is complete.

    A full disk or a broken connection so leaves what was there before as it was. Raises InputError
    if it cannot be written.
    """
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", None) or error).rstrip(".")
        raise InputError(
            "{path} could not be written: {reason}.", path=path, reason=reason
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path
