"""What a rewrite is not sure of: a test in front of its new form is there because an input may fail it. So such inputs are tried.

Comes in: the rewrite's text and the contract, which describes inputs that pass. Goes out: contracts of inputs that do not:
another number of dimensions, a list instead of an array, lengths that are not equal; and which arrays may be read-only. On these
the loop behind the test has to run. Not handled: tests of dtypes and of single sizes, which the contract leaves open anyway;
lengths that a third input shares, which may be tied to it for good.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from autovec.outcome import ArrayInput, Contract, ScalarInput, Symbol
from autovec.verify.branches import leading

_OF_LIST = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}
Dimension = tuple[str, int]


def doubted(text: str, contract: Contract) -> Iterator[Contract]:
    """Contracts of inputs that fail one of the tests each."""
    tests = _tests(text)
    ranked = {name for test in tests for name in _with_attribute(test, "ndim")}
    for some in dict.fromkeys((*((name,) for name in sorted(ranked)), tuple(sorted(ranked)))):
        yield from _other_ranks(contract, some)
    lists = {name for test in tests for name in _instances(test)}
    for name in sorted(lists):
        yield from _as_list(contract, name)
    for pair in dict.fromkeys(pair for test in tests for pair in _equal_lengths(test, contract)):
        yield from _apart(contract, *pair)


def maybe_read_only(text: str, contract: Contract) -> frozenset[int]:
    """The inputs of which the text asks whether they may be written to."""
    asked = {name for test in _tests(text) for name in _with_attribute(test, "writeable")}
    return frozenset(i for i, x in enumerate(contract.inputs) if x.name in asked)


def _tests(text: str) -> list[ast.expr]:
    """The tests with the loop behind them."""
    return [s.test for s in leading(ast.parse(text).body) if s.orelse]


def _with_attribute(test: ast.expr, attribute: str) -> Iterator[str]:
    """The names whose attribute stands in a test, as `x` in `x.ndim` and in `x.flags.writeable`."""
    for node in ast.walk(test):
        if isinstance(node, ast.Attribute) and node.attr == attribute:
            yield ast.unparse(node.value).removesuffix(".flags")


def _instances(test: ast.AST) -> Iterator[str]:
    """The names of which a test asks whether they are arrays; the variable of a generator in it is none of them."""
    match test:
        case ast.Call(func=ast.Name("isinstance"), args=[value, _]):
            yield ast.unparse(value)
        case ast.GeneratorExp(ast.Call(func=ast.Name("isinstance")), [ast.comprehension(iter=ast.Tuple(elts=values))]):
            yield from map(ast.unparse, values)
        case _:
            for part in ast.iter_child_nodes(test):
                yield from _instances(part)


def _changed(contract: Contract, name: str, **changes: object) -> Contract:
    inputs = tuple(
        replace(x, **changes) if x.name == name and isinstance(x, ArrayInput) else x  # pyright: ignore[reportArgumentType]
        for x in contract.inputs
    )
    return replace(contract, inputs=inputs)


def _array(contract: Contract, name: str) -> ArrayInput | None:
    found = (x for x in contract.inputs if isinstance(x, ArrayInput) and x.container == "ndarray" and x.name == name)
    return next(found, None)


def _other_ranks(contract: Contract, names: tuple[str, ...]) -> Iterator[Contract]:
    """The arrays with one more dimension, and with one less."""
    arrays = [x for name in names if (x := _array(contract, name)) is not None]
    for more in (True, False):
        changed = contract
        for x in arrays:
            changed = _changed(changed, x.name, shape=(*x.shape, "2") if more else x.shape[:-1])
        if arrays and (more or all(len(x.shape) > 1 for x in arrays)):
            yield changed


def _as_list(contract: Contract, name: str) -> Iterator[Contract]:
    x = _array(contract, name)
    if x is not None and x.shape:
        kinds = tuple(dict.fromkeys(_OF_LIST[_kind(t)] for t in x.dtypes))
        yield _changed(contract, name, container="list", dtypes=kinds)


def _kind(dtype: str) -> str:
    return "b" if dtype == "bool" else dtype[0]


def _equal_lengths(test: ast.expr, contract: Contract) -> Iterator[tuple[Dimension, Dimension]]:
    """Dimensions of two arrays that a test compares."""
    for node in ast.walk(test):
        if not isinstance(node, ast.Compare) or not all(isinstance(op, ast.Eq) for op in node.ops):
            continue
        sides = [_dimensions(e, contract) for e in (node.left, *node.comparators)]
        for first, second in pairwise(sides):
            if len(first) == len(second):
                yield from ((a, b) for a, b in zip(first, second, strict=True) if a and b and a[0] != b[0])


def _dimensions(e: ast.expr, contract: Contract) -> list[Dimension | None]:
    """What a side of a comparison is: one dimension, all of an array, or those in a tuple."""
    match e:
        case ast.Call(func=ast.Name("len"), args=[array]):
            return [(ast.unparse(array), 0)]
        case ast.Subscript(value=ast.Attribute(value=array, attr="shape"), slice=ast.Constant(value=int(k))):
            return [(ast.unparse(array), k)]
        case ast.Attribute(value=array, attr="shape") if (x := _array(contract, ast.unparse(array))) is not None:
            return [(x.name, k) for k in range(len(x.shape))]
        case ast.Tuple(elts=parts):
            return [d for part in parts for d in (_dimensions(part, contract) or [None])]
        case _:
            return []


def _apart(contract: Contract, a: Dimension, b: Dimension) -> Iterator[Contract]:
    """The second dimension with a size of its own, where nothing but the two has their present one."""
    x, y = _array(contract, a[0]), _array(contract, b[0])
    if x is None or y is None or not (a[1] < len(x.shape) and b[1] < len(y.shape)) or x.shape[a[1]] != y.shape[b[1]]:
        return
    others = [z for z in contract.inputs if z not in (x, y)]
    if any(x.shape[a[1]] in (z.shape if isinstance(z, ArrayInput) else (z.value,)) for z in others if _has_size(z)):
        return
    size = Symbol(f"{y.name.replace('.', '_')}_{b[1]}_apart")
    changed = _changed(contract, y.name, shape=(*y.shape[: b[1]], size.name, *y.shape[b[1] + 1 :]))
    yield replace(changed, symbols=(*contract.symbols, size))


def _has_size(z: ArrayInput | ScalarInput) -> bool:
    return isinstance(z, ArrayInput) or bool(z.value)
