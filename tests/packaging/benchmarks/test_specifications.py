"""What the benchmark compares is the same thing: all three give one set of numbers."""

from benchmarks import specifications as part


def test_the_thousand_are_a_thousand():
    table = part.ours(part.simulated())
    assert len(table) == 1000
    assert (table.problem == "").all()


def test_pyfixest_gives_the_same_numbers():
    data = part.simulated()
    chosen = part.ours(data).iloc[part.some(25)]
    assert set(chosen.effects) == set(part.EFFECTS)
    assert part.largest_difference(chosen, part.by_pyfixest(data, chosen)) < 1e-8


def test_statsmodels_gives_the_same_numbers():
    data = part.simulated(counties=20)
    chosen = part.ours(data).iloc[part.some(12)]
    assert set(chosen.effects) == set(part.EFFECTS)
    assert part.largest_difference(chosen, part.by_statsmodels(data, chosen)) < 1e-8
