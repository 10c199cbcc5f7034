"""The words for models, exposures, controls and samples: made here from columns, nowhere else.

Rows of results say in columns what they are and are found by them. A template below turns the
columns of a row into the words that a reader sees, so another language needs other templates only.
"""

from collections.abc import Mapping

import pandas as pd


def worded(
    table: pd.DataFrame, templates: Mapping[str, str], by: str = "family", **words: Mapping
) -> pd.Series:
    """Return words for each row of a table.

    Parameters
    ----------
    table : DataFrame
    templates : mapping of str to str
        A template with names of columns as fields for each value of the column `by`, such as
        ``{"path": "Path to {outcome_year}, {controls}"}``.
    **words : mapping
        Words for the values of a column, such as ``controls={"none": "naive"}``; a value that is
        not among them stands as it is.
    """
    rows = [
        {name: words.get(name, {}).get(value, value) for name, value in row.items()}
        | {"_": row[by]}
        for row in table.to_dict("records")
    ]
    return pd.Series([templates[row["_"]].format(**row) for row in rows], index=table.index)
