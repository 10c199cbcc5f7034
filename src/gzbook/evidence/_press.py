"""What the press counted at the village games: visits, revenue, and one divided by the other."""

import pandas as pd

from gzcounty.data.guizhou import load_cases

_REPORTS = {
    "Rongjiang, May 2023": ("tourist_visits_May", "tourism_revenue_May"),
    "Rongjiang, 2023 (revenue to spring 2024)": (
        "tourist_visits_year", "tourism_revenue_since_cunchao",
    ),
    "Rongjiang, 13 May 2023 to 30 June 2024": (
        "tourist_visits_2023_05_13_to_2024_06_30", "tourism_revenue_2023_05_13_to_2024_06_30",
    ),
    "Rongjiang, to 1 November 2024": ("tourist_visits_to_1_Nov", "tourism_revenue_to_1_Nov"),
    "Taijiang, final of 2023, three days": (
        "cunba_final_visits_3days", "cunba_final_tourism_revenue_3days",
    ),
}  # fmt: skip
_TO_HUNDRED_MILLION = {"100m yuan": 1.0, "10k yuan": 1e-4}


def press() -> pd.DataFrame:
    """Return what reports counted at the games, and revenue divided by visits.

    Returns
    -------
    DataFrame
        By report: visits (10,000), revenue (100 million yuan), yuan a visit.
    """
    cases = load_cases().set_index("variable")
    rows = {}
    for report, (visits, revenue) in _REPORTS.items():
        money = cases.value[revenue] * _TO_HUNDRED_MILLION[cases.unit[revenue]]
        rows[report] = (cases.value[visits], money, 1e4 * money / cases.value[visits])
    columns = ["visits, 10,000", "revenue, 100m yuan", "yuan a visit"]
    return pd.DataFrame(rows, index=columns).T
