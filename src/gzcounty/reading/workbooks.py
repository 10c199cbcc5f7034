"""Workbooks of Excel: sheets, merged cells, error cells, and formulas without their values."""

from typing import IO, Any, TypeAlias

from gzcounty.errors import InputError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import counted, first_few, listed

from .cells import FIRST_YEAR, LAST_YEAR
from .grid import (
    LOOKED_AT,
    Asked,
    Fault,
    Heading,
    Table,
    header_argument,
    is_blank,
    make_table,
    read_heading,
    search,
)  # fmt: skip
from .wording import Argument, ReadingError, Wording

Page: TypeAlias = Any  # a worksheet of openpyxl, which has no types


def read_workbook(
    file: IO[bytes], name: str, asked: Asked, sheet: str | int, notes: list[Wording]
) -> Table:
    """Read one sheet; error cells stay the texts that Excel shows."""
    openpyxl = require_library("openpyxl", "files", N_("Reading Excel files"))
    book = openpyxl.load_workbook(file, data_only=True, keep_links=False)
    pages = {page.title: page for page in book.worksheets}
    names = list(pages)
    exists = sheet in names if isinstance(sheet, str) else 0 <= sheet < len(names)
    if not exists:
        raise InputError(
            "{name} has no sheet {sheet!r}; it has {names}.",
            name=name, sheet=sheet, names=listed(names, 20),
        )  # fmt: skip
    page = pages[sheet if isinstance(sheet, str) else names[sheet]]
    if len(names) > 1:
        notes.append(_("Read from the sheet {title!r}.", title=page.title))
    if page.sheet_state != "visible":
        notes.append(_("The sheet {title!r} is hidden in Excel.", title=page.title))
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    top, last = max(LOOKED_AT, asked.header[-1] + 1), asked.header[-1]
    try:
        heading = read_heading(
            _spread(page, rows[:top]), asked, name, notes, _is_merged(page, last)
        )
    except InputError:
        _point_elsewhere(pages, page, asked, name)
        raise
    if any(column not in heading.places for column in asked.required):
        _point_elsewhere(pages, page, asked, name)
    faults: list[Fault] = []
    _fill_merged(page, rows, heading, faults, notes)
    if any(is_blank(row[at]) for row in rows[last:] for at in heading.places.values()):
        file.seek(0)
        formulas = openpyxl.load_workbook(file, read_only=True, keep_links=False)[page.title]
        _find_formulas(formulas, rows, heading, faults)
    hidden = [row for row, look in page.row_dimensions.items() if look.hidden and row > last]
    if hidden:
        notes.append(_(
            "{rows} hidden in Excel read too: {numbers}.",
            rows=counted(len(hidden), "row"), numbers=first_few(map(str, hidden), 10),
        ))  # fmt: skip
    percent: dict[str, list[int]] = {}
    for column, at in heading.places.items():
        cells = page.iter_rows(min_row=last + 1, min_col=at + 1, max_col=at + 1)
        for (cell,) in cells:
            is_number = cell.data_type == "n" and cell.value is not None
            if is_number and cell.has_style and "%" in cell.number_format:
                percent.setdefault(column, []).append(cell.row)
    return make_table(rows[last:], heading, name, notes, faults, percent)


def _point_elsewhere(pages: dict[str, Page], page: Page, asked: Asked, name: str) -> None:
    """Raise an error that names the sheet which has all required columns, if another has."""
    for other in [page, *pages.values()]:
        cells = other.iter_rows(max_row=LOOKED_AT, values_only=True)
        top = _spread(other, [list(row) for row in cells])
        found, held = search(top, asked.required, _is_merged(other, LOOKED_AT))
        if len(held) == len(asked.required):
            if other is page:
                return
            raise ReadingError(
                "other sheet", page=page.title, file=name, other=other.title,
                sheet=Argument("sheet", other.title), header=header_argument(found),
            )  # fmt: skip


def _is_merged(page: Page, last: int) -> bool:
    """Tell whether headings that stand over several columns are merged cells."""
    return any(r.min_row <= last and r.max_col > r.min_col for r in page.merged_cells.ranges)


def _spread(page: Page, rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows with the value of each merged cell in all places that it covers."""
    rows = [list(row) for row in rows]
    for area in page.merged_cells.ranges:
        for row in rows[area.min_row - 1 : area.max_row]:
            row[area.min_col - 1 : area.max_col] = [rows[area.min_row - 1][area.min_col - 1]] * (
                area.max_col - area.min_col + 1
            )
    return rows


def _fill_merged(
    page: Page, rows: list[list[Any]], heading: Heading, faults: list[Fault], notes: list[Wording]
) -> None:
    """Give a name or year that is merged over several rows to each; a number is a fault."""
    spans: dict[str, list[str]] = {}
    for area in page.merged_cells.ranges:
        covered = [
            (c, at) for c, at in heading.places.items() if area.min_col <= at + 1 <= area.max_col
        ]
        if area.min_row <= heading.last or not covered:
            continue
        value = rows[area.min_row - 1][area.min_col - 1]
        column, at = covered[0]
        is_name = isinstance(value, str) and at + 1 == area.min_col and area.max_row > area.min_row
        is_year = isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR
        if is_name or (is_year and area.min_col == area.max_col):
            for row in rows[area.min_row - 1 : area.max_row]:
                row[at] = value
            spans.setdefault(column, []).append(_(
                "{value!r} (rows {first} to {last})",
                value=value, first=area.min_row, last=area.max_row,
            ))  # fmt: skip
        elif not is_blank(value) and not isinstance(value, str):
            part = _("part of the merged cells {cells}, one number for several", cells=area.coord)
            advice = _("undo the merging, and give each cell its own number")
            faults.extend(
                Fault(row, part, column, value, advice)
                for row in range(area.min_row, area.max_row + 1)
            )
    for column, texts in spans.items():
        notes.append(_(
            "Column {column!r}: merged cells were read for all of their rows: {cells}.",
            column=column, cells=first_few(texts, 5),
        ))  # fmt: skip


def _find_formulas(
    page: Page, rows: list[list[Any]], heading: Heading, faults: list[Fault]
) -> None:
    """Add a fault for each formula that the file has no value of."""
    for cells in page.iter_rows(min_row=heading.last + 1):
        for column, at in heading.places.items():
            cell = cells[at] if at < len(cells) else cells[-1]
            if cell.data_type == "f" and is_blank(rows[cell.row - 1][at]):
                formula = getattr(cell.value, "text", cell.value)
                where = cell.coordinate
                problem = _("cell {cell} is a formula without a stored value", cell=where)
                advice = _("open the file in Excel and save it, which stores values")
                faults.append(Fault(cell.row, problem, column, formula, advice))
