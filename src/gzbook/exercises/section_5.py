"""Exercises of the conclusion: the claims ledger."""

import pandas as pd

from gzbook.evidence import book, ledger, load_claims
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Labelled, Name, Number

WORDS = ("sales", "survey", "records", "programme")


@exercise(
    "5-1",
    "What share of the tested facts is supported, and what share of the tested causal claims?",
    wanted=Labelled("of the kinds fact and causal", "between 0 and 1", absolute=0.006),
    hint="Leave out what is not testable, and take the mean of `verdict == 'supported'` by kind.",
)
def facts_and_causes() -> Key:
    """Divide supported claims by tested ones, by kind."""
    both = ["fact", "causal"]
    found = ledger(n_jobs=1, progress=False)
    kind, supported = found.kind, found.verdict == "supported"
    tested = found.verdict != "not testable"

    def share(rows: pd.Series) -> pd.Series:
        return supported[rows].groupby(kind[rows]).mean()[both]

    count = supported.groupby(kind).sum()[both]
    against = (found.verdict == "contradicted")[tested].groupby(kind[tested]).mean()[both]
    return Key(
        share(tested),
        {
            "The claims that cannot be tested are among them; leave them out.": share(
                tested | ~tested
            ),
            "These are counts; divide by the tested claims of the kind.": count,
            "These are shares of contradicted claims; asked for are supported ones.": against,
        },
    )


@exercise(
    "5-2",
    "Of how many contradicted claims does no piece of evidence lie clear on the claimed side?",
    wanted=Number("a count of claims", relative=0),
    hint="Keep the rows of `gzbook.book().strength()` in which the column `for` is zero, and count "
    "the word contradicted.",
)
def silent() -> Key:
    """Count contradicted claims without a piece of evidence for them."""
    weights = book().strength()
    none = weights["for"] == 0
    word = weights.verdict == "contradicted"
    return Key(
        int((none & word).sum()),
        {
            "These are all claims without a piece for them, whatever they are called.": int(
                none.sum()
            ),
            "These are the claims that cannot be tested; no evidence was weighed for them.": len(
                load_claims()
            )
            - len(weights),
            "These are all weighed claims.": len(weights),
        },
    )


@exercise(
    "5-3",
    "Which of the words sales, survey, records and programme occurs most often in what is needed?",
    wanted=Name("one of the four words"),
    hint="Keep the claims that are not testable and count the texts of `needed` that contain each "
    "word, in capitals or not.",
)
def most_useful() -> Key:
    """Count the words in what would be needed."""
    claims = load_claims()
    needed = claims.needed[claims.rule == "none"]
    counts = pd.Series({word: needed.str.contains(word, case=False).sum() for word in WORDS})
    order = list(counts.sort_values(ascending=False, kind="stable").index)
    return Key(
        order[0],
        {
            "One of the four occurs more often.": order[1],
            "Two of the four occur more often, or as often.": order[2],
            "This one is the rarest.": order[3],
        },
    )
