"""Kernels in a trial: functions that Numba compiles, each for two layouts of its arrays only.

Comes in: the text of the kernels. Goes out: names in a namespace. Numba compiles a function anew for every combination of memory
layouts; here one signature takes contiguous arrays, and one any layout, read-only where the kernel does not store: the cases of
the checker have dozens of combinations, and a compilation takes a quarter of a second. A warning while compiling is an error.
"""

from __future__ import annotations

import ast
import importlib
import signal
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from autovec.harness import threads
from autovec.harness.data import is_array
from autovec.harness.stores import stored

_PLAIN = "C"
_ANY = "A"


class Compiled:
    """A kernel with its few signatures; called like the function that it is."""

    def __init__(self, dispatcher: Any, stored: frozenset[int]) -> None:
        self.dispatcher = dispatcher
        self._stored = stored
        self._known: set[tuple[object, ...]] = set()

    def __call__(self, *args: object) -> object:
        """The kernel's result; the first call with other types compiles."""
        plain = all(a.flags.c_contiguous and a.flags.writeable and a.flags.aligned for a in args if is_array(a))
        key = (plain, *(_key(a) for a in args))
        if key not in self._known:
            with without_deadline():
                self._compile(args, _PLAIN if plain else _ANY)
            self._known.add(key)
        return self.dispatcher(*args)

    def _compile(self, args: tuple[object, ...], layout: str) -> None:
        numba: Any = importlib.import_module("numba")
        types = tuple(self._type(numba, k, a, layout) for k, a in enumerate(args))
        self.dispatcher.disable_compile(False)
        with warnings.catch_warnings():
            warnings.simplefilter("error", numba.core.errors.NumbaWarning)
            self.dispatcher.compile(types)
        self.dispatcher.disable_compile(True)

    def _type(self, numba: Any, k: int, value: object, layout: str) -> object:
        if not is_array(value):
            return numba.typeof(value)
        kept = layout == _ANY and k not in self._stored
        return numba.types.Array(numba.from_dtype(value.dtype), value.ndim, layout, readonly=kept)


@contextmanager
def without_deadline() -> Generator[None, None, None]:
    """Stops the clock of a case: to compile is not to run."""
    left = signal.setitimer(signal.ITIMER_REAL, 0.0)[0] if hasattr(signal, "setitimer") else 0.0
    yield
    if left:
        signal.setitimer(signal.ITIMER_REAL, left)


def define(text: str, namespace: dict[str, object]) -> None:
    """Execute the definitions of kernels, `from numba import njit` and all."""
    tree = ast.parse(text)
    if threads.are_wanted(text):
        threads.use(threads.MOST)
    exec(compile(tree, "<kernels>", "exec"), namespace)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            namespace[node.name] = Compiled(namespace[node.name], _stored(node))


def few_layouts(namespace: dict[str, object]) -> None:
    """Let the functions of a namespace that Numba compiles have few signatures, too: one for arrays that are all contiguous and
    may be written to, and one for any layout."""
    numba: Any = importlib.import_module("numba")
    for value in namespace.values():
        if isinstance(value, numba.core.dispatcher.Dispatcher):
            _widen(value)


def _widen(dispatcher: Any) -> None:
    compile_for, type_of = dispatcher._compile_for_args, dispatcher.typeof_pyval
    plain = [True]

    def compiled(*args: object, **named: object) -> object:
        plain[0] = all(a.flags.c_contiguous and a.flags.writeable for a in (*args, *named.values()) if is_array(a))
        return compile_for(*args, **named)

    def typed(value: object) -> object:
        return type_of(value) if plain[0] or not is_array(value) else type_of(value).copy(layout=_ANY)

    dispatcher._compile_for_args, dispatcher.typeof_pyval = compiled, typed


def unwrapped(function: Callable[..., object]) -> None:
    """Let a region call its kernels directly, once they are compiled: for the clock."""
    space = getattr(function, "__globals__", {})
    space.update({name: value.dispatcher for name, value in space.items() if isinstance(value, Compiled)})


def _key(value: object) -> object:
    return (value.dtype.str, value.ndim) if is_array(value) else type(value)


def _stored(kernel: ast.FunctionDef) -> frozenset[int]:
    """The parameters that the kernel stores into."""
    names = stored(kernel)
    return frozenset(k for k, a in enumerate(kernel.args.args) if a.arg in names)
