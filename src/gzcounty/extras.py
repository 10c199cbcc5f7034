"""Optional libraries: asked for where they are used, missed in one sentence."""

from importlib import import_module
from types import ModuleType


def require(module: str, extra: str, purpose: str) -> ModuleType:
    """Import an optional library, or say how to get it.

    Parameters
    ----------
    module : str
        Such as ``"spreg"``; a dotted name works too.
    extra : str
        The extra of this package that installs it, such as ``"spatial"``.
    purpose : str
        What needs it, as the subject of a sentence: ``"A spatial regression"``.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed. A library that is there but broken raises its own error.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        top = module.partition(".")[0]
        if error.name != top:
            raise
        raise ModuleNotFoundError(
            f"{purpose} needs the library {top.replace('_', '-')}, which is not installed: "
            f'pip install "gzcounty[{extra}]".',
            name=top,
        ) from None
