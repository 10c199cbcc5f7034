"""Words that every chart needs, for tests."""

WORDS = {
    "title": "SIMULATED: a finding",
    "unit": "yuan",
    "period": "2020",
    "source": "drawn for a test",
    "description": "Dots for simulated counties.",
}


def chart_words(sample: str, **more: str) -> dict[str, str]:
    """Return the words with a sample."""
    return {**WORDS, "sample": sample, **more}


def subtitle(chart) -> str:
    """Return a chart's subtitle as one line."""
    return " ".join(chart.to_dict()["title"]["subtitle"])


def rows(chart) -> list[dict]:
    """Return the rows of all data sets in a chart."""
    return [row for data in chart.to_dict()["datasets"].values() for row in data]
