"""Exercises of section 2.1: industry."""

import numpy as np

from gzbook.evidence import _games
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number, Numbers
from gzcounty.data.guizhou import load_industry_employment
from gzcounty.models.synthetic import synthetic_control

MEITAN, RONGJIANG, STEP = "520328", "522632", 100


@exercise(
    "2.1-1",
    "What is Meitan's location quotient in farming in 2020?",
    wanted=Number(absolute=0.005),
    hint="Divide the share of farming among Meitan's employed by its share among all employed of "
    "the province.",
)
def farming_by_hand() -> Key:
    """Divide two shares of the employment table."""
    jobs = load_industry_employment()
    table = jobs.pivot_table(
        index=["year", "adcode"], columns="section", values="employed", aggfunc="sum"
    )
    now, past = table.loc[2020], table.loc[2010]
    share, mean_share = now.A / now.sum(axis=1), now.A.sum() / now.to_numpy().sum()
    then = past.A[MEITAN] / past.loc[MEITAN].sum() / (past.A.sum() / past.to_numpy().sum())
    right = share[MEITAN] / mean_share
    return Key(
        right,
        {
            "This is Meitan's share of farming; divide it by the province's.": share[MEITAN],
            "This is the province's share of farming; it belongs below the line.": mean_share,
            "The province's share is that of all its workers together, not the mean of the "
            "counties' shares.": share[MEITAN] / share.mean(),
            "This is Meitan's part of the province's farmers; divide it by its part of all "
            "workers.": now.A[MEITAN] / now.A.sum(),
            "This is the quotient of 2010.": then,
            "This is the logarithm of the quotient.": np.log(right),
        },
    )


@exercise(
    "2.1-2",
    "Which gain in Rongjiang's income of 2023, in steps of 100 yuan, is the smallest with a "
    "p-value of 0.05 or less?",
    wanted=Number("a multiple of 100 yuan", relative=0),
    hint="Add 100, 200, 300 yuan and so on to the income of 2023, run `gz.synthetic_control` each "
    "time, and read `placebos_in_space().p_ratio`.",
)
def seen() -> Key:
    """Raise a SIMULATED gain until the placebo test sees it."""
    panel = _games.case_panel("Rongjiang", "rural income", 2023)
    here = (panel.adcode == RONGJIANG) & (panel.year == 2023)
    gain, p = 0, 1.0
    while p > 0.05:
        gain += STEP
        raised = panel.assign(value=panel.value + gain * here)
        fit = synthetic_control(raised, "value", "adcode", "year", RONGJIANG, 2023)
        p = fit.placebos_in_space().p_ratio
    return Key(
        gain,
        {
            "With this gain p is still above 0.05.": gain - STEP,
            "A smaller one will do; go up in steps of 100 yuan from zero.": gain + STEP,
            "This is its share of the income; asked for is the gain itself, in yuan.": (
                100 * gain / panel.value[here].iloc[0]
            ),
        },
    )


@exercise(
    "2.1-3",
    "Between which ends lies the interval of Taijiang's income gap if its event is dated in 2023?",
    wanted=Numbers(("lower end", "upper end"), "in yuan a person", absolute=1.0),
    hint="Run Taijiang's rural income with the start in 2023 and read both ends of the interval.",
)
def late_start() -> Key:
    """Compare Taijiang with its twin from 2023 on."""
    late = _games.told("Taijiang", "rural income", 2023)
    low, high = (float(late[end]) for end in ("conf_low", "conf_high"))  # type: ignore[arg-type]
    gap = float(late["estimate"])  # type: ignore[arg-type]
    return Key(
        [low, high],
        {
            "This is the interval around zero: the gap itself is still to be added.": [
                low - gap,
                high - gap,
            ],
            "The lower end is the gap itself; the interval begins below it.": [gap, high],
            "The upper end is the gap itself; the interval ends above it.": [low, gap],
        },
    )
