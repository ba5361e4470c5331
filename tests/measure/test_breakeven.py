"""The size from which a rewrite pays, from made-up timings."""

from autovec.measure.breakeven import pays_from
from autovec.outcome import Timing


def _timings(*gains: float) -> tuple[Timing, ...]:
    """Sizes 4, 16, 64, ... with before over after as given."""
    return tuple(Timing(4 ** (k + 1), gain, 1.0) for k, gain in enumerate(gains))


def test_a_rewrite_that_is_never_faster_pays_nowhere() -> None:
    assert pays_from(_timings(0.1, 0.5, 0.9)) is None


def test_one_that_loses_again_at_the_largest_size_pays_nowhere() -> None:
    assert pays_from(_timings(0.5, 2.0, 0.9)) is None


def test_nothing_measured_pays_nowhere() -> None:
    assert pays_from(()) is None


def test_one_that_always_wins_pays_from_the_smallest_size() -> None:
    assert pays_from(_timings(1.0, 5.0)) == 4


def test_the_crossing_lies_between_two_sizes_on_the_logarithmic_scale() -> None:
    assert pays_from(_timings(0.5, 2.0)) == 8


def test_only_the_last_crossing_counts() -> None:
    assert pays_from(_timings(3.0, 0.25, 4.0, 9.0)) == 32


def test_larger_sizes_are_rounded_up() -> None:
    assert pays_from((Timing(1000, 0.5, 1.0), Timing(4000, 1.9, 1.0))) == 2500
