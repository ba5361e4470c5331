"""A counterexample as a script that anybody can paste: the inputs as literals, both texts as functions, both results printed.

Comes in: the task, the case that differs, and its arguments. Goes out: the text of the script, and the words for a case's sizes
and dtypes. Not handled: inputs too large for a literal (cases are shrunk before), a text with a multi-line string (its
continuation lines are indented along).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import cast

from autovec.harness.cases import Case, choices
from autovec.harness.data import Array, is_array, is_numpy_scalar
from autovec.outcome import ArrayInput, Contract
from autovec.verify.task import Task

_IMPORTS = ("from math import inf, nan", "from types import SimpleNamespace", "import numpy as np")


def sizes_of(case: Case) -> str:
    """The sizes in words: "n=5, m=3"."""
    return ", ".join(f"{name}={n}" for name, n in case.sizes)


def dtypes_of(contract: Contract, case: Case) -> str:
    """The element types of the arrays, and of the scalars that have a choice: "x: float32, k: int"."""
    return ", ".join(
        f"{x.name}: {dtype}"
        for x, dtype in zip(contract.inputs, case.dtypes, strict=True)
        if isinstance(x, ArrayInput) or len(choices(x)) > 1
    )


def reproduce(task: Task, message: str, case: Case, args: Mapping[str, object]) -> str:
    """The script; `message` goes on top as a comment."""
    contract = task.contract
    prelude = contract.prelude.strip("\n")
    imports = [line for line in _IMPORTS if line not in prelude.splitlines()]
    roots = ", ".join(contract.roots)
    kernels = task.definitions.strip("\n").splitlines()
    return "\n".join((
        f"# {message}", *imports, prelude, *kernels, "", 'np.set_printoptions(floatmode="unique")', "", "",
        *_function("before", roots, task.old, contract), *_function("after", roots, task.new, contract),
        "def inputs():", *(f"    {line}" for line in literals(contract, case, args)), f"    return [{roots}]", "", "",
        "for loop in (before, after):", "    given = inputs()",
        '    print(loop.__name__, "gives", loop(*given), "and leaves", given)', "",
    ))  # fmt: skip


def _function(name: str, roots: str, text: str, contract: Contract) -> list[str]:
    plain = tuple(o for o in contract.outputs if "." not in o)
    tail = [f"    return {{name: value for name, value in locals().items() if name in {plain!r}}}"] if plain else []
    return [f"def {name}({roots}):", textwrap.indent(text.strip("\n"), "    "), *tail, "", ""]


def literals(contract: Contract, case: Case, args: Mapping[str, object]) -> tuple[str, ...]:
    """Lines that make the inputs of a case."""
    lines: list[str] = []
    holders = dict.fromkeys(".".join(x.name.split(".")[:k]) for x in contract.inputs for k in range(1, x.name.count(".") + 1))
    lines += [f"{holder} = SimpleNamespace()" for holder in holders]
    for i, x in enumerate(contract.inputs):
        value = args[x.name]
        if case.alias is not None and i == case.alias.second:
            continue
        if is_array(value):
            lines += _array(x.name, value, case.layouts[i])
        else:
            lines.append(f"{x.name} = {_literal(value)}")
    return (*lines, *_shared(contract, case))


def _shared(contract: Contract, case: Case) -> list[str]:
    if case.alias is None:
        return []
    first, second = (contract.inputs[i].name for i in (case.alias.first, case.alias.second))
    match case.alias.how:
        case "view":
            return [f"{second} = {first}.view()"]
        case "part":
            return [f"{second} = {first}[len({first}) // 2]"]
        case "ahead":
            return [f"memory = np.concatenate(({first}, {first}[:1]))", f"{first}, {second} = memory[:-1], memory[1:]"]
        case "behind":
            return [f"memory = np.concatenate(({first}[-1:], {first}))", f"{first}, {second} = memory[1:], memory[:-1]"]
        case _:
            return [f"{second} = {first}"]


def _literal(value: object) -> str:
    """`value` as an expression; `repr` of complex numbers loses signs of zero and writes `infj`."""
    if is_numpy_scalar(value):
        return f"np.{type(value).__name__}({_literal(value.item())})"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, cast('list[object]', value)))}]"
    return f"complex({value.real!r}, {value.imag!r})" if isinstance(value, complex) else repr(value)


def _array(name: str, x: Array, layout: str) -> list[str]:
    plain = f"np.array({_literal(x.tolist())}, dtype={x.dtype.name!r})"
    if 0 in x.shape and x.ndim > 1:
        plain = f"np.zeros({x.shape!r}, dtype={x.dtype.name!r})"
    match layout:
        case "F":
            return [f"{name} = np.asfortranarray({plain})"]
        case "reversed":
            return [f"{name} = {plain}[::-1].copy()[::-1]"]
        case "last reversed":
            return [f"{name} = {plain}[..., ::-1].copy()[..., ::-1]"]
        case "stepped":
            return [f"{name} = np.ones({tuple(2 * n for n in x.shape)!r}, {x.dtype.name!r})"
                    f"[{', '.join(['::2'] * x.ndim)}]", f"{name}[...] = {plain}"]  # fmt: skip
        case "read-only":
            return [f"{name} = {plain}", f"{name}.flags.writeable = False"]
        case _:
            return [f"{name} = {plain}"]
