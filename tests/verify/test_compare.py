"""Comparison: what counts as the same, and the sentence that says what does not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autovec.harness.region import Outcome
from autovec.outcome import ArrayInput, Contract
from autovec.verify.compare import Sort, difference

CONTRACT = Contract((), (ArrayInput("x", "ndarray", ("float64",), ("3",)),), ("out",))
LOOSE = Contract((), CONTRACT.inputs, ("out",), loose=("out",))


def between(old: object, new: object, contract: Contract = CONTRACT, signed_zeros: bool = True) -> tuple[str, Sort] | None:
    """Compare two values of the output."""
    x = np.zeros(3)
    before, after = Outcome("fell", {"out": old}), Outcome("fell", {"out": new})
    found = difference(contract, (before, {"x": x}), (after, {"x": x.copy()}), signed_zeros=signed_zeros)
    return None if found is None else (str(found), found.sort)


@pytest.mark.parametrize(
    ("old", "new", "what", "sort"),
    [
        (0.5, 0.25, "out: 0.5 became 0.25", Sort.FLOATS),
        (0.5, math.nan, "out: 0.5 became nan", Sort.FLOATS),
        (0.0, -0.0, "out: 0.0 became -0.0", Sort.FLOATS),
        (1j, 2j, "out: 1j became 2j", Sort.FLOATS),
        (1, 2, "out: 1 became 2", Sort.VALUES),
        (1, np.int64(1), "out: 1 (int) became 1 (np.int64)", Sort.STRUCTURE),
        (True, np.True_, "out: True (bool) became True (np.bool)", Sort.STRUCTURE),
        (1, 1.0, "out: 1 (int) became 1.0 (float)", Sort.STRUCTURE),
        (1, True, "out: 1 (int) became True (bool)", Sort.STRUCTURE),
        (1.0, np.float32(1), "out: 1.0 (float) became 1.0 (np.float32)", Sort.STRUCTURE),
        (np.float64(1), np.zeros(()), "out: 1.0 (np.float64) became array(0.) (ndarray)", Sort.STRUCTURE),
        (None, 0, "out: None (NoneType) became 0 (int)", Sort.STRUCTURE),
        ([1], (1,), "out: [1] (list) became (1,) (tuple)", Sort.STRUCTURE),
        ([1, 2], [1], "out: length 2 became 1", Sort.STRUCTURE),
        ([1, [2.0]], [1, [3.0]], "out[1][0]: 2.0 became 3.0", Sort.FLOATS),
        ({"a": 1}, {"a": 2}, "out['a']: 1 became 2", Sort.VALUES),
        ({"a": 1}, {"b": 1}, "out: keys ['a'] became ['b']", Sort.STRUCTURE),
        (np.zeros(2), np.zeros(2, np.float32), "out: dtype float64 became float32", Sort.STRUCTURE),
        (np.zeros(2), np.zeros((2, 1)), "out: shape (2,) became (2, 1)", Sort.STRUCTURE),
        (np.zeros((2, 2)), np.array([[0, 0], [7, 0.0]]), "out[1, 0]: 0.0 became 7.0", Sort.FLOATS),
        (np.zeros(2), np.array([0, -0.0]), "out[1]: 0.0 became -0.0", Sort.FLOATS),
        (np.array([1, 2]), np.array([1, 3]), "out[1]: 2 became 3", Sort.VALUES),
        (np.array([1j]), np.array([complex(0, 2)]), "out[0]: 1j became 2j", Sort.FLOATS),
        (np.array([[], 1], object), np.array([[], 2], object), "out[1]: 1 became 2", Sort.VALUES),
        ("a", "b", "out: 'a' became 'b'", Sort.VALUES),
    ],
)  # fmt: skip
def test_differences(old: object, new: object, what: str, sort: Sort) -> None:
    assert between(old, new) == (what, sort)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1.0, np.float64(1)),
        (1j, np.complex128(1j)),
        (math.nan, -math.nan),
        (2**70, 2**70),
        ([1, 2.0, None, "a", range(3)], [1, 2.0, None, "a", range(3)]),
        (np.array([1.0, math.nan]), np.array([1.0, -math.nan])),
        (np.asfortranarray(np.eye(3)), np.eye(3)),
        (np.array([complex(1, math.nan)]), np.array([complex(1, -math.nan)])),
        (np.zeros((0, 2), np.int8), np.zeros((0, 2), np.int8)),
    ],
)
def test_the_same(old: object, new: object) -> None:
    assert between(old, new) is None


def test_signs_of_zero_count_only_where_asked() -> None:
    assert between([0.0, np.zeros(1)], [-0.0, -np.zeros(1)], signed_zeros=False) is None
    assert between(0j, -0j, signed_zeros=False) is None
    assert between([0.0], [5e-324], signed_zeros=False) == ("out[0]: 0.0 became 5e-324", Sort.FLOATS)


def test_loose_outputs_count_by_value() -> None:
    assert between(1, np.int64(1), LOOSE) is None
    assert between(1, 1.0, LOOSE) is None
    assert between([1.0], [np.float32(1)], LOOSE) is None
    assert between(np.uint8(1), 2, LOOSE) == ("out: 1 became 2", Sort.VALUES)
    assert between(1, [1], LOOSE) == ("out: 1 (int) became [1] (list)", Sort.STRUCTURE)
    assert between(np.zeros(1), np.zeros(1, np.float32), LOOSE) == ("out: dtype float64 became float32", Sort.STRUCTURE)


def test_bound_on_one_side_only() -> None:
    args: dict[str, object] = {"x": np.zeros(3)}
    empty, full = Outcome("fell"), Outcome("fell", {"out": 1})
    assert str(difference(CONTRACT, (empty, args), (full, args), signed_zeros=True)) == "out: bound by the rewrite only"
    assert str(difference(CONTRACT, (full, args), (empty, args), signed_zeros=True)) == "out: bound by the loop only"


def test_endings() -> None:
    args: dict[str, object] = {"x": np.zeros(3)}
    fell, returned = Outcome("fell"), Outcome("returned", value=3)
    zero, index = Outcome("raised", error=ZeroDivisionError("by zero")), Outcome("raised", error=IndexError("far"))

    def said(old: Outcome, new: Outcome) -> str:
        return str(difference(CONTRACT, (old, args), (new, args), signed_zeros=True))

    assert said(fell, zero) == "the result: the loop ran to its end, the rewrite raised ZeroDivisionError: by zero"
    assert said(zero, index) == "the result: the loop raised ZeroDivisionError: by zero, the rewrite raised IndexError: far"
    assert said(returned, fell) == "the result: the loop returned, the rewrite ran to its end"
    assert said(returned, Outcome("returned", value=4)) == "the result: 3 became 4"
    assert said(zero, Outcome("raised", error=ZeroDivisionError("other words"))) == "None"


def test_of_the_elements_of_an_array_the_one_furthest_off_is_told() -> None:
    old, new = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, np.nextafter(2.0, 3.0), 5.0, 4.5])
    assert between(old, new) == ("out[2]: 3.0 became 5.0", Sort.FLOATS)
    new[1] = math.nan
    assert between(old, new) == ("out[1]: 2.0 became nan", Sort.FLOATS)


def test_of_the_elements_of_a_list_the_one_furthest_off_is_told() -> None:
    assert between([1.0, 2.0, math.nan], [1.0, 2.0, math.nan]) is None
    assert between([1.0, 2.0, 4.0], [1.5, 2.5, 5.0]) == ("out[0]: 1.0 became 1.5", Sort.FLOATS)
    assert between([0.0], [-0.0]) == ("out[0]: 0.0 became -0.0", Sort.FLOATS)
    assert between([0.0], [-0.0], signed_zeros=False) is None
    assert between([1, 2], [1, 3]) == ("out[1]: 2 became 3", Sort.VALUES)
    assert between([1.0, 2.0], [1.0, 2]) == ("out[1]: 2.0 (float) became 2 (int)", Sort.STRUCTURE)


def test_the_gravest_difference_is_told() -> None:
    x, y = np.zeros(3), np.ones(3)
    old, new = Outcome("fell", {"out": 1}), Outcome("fell", {"out": np.int64(1)})
    found = difference(CONTRACT, (old, {"x": x}), (new, {"x": y}), signed_zeros=True)
    assert str(found) == "out: 1 (int) became 1 (np.int64)"


def test_arguments_are_compared() -> None:
    found = difference(
        CONTRACT, (Outcome("fell"), {"x": np.zeros(3)}), (Outcome("fell"), {"x": np.array([0, 0, 1.0])}), signed_zeros=True
    )
    assert str(found) == "x[2]: 0.0 became 1.0"


def sharing(old: object, new: object, x: object, y: object) -> str:
    before, after = Outcome("fell", {"out": old}), Outcome("fell", {"out": new})
    return str(difference(CONTRACT, (before, {"x": x}), (after, {"x": y}), signed_zeros=True))


def test_identity_and_shared_memory() -> None:
    x, y = np.zeros(3), np.zeros(3)
    assert sharing(x, y, x, y) == "None"
    assert sharing(x[:2], y[:2], x, y) == "None"
    assert sharing(x, y.copy(), x, y) == "out: the same object as another one in the loop only"
    assert sharing(x.copy(), y, x, y) == "out: the same object as another one in the rewrite only"
    assert sharing(x[:2], y[:2].copy(), x, y) == "out: shares memory with x in the loop only"
    assert sharing(x[:2].copy(), y[:2], x, y) == "out: shares memory with x in the rewrite only"
    row: list[int] = [0]
    assert sharing([row, row], [[0], [0]], x, y) == "out[1]: the same object as another one in the loop only"
    assert sharing([[0], [0]], [row, row], x, y) == "out[1]: the same object as another one in the rewrite only"
