"""Ten years of industries on constant borders: counties became more varied, or more alike."""

import numpy as np
import pandas as pd

from gzbook.evidence.similarity import SEED, WORKERS
from gzbook.groups import group_workers as workers
from gzcounty.data.guizhou import load_counties
from gzcounty.inference.pairs import pair_mean
from gzcounty.measures.specialisation import herfindahl, krugman_dissimilarity


def cuts() -> dict[str, pd.DataFrame]:
    """Return workers by census year and group (rows) and section, with farming and without."""
    both = pd.concat({year: workers(year) for year in (2010, 2020)}, names=["year"])
    return {"All industries": both, "Without farming": both.drop(columns="A")}


def concentrations() -> pd.DataFrame:
    """Return each group's Herfindahl concentration in %, both censuses, named for a chart.

    Returns
    -------
    DataFrame
        unit (the group), start (2010), end (2020), variable (the cut), name and search: the names
        of the group's counties in English and Chinese.
    """
    parts = []
    for label, cut in cuts().items():
        index = 100.0 * herfindahl(cut).unstack("year")
        parts.append(
            pd.DataFrame({"start": index[2010], "end": index[2020]}).assign(variable=label)
        )
    members = load_counties().groupby("group")
    names = members.agg(name=("name_en", " + ".join), search=("name_zh", " ".join))
    return pd.concat(parts).rename_axis("unit").reset_index().join(names, on="unit")


def changes() -> pd.DataFrame:
    """Return how concentration and dissimilarity changed, one column a cut.

    Returns
    -------
    DataFrame
        Rows: Herfindahl 2010 and 2020 (medians of groups), groups where it fell, Krugman 2010 and
        2020 (means over pairs), estimate, conf_low, conf_high (of the change in the latter), equal
        noise: the change if 1,000 workers are drawn from every group in both years.
    """
    generator = np.random.default_rng(SEED)
    columns = {}
    for label, cut in cuts().items():
        drawn = generator.multinomial(WORKERS, cut.div(cut.sum(axis=1), axis=0))
        noisy = pd.DataFrame(drawn, cut.index)
        narrow = herfindahl(cut).unstack("year")
        then, now = (krugman_dissimilarity(cut.loc[year]) for year in (2010, 2020))
        even = [krugman_dissimilarity(noisy.loc[year]).attrs["mean"] for year in (2010, 2020)]
        columns[label] = {
            "Herfindahl 2010": narrow[2010].median(),
            "Herfindahl 2020": narrow[2020].median(),
            "groups where it fell": (narrow[2020] < narrow[2010]).sum(),
            "Krugman 2010": then.attrs["mean"],
            "Krugman 2020": now.attrs["mean"],
            **pair_mean(now - then).table().iloc[0][["estimate", "conf_low", "conf_high"]],
            "equal noise": even[1] - even[0],
        }
    return pd.DataFrame(columns)
