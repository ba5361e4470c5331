"""Positions that a statement needs twice get the name of their loop's variable."""

from autovec.emit.repeats import name_repeats

RANGE = "np.arange(n)"


def test_a_single_use_stays():
    assert name_repeats([f"x = {RANGE} * 2"], [], {RANGE: "i"}) == [f"x = {RANGE} * 2"]


def test_blocks_stay():
    lines = ["if n > 0:", f"    x = {RANGE} * {RANGE}"]
    assert name_repeats(lines, [], {RANGE: "i"}) == lines


def test_two_uses_get_a_name():
    assert name_repeats([f"x = {RANGE} * {RANGE}"], [], {RANGE: "i"}) == [f"i = {RANGE}", "x = i * i"]


def test_the_name_stands_in_front_of_the_first_use():
    lines = ["t = a + b", f"mask = {RANGE} > t", f"x = np.where(mask, {RANGE}, 0)"]
    assert name_repeats(lines, [], {RANGE: "i"}) == ["t = a + b", f"i = {RANGE}", "mask = i > t", "x = np.where(mask, i, 0)"]


def test_a_name_that_still_holds_is_used_again():
    assert name_repeats([f"y = {RANGE} + {RANGE}"], [f"i = {RANGE}", "x = i * i"], {RANGE: "i"}) == ["y = i + i"]


def test_a_name_that_no_longer_holds_is_bound_anew():
    for changed in ("n -= 1", "i = 0", "for n in range(3):"):
        lines = name_repeats([f"y = {RANGE} + {RANGE}"], [f"i = {RANGE}", changed], {RANGE: "i"})
        assert lines == [f"i = {RANGE}", "y = i + i"]
