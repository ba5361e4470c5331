"""Run a stretch of program text on given inputs, again and again, and see what it leaves behind.

Comes in: a region's text, dedented to column 0, and its `Contract`. Goes out: a `Region`, whose `run` gives an `Outcome`
(how the text ended, the outputs it bound, what it raised or warned) and whose `bind` gives a plain callable for the clock.
The text becomes the body of a function whose parameters are the roots of the contract's input names; `self.x` and `self.y`
are attributes of one plain object `self`. `contract.prelude` is executed once in a fresh namespace.
Not handled: `yield` in the text, and text that rebinds a global. Nothing here protects the process: see `sandbox.py`.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import partial
from types import SimpleNamespace
from typing import Literal, cast

from autovec.harness import threads
from autovec.harness.kernels import define, few_layouts
from autovec.outcome import Contract
from autovec.record import dataclass

_ENTRY = "_autovec_region"
_FELL = "_autovec_fell"
FILE = "<region>"  # of the region's code


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `outputs` holds those of the contract's outputs that are bound where the text falls off its end;
    `value` is what a `return` gave; `warned` are the texts of the RuntimeWarnings, in order."""

    how: Literal["fell", "returned", "raised"]
    outputs: Mapping[str, object] = field(default_factory=dict[str, object])
    value: object = None
    error: Exception | None = None
    warned: tuple[str, ...] = ()


class _Fell:
    """What the function returns where the text itself does not: its local variables."""

    __slots__ = ("names",)

    def __init__(self, names: dict[str, object]) -> None:
        self.names = names


@dataclass(frozen=True, slots=True)
class Region:
    """A compiled region; every run gets the arguments that it is given, which it may change."""

    function: Callable[..., object]
    roots: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def namespace(self) -> dict[str, object]:
        """The globals of the function."""
        return cast("dict[str, object]", getattr(self.function, "__globals__"))  # noqa: B009

    def bind(self, args: Mapping[str, object]) -> Callable[[], object]:
        """A call without arguments for the clock; what it returns means nothing."""
        return partial(self.function, *positional(self.roots, args))

    def run(self, args: Mapping[str, object]) -> Outcome:
        """Run the text once; an exception becomes an outcome."""
        with warnings.catch_warnings(record=True) as log:
            warnings.simplefilter("always")
            try:
                result = self.function(*positional(self.roots, args))
            except Exception as error:
                return Outcome("raised", error=error, warned=_runtime(log))
        if isinstance(result, _Fell):
            return Outcome("fell", outputs=_bound(self.outputs, result.names), warned=_runtime(log))
        return Outcome("returned", value=result, warned=_runtime(log))


def compile_region(text: str, contract: Contract, definitions: str = "", like: Region | None = None) -> Region:
    """`text` as a function of the contract's inputs. Raises SyntaxError, or whatever the prelude raises.

    `definitions` are functions that the text calls; those that Numba compiles get few signatures, see `kernels.py`. A region
    `like` another of the same contract shares what that one's prelude has made: Numba need not compile it again.
    """
    roots = contract.roots
    tree = ast.parse(f"def {_ENTRY}({', '.join(roots)}): return {_FELL}(locals())")
    entry = tree.body[0]
    assert isinstance(entry, ast.FunctionDef)
    entry.body[:0] = ast.parse(text).body
    namespace = _prepared(contract.prelude) if like is None else dict(like.namespace)
    if definitions:
        define(definitions, namespace)
    exec(compile(tree, FILE, "exec"), namespace)
    function = namespace[_ENTRY]
    assert callable(function)
    return Region(function, roots, contract.outputs)


def _prepared(prelude: str) -> dict[str, object]:
    namespace: dict[str, object] = {"__name__": "region", _FELL: _Fell}
    exec(compile(prelude, "<prelude>", "exec"), namespace)
    if "numba" in prelude:
        few_layouts(namespace)
    if threads.are_wanted(prelude):
        threads.use(1)
    return namespace


def positional(roots: tuple[str, ...], args: Mapping[str, object]) -> list[object]:
    """The arguments of the function, dotted names gathered into plain objects."""
    found: dict[str, object] = {name: value for name, value in args.items() if "." not in name}
    for name, value in args.items():
        root, *path = name.split(".")
        if path:
            _put(found.setdefault(root, SimpleNamespace()), path, value)
    return [found[root] for root in roots]


def _put(holder: object, path: list[str], value: object) -> None:
    for step in path[:-1]:
        if not hasattr(holder, step):
            setattr(holder, step, SimpleNamespace())
        holder = getattr(holder, step)
    setattr(holder, path[-1], value)


def _bound(outputs: tuple[str, ...], names: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for output in outputs:
        root, *path = output.split(".")
        if root not in names:
            continue
        value = names[root]
        try:
            for step in path:
                value = getattr(value, step)
        except AttributeError:
            continue
        found[output] = value
    return found


def _runtime(log: list[warnings.WarningMessage]) -> tuple[str, ...]:
    return tuple(str(w.message) for w in log if issubclass(w.category, RuntimeWarning))
