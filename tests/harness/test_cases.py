"""Cases: the same recipe gives the same inputs; the corners are all there; what the contract forbids never comes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice

import numpy as np
import pytest

from autovec.harness.cases import Case, build, shape_of, sized
from autovec.harness.corners import table
from autovec.harness.draws import History, draws
from autovec.outcome import ArrayInput, Contract, ScalarInput, Symbol

DTYPES = ("float64", "float32", "int64", "uint8", "bool", "complex128")
CONTRACT = Contract(
    (Symbol("n", at_least="m"), Symbol("m", window=True)),
    (
        ArrayInput("x", "ndarray", DTYPES, ("n", "m")),
        ArrayInput("y", "ndarray", DTYPES, ("n", "m")),
        ArrayInput("index", "ndarray", ("int64",), ("m",), "-n", "n"),
        ArrayInput("rows", "list", ("int", "float"), ("n", "m")),
        ScalarInput("c", ("float", "int", "float32")),
        ScalarInput("k", ("int",), low="0", high="n"),
        ScalarInput("count", ("int",), value="n * m"),
    ),
    (),
    fresh=("rows",),
)


def some(count: int = 400) -> list[Case]:
    return list(islice(draws(CONTRACT, History()), count))


def plain(value: object) -> object:
    return (value.dtype, value.shape, value.strides, value.tobytes()) if isinstance(value, np.ndarray) else repr(value)


def test_an_impossible_contract_gives_no_cases() -> None:
    never = Contract((), (ScalarInput("k", ("int",), low="3", high="3"),), ())
    assert list(table(never)) == []
    assert list(draws(never, History())) == []


def test_sizes_obey_the_contract() -> None:
    for case in [*table(CONTRACT), *some()]:
        sizes = dict(case.sizes)
        assert sizes["n"] >= sizes["m"]
        args = build(CONTRACT, case)
        index, k = args["index"], args["k"]
        assert isinstance(index, np.ndarray) and isinstance(k, int)
        assert ((index >= -sizes["n"]) & (index < sizes["n"])).all()
        assert 0 <= k < sizes["n"]
        assert args["count"] == sizes["n"] * sizes["m"]


def test_the_same_case_gives_equal_independent_inputs() -> None:
    for case in [*table(CONTRACT), *some()]:
        a, b = build(CONTRACT, case), build(CONTRACT, case)
        assert {name: plain(v) for name, v in a.items()} == {name: plain(v) for name, v in b.items()}
        first, second = ([x for x in args.values() if isinstance(x, np.ndarray)] for args in (a, b))
        assert not any(np.may_share_memory(p, q) for p in first for q in second)
        assert (a["x"] is a["y"]) == (b["x"] is b["y"])


def test_the_table_is_the_same_every_time_and_short() -> None:
    cases = list(table(CONTRACT))
    assert cases == list(table(CONTRACT))
    assert len(set(cases)) == len(cases) < 600


def test_the_table_has_the_sizes() -> None:
    free = Contract((Symbol("n"), Symbol("m")), CONTRACT.inputs[:2], ())
    sizes = {tuple(n for _, n in case.sizes) for case in table(free)}
    assert {(0, 0), (1, 1), (2, 2), (3, 3), (65, 65)} <= sizes
    assert any(n < m for n, m in sizes) and any(n > m > 0 for n, m in sizes)
    assert any(n == 0 < m for n, m in sizes) and any(m == 0 < n for n, m in sizes)
    assert any(n == 65 > m for n, m in sizes) and any(m == 65 > n for n, m in sizes)


def test_the_table_has_every_dtype_also_when_empty_and_single() -> None:
    one = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", DTYPES, ("n",)),), ())
    seen = {(case.dtypes[0], dict(case.sizes)["n"]) for case in table(one)}
    assert {(dtype, n) for dtype in DTYPES for n in (0, 1, 5)} <= seen


def test_the_table_has_the_layouts_and_the_aliases() -> None:
    two = Contract((Symbol("n"), Symbol("m")), CONTRACT.inputs[:2], ())
    cases = [(case, build(two, case)) for case in table(two)]
    arrays = [x for _, args in cases for x in args.values() if isinstance(x, np.ndarray) and x.size > 4]
    assert any(x.flags.f_contiguous and not x.flags.c_contiguous for x in arrays)
    assert any(min(x.strides) < 0 for x in arrays)
    assert any(not x.flags.writeable for x in arrays)
    assert any(not x.flags.forc for x in arrays)
    assert any(args["x"] is args["y"] for _, args in cases)
    assert any(args["x"] is not args["y"] and np.shares_memory(args["x"], args["y"]) for _, args in cases)  # type: ignore[arg-type]
    alone = Contract(two.symbols, two.inputs, (), fresh=("x",))
    assert all(case.alias is None for case in table(alone))


def floats(contract: Contract, cases: Iterable[Case]) -> list[float]:
    return [float(v) for case in cases for x in build(contract, case).values() for v in np.ravel(x)]  # type: ignore[arg-type]


def test_the_table_has_the_data() -> None:
    one = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", ("float64",), ("n",)),), ())
    values = floats(one, table(one))
    assert any(map(math.isnan, values)) and {math.inf, -math.inf} <= set(values)
    assert any(v == 0.0 and math.copysign(1.0, v) < 0 for v in values)
    mixed = [x for case in table(one) if len(x := floats(one, [case])) > 4]
    assert any(any(map(math.isnan, x)) and not all(map(math.isnan, x)) for x in mixed)
    assert any(x == sorted(x) for x in mixed) and any(len(set(x)) == 1 for x in mixed)
    for dtype in ("int8", "uint8", "int64", "uint64"):
        ints = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", (dtype,), ("n",)),), ())
        drawn = {int(v) for case in table(ints) for v in np.ravel(build(ints, case)["x"])}  # type: ignore[arg-type]
        assert {np.iinfo(dtype).min, np.iinfo(dtype).max} <= drawn


def test_indices_repeat_and_go_negative() -> None:
    contract = Contract((Symbol("n"),), (ArrayInput("index", "ndarray", ("int64",), ("n",), "-n", "n"),), ())
    drawn = [build(contract, case)["index"] for case in table(contract)]
    lists = [x.tolist() for x in drawn if isinstance(x, np.ndarray)]
    assert any(len(set(x)) < len(x) for x in lists) and any(min(x, default=0) < 0 for x in lists)


def test_lists_are_python_numbers() -> None:
    contract = Contract((Symbol("n"),), (ArrayInput("x", "list", ("int", "float"), ("n",)),), ())
    lists = [x for case in table(contract) if isinstance(x := build(contract, case)["x"], list)]
    kinds = {frozenset(map(type, x)) for x in lists}
    assert {frozenset((int,)), frozenset((float,)), frozenset((int, float))} <= kinds


def test_scalars_take_their_corners() -> None:
    contract = Contract((), (ScalarInput("c", ("int", "float", "float32")),), ())
    values = [build(contract, case)["c"] for case in table(contract)]
    ints = {v for v in values if type(v) is int}
    assert {0, 1, -1, -7, 1000} <= ints
    draw = [build(contract, case)["c"] for case in islice(draws(contract, History()), 500)]
    assert any(isinstance(v, float) and math.isnan(v) for v in draw)
    assert {type(v) for v in draw} == {int, float, np.float32}


def test_random_cases_move_to_where_the_original_returns() -> None:
    contract = Contract((Symbol("n"), Symbol("m")), CONTRACT.inputs[:2], ())
    history = History()
    good = 0
    for case in islice(draws(contract, history), 600):
        sizes = dict(case.sizes)
        returned = sizes["n"] == sizes["m"] + 1
        history.record(case, returned)
        good += returned
    assert good > 150  # 5 in 100 without steering


def test_sized_is_ordinary_and_contiguous() -> None:
    args = sized(CONTRACT, 50, dtypes={"x": "float32", "rows": "int"})
    x, index, rows = args["x"], args["index"], args["rows"]
    assert isinstance(x, np.ndarray) and isinstance(index, np.ndarray) and isinstance(rows, list)
    assert (x.dtype, x.shape, x.flags.c_contiguous) == (np.float32, (50, 3), True)
    assert ((index >= -50) & (index < 50)).all() and args["count"] == 150
    assert len(rows) == 50 and {type(v) for row in rows for v in row} == {int}
    assert shape_of(ArrayInput("w", "ndarray", ("float64",), ("n + 1", "3")), {"n": 2}) == (3, 3)


def integers(contract: Contract, name: str) -> list[int]:
    """Every Python integer that an input is given."""
    found: list[int] = []
    for case in (*table(contract), *islice(draws(contract, History()), 500)):
        value = build(contract, case)[name]
        found += [x for x in (value if isinstance(value, list) else [value]) if type(x) is int]  # type: ignore[misc]
    return found


def test_integers_in_a_list_of_floats_stay_below_what_a_float_holds() -> None:
    contract = Contract((Symbol("n"),), (ArrayInput("x", "list", ("float", "int"), ("n",)),), ())
    assert 2**52 < max(integers(contract, "x")) < 2**53


def test_integers_in_a_list_of_integers_have_no_limit() -> None:
    contract = Contract((Symbol("n"),), (ArrayInput("x", "list", ("int",), ("n",)),), ())
    assert max(integers(contract, "x")) > 2**63 and min(integers(contract, "x")) < -(2**63)


@pytest.mark.parametrize("kinds", [("int",), ("float", "int")])
def test_a_lone_integer_stays_near_two_to_the_31(kinds: tuple[str, ...]) -> None:
    contract = Contract((Symbol("n"),), (ScalarInput("k", kinds),), ())
    assert 2**31 < max(integers(contract, "k")) <= 2**31 + 5 and min(integers(contract, "k")) == -(2**31)


def test_sizes_by_which_a_number_is_divided_are_never_zero() -> None:
    contract = Contract((Symbol("n"), Symbol("step")), (ScalarInput("count", ("int",), "n // step"),), ())
    every = [*table(contract), *islice(draws(contract, History()), 200)]
    assert len(every) > 200
    assert all(dict(case.sizes)["step"] > 0 and build(contract, case)["count"] is not None for case in every)
