"""Long work in pieces, on one core or many, with the same numbers whichever it is.

Everything long in this package goes through `run`. It hands its pieces to joblib, so that a
cluster serves it unchanged::

    with joblib.parallel_config("dask"):
        gz.randomisation_test(...)

Two rules make results independent of the workers: the number of pieces depends on the work alone,
and every piece draws from a generator of its own (`generators`), whoever runs it and when.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from gzcounty.language import VARIABLE, current_language

T = TypeVar("T")


def run(
    function: Callable[..., T],
    pieces: Iterable[tuple[Any, ...]],
    *,
    n_jobs: int | None = None,
    progress: bool | None = None,
    label: str = "",
) -> list[T]:
    """Call ``function(*piece)`` for every piece; results come in the order of the pieces.

    `n_jobs` is the number of processes, -1 for one a core; not given, it is what
    `joblib.parallel_config` says, else one. A bar counts them, under `label`, if `progress` is
    true; not given, it shows in a terminal, and only if they take longer than a second.

    >>> sizes = chunks(10, 4)
    >>> parts = run(lambda own, size: own.random(size).size, zip(generators(1, 3), sizes))
    >>> sum(parts)
    10
    """
    # joblib sends the code itself to other processes where a name is not enough, as of lambdas.
    from joblib import Parallel, delayed

    pieces = list(pieces)
    results = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_call)(function, current_language(), piece) for piece in pieces
    )
    return list(bar(progress, iterable=results, total=len(pieces), desc=label))


def bar(progress: bool | None, **options: Any) -> Any:  # noqa: ANN401 (tqdm has no types)
    """Return a bar of tqdm, shown as `progress` says in `run`."""
    from tqdm.auto import tqdm

    # None lets tqdm decide by whether somebody is looking at a terminal.
    silent = None if progress is None else not progress
    return tqdm(disable=silent, delay=1.0 if progress is None else 0.0, **options)


def _call(function: Callable[..., T], language: str, piece: tuple[Any, ...]) -> T:
    """Call a function where its messages are in the language of who asked for it."""
    if current_language() != language:  # in a process that had started before it was chosen
        os.environ[VARIABLE] = language
    return function(*piece)


def generators(seed: int | np.random.SeedSequence, count: int) -> list[np.random.Generator]:
    """Return `count` independent generators that depend on the seed alone."""
    if not isinstance(seed, np.random.SeedSequence):
        seed = np.random.SeedSequence(seed)
    return [np.random.default_rng(child) for child in seed.spawn(count)]


def chunks(total: int, size: int) -> Sequence[int]:
    """Cut `total` draws into pieces of at most `size`; the cut never depends on the workers."""
    return [size] * (total // size) + ([total % size] if total % size else [])


def seeded(total: int, size: int, seed: int) -> list[tuple[np.random.Generator, int]]:
    """Cut `total` draws into pieces as `chunks` does, each with a generator of its own."""
    counts = chunks(total, size)
    return list(zip(generators(seed, len(counts)), counts, strict=True))
