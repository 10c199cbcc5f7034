"""Figures and tables of the page on the demonstration programme, titled by what the roster is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from gzbook.evidence.programme import MARK, titled
from gzbook.evidence.programme_study import UNIT, Study
from gzbook.evidence.roster import FIRST, LAST, Roster
from gzbook.tables import estimate_table
from gzcounty.charts.maps import tile_map
from gzcounty.charts.staggered import group_time_plot
from gzcounty.data.guizhou import load_counties, load_tile_grid
from gzcounty.measures.change import sample_name

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def entry_map(roster: Roster) -> Any:  # noqa: ANN401  (a chart)
    """Draw who entered when, a tile a county; those that never did stay empty."""
    years = roster.entries()
    entered = years[years > 0]
    values = years.where(years > 0).rename("entry_year").reset_index()
    values.columns = ["adcode", "entry_year"]
    how = f"{MARK} years, drawn by lot" if roster.simulated else "the lists named in the roster"
    return tile_map(
        values,
        load_tile_grid(),
        "entry_year",
        load_counties(),
        number="d",
        domain=(FIRST, LAST),
        title=titled(f"{len(entered)} of {len(years)} counties entered the programme", roster),
        unit="year of first entry",
        sample=f"{len(entered)} of the {sample_name(years.index)}",
        period=f"{FIRST}-{LAST}",
        source=how,
        description=f"Tiles coloured by the year of entry: {_by_year(entered)}; "
        f"{len(years) - len(entered)} never entered.",
    )


def _by_year(entered: pd.Series) -> str:
    sizes = entered.value_counts().sort_index()
    return ", ".join(f"{size} in {year}" for year, size in sizes.items()) or "none in any year"


def path_figure(study: Study) -> Any:  # noqa: ANN401  (a chart, or words)
    """Draw the effects by years since entry; if there are none, say why."""
    from IPython.display import Markdown

    if study.fit is None:
        return Markdown(f"**{study.title}.** {study.refusal}")
    path = study.path.path()
    ahead, after = path[path.level < 0], path[path.level >= 0]
    told = [
        f"{name} it lies between {rows.estimate.min():+.1f} and {rows.estimate.max():+.1f}"
        for name, rows in (("before entry", ahead), ("from entry on", after))
        if len(rows)
    ]
    return group_time_plot(
        study.path,
        number="+.1f",
        axis_title=UNIT,
        title=study.title,
        unit=f"Difference to counties not yet entered, {UNIT}, with 95 % intervals by county",
        sample=study.sample,
        period=study.period,
        source=study.source,
        description=f"{titled('A path by years since entry', study.roster)}: {'; '.join(told)}.",
    )


def answers(studies: Sequence[Study]) -> Styler:
    """Show the answers side by side: estimate, shuffles, word."""
    rows = []
    for one in studies:
        row: dict[str, Any] = {"outcome": one.name, "answer": one.word}
        if one.fit is not None:
            found = one.overall
            row |= {"estimate": found.estimate, "p": one.p_value, "p_before": one.p_before}
            row |= {"conf_low": found.conf_low, "conf_high": found.conf_high}
        rows.append(row)
    columns = ["outcome", "estimate", "conf_low", "conf_high", "p", "p_before", "answer"]
    table = pd.DataFrame(rows).reindex(columns=columns)
    words = {"p": "p, shuffled", "p_before": "p, before", "answer": "answer"}
    title = titled("Change from entry on, and how usual it is by chance", studies[0].roster)
    return estimate_table(table, words, unit=UNIT).set_caption(title)
