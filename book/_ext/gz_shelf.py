"""What notebooks give and pages take, kept in Sphinx's environment: numbers, figures.

Sphinx reads documents one by one and remembers them between builds. A shelf holds what each
document gave, knows which pages take from it, forgets a document that is read again, and has the
takers written again, whichever document changed.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


class Shelf:
    """One kind of thing that documents give, by document name."""

    def __init__(self, name: str) -> None:
        self._given, self._takers = f"gz_{name}", f"gz_{name}_takers"

    def given(self, env: BuildEnvironment) -> dict[str, dict[str, Any]]:
        """Give what was collected so far, by document name and key."""
        if not hasattr(env, self._given):
            setattr(env, self._given, {})
        return getattr(env, self._given)

    def takers(self, env: BuildEnvironment) -> set[str]:
        """Give the names of the pages that take from the shelf."""
        if not hasattr(env, self._takers):
            setattr(env, self._takers, set())
        return getattr(env, self._takers)

    def by_notebook(self, env: BuildEnvironment) -> dict[str, dict[str, Any]]:
        """Give what was collected by the notebook's name, without its folder."""
        return {name.rpartition("/")[2]: items for name, items in self.given(env).items()}

    def connect(self, app: Sphinx) -> None:
        """Follow what Sphinx reads, forgets and writes."""
        app.connect("env-purge-doc", self._forget)
        app.connect("env-merge-info", self._merge)
        app.connect("env-updated", self._write_again)

    def _forget(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        self.given(env).pop(docname, None)
        self.takers(env).discard(docname)

    def _merge(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        found = self.given(other)
        self.given(env).update({name: found[name] for name in found if name in docnames})
        self.takers(env).update(self.takers(other) & set(docnames))

    def _write_again(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        return sorted(self.takers(env))
