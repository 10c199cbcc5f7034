"""Write down what a Python process reads: files of one folder, and variables named GZCOUNTY_...

Of variables, what ``os.environ.get`` is asked for: whoever copies all of them has read none.
``tools/notebooks.py`` puts this folder on the path of the kernels, so that every process they start
does it too: RECORD_ROOT is the folder, RECORD_TO the file that gets a line for each.
"""

import os
import sys

_ROOT = os.environ["RECORD_ROOT"] + os.sep
_TO = os.open(os.environ["RECORD_TO"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_WRITES = os.O_WRONLY | os.O_RDWR
_known: set[str] = set()


def _note(name: str) -> None:
    if name not in _known:
        _known.add(name)
        os.write(_TO, f"{name}\n".encode(errors="surrogateescape"))


def _hear(event: str, details: tuple) -> None:
    if event != "open" or isinstance(details[0], int) or details[0] is None:
        return
    path = os.path.abspath(os.fsdecode(details[0]))
    if path.startswith(_ROOT):
        if details[2] & _WRITES:
            _known.add(path)  # it is the process's own from now on
        else:
            _note(path)


def _get(name: str, default: object = None) -> object:
    if name.startswith("GZCOUNTY_"):
        _note(f"${name}")
    return _real_get(name, default)


_real_get = os.environ.get
os.environ.get = _get  # type: ignore[method-assign, assignment]
sys.addaudithook(_hear)
