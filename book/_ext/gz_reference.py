"""What the package says on pages: the reference, titles that it marks, measures, linked terms.

The pages of the reference need, beyond Sphinx's own autodoc and napoleon:

* Formulas in docstrings are indented blocks; they are kept as they are typed. Titles in a module's
  docstring become small ones, below the titles of the page.
* Fields that share a line in a docstring get an entry each.
* Classes of results are made by the package, not by its users, so their constructors' long
  signatures are left out, and their fields are called attributes.
* Links to names that moved to gzbook find them by their old anchor, `gzcounty.NAME`.
* A name in single backticks leads to the page of that name, wherever it is defined.
* The pages get a style sheet of their own, and lists of arguments, over which screen readers
  stumble, are mended.

Titles of the pages on the demonstration programme say SIMULATED until its roster is complete. The
title of a page must stand before any notebook runs: menus, the search and the browser's tab take it
from there. So the word is put before the first heading as the page is read, and the page is read
again when the roster changes.

``{gz-exposures}`` lists what each measure of penetration is and is not, and its grade, in the words
that ``gz.penetration(measure).attrs`` carries, so that a reader and a program get the same warning.

Notebooks link to terms of the glossary as Markdown does everywhere,
``[panel](../book/glossary.md#term-panel)``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from docutils import nodes
from gz_plumbing import Page, depend_on_package, on_every_page
from sphinx.addnodes import desc_signature, pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from gzcounty.language import _

if TYPE_CHECKING:
    from gzbook.evidence.roster import Roster

REFERENCE = "book/reference/"
PROGRAMME = ("book/programme", "notebooks/programme")
# Items of lists and directives: what is indented below them belongs to them.
_HOLDS_A_BLOCK = re.compile(r"(?:[-*]|\d+\.|\.\.) ")
_SEVERAL = re.compile(r"(\w+(?:, \w+)+)( : .+)?")
_SIGNATURE = re.compile(r'<dt class="sig .*?</dt>', re.DOTALL)


def edit_docstring(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Prepare a docstring for napoleon, in place."""
    lines[:] = keep_formulas(one_entry_a_name(lines))
    if what == "module":
        lower_titles(lines)


def keep_formulas(lines: list[str]) -> list[str]:
    """Mark each indented block that follows a blank line as literal."""
    out: list[str] = []
    above, depth, inside = "", 0, False  # the last line outside such blocks, and its indentation
    for line in lines:
        text = line.lstrip()
        indent = len(line) - len(text)
        if text:
            inside = inside and indent > depth
            if not inside and indent > depth and above and out and not out[-1]:
                inside = True
                if not above.endswith("::") and not _HOLDS_A_BLOCK.match(above):
                    out += [" " * depth + ".. code-block:: none", ""]
            elif not inside:
                above, depth = text.rstrip(), indent
        out.append(line.rstrip())
    return out


def one_entry_a_name(lines: list[str]) -> list[str]:
    """Write "a, b : float" under Attributes as two entries: napoleon would lose all but one."""
    out: list[str] = []
    inside = False
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if below.strip() and set(below.strip()) == {"-"}:
            inside = line.strip() == "Attributes"
        several = _SEVERAL.fullmatch(line) if inside else None
        *others, last = several[1].split(", ") if several else [line]
        kind = (several[2] or "") if several else ""
        has_text = below.startswith(" ")  # which stands below the last name
        for other in others:
            out += [other + kind, f"    See `{last}`."] if has_text else [other + kind]
        out.append(last + kind)
    return out


def lower_titles(lines: list[str]) -> None:
    """Turn titles into rubrics, in place: the page's own titles stand above them."""
    for number in range(len(lines) - 1, 0, -1):
        title, rule = lines[number - 1].strip(), lines[number].strip()
        if title and rule and set(rule) <= set("-=") and len(rule) >= len(title):
            lines[number - 1 : number + 1] = [f".. rubric:: {title}", ""]


def hide_constructor(app: Sphinx, what: str, *about: object) -> tuple[str, str] | None:
    """Leave out the signatures of classes."""
    return ("", "") if what in ("class", "exception") else None


def skip_fields_of_tuples(
    app: Sphinx, what: str, name: str, thing: object, *about: object
) -> bool | None:
    """Leave out "Alias for field number 0": named tuples describe their fields themselves."""
    return True if (getattr(thing, "__doc__", None) or "").startswith("Alias for field") else None


def call_fields_attributes(app: Sphinx, doctree: nodes.document) -> None:
    """Write "Attributes" over the fields of a class, where Sphinx writes "Variables"."""
    for field in doctree.findall(nodes.field_name):
        if field.astext() == "Variables":
            field.replace_self(nodes.field_name("", "Attributes"))


def keep_old_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Let links to public names lead to them that were made before they moved to gzbook."""
    for signature in doctree.findall(desc_signature):
        moved = [id.replace("gzbook.", "gzcounty.") for id in signature["ids"]]
        signature["ids"] += [
            id for id in moved if id.count(".") == 1 and id not in signature["ids"]
        ]


def find_by_last_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contents: nodes.TextElement
) -> nodes.reference | None:
    """Resolve `ols`, or a class in a signature, by its last name alone."""
    if node.get("refdomain") != "py":
        return None
    domain = env.get_domain("py")
    target = node["reftarget"].rpartition(".")[2]
    for full, entry in domain.objects.items():  # type: ignore[attr-defined]
        kinds = ("function", "class", "exception")
        if full.rpartition(".")[2] == target and entry.objtype in kinds:
            uri = app.builder.get_relative_uri(node["refdoc"], entry.docname)
            return nodes.reference(
                "", "", contents, refuri=f"{uri}#{entry.node_id}", internal=True, reftitle=full
            )
    return None


def finish_page(page: Page) -> None:
    """Add their style sheet to the pages of the reference, and make signatures valid HTML.

    Sphinx writes arguments as a list of definitions without terms, which confuses screen readers.
    """
    if page.name.startswith(REFERENCE):
        page.app.add_css_file("gz-reference.css")
        page.context["body"] = _SIGNATURE.sub(_as_spans, page.context["body"])


def _as_spans(signature: re.Match[str]) -> str:
    text = signature[0].replace("</dl>", "</span>").replace("</dd>", "</span>")
    text = text.replace("<dl>", '<span class="gz-arguments">')
    return text.replace("<dd>", '<span class="gz-argument">')


def with_title(text: str, roster: Roster) -> str:
    """Compute the first heading of a page (Markdown) or a notebook (JSON)."""
    if not text.lstrip().startswith("{"):
        return _headed(text, roster)
    notebook = json.loads(text)
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    cell["source"] = _headed("".join(cell["source"]), roster)
    return json.dumps(notebook, ensure_ascii=False)


def _headed(text: str, roster: Roster) -> str:
    heading, line, rest = text.partition("\n")
    if not heading.startswith("# "):
        raise ValueError(f"a page on the programme opens with {heading!r}, not with its title")
    # In English whatever the edition: its catalog has the title as a whole.
    mark = "" if roster.real else "SIMULATED: "
    return f"# {mark}{heading.removeprefix('# ')}{line}{rest}"


def mark_simulated(app: Sphinx, docname: str, source: list[str]) -> None:
    """Handle one page as it is read."""
    if docname in PROGRAMME:
        from gzbook.evidence.roster import load_roster

        depend_on_package(app.env)
        source[0] = with_title(source[0], load_roster())


class ExposuresDirective(SphinxDirective):
    """A list of all measures: name and unit, what it is, what it is not, and its grade."""

    def run(self) -> list[nodes.Node]:
        """Write the list."""
        from gzcounty.measures.penetration import MEASURES
        from gzcounty.measures.validity import validity_sentence

        depend_on_package(self.env)
        items = []
        for name, measure in MEASURES.items():
            head = nodes.term(
                "", "", nodes.literal("", name), nodes.Text(_(", {unit}", unit=_(measure.unit)))
            )
            texts = (_(measure.is_), _(measure.is_not), validity_sentence(name))
            body = [nodes.paragraph("", text) for text in texts]
            items.append(nodes.definition_list_item("", head, nodes.definition("", *body)))
        return [nodes.definition_list("", *items)]


def offer_terms(app: Sphinx, doctree: nodes.document) -> None:
    """List a page's terms among the headings, for these are what MyST lets a link lead to."""
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for term in doctree.findall(nodes.term):
        slugs |= {id: (term.line, id, term.astext()) for id in term["ids"]}


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    # Before napoleon (500) turns sections into fields.
    app.connect("autodoc-process-docstring", edit_docstring, priority=400)
    app.connect("autodoc-process-signature", hide_constructor)
    app.connect("autodoc-skip-member", skip_fields_of_tuples)
    app.connect("doctree-read", call_fields_attributes)
    app.connect("doctree-read", keep_old_anchors)
    app.connect("missing-reference", find_by_last_name)
    on_every_page(app, finish_page)
    app.connect("source-read", mark_simulated)
    app.connect("doctree-read", offer_terms)
    app.add_directive("gz-exposures", ExposuresDirective)
