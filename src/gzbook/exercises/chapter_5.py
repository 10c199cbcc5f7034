"""Exercises of the conclusion: the claims ledger."""

import pandas as pd

from gzbook.evidence import book, ledger, load_claims
from gzbook.exercises import Exercise, Key
from gzbook.exercises.answers import Count, Labelled, Name, Number
from gzcounty.language import N_, _, in_language

WORDS = {"sales": "销售", "survey": "调查", "records": "记录", "programme": "项目"}


def facts_and_causes() -> Key:
    both = ["fact", "causal"]
    table = ledger(n_jobs=1, progress=False)
    kind, supported = table.kind, table.verdict == "supported"
    tested = table.verdict != "not testable"

    def share(rows: pd.Series) -> pd.Series:
        return supported[rows].groupby(kind[rows]).mean()[both]

    count = supported.groupby(kind).sum()[both]
    against = (table.verdict == "contradicted")[tested].groupby(kind[tested]).mean()[both]
    mistakes = {
        _("The claims that cannot be tested are among them; leave them out."): share(
            tested | ~tested
        ),
        _("These are counts; divide by the tested claims of the kind."): count,
        _("These are shares of contradicted claims; asked for are supported ones."): against,
    }
    return Key(share(tested), mistakes)


def silent() -> Key:
    weights = book().strength()
    none = weights["for"] == 0
    word = weights.verdict == "contradicted"
    mistakes = {
        _("These are all claims without a piece for them, whatever they are called."): none.sum(),
        _("These are the claims that cannot be tested; no evidence was weighed for them."): (
            len(load_claims()) - len(weights)
        ),
        _("These are all weighed claims."): len(weights),
    }
    return Key((none & word).sum(), mistakes)


def most_useful() -> Key:
    claims = load_claims()
    needed = claims.needed[claims.rule == "none"]
    counts = pd.Series({word: needed.str.contains(word, case=False).sum() for word in WORDS})
    english = list(counts.sort_values(ascending=False, kind="stable").index)
    order = in_language(english, [WORDS[word] for word in english])
    mistakes = {
        _("One of the four occurs more often."): order[1],
        _("Two of the four occur more often, or as often."): order[2],
        _("This one is the rarest."): order[3],
    }
    return Key(order[0], mistakes, read_off=(english[0],))


EXERCISES = {
    "5-1": Exercise(
        question=N_(
            "What share of the tested facts is supported, and what share of the tested "
            "causal claims?"
        ),
        answer=Labelled(N_("of the kinds fact and causal"), Number(scale="share")),
        hint=N_(
            "Leave out what is not testable, and take the mean of `verdict == 'supported'` by kind."
        ),
        key=facts_and_causes,
    ),
    "5-2": Exercise(
        question=N_(
            "Of how many contradicted claims does no piece of evidence lie clear on the "
            "claimed side?"
        ),
        answer=Count(N_("a count of claims")),
        hint=N_(
            "Keep the rows of `gzbook.book().strength()` in which the column `for` is zero, and "
            "count the word contradicted."
        ),
        key=silent,
    ),
    "5-3": Exercise(
        question=N_(
            "Which of the words sales, survey, records and programme occurs most often in "
            "what is needed?"
        ),
        answer=Name(N_("one of the four words")),
        hint=N_(
            "Keep the claims that are not testable and count the texts of `needed` that contain "
            "each word, in capitals or not."
        ),
        key=most_useful,
    ),
}
