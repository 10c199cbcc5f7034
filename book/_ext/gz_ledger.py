"""What notebooks publish, on pages: numbers in the running text, and the claims ledger.

No number comes from a keyboard. A notebook ends with ``publish(key=value, ...)``, which hands over
a flat dictionary under the media type of `gzbook.publishing`. A page quotes it with a role::

    {num}`value-people:estimate|.2f`     notebook's name, key, Python format after the bar
    {num}`introduction:population|,`     thousands with commas
    {num}`introduction:sample`           as it is; the way for a text

An unknown notebook, an unknown key or a format that does not fit the value is a warning.

The notebook that computes the ledger ends with ``gzbook.publish_ledger(...)``, which hands over one
row a claim. A page shows it with::

    ```{gz-ledger} conclusion
    :show: claims            filters and the table (the default); or strip; or kind, section
    ```

and a section page shows its part, chosen by section, claim or kind (``:of: 2.3, 1-c``)::

    ```{gz-ledger} conclusion
    :show: takeaway          a sentence a claim: verdict, claim, the first sentence of the finding;
    :of: 2.3-b               or ribbon, how many claims have which verdict; or list, every claim
    ```

Every row leads to its claim's heading, the first of its notebook that names it ("Claim 2.1-c: ...",
"2.1-c ..."); other pages link to it as ``#claim-2-1-c``. The table is plain HTML;
``book/_static/gz-ledger.js`` adds the filters. A claim whose notebook is not part of the site, or
has no such heading, is a warning.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from docutils.parsers.rst import directives
from gz_plumbing import PUBLISHED, Resolve, add_files_where, mark
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from gzbook.claims import KINDS, UNTESTABLE, UNTESTED, WORDS
from gzbook.publishing import LEDGER, MIMETYPE
from gzbook.tables import written
from gzcounty.language import N_, _, in_language
from gzcounty.words import counted

FORMS = ("claims", "strip", N_("kind"), N_("section"), "takeaway", "ribbon", "list")
LEDGER_PAGE = "book/conclusion"
SOME = N_("{n} of {all} claims")  # what the script shows of those that are left
Row = Mapping[str, Any]
logger = logging.getLogger(__name__)
# A hyphen before a digit that stands behind no letter and no digit is a minus.
MINUS = re.compile(r"(?<![\w.-])-(?=\d)", re.ASCII)
# What belongs to a number and must not part from it at the end of a line.
_BEFORE = re.compile(r"(?<=\b[pnkR] =) $")
_AFTER = re.compile(r"^ (?=%|‰|°|km\b|SD\b)")


class NumberRole(SphinxRole):
    """``{num}`notebook:key|format```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave the mark and note that this page depends on numbers."""
        address, _, spec = self.text.partition("|")
        notebook, colon, key = address.strip().partition(":")
        if not colon:
            logger.warning("num: %r is not notebook:key", self.text, location=self.get_location())
        return [PUBLISHED.mark(self, of="num", notebook=notebook, key=key, spec=spec.strip())], []


class ResolveNumbers(Resolve):
    """Write the numbers."""

    default_priority = 20
    of = "num"

    def content(self, place: mark) -> list[nodes.Node]:
        """Return the number; its unit beside it stays on its line."""
        notebooks = PUBLISHED.by_notebook(self.env, MIMETYPE)
        text = resolve(notebooks, place["notebook"], place["key"], place["spec"])
        # A number never breaks; a text, such as the name of a machine, must be free to.
        classes = ["gz-num"] if len(text) <= 24 else []
        verdict = notebooks[place["notebook"]][place["key"]]
        if place["key"].startswith("verdict") and verdict in WORDS:
            classes.append(f"gz-said-{dashed(verdict)}")
        hold_together(place)
        return [nodes.inline("", text, classes=classes)]


def hold_together(number: nodes.Element) -> None:
    """Let no line end between a number and its unit, or between "p =" and the number."""
    siblings = number.parent.children
    place = siblings.index(number)
    for neighbour, pattern in ((place - 1, _BEFORE), (place + 1, _AFTER)):
        if 0 <= neighbour < len(siblings) and isinstance(siblings[neighbour], nodes.Text):
            old = siblings[neighbour].astext()
            new = pattern.sub("\N{NO-BREAK SPACE}", old)
            if new != old:
                number.parent.replace(siblings[neighbour], nodes.Text(new))


def resolve(notebooks: dict[str, dict[str, Any]], notebook: str, key: str, spec: str) -> str:
    """Write a published value by a Python format specification, which a text ignores.

    Raises LookupError if there is no such notebook or key, ValueError if the format does not fit.
    """
    if notebook not in notebooks:
        names = ", ".join(sorted(notebooks)) or "none"
        raise LookupError(f"no notebook {notebook!r} publishes numbers; those that do: {names}")
    if key not in notebooks[notebook]:
        keys = ", ".join(sorted(notebooks[notebook]))
        raise LookupError(f"the notebook {notebook!r} publishes no {key!r}; it has: {keys}")
    value = notebooks[notebook][key]
    if isinstance(value, str):  # a verdict is handed over in English, as the rule gives it
        return MINUS.sub("\N{MINUS SIGN}", _(value))
    try:
        return written(value, spec)
    except ValueError as error:
        raise ValueError(f"{spec!r} does not fit {notebook}:{key} = {value!r}: {error}") from error


class LedgerDirective(SphinxDirective):
    """``gz-ledger``: the notebook, and what to show of its ledger."""

    required_arguments = 1
    option_spec = {  # noqa: RUF012
        "show": lambda text: directives.choice(text, FORMS),
        "of": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Leave the mark and note that this page depends on a ledger."""
        show, part = self.options.get("show", "claims"), self.options.get("of", "")
        fields = {"notebook": self.arguments[0], "show": show, "part": part}
        return [PUBLISHED.mark(self, of="gz-ledger", **fields)]


class ResolveLedgers(Resolve):
    """Write the ledger, or the part of it that a page asks for."""

    default_priority = 20
    of = "gz-ledger"

    def content(self, place: mark) -> list[nodes.Node]:
        """Return the ledger as HTML."""
        rows = PUBLISHED.by_notebook(self.env, LEDGER).get(place["notebook"])
        if not rows:
            raise LookupError(f"the notebook {place['notebook']!r} hands over no ledger")
        rows = chosen(rows, place["part"])
        if place["show"] == "takeaway":
            return [takeaway(rows)]
        if place["show"] == "strip":
            html = strip(rows)
        elif place["show"] == "ribbon":
            html = ribbon(rows)
        elif place["show"] == "list":
            ledger = self.app.builder.get_relative_uri(self.env.docname, LEDGER_PAGE)
            html = listing(rows, self.addresses(place, rows), ledger)
        elif place["show"] == "claims":
            html = claims(rows, self.addresses(place, rows))
        else:
            html = counts(rows, place["show"])
        return [nodes.raw("", html, format="html", classes=["gz-ledger-part"])]

    def addresses(self, place: mark, rows: list[dict[str, str]]) -> dict[str, str]:
        """Return the address of every notebook that is part of the site."""
        pages = {name.rpartition("/")[2]: name for name in sorted(self.env.found_docs)
                 if name.startswith("notebooks/")}  # fmt: skip
        names = {row["notebook"] for row in rows}
        for name in sorted(names - set(pages)):
            message = "gz-ledger: the notebook %r is no page of the site"
            logger.warning(message, name, location=place)
        builder, here = self.app.builder, self.env.docname
        return {name: builder.get_relative_uri(here, pages[name]) for name in names & set(pages)}


def names(heading: str, id: str) -> bool:
    """Tell whether a heading names a claim."""
    return re.search(rf"(?<![\w.-]){re.escape(id)}(?![\w-])", heading, re.ASCII) is not None


class ClaimTargets(SphinxTransform):
    """Make the heading of a claim in its notebook a target, so that notebooks need no label."""

    default_priority = 250  # before targets pass their names on to what follows them

    def apply(self, **kwargs: object) -> None:
        """Put a target before the first heading that names a claim of this notebook."""
        table = Path(self.app.srcdir) / "data" / "claims.csv"
        folder, _, name = self.env.docname.rpartition("/")
        if folder != "notebooks" or not table.exists():
            return
        self.env.note_dependency(str(table))
        with table.open(encoding="utf-8", newline="") as rows:
            wanted = {row["id"] for row in csv.DictReader(rows) if row["notebook"] == name}
        slugs = self.env.metadata[self.env.docname].setdefault("myst_slugs", {})
        for title in list(self.document.findall(nodes.title)):
            text, section = title.astext(), title.parent
            for id in [id for id in sorted(wanted) if names(text, id)]:
                wanted.remove(id)
                anchor = f"claim-{slug(id)}"
                target = nodes.target("", "", names=[anchor])
                self.document.note_explicit_target(target)
                section.parent.insert(section.parent.index(section), target)
                slugs[anchor] = (title.line, anchor, text)  # what a link to this file may lead to
        if wanted:
            message = "data/claims.csv has %s here, and no heading of this notebook names it"
            logger.warning(message, ", ".join(sorted(wanted)), location=self.env.docname)


def slug(id: str) -> str:
    """Return the end of a claim's anchor: ``2-1-c`` of claim 2.1-c."""
    return id.replace(".", "-")


def dashed(word: str) -> str:
    """Return a verdict as the end of its class; sign and colour come from the style sheets."""
    return word.replace(" ", "-")


def badge(word: str) -> str:
    """Return a verdict with its class."""
    return f'<span class="gz-word gz-{dashed(word)}">{escape(_(word))}</span>'


def present(rows: Sequence[Row], field: str, order: Sequence[str] = ()) -> list[str]:
    """Return the values of a field, in the given order, or in that of the rows."""
    values = list(dict.fromkeys(row[field] for row in rows))
    return [value for value in order if value in values] + [v for v in values if v not in order]


def chosen(rows: Sequence[Row], part: str) -> list[Row]:
    """Return the claims of a part: sections, ids or kinds with commas between; all if it is empty.

    Raises LookupError for what the ledger does not have.
    """
    if not part:
        return list(rows)
    out: list[Row] = []
    for name in (name.strip() for name in part.split(",")):
        found = [row for row in rows if name in (row["id"], row["section"], row["kind"])]
        if not found:
            raise LookupError(f"the ledger has no claim, section or kind {name!r}")
        out += found
    return out


def more_of(row: Row) -> str:
    """Return what belongs to a verdict: the margin of one ruled out, why one cannot be tested."""
    beyond, why = row["beyond"], row["untestable"]
    if beyond:
        return _("beyond {margin}", margin=beyond)
    return _(UNTESTED[why]) if why else ""


def verdict(row: Row) -> str:
    """Return a verdict, with the margin of one ruled out."""
    word, beyond = row["verdict"], row["beyond"]
    return _("ruled out beyond {margin}", margin=beyond) if beyond else _(word)


def takeaway(rows: Sequence[Row]) -> nodes.container:
    """Return a sentence a claim: its verdict, what it says, and the first sentence of the finding.

    As text and not as HTML, so that the search and the description of the page have it.
    """
    box, gap = nodes.container(classes=["gz-takeaway"]), in_language(" ", "")
    for row in rows:
        word, said = row["verdict"], verdict(row)
        found = re.split(r"(?<=[.!?])\s+(?=[A-Z])|(?<=。)", row["finding"], maxsplit=1)[0]
        if why := row["untestable"]:
            found = _(UNTESTABLE[why])
        box += nodes.paragraph(
            "", "",
            nodes.strong(
                "", _("{word}:", word=said[:1].upper() + said[1:]),
                classes=[f"gz-said-{dashed(word)}"],
            ),
            nodes.inline("", f"{gap}{row['claim']}", classes=["gz-takeaway-claim"]),
            nodes.Text(f"{gap}{MINUS.sub(chr(0x2212), found)}"),
        )  # fmt: skip
    return box


def ribbon(rows: Sequence[Row]) -> str:
    """Return how many claims have which verdict; that none holds or fails stands behind, small."""
    chips, none = "", []
    for word in WORDS:
        members = [row["untestable"] for row in rows if row["verdict"] == word]
        if not members and word in ("supported", "contradicted"):
            none.append(word)
        # Of what cannot be tested it is told why.
        parts = {word: len(members)}
        if any(members):
            parts = {UNTESTED[why]: members.count(why) for why in UNTESTED if why in members}
        chips += "".join(
            f'<li><p><span class="gz-{dashed(word)}"><strong>{n}</strong> '
            f"{escape(_(said))}</span></p></li>"
            for said, n in parts.items()
            if n
        )
    absent = _(", ").join(_("none {verdict}", verdict=_(word)) for word in none)
    rest = f'<li class="gz-none"><p>{escape(absent)}</p></li>' if none else ""
    return f'<div class="gz-verdict"><ul>{chips}{rest}</ul></div>'


def listing(rows: Sequence[Row], addresses: Mapping[str, str], ledger: str) -> str:
    """Return every claim with its verdict: the id leads to its evidence, the word to the ledger."""
    items = ""
    for row in rows:
        end, more = slug(row["id"]), more_of(row)
        target = f"{addresses.get(row['notebook'], ledger)}#claim-{end}"
        word, small = row["verdict"], f" <small>{escape(more)}</small>" if more else ""
        items += (
            f'<li><a href="{escape(target)}">{escape(row["id"])}</a><span>{escape(row["claim"])}'
            f'</span><span><a class="gz-said-{dashed(word)}" '
            f'href="{escape(ledger)}#ledger-{end}">{escape(_(word))}</a>{small}</span></li>'
        )
    return f'<ul class="gz-claims">{items}</ul>'


def claims(rows: Sequence[Row], addresses: Mapping[str, str]) -> str:
    """Return filters and the table of claims; `addresses` has the page of each notebook."""
    menus = "".join(
        _menu(name, label, present(rows, name, order))
        for name, label, order in (
            ("verdict", _("Verdict"), WORDS),
            ("kind", _("Kind"), KINDS),
            ("section", _("Section"), ()),
        )
    )
    body = "".join(_row(row, addresses.get(row["notebook"], "")) for row in rows)
    filters, search, every = _("Filter the claims"), _("Search"), _("Show all")
    first = rows[0]["id"]
    hint = _("word, 词, {id}", id=first)
    shown, total = _(SOME), counted(len(rows), "claim")
    headings = "".join(
        f'<th scope="col">{word}</th>' for word in (_("Verdict"), _("Claim"), _("What was found"))
    )
    return (
        '<div class="gz-ledger" id="ledger">'
        f'<form class="gz-ledger-filters" hidden aria-label="{filters}">{menus}'
        f'<label>{search}<input type="search" name="q" placeholder="{escape(hint)}"></label>'
        f'<button type="reset">{every}</button>'
        f'<p role="status" data-all="{total}" data-some="{shown}">{total}</p></form>'
        f'<table class="gz-ledger-table"><thead><tr>{headings}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _menu(name: str, label: str, values: Sequence[str]) -> str:
    options = "".join(
        f'<option value="{escape(value)}">{escape(_(value))}</option>' for value in values
    )
    every = f'<option value="">{_("all")}</option>'
    return f'<label>{label}<select name="{name}">{every}{options}</select></label>'


def _row(row: Row, address: str) -> str:
    id = escape(row["id"])
    target = f"{address}#claim-{slug(row['id'])}"
    name = f'<a href="{escape(target)}">{id}</a>' if address else id
    data = "".join(f' data-{f}="{escape(row[f])}"' for f in ("verdict", "kind", "section"))
    kind, why = row["kind"], row["untestable"]
    details = [
        (_("By measure"), row["by_measure"]),
        (_("Rule"), row["rule"]),
        (_("Why this margin"), row["margin_reason"]),
        (_("Test"), row["test"]),
        (_("What would show it wrong"), row["wrong_if"]),
        (_("What shows it wrong by the rule"), row["refuted"]),
        (_("Sample"), row["sample"]),
        (_("Period"), row["period"]),
        (_("Why it has no test"), why and _(UNTESTABLE[why])),
        (_("Data that would be needed"), row["needed"]),
        (_("Amended after a look at the figures"), row["amendment"]),
    ]
    terms = "".join(f"<dt>{what}</dt><dd>{escape(text)}</dd>" for what, text in details if text)
    beyond = f'<span class="gz-kind">{escape(more_of(row))}</span>' if more_of(row) else ""
    evidence, place = _("The evidence, in the notebook"), _("Address of this claim")
    more = f'<a href="{escape(target)}">{evidence}</a> · ' if address else ""
    more += f'<a href="#ledger-{slug(row["id"])}">{place}</a>'
    # A page in Chinese has said it already.
    chinese = "" if row["claim_zh"] == row["claim"] else (
        f'<p class="gz-zh" lang="zh">{escape(row["claim_zh"])}</p>'
    )  # fmt: skip
    fold = _("Rule, sample, what would show it wrong")
    finding = MINUS.sub("\N{MINUS SIGN}", escape(row["finding"]))
    return (
        f'<tr id="ledger-{slug(row["id"])}"{data}><th scope="row">{name}'
        f'<span class="gz-kind">{escape(_(kind))}</span>{badge(row["verdict"])}'
        f"{beyond}</th>"
        f"<td><p>{escape(row['claim'])}</p>{chinese}</td><td><p>{finding}</p>"
        f"<details><summary>{fold}</summary><dl>{terms}</dl>"
        f"{chances(row)}"
        f"{more}</details></td></tr>"
    )


def chances(row: Row) -> str:
    """Return how often the rule of a claim gives each word, as a list in a fold.

    No table: rows of a table in the ledger are claims, for its filters and on a phone.
    """
    parts = row.get("chances", [])
    if not parts:
        return ""
    terms = ""
    for truth in present(parts, "truth"):
        ranges = {part["word"]: part for part in parts if part["truth"] == truth}
        words = (
            _("{word} {range}", word=_(word), range=_percent(at["low"], at["high"]))
            for word, at in ranges.items()
        )
        terms += f"<dt>{escape(_(truth))}</dt><dd>{escape(_(', ').join(words))}</dd>"
    fold = _("How often the rule gives each word, by what is true")
    note = _(
        "Simulated. The ends of a range are those of rows of evidence that are independent and of "
        "rows that share every shock."
    )
    return f"<details><summary>{fold}</summary><dl>{terms}</dl><p>{note}</p></details>"


def _percent(low: float, high: float) -> str:
    """Return a range of probabilities.

    >>> _percent(0.0251, 0.6), _percent(0.5, 0.502)
    ('3 to 60 %', '50 %')
    """
    ends = [f"{100 * end:.0f}" for end in (low, high)]
    if ends[0] == ends[1]:
        return _("{share} %", share=ends[0])
    return _("{low} to {high} %", low=ends[0], high=ends[1])


def strip(rows: Sequence[Row]) -> str:
    """Return all claims as boxes with their signs, a line a section; each leads to its row."""
    lines = []
    for section in present(rows, "section"):
        members = [row for row in rows if row["section"] == section]
        # What a box says to who cannot see its place and its colour.
        unseen = {
            word: _(", section {section}: {verdict}", section=section, verdict=_(word))
            for word in present(members, "verdict")
        }
        boxes = "".join(
            f'<li><a class="gz-word gz-{dashed(row["verdict"])}" '
            f'href="#ledger-{slug(row["id"])}" title="{escape(row["claim"])}">'
            f"<span>{escape(row['id'].partition('-')[2])}</span>"
            f'<span class="gz-unseen">{escape(unseen[row["verdict"]])}</span></a></li>'
            for row in members
        )
        lines.append(f"<dt>{escape(section)}</dt><dd><ul>{boxes}</ul></dd>")
    key = " ".join(badge(word) for word in WORDS)
    return f'<div class="gz-strip"><p class="gz-strip-key">{key}</p><dl>{"".join(lines)}</dl></div>'


def counts(rows: Sequence[Row], field: str) -> str:
    """Return the number of claims by verdict for each value of a field; each number filters."""

    def cells(members: Sequence[Row], state: Mapping[str, str]) -> str:
        said = [row["verdict"] for row in members]
        return "".join(_count(said.count(word), {"verdict": word, **state}) for word in WORDS)

    head = "".join(f'<th scope="col">{badge(word)}</th>' for word in WORDS)
    body = ""
    for value in present(rows, field, KINDS if field == "kind" else ()):
        members, state = [row for row in rows if row[field] == value], {field: value}
        numbers = cells(members, state) + _count(len(members), state)
        body += f'<tr><th scope="row">{escape(_(value))}</th>{numbers}</tr>'
    every = _("all")
    return (
        f'<div class="gz-counts"><table><thead><tr><th scope="col">{_(field)}</th>{head}'
        f'<th scope="col">{every}</th></tr></thead><tbody>{body}</tbody><tfoot><tr>'
        f'<th scope="row">{every}</th>{cells(rows, {})}<td>{len(rows)}</td></tr></tfoot></table>'
        "</div>"
    )


def _count(number: int, state: Mapping[str, str]) -> str:
    if not number:
        return '<td class="gz-none">0</td>'
    # The state is no selector, which scripts of the theme take every "#..." for; see gz-ledger.js.
    return f'<td><a href="#ledger" data-state="{escape(urlencode(state))}">{number}</a></td>'


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_role("num", NumberRole())
    app.add_post_transform(ResolveNumbers)
    app.add_directive("gz-ledger", LedgerDirective)
    app.add_transform(ClaimTargets)
    app.add_post_transform(ResolveLedgers)
    add_files_where(app, 'class="gz-ledger" ', ["gz-ledger.css"], ["gz-ledger.js"])
    PUBLISHED.connect(app)
