"""From the text of a formula to its terms, with nothing lost on the way.

formulaic parses formulas and computes their columns. It reads operators as operations on sets of
terms, so that ``x**2`` is ``x``, and ``y - x`` on the left is ``y``; and it looks columns and
functions up by the same names. Therefore every column gets an alias before formulaic sees it, so
that any name can be one, and every operator is asked whether its result still holds what stood on
its two sides. What would be lost is refused, with the way to write what may have been meant.
"""

import ast
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np
from formulaic import Formula
from formulaic.errors import FormulaicError
from formulaic.parser import DefaultFormulaParser
from formulaic.parser.algos.tokenize import tokenize
from formulaic.parser.types import ASTNode, Term, Token

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import listed

FUNCTIONS = (
    *("C", "I", "Q", "log", "log2", "log10", "exp", "exp2"),
    *("center", "scale", "standardize", "poly", "bs", "cr", "cs", "cc"),
)
# Beside those that work value by value, which numpy calls ufuncs.
NUMPY = {"where", "clip", "round", "isin", "mean", "std", "median"}
CONTRASTS = {"contr", "Treatment", "Sum", "Helmert", "Diff", "Poly"}
OPERATORS = {"~", "~-", "~+", "+", "-", "+-", "*", "/", ":", "**", "^", "in"}
# Of Python's words, those that cannot be meant as such in a formula.
WORDS = sorted({*keyword.kwlist} - {"None", "True", "False", "and", "or", "not", "in", "is"})
# A name in backticks; a text in quotation marks; a word of Python.
QUOTED = re.compile(
    r"`((?:[^`\\]|\\.)*)`"
    r"|(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    rf"|(?<![\w.])({'|'.join(WORDS)})(?![\w.])",
    re.DOTALL,
)
KEPT = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.List, ast.Tuple, ast.keyword)
PARTS = (ast.operator, ast.unaryop, ast.cmpop, ast.expr_context)
MOST_TERMS = 10_000
PARSER = DefaultFormulaParser()


@dataclass(frozen=True)
class ParsedFormula:
    """A formula and the columns it needs."""

    text: str  # As written
    left: Formula  # The outcome, one term
    right: Formula
    columns: dict[str, str]  # Column by the alias that it has in `left` and `right`
    texts: dict[str, str]  # Texts in quotation marks by alias
    numeric: tuple[str, ...]  # Columns that must hold numbers
    categorical: tuple[str, ...]  # Columns that stand inside ``C(...)`` and may hold anything

    def shown(self, text: str) -> str:
        """Return a text of formulaic with the names that the user wrote."""
        return _shown(text, self.columns, self.texts)

    @property
    def dependent(self) -> str:
        """The left side, such as ``log(income)``."""
        return self.shown(str(self.left[0]))

    def uses(self, column: str) -> list[str]:
        """Terms on the right that read a column."""
        aliases = [alias for alias, name in self.columns.items() if name == column]
        terms = [str(term) for term in self.right]
        return [self.shown(term) for term in terms if any(alias in term for alias in aliases)]


@lru_cache(maxsize=1_000)  # one formula is read for every sample that a simulation draws
def read_formula(formula: str) -> ParsedFormula:
    """Parse ``"y ~ x1 + C(group) + log(x2)"``; what cannot be kept as written is refused."""
    try:
        return _Reader(formula).read()
    except FormulaicError as error:
        raise InputError(
            "The formula {formula!r} cannot be read: {problem}",
            formula=formula, problem=first_line(error),
        ) from error  # fmt: skip
    except RecursionError as error:
        raise InputError(
            "The formula {formula!r} is nested too deeply.", formula=formula
        ) from error


def first_line(error: Exception) -> str:
    """First line of a library's message, without terminal colours, as a sentence."""
    text = re.sub(r"\x1b\[[0-9;]*m|[⧛⧚]", "", str(error)).strip().splitlines()
    return (text[0].rstrip(".") if text else type(error).__name__) + _(".")


def quoted(column: str) -> str:
    """Return a column's name as a formula takes any name."""
    return "`" + column.replace("`", "\\`") + "`"


def _shown(text: str, columns: dict[str, str], texts: dict[str, str]) -> str:
    if not columns and not texts:
        return text
    known = "|".join(map(re.escape, (*columns, *texts)))

    def name(match: re.Match[str]) -> str:
        if match[0] in texts:
            return repr(texts[match[0]])
        column = columns[match[0]]
        start, end = match.span()
        alone = text[:start].endswith(("", ":")[start > 0]) and text[end : end + 1] in ("", ":")
        plain = all(part.isidentifier() for part in column.split("."))
        return column if alone or plain else quoted(column)

    return re.sub(known, name, text)


class _Reader:
    """One formula while it is read."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.stem = "_column"
        while self.stem in formula:
            self.stem += "_"
        self.columns: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.numeric: set[str] = set()
        self.categorical: set[str] = set()

    def refuse(self, what: str, /, **fields: object) -> NoReturn:
        """Say what is wrong with the formula: what comes after its text."""
        what = _(what, **fields)
        raise InputError("The formula {formula!r} {what}", formula=self.formula, what=what)

    def shown(self, part: object) -> str:
        return _shown(str(part), self.columns, self.texts)

    def alias(self, column: str) -> str:
        """Alias of a column, always the same one."""
        for alias, known in self.columns.items():
            if known == column:
                return alias
        alias = f"{self.stem}{len(self.columns)}_"
        self.columns[alias] = column
        return alias

    def read(self) -> ParsedFormula:
        text = QUOTED.sub(self.put_aside, self.formula)
        mark = re.search("[`'\"]", text)
        if mark:
            what = N_(
                "has a {mark} that is not closed; names that hold signs or spaces stand in "
                "backticks, as in `per head`, texts in quotation marks."
            )
            self.refuse(what, mark=mark[0])
        try:
            tokens = list(tokenize(text))
        except FormulaicError:
            self.refuse(N_(
                "opens a bracket or a % that it does not close; names that hold signs stand in "
                "backticks."
            ))  # fmt: skip
        operators = [t.token for t in tokens if t.kind is Token.Kind.OPERATOR]
        if sum(operator.count("~") for operator in operators) != 1:
            raise InputError(
                "The formula must be one string of the form 'y ~ x1 + x2', with one '~', not "
                "{formula!r}.",
                formula=self.formula,
            )  # fmt: skip
        self.check_operators(operators)
        at = next(
            i for i, t in enumerate(tokens) if t.kind is Token.Kind.OPERATOR and "~" in t.token
        )
        if not tokens[:at]:
            self.refuse(N_("must have exactly one variable on the left of '~'; it has none."))
        if tokens[at + 1 :] == []:
            self.refuse(N_("has nothing on the right of '~'; for the mean alone write 'y ~ 1'."))
        sign = tokens[at].token[1:]
        right = [Token(sign, kind="operator")] * bool(sign) + tokens[at + 1 :]
        left = self.outcome(tokens[:at])
        terms = self.terms(right)
        self.refuse_outcome_again(left, terms)
        return ParsedFormula(
            self.formula,
            Formula(f"{left} - 1"),
            Formula(terms),
            self.columns,
            self.texts,
            tuple(sorted(self.numeric)),
            tuple(sorted(self.categorical - self.numeric)),
        )

    def put_aside(self, match: re.Match[str]) -> str:
        """Aliases for what stands in backticks or quotation marks, and for words of Python."""
        name, text, word = match.groups()
        if text is None:
            return f" {self.alias(word or name.replace(chr(92) + '`', '`'))} "
        try:
            value = ast.literal_eval(text)
        except (SyntaxError, ValueError):
            self.refuse(N_("has a text that cannot be read: {text}."), text=text)
        alias = f"{self.stem}_text{len(self.texts)}_"
        self.texts[alias] = value
        return f" {alias} "

    # What the tokens say

    def check_operators(self, operators: list[str]) -> None:
        for operator in operators:
            if "|" in operator:
                self.refuse(N_(
                    "has a '|'; name fixed effects by the arguments entity and time of panel_ols, "
                    "or write C(column)."
                ))  # fmt: skip
            if operator not in OPERATORS:
                what = N_(
                    "has a {operator!r}; terms are joined by +, -, *, :, / and **, and other "
                    "arithmetic or comparison stands inside I(), as in I(x > 3)."
                )
                self.refuse(what, operator=operator)

    def check_order(self, tokens: Sequence[Token]) -> None:
        """Refuse terms without an operator between them, and operators without terms."""
        before, after_term, open_brackets = "~", False, 0
        for token in tokens:
            text = self.shown(token.token)
            if token.kind is Token.Kind.CONTEXT and text not in ("(", ")"):
                self.refuse(N_("has a {sign!r} where only ( and ) group terms."), sign=text)
            if token.kind is Token.Kind.OPERATOR or text == ")":
                if not (after_term or (text in "+-" and before in ("~", "("))):
                    what = N_("has nothing between {before!r} and {after!r}.")
                    self.refuse(what, before=before, after=text)
                open_brackets -= text == ")"
                if open_brackets < 0:
                    self.refuse(N_("closes a bracket that it did not open."))
            else:
                if after_term:
                    what = N_(
                        "has no operator between {before!r} and {after!r}; join terms by +, and "
                        "put a name that holds spaces into backticks."
                    )
                    self.refuse(what, before=before, after=text)
                open_brackets += text == "("
            before = text
            after_term = token.kind is not Token.Kind.OPERATOR and text != "("
        if open_brackets:
            self.refuse(N_("opens a bracket that it does not close."))
        if not after_term:
            self.refuse(N_("has nothing after {before!r}."), before=before)

    def outcome(self, tokens: list[Token]) -> str:
        written = re.split("~", self.formula)[0].strip()
        self.check_order(tokens)
        while tokens[0].token == "(" and tokens[-1].token == ")":
            tokens = tokens[1:-1]
        # Only a difference has one meaning: y + x can be two outcomes, and y * x three terms.
        known = {"-", "(", ")"}
        values = [t for t in tokens if t.kind is Token.Kind.VALUE]
        if values or any(t.kind is Token.Kind.OPERATOR and t.token not in known for t in tokens):
            if len(tokens) == 1:
                what = N_("must have exactly one variable on the left of '~', not {left!r}.")
                self.refuse(what, left=written)
            what = N_(
                "must have exactly one variable on the left of '~', not {left!r}; write I({inner})."
            )
            inner = written.replace(":", " * ").replace("^", " ** ")
            self.refuse(what, left=written, inner=inner)
        if len(tokens) == 1:
            return self.rewritten(tokens[0])
        pieces = [t.token if t.token in known else self.rewritten(t) for t in tokens]
        difference = " ".join(piece.replace("{", "(").replace("}", ")") for piece in pieces)
        return "{" + ast.unparse(ast.parse(difference, mode="eval")) + "}"

    def rewritten(self, token: Token) -> str:
        """Return a token with aliases in the place of columns."""
        if token.kind is Token.Kind.NAME:
            if token.token in self.texts:
                what = N_(
                    "has the text {text} as a term; a column's name stands without quotation "
                    "marks, or in backticks."
                )
                self.refuse(what, text=self.shown(token.token))
            alias = token.token if token.token in self.columns else self.alias(token.token)
            self.numeric.add(self.columns[alias])
            return alias
        if token.kind is Token.Kind.PYTHON:
            return self.expression(token.token)
        if token.kind is Token.Kind.VALUE and token.token not in ("0", "1"):
            if not token.token.strip("."):
                self.refuse(N_("has a {dots!r}; name the columns one by one."), dots=token.token)
            what = N_(
                "has the number {number} as a term; arithmetic stands inside I(), as in "
                "I({number} * x), and 0 or 1 alone say whether there is an intercept."
            )
            self.refuse(what, number=token.token)
        return "%in%" if token.token == "in" else str(token.token)

    def terms(self, tokens: list[Token]) -> list[Term]:
        self.check_order(tokens)
        pieces, intercept, before = [], set(), ""
        for token in tokens:
            value = token.kind is Token.Kind.VALUE
            exponent = value and before in ("**", "^")
            if exponent and (not token.token.isdigit() or int(token.token) == 0):
                what = N_(
                    "has the power {power}, where ** makes products of terms; powers of a "
                    "column stand inside I(), as in I(x ** 0.5)."
                )
                self.refuse(what, power=token.token)
            pieces.append(token.token if exponent else self.rewritten(token))
            if value and not exponent:
                intercept.add((token.token == "1") is not before.endswith("-"))
            before = token.token
        if len(intercept) == 2:
            self.refuse(N_("says both that there is an intercept and that there is none."))
        tree = PARSER.get_ast(" ".join(pieces))
        nodes = [tree] if isinstance(tree, ASTNode) else []
        for node in nodes:
            nodes.extend(part for part in node.args if isinstance(part, ASTNode))
        made: dict[int, Any] = {}
        self.gone: set[Term] = set()
        self.expanded: set[Term] = set()
        for node in reversed(nodes):
            parts = [
                made[id(part)] if isinstance(part, ASTNode) else part.to_terms()
                for part in node.args
            ]
            self.account(node, parts)
            made[id(node)] = node.operator.to_terms(*parts)
            if node.operator.symbol in ("*", "/", "in", "**", "^"):
                self.expanded.update(made[id(node)])
        terms = list(made[id(tree)] if isinstance(tree, ASTNode) else tree.to_terms())
        for term in terms:
            if term in self.gone:
                what = N_("both takes away and adds the term {term!r}.")
                self.refuse(what, term=self.shown(term))
        if not terms:
            self.refuse(N_("has no term on the right of '~'; for the mean alone write 'y ~ 1'."))
        return terms

    # What each operator keeps

    def account(self, node: ASTNode, parts: list[Any]) -> None:
        """Refuse an operator whose result lacks something that stands at its sides."""
        symbol = node.operator.symbol
        if symbol == "-":
            if len(parts) == 1:
                self.refuse(N_(
                    "has a minus at the start of a bracket; write -1 outside of brackets."
                ))  # fmt: skip
            for term in parts[1]:
                self.take_away(term, parts[0])
        elif symbol in ("**", "^"):
            self.check_power(parts[0], node.args[1])
        elif symbol in ("*", ":", "/", "in"):
            if len(parts[0]) * len(parts[1]) > MOST_TERMS:
                self.refuse(N_("makes more than {most:,} terms."), most=MOST_TERMS)
            for first in parts[0]:
                for second in parts[1]:
                    self.check_product(first, second)

    def take_away(self, term: Term, terms: Sequence[Term]) -> None:
        name = self.shown(term)
        intercept = name == "1"
        if term not in terms or not (intercept or term in self.expanded):
            if intercept:
                self.refuse(N_(
                    "takes away an intercept that is not there; write -1 or 0 once, outside of "
                    "brackets."
                ))  # fmt: skip
            added = N_(
                "takes away {term!r}, which is there because it was added; '-' leaves a term out "
                "of a product, as in a * b - a:b. A difference of columns stands inside I(), as in "
                "I(a - b)."
            )
            absent = N_(
                "takes away {term!r}, which is not among the terms; '-' leaves a term out of a "
                "product, as in a * b - a:b. A difference of columns stands inside I(), as in "
                "I(a - b)."
            )
            self.refuse(added if term in terms else absent, term=name)
        self.gone.add(term)

    def check_power(self, terms: Sequence[Term], power: ASTNode | Token) -> None:
        whole = isinstance(power, Token) and power.token.isdigit()
        name, to = self.shown(next(iter(terms))), self.shown(power)
        if not whole or (len(terms) == 1 and to != "1"):
            what = N_(
                "raises {term!r} to the power {power}, where ** makes products of different terms, "
                "as in (a + b)**2; write I({term} ** {power}) for a power."
            )
            self.refuse(what, term=name if len(terms) == 1 else "(...)", power=to)
        if len(terms) > 1 and len(terms) ** min(int(to), 20) > MOST_TERMS:
            what = N_("makes more than {most:,} products by its power {power}.")
            self.refuse(what, most=MOST_TERMS, power=to)
        if any(str(term) == "1" for term in terms):
            self.refuse(N_("has a number in a product of terms; arithmetic stands inside I()."))

    def check_product(self, first: Term, second: Term) -> None:
        if "1" in (str(first), str(second)):
            self.refuse(N_(
                "has a number in a product of terms; arithmetic stands inside I(), as in I(2 * x)."
            ))  # fmt: skip
        for factor in first.factors:
            if factor in second.factors:
                what = N_(
                    "multiplies {term!r} by itself, which this notation reads as {term!r} alone; "
                    "write I({term} ** 2) for a square."
                )
                self.refuse(what, term=self.shown(factor))

    def refuse_outcome_again(self, left: str, terms: list[Term]) -> None:
        if "Intercept" in map(self.shown, terms):
            self.refuse(N_(
                "has a column called 'Intercept', which is the name of the constant term."
            ))  # fmt: skip
        own = [alias for alias in self.columns if alias in left]
        for factor in (factor for term in terms for factor in term.factors):
            read = [alias for alias in self.columns if alias in factor.expr]
            if factor.expr == left.strip("{}") or read == own == own[:1]:
                what = N_("has its outcome {outcome!r} on the right as well, in {term!r}.")
                self.refuse(what, outcome=self.shown(left), term=self.shown(factor.expr))

    # Expressions of Python: calls, and what stands in braces

    def expression(self, source: str) -> str:
        try:
            tree = ast.parse(source.strip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError):
            part = " ".join(self.shown(source).split())
            what = N_(
                "has a part that is not a valid expression: {part!r}. Close every "
                "bracket, and put names that hold signs or spaces into backticks."
            )
            self.refuse(what, part=part)
        columns = _Expression(self, source.strip())
        tree = columns.visit(tree)
        text = ast.unparse(tree).replace("\n", " ")
        if not columns.read:
            self.refuse(N_("has a term without a column: {term!r}."), term=self.shown(source))
        return text if isinstance(tree, ast.Call | ast.Name) else "{" + text + "}"


class _Expression(ast.NodeTransformer):
    """Gives aliases to the columns of an expression, and refuses what is not offered."""

    def __init__(self, reader: _Reader, source: str) -> None:
        self.reader, self.source = reader, source
        self.read = False
        self.category = self.option = False

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 (as in ast)
        named = isinstance(node, ast.Name | ast.Attribute | ast.Call)
        plain = isinstance(node, KEPT) or (self.option and isinstance(node, ast.Dict))
        unclear = isinstance(node, ast.Compare) and len(node.ops) > 1
        if isinstance(node, ast.BoolOp | ast.Not) or unclear:
            self.refuse(node, _("join conditions by & or |, as in I((x > 1) & (x < 3))."))
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | None):
            plain = False
        if not (named or plain or isinstance(node, PARTS)):
            self.refuse(node, _("make this column in the data first."))
        return super().visit(node)

    def refuse(self, node: ast.AST, hint: str) -> NoReturn:
        whole = self.source if isinstance(node, ast.Not) else None
        part = whole or ast.get_source_segment(self.source, node) or ast.unparse(node)
        what = N_("has {part!r}, which is not offered; {hint}")
        self.reader.refuse(what, part=self.reader.shown(part), hint=hint)

    def written(self, node: ast.AST) -> str:
        # As it was written: Python changes letters of names, such as full-width ones.
        return re.sub(r"\s", "", ast.get_source_segment(self.source, node) or "")

    def column(self, name: str) -> ast.Name:
        self.read = True
        reader = self.reader
        alias = name if name in reader.columns else reader.alias(name)
        (reader.categorical if self.category else reader.numeric).add(reader.columns[alias])
        return ast.Name(alias, ast.Load())

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = self.written(node)
        if name in self.reader.texts or (self.option and name in CONTRASTS):
            return ast.Name(name, ast.Load())
        if self.option:
            self.refuse(node, _(
                "C() takes one column and its contrast or levels. Combinations of two columns "
                "are C(a):C(b)."
            ))  # fmt: skip
        return self.column(name)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = self.written(node)
        root, __, rest = name.partition(".")
        if self.option and root == "contr":
            return node
        if root == "np" and isinstance(getattr(np, rest, None), float):
            return node
        if not name.replace(".", "").isidentifier() or root in {
            *self.reader.columns,
            *self.reader.texts,
        }:
            self.refuse(node, _("make this column in the data first."))
        return self.column(name)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        before = self.category
        sides = [self.written(part) for part in (node.left, *node.comparators)]
        self.category = before or any(side in self.reader.texts for side in sides)
        self.generic_visit(node)
        self.category = before
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = self.written(node.func)
        root, __, rest = name.partition(".")
        of_numpy = root == "np" and (rest in NUMPY or isinstance(getattr(np, rest, None), np.ufunc))
        if self.option:
            if root not in CONTRASTS:
                names = listed(sorted(CONTRASTS), 9)
                self.refuse(node, _("C() takes contrasts: {names}.", names=names))
        elif name not in FUNCTIONS and not of_numpy:
            what = N_(
                "calls {name}(), which is not offered; the functions are {functions}, and numpy's "
                "that work value by value, such as np.sqrt(x). Make other columns in the data "
                "first: a lag, for instance, knows the entities in "
                "data.groupby(entity)[column].shift()."
            )
            known = listed(FUNCTIONS, len(FUNCTIONS))
            self.reader.refuse(what, name=self.reader.shown(name), functions=known)
        if name == "Q":
            texts = [self.reader.texts.get(self.written(part)) for part in node.args]
            if len(texts) != 1 or node.keywords or texts[0] is None:
                self.refuse(node, _("Q() takes the name of one column in quotation marks."))
            return self.column(self.reader.alias(texts[0]))
        if name == "C" and not node.args:
            self.refuse(node, _("C() takes one column first."))
        before = self.category, self.option
        self.category = self.category or name in ("C", "np.isin")
        args = [self.visit(a) for a in node.args[:1]]
        self.category, self.option = before[0], before[1] or name == "C"
        args += [self.visit(a) for a in node.args[1:]]
        keywords = [self.visit(word) for word in node.keywords]
        self.category, self.option = before
        return ast.Call(node.func, args, keywords)
