"""Arguments for the clock: their sizes, their dtypes, and that copies share nothing."""

import numpy as np

from autovec.harness.data import CLOCK_KINDS
from autovec.measure.inputs import copied, sizings
from autovec.outcome import ArrayInput, Contract, ScalarInput, Symbol

CONTRACT = Contract(
    (Symbol("n"), Symbol("m"), Symbol("k", window=True)),
    (
        ArrayInput("a", "ndarray", ("float32", "float64"), ("n", "m")),
        ArrayInput("rows", "list", ("float",), ("m", "k")),
        ScalarInput("c", ("float",)),
    ),
    (),
)


def _shapes(args: dict[str, object] | None) -> tuple[tuple[int, ...], ...]:
    assert args is not None
    return np.shape(args["a"]), np.shape(args["rows"])  # type: ignore[arg-type]


def test_sizes_are_equal_first_then_some_are_half_or_three_or_a_square() -> None:
    shapes = list(dict.fromkeys(_shapes(s.arguments(20)) for s in sizings(CONTRACT, {})))
    assert shapes == [
        ((20, 20), (20, 3)),
        ((20, 10), (10, 3)), ((20, 3), (3, 3)), ((20, 400), (400, 3)),
        ((10, 20), (20, 3)), ((3, 20), (20, 3)), ((400, 20), (20, 3)),
    ]  # fmt: skip


def test_sizings_that_the_contract_rules_out_give_nothing() -> None:
    contract = Contract((Symbol("n"),), (ArrayInput("i", "ndarray", ("int64",), ("n",), "n + 1", "n"),), ())
    assert {s.arguments(4) is None for s in sizings(contract, {})} == {True}
    by_zero = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", ("float64",), ("n // (n - n)",)),), ())
    assert {s.arguments(4) is None for s in sizings(by_zero, {})} == {True}


def test_data_lie_around_zero_first_then_above_it_then_above_one() -> None:
    found = [s.arguments(200) or {} for s in list(sizings(CONTRACT, {}))[:4]]
    lows, highs = [float(np.min(x["a"])) for x in found], [float(np.max(x["a"])) for x in found]  # type: ignore[call-overload]
    assert -2.0 <= lows[0] < -1.9 and 0.1 <= lows[1] < 0.12 and 0.1 <= lows[2] < 0.12 and 1.1 <= lows[3] < 1.15
    assert 1.9 < highs[0] <= 2.0 and 0.88 < highs[1] <= 0.9 and 2.9 < highs[3] <= 3.0
    assert [0.5 <= x["c"] <= 1.5 for x in found] == [True, True, False, True]  # type: ignore[operator]


def test_scalars_are_small_unless_they_bound_a_loop() -> None:
    contract = Contract((Symbol("n"),), tuple(ScalarInput(name, ("int",)) for name in ("k", "steps")), ())
    given = [s.arguments(50) or {} for s in sizings(contract, {}, frozenset(("n", "steps")))]
    assert [*dict.fromkeys(x["steps"] for x in given)] == [50, 3, 25] and {x["k"] for x in given} <= {1, 2, 3}


def test_what_a_loop_steps_by_is_the_length_of_a_chunk() -> None:
    contract = Contract((Symbol("n"),), tuple(ScalarInput(name, ("int",)) for name in ("k", "size")), ())
    given = [s.arguments(50) or {} for s in sizings(contract, {}, frozenset(), frozenset(("size",)))]
    assert {x["size"] for x in given} == {64} and {x["k"] for x in given} <= {1, 2, 3}


def test_a_size_that_no_array_has_is_small_before_any_other() -> None:
    inputs = (ArrayInput("a", "ndarray", ("float64",), ("n",)), ScalarInput("k", ("int",), "k"))
    given = [s.arguments(50) or {} for s in sizings(Contract((Symbol("n"), Symbol("k")), inputs, ()), {})]
    assert [*dict.fromkeys((len(x["a"]), x["k"]) for x in given)][:3] == [(50, 50), (50, 3), (50, 25)]  # type: ignore[arg-type]


def test_scalars_that_may_be_integers_are_so_in_the_end() -> None:
    contract = Contract((Symbol("n"),), (ScalarInput("hop", ("float", "float64", "int")),), ())
    assert [s.dtypes[0] for s in sizings(contract, {})][: len(CLOCK_KINDS) + 1] == ["float"] * len(CLOCK_KINDS) + ["int"]
    assert {s.dtypes[0] for s in sizings(contract, {"hop": "float64"})} == {"float64"}


def test_the_dtype_is_the_first_unless_told() -> None:
    first, told = next(sizings(CONTRACT, {})), next(sizings(CONTRACT, {"a": "float64"}))
    assert (first.dtypes, told.dtypes) == (("float32", "float", "float"), ("float64", "float", "float"))


def test_the_memory_of_the_arguments_is_estimated_without_making_them() -> None:
    assert next(sizings(CONTRACT, {})).bytes(1000) == 4 * 1000 * 1000 + 40 * 1000 * 3


def test_arguments_that_would_take_gibibytes_are_not_made() -> None:
    cube = Contract((Symbol("n"), Symbol("m"), Symbol("p")), (ArrayInput("a", "ndarray", ("float64",), ("n", "m", "p")),), ())
    squares = next(s for s in sizings(cube, {}) if [how for _, how in s.others] == ["square", "square"])
    assert squares.bytes(100) == 8 * 100**5
    assert squares.arguments(100) is None and squares.arguments(4) is not None


def test_copies_are_equal_and_share_nothing() -> None:
    args = {"a": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "rows": [[1.0], [2.0]], "flat": [1, 2], "c": 2.0}
    new = copied(args)
    array, rows, flat = new["a"], new["rows"], new["flat"]
    assert isinstance(array, np.ndarray) and isinstance(rows, list) and isinstance(flat, list)
    assert array.flags.f_contiguous and np.array_equal(array, args["a"]) and not np.shares_memory(array, args["a"])  # type: ignore[arg-type]
    assert rows == args["rows"] and rows is not args["rows"] and rows[0] is not args["rows"][0]  # type: ignore[index]
    assert flat == [1, 2] and flat is not args["flat"] and new["c"] == 2.0
