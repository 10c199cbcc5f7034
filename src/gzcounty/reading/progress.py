"""A bar for work in a few steps of different kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Steps:
    """A bar with a step for each part of the work."""

    def __init__(self, steps: int, progress: bool | None) -> None:
        self._steps, self._progress = steps, progress

    def __enter__(self) -> Callable[[str, Callable[..., Any]], Callable[..., Any]]:
        from tqdm.auto import tqdm

        silent = None if self._progress is None else not self._progress
        delay = 1.0 if self._progress is None else 0.0
        self._bar = tqdm(total=self._steps, disable=silent, delay=delay, leave=False)

        def step(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
            def run(*args: Any, **options: Any) -> Any:  # noqa: ANN401
                self._bar.set_description(name, refresh=False)
                done = work(*args, **options)
                self._bar.update()
                return done

            return run

        return step

    def __exit__(self, *_: object) -> None:
        self._bar.close()
