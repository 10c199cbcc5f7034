"""Run the notebooks, then make the pages of every edition: what build.py calls.

The edition of the first language lies in the site's folder, others in folders of that one, named by
their language. They are made side by side, by Jupyter Book's way into Sphinx with our paths.

The Chinese edition is the same book, said by the catalogs in ``locale/``: its addresses and anchors
are those of the English. It has no reference of its own, which is English (book/_ext/gz_edition.py
leads there).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from build import A_NOTEBOOK, EDITIONS, LANGUAGES, ROOT, in_reference

import notebooks
from gzcounty.language import _, add_catalog


def main(out: str, cache: str, *pages: str) -> int:
    """Make all of it, or some pages; return 0, or A_NOTEBOOK, or another number for a fault."""
    if notebooks.main(cache, str(ROOT / "_toc.yml"), *pages):
        return A_NOTEBOOK
    first, *others = EDITIONS
    run = [sys.executable, __file__, out, cache]
    started = [subprocess.Popen([*run, language, *pages]) for language in others]
    codes = [edition(out, cache, first, *pages), *(process.wait() for process in started)]
    return next((code for code in codes if code), 0)


def edition(out: str, cache: str, language: str, *pages: str) -> int:
    """Make the pages of one edition, or some of them."""
    os.environ["GZCOUNTY_LANGUAGE"] = language
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # slow; jsonschema needs none
    overrides: dict[str, Any] = {
        "external_toc_path": str(ROOT / "_toc.yml"),
        "nb_execution_cache_path": str(Path(cache) / language),
        "latex_individualpages": False,
    }
    made = Path(out)
    doctrees = made.with_name("doctrees")
    if language != EDITIONS[0]:
        wanted = tuple(name for name in pages if not in_reference(name))
        if pages and not wanted:
            return 0
        pages, made, doctrees = wanted, made / language, doctrees / language
        overrides |= translated(Path(cache).with_name(f"edition-{language}"), language)
    from jupyter_book.sphinx import build_sphinx

    code = build_sphinx(
        str(ROOT), str(made), noconfig=True, path_config=str(ROOT / "_config.yml"),
        confoverrides={**overrides, "gz_again_pages": list(pages)},
        quiet=True, warningiserror=True, keep_going=True, doctreedir=str(doctrees),
    )  # fmt: skip
    # MyST-NB leaves the notebooks that it has read beside the pages, which here is in the site.
    shutil.rmtree(made.with_name("jupyter_execute"), ignore_errors=True)
    return code if isinstance(code, int) else 2


def translated(folder: Path, language: str) -> dict[str, Any]:
    """Prepare what a translated edition is made from, and return what Sphinx is told of it.

    The catalogs are copied, for Sphinx puts what it compiles beside them. The table of contents
    names no page of the reference, and its titles are in the language.
    """
    code = LANGUAGES[language]
    add_catalog(ROOT / "book" / "locale" / f"{code}.po")
    shutil.copytree(ROOT / "locale", folder / "locale", dirs_exist_ok=True)
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    toc = folder / "_toc.yml"
    toc.write_text(yaml.safe_dump(said(contents)), encoding="utf-8")
    return {
        "language": code,
        "locale_dirs": [str(folder / "locale")],
        "gettext_compact": False,
        "external_toc_path": str(toc),
    }


def said(entry: Any) -> Any:  # noqa: ANN401
    """Return a table of contents, or a part of it, in the language of the edition."""
    if isinstance(entry, list):
        return [said(p) for p in entry if not in_reference(p.get("file", p.get("glob", "")))]
    if isinstance(entry, dict):
        words = ("title", "caption")
        return {key: _(part) if key in words else said(part) for key, part in entry.items()}
    return entry


if __name__ == "__main__":
    sys.exit(edition(*sys.argv[1:]))
