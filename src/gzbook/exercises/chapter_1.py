"""Exercises of the introduction: the 88 counties."""

import numpy as np

from gzbook.evidence.section_1 import county_gdp, largest_that_decide, province_gdp
from gzbook.exercises import Exercise, Key
from gzbook.exercises.answers import Count, Labelled, Number
from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import load_counties
from gzcounty.language import N_, _
from gzcounty.measures.change import census_change

THREE = ["Bozhou", "Majiang", "Wudang"]


def left_out() -> Key:
    right, whole = largest_that_decide(2023), province_gdp()[2023]
    every = county_gdp(2023)["all units"].sort_values(ascending=False)
    with_districts = int((every.sum() - every.cumsum() >= whole / 2).sum()) + 1
    mistakes = {
        _("With so many left out, the others still hold half or more."): right - 1,
        _("The others hold less than half before so many are left out."): right + 1,
        _("This counts city districts, too; they go out first."): with_districts,
    }
    return Key(right, mistakes)


def same_borders() -> Key:
    counties = load_counties().set_index("name_en").loc[THREE]
    change = census_change("population").set_index("group")
    share = counties.group.map(change.change / change.value_2010)
    residents = load_census().pivot(index="adcode", columns="year", values="population")
    naive = counties.adcode.map(residents[2020] / residents[2010] - 1)
    mistakes = {
        _(
            "These compare a county with a namesake on other borders: the change that never "
            "happened. Take the groups that hold the same ground in both years."
        ): 100 * naive,
        _("These are numbers of residents; divide by those of 2010."): (
            counties.group.map(change.change)
        ),
        _("These are differences of logarithms; take them back to per cent."): 100
        * np.log1p(share),
        _("The change is divided by the residents of 2020 instead of 2010."): (
            100 * counties.group.map(change.change / change.value_2020)
        ),
    }
    return Key(100 * share, mistakes)


def catching_up() -> Key:
    schooling = census_change("schooling_years")
    start, change = schooling.value_2010, schooling.change
    mistakes = {
        _("This is the correlation of the values (Pearson); asked for is that of ranks."): (
            start.corr(change)
        ),
        _("This is the correlation with the level of 2020; asked for is that of 2010."): (
            schooling.value_2020.corr(change, method="spearman")
        ),
        _("This is the correlation of both levels; asked for is that of level and change."): (
            start.corr(schooling.value_2020, method="spearman")
        ),
    }
    return Key(start.corr(change, method="spearman"), mistakes)


EXERCISES = {
    "1-1": Exercise(
        question=N_(
            "How many of the largest units that are not districts must be left out before "
            "the others hold less than half of the province's GDP of 2023?"
        ),
        answer=Count(N_("a count of counties")),
        hint=N_(
            "Sort from the largest down and sum what remains after each; the whole is the "
            "province's GDP, which is more than the sum of the counties."
        ),
        key=left_out,
    ),
    "1-2": Exercise(
        question=N_(
            "By how many per cent did the residents of Bozhou, Majiang and Wudang change "
            "from 2010 to 2020 on borders that did not move?"
        ),
        answer=Labelled(N_("of the three counties"), Number(scale="per cent", decimals=1)),
        hint=N_(
            "`gz.census_change('population')` has one row a group; a county's group stands in "
            "`gz.load_counties().group`. Divide the change by the value of 2010."
        ),
        key=same_borders,
    ),
    "1-3": Exercise(
        question=N_(
            "What is the rank correlation between years of schooling in 2010 and their "
            "change to 2020?"
        ),
        answer=Number(),
        hint=N_(
            "Use `value_2010` and `change` of `gz.census_change('schooling_years')`, and "
            "`method='spearman'`."
        ),
        key=catching_up,
    ),
}
