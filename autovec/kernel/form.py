"""What becomes of a loop that moves into a kernel: the kernel's text, the call in the loop's place, and the tests in front of it.

Comes in: a loop's site and what was read of its function. Goes out: a `Kernel`, or the refusal that says what Numba would do
otherwise. A loop that returns takes the statements behind it along, up to the return that ends them. Not handled: lists,
attributes of objects, variables that a loop may leave unbound.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from autovec.expression import ZERO
from autovec.facts.table import Facts
from autovec.kernel.bounds import inside_tests
from autovec.kernel.casts import converted, in_parallel
from autovec.kernel.expressions import Reader
from autovec.kernel.extraction import NOWHERE, REFUSED, arms, first_places, lists_made_in_front, surely_bound, taken_along
from autovec.kernel.guards import tests_of
from autovec.kernel.number import NARROW, Mismatch, Number
from autovec.kernel.parallel import Lanes, Scene, check_folds, lanes
from autovec.kernel.parameters import LIMITS, Parameter, Tests, entry
from autovec.kernel.runs import after_running, tests_that_it_runs
from autovec.kernel.state import Array, State, Value
from autovec.kernel.walk import Behaviour, behaviour
from autovec.loops.statement import For, While
from autovec.outcome import Refusal, Rounding, Span
from autovec.propose.guards import under_tests, with_fallback
from autovec.propose.reading import Located, Reading, locate, locate_statement
from autovec.source.comments import region as with_comments
from autovec.source.declared import parameters as declared
from autovec.source.find import Module, Site, is_compiled, walk_sites
from autovec.source.liveness import live_in, live_out, only_converted, passes_through
from autovec.source.position import dedented, span, span_of
from autovec.source.tree import walk_nodes


@dataclass(frozen=True, slots=True)
class Kernel:
    """A loop as a kernel: `definition` goes above the function, `text` takes the loop's place."""

    reading: Reading
    site: Site
    loop: For | While
    facts: Facts
    span: Span
    whole: Span  # with the comments that belong to the loop
    old: str  # the statements that go, at column 0
    text: str
    definition: str
    conditions: tuple[str, ...]
    rounding: Rounding
    numpy: bool
    reads: frozenset[str]  # modules and builtins too
    outputs: frozenset[str]
    loose: frozenset[str]
    dtypes: Mapping[str, str]  # of arrays, and the types of numbers, that the tests ask for
    parallel: bool = False  # whether it runs on several cores


@dataclass(frozen=True, slots=True)
class Words:
    """How the file says numpy, njit and prange."""

    numpy: str
    njit: str
    prange: str = ""


def kernel(reading: Reading, site: Site, words: Words, guards: bool) -> Kernel | Refusal:
    """The loop at `site` as a kernel."""
    located = _located(reading, site)
    if located is None:
        return Refusal(REFUSED, "what holds in front of the loop is not known")
    nodes = taken_along(site)
    if isinstance(nodes, Refusal):
        return nodes
    setup = lists_made_in_front(site)
    mismatch = Mismatch("")
    for more in (setup, []) if setup else ([],):
        try:
            return _Maker(reading, site, words, located, [*more, *nodes]).kernel(guards)
        except Mismatch as found:
            mismatch = mismatch if mismatch.message else found
    return Refusal(REFUSED, f"compiled, the loop would differ: {mismatch.message}", mismatch.hint)


def parallel_kernel(reading: Reading, site: Site, words: Words, guards: bool) -> Kernel | Refusal:
    """The loop at `site` as a kernel that runs on several cores; the refusal says why its iterations wait for each other."""
    located = _located(reading, site)
    if located is None:
        return Refusal(REFUSED, "what holds in front of the loop is not known")
    maker = _Maker(reading, site, words, located, [site.statement])
    scene = Scene(site.function, located, maker.canonical, words.numpy, words.prange)
    found = lanes(scene, site.statement)
    if isinstance(found, Refusal):
        return found
    try:
        return replace(maker, lanes=found).kernel(guards)
    except Mismatch as mismatch:
        return Refusal(REFUSED, mismatch.message, mismatch.hint)


def kernels_of(module: Module) -> frozenset[str]:
    """The module's functions that another compiler has in hand."""
    return frozenset(s.name for s in module.tree.body if isinstance(s, ast.FunctionDef) and is_compiled(s, module.bindings))


def _located(reading: Reading, site: Site) -> Located | None:
    line, column = site.node.lineno, site.node.col_offset
    found = locate(reading, line, column)
    if found is not None:
        return found
    empty = For("·", "", ZERO, ZERO, 1, (), span(site.statement, reading.module.text))
    return locate_statement(reading, line, column, empty)


@dataclass(frozen=True)
class _Maker:
    """One choice of statements; what does not depend on the parameters' types is found out once for all attempts."""

    reading: Reading
    site: Site
    words: Words
    located: Located
    nodes: list[ast.stmt]
    lanes: Lanes | None = None  # the loop that runs on several cores

    def kernel(self, guards: bool) -> Kernel:
        """The kernel, with as few tests in front of it as will do."""
        self._check_globals()
        taken = self.reading.names | frozenset(self.reading.module.bindings.events)
        named = declared(self.reading.function, self.reading.module.text)
        defaults = {p.name: type(p.default.value) for p in named if p.default is not None}
        last = Mismatch("")
        for limit, floats in ((LIMITS[0], False), (LIMITS[0], True), *((limit, True) for limit in LIMITS[1:])):
            tests = Tests(floats, limit, self.words.numpy, taken, defaults)
            entries = self._entries(self.names, tests)
            try:
                found, tests = self._with_fewer_tests(entries, tests, self._attempt(entries, guards), guards)
                return self._for_more_dtypes(tests, found, guards)
            except Mismatch as mismatch:
                last = mismatch
                if all(not p.ambiguous for p in entries):
                    break
        raise last

    def _entries(self, names: list[str], tests: Tests) -> list[Parameter]:
        return [entry(n, self.located.facts, self.nodes, tests) for n in names]

    def _attempt(self, parameters: list[Parameter], guards: bool) -> Kernel:
        reader = Reader(self.canonical)
        return self._printed(parameters, behaviour(self.nodes, _state(parameters), reader), reader, guards)

    def _with_fewer_tests(
        self, parameters: list[Parameter], tests: Tests, found: Kernel, guards: bool
    ) -> tuple[Kernel, Tests]:  # fmt: skip
        """The kernel without tests of integers that need none."""
        for name in [p.name for p in parameters if any(t.startswith(("within ", "small ")) for t in p.tests)]:
            fewer = replace(tests, free=tests.free | {name})
            try:
                found = self._attempt(self._entries([p.name for p in parameters], fewer), guards)
            except Mismatch:
                continue
            tests = fewer
        return found, tests

    def _for_more_dtypes(self, tests: Tests, found: Kernel, guards: bool) -> Kernel:
        """The kernel for all dtypes that it may be read with and stays the same; for one, where several are asked for."""
        asked = {k for k in found.dtypes.values() if k not in ("float", "int")}
        own, *others = next((alike for alike in _ALIKE if asked == {alike[0]}), ("",))
        same, numpy = [own], self.words.numpy
        for kind in others:
            try:
                other = self._attempt(self._entries(self.names, replace(tests, dtypes=(kind,))), guards)
            except Mismatch:
                continue
            tested = other.text.replace(f".dtype == {numpy}.{kind}", f".dtype == {numpy}.{own}")
            if other.definition == found.definition and tested == found.text:
                same.append(kind)
        return self._attempt(self._entries(self.names, replace(tests, dtypes=tuple(same))), guards) if len(same) > 1 else found

    def canonical(self, e: ast.expr) -> str | None:
        """What an expression means, as "numpy.sqrt"."""
        return self.reading.module.bindings.canonical(e, self.reading.function.enclosing)

    @cached_property
    def names(self) -> list[str]:
        """The values that the kernel takes, in the order of the text."""
        values = {n for n in self.read if self._is_value(n)}
        surely = self._surely_bound()
        for name in sorted(values - surely):
            raise Mismatch(f"`{name}` may not be bound in front of the loop")
        return sorted(values, key=lambda n: (self.places.get(n, NOWHERE), n))

    @cached_property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where each name stands first."""
        return first_places(self.nodes)

    def _check_globals(self) -> None:
        bindings = self.reading.module.bindings
        for name in sorted(n for n in self.read if not self._is_value(n)):
            if bindings.resolve(name, ()) != bindings.resolve(name, self.reading.function.enclosing):
                raise Mismatch(f"`{name}` is known in the function only", "import it at the top of the file")

    @cached_property
    def read(self) -> frozenset[str]:
        """What the statements read or hand through, modules and builtins too."""
        return live_in(self.site.function, self.nodes) | passes_through(self.site.function, self.nodes)

    def _is_value(self, name: str) -> bool:
        meaning = self.reading.module.bindings.resolve(name, self.reading.function.enclosing)
        return meaning is None or meaning.startswith("module.")

    def _surely_bound(self) -> frozenset[str]:
        """Names that are bound whenever the loop is reached: parameters, constants, what stands in front of it or around it."""
        found = set(self.reading.start)
        chain = [*self.site.chain, self.site.statement]
        blocks = [self.site.function.body, *(b for s in self.site.chain for b in arms(s))]
        for block in blocks:
            inside = next((k for k, s in enumerate(block) if s in chain), None)
            for s in block[:inside] if inside is not None else []:
                found |= surely_bound(s)
        for s in self.site.chain:
            if isinstance(s, ast.For) and any(self.site.statement in list(walk_nodes(t)) for t in s.body):
                found |= {n.id for n in walk_nodes(s.target) if isinstance(n, ast.Name)}
        return frozenset(found)

    # -------------------------------------------------------------- text

    def _printed(self, parameters: list[Parameter], found: Behaviour, reader: Reader, guards: bool) -> Kernel:
        site, text = self.site, self.reading.module.text
        outputs = sorted(live_out(site.function, self.nodes), key=lambda n: (self.places.get(n, NOWHERE), n))
        names, enclosing = self.reading.module.bindings, self.reading.function.enclosing
        loose = frozenset(n for n in outputs if only_converted(site.function, self.nodes, n, names, enclosing))
        where = with_comments(self.nodes, text)
        body = dedented(where, text).rstrip("\n")
        name = self._name()
        call = f"{name}({', '.join(p.argument for p in parameters)})"
        new = self._results(call, outputs, loose, found, _state(parameters))
        lengths = self.lengths if guards or not self.lengths else None
        apart = self.lanes.tests if self.lanes else ()
        tests = (*tests_of(parameters, self.words.numpy, self.reading.names), *(lengths or ()), *apart)
        if tests and not guards:
            raise Mismatch(f"the kernel would need the test `{' and '.join(tests)}`", "allow guards")
        old = f"{body}\n"
        setup = "".join(f"{p.setup}\n" for p in parameters if p.setup)
        header = in_parallel(self.lanes.loop, text, self.words.prange) if self.lanes else ()
        moved = converted(where, text, reader, self.words.numpy, header)
        lists = {n for n in outputs if found.after and _is_made(found.after.names.get(n))}
        results = [f"{self.words.numpy}.asarray({n})" if n in lists else n for n in outputs]
        if (moved != body or lists) and self.reading.module.bindings.resolve(self.words.numpy, ()) not in ("numpy", None):
            raise Mismatch("numpy is imported in the function only", "import it at the top of the file")
        tail = [f"return {', '.join(results)}"] if outputs else []
        arguments = ", ".join(p.name for p in parameters)
        unit = "\t" if text.line(where.line).startswith("\t") else "    "
        indented = [f"{unit}{line}" if line.strip() else "" for line in [*moved.split("\n"), *tail]]
        definition = "\n".join([self._decorator(lengths is None), f"def {name}({arguments}):", *indented, ""])
        return Kernel(
            self.reading, site, self.located.loop, self.located.facts, span_of(self.nodes, text), where, old,
            setup + (with_fallback(new, tests, old) if tests else new), definition, tests,
            self._rounding(found),
            any(f"{self.words.numpy}." in t for t in (*tests, setup, moved, new, *tail)), self.read, frozenset(outputs), loose,
            {p.name: t.split()[1].rstrip("_") for p in parameters for t in p.tests if t.startswith(_TYPE_TESTS)},
            self.lanes is not None,
        )  # fmt: skip

    def _decorator(self, checked: bool) -> str:
        words = (", boundscheck=True" if checked else "") + (", parallel=True" if self.lanes else "")
        return f'@{self.words.njit}(error_model="numpy"{words})'

    def _rounding(self, found: Behaviour) -> Rounding:
        """How far the last bits of a float may differ; threads join what they have in another order than one alone."""
        if self.lanes and self.lengths is None:
            raise Mismatch("its subscripts have to be checked as it runs, and an error in one of several threads may be lost")
        joined = self.lanes is not None and check_folds(self.lanes, found.heads[id(self.lanes.loop)])
        return Rounding.APPROXIMATES if not found.exact else Rounding.REASSOCIATES if joined else Rounding.EXACT

    @cached_property
    def lengths(self) -> tuple[str, ...] | None:
        """The tests under which all subscripts are inside; None where Numba has to check them."""
        return inside_tests(self.located, self.site.statement, self.nodes, frozenset(self.names))

    def _results(self, call: str, outputs: list[str], loose: frozenset[str], found: Behaviour, entry: State) -> str:
        """The statements that take over what the kernel gives."""
        if found.returned:
            wrapper = self._wrapper("the result", [v for v in found.returned if v is not None], False)
            if None in found.returned and wrapper != _AS_IT_IS:
                raise Mismatch("the loop may return nothing, or a number of NumPy's")
            if found.after is not None:
                raise Mismatch("the loop may end without a return")
            return f"return {wrapper.format(call)}\n"
        if found.after is None:
            raise Mismatch("the loop never ends")
        tests: tuple[str, ...] = ()
        try:
            wrappers = self._wrappers(outputs, loose, found.after)
        except Mismatch:
            tests, after = tests_that_it_runs(self.nodes[0]) or (), None  # a loop that runs with its lists is no single loop
            if tests:
                after = after_running(self.nodes[0], entry, Reader(self.canonical))
            if after is None:
                raise
            wrappers = self._wrappers(outputs, loose, after)
        if not outputs:
            return f"{call}\n"
        if len(outputs) == 1:
            return under_tests(f"{outputs[0]} = {wrappers[outputs[0]].format(call)}\n", tests)
        restored = [f"{n} = {w.format(n)}\n" for n, w in wrappers.items() if w != _AS_IT_IS]
        return under_tests("".join([f"{', '.join(outputs)} = {call}\n", *restored]), tests)

    def _wrappers(self, outputs: list[str], loose: frozenset[str], after: State) -> dict[str, str]:
        """For each result what gives it the kind that it has in Python."""
        for n in outputs:
            if n in after.unsure or n not in after.names:
                raise Mismatch(f"`{n}` may not be bound behind the loop")
        found = {n: self._wrapper(f"`{n}`", [after.names[n]], n in loose) for n in outputs}
        return {n: _listed(after.names[n]) if _is_made(after.names[n]) else w for n, w in found.items()}

    def _wrapper(self, what: str, values: list[Value], loose: bool) -> str:
        """What gives a result the kind that Python would give it."""
        if any(isinstance(v, Array) for v in values):
            if any(v != values[0] for v in values):
                raise Mismatch(f"{what} is one thing on one path and another on the other")
            self._check_leaves(what, values[0])
            return _AS_IT_IS
        if any(isinstance(v, Number) and v.clamped for v in values):
            raise Mismatch(f"{what} is the integer part of a float, which may not fit in 64 bits")
        kinds = frozenset[str]().union(*(v.kinds for v in values if isinstance(v, Number)))
        types = {v.type for v in values if isinstance(v, Number)}
        if len(types) > 1:
            raise Mismatch(f"{what} has several types: {', '.join(sorted(kinds))}")
        if loose or not kinds:
            return _AS_IT_IS
        if any(kinds <= same for same in _PLAIN):
            numpys = kinds & {"float64", "complex128"}  # which don't raise where Python's own do, divided by zero
            return f"{self.words.numpy}.{min(numpys)}({{}})" if numpys else _AS_IT_IS
        if kinds in _RESTORED:
            return f"{self.words.numpy}.{min(kinds)}({{}})"
        raise Mismatch(f"{what} is {' or '.join(sorted(kinds))}, and which of them cannot be told behind the loop")

    def _check_leaves(self, what: str, value: Value) -> None:
        """An array leaves a kernel as it is; of a list, the items come out as Python's own numbers."""
        if isinstance(value, Array) and value.container == "copy":
            raise Mismatch(f"{what} is a list, of which the kernel has a copy")
        if isinstance(value, Array) and value.is_list and value.element and not any(value.element.kinds <= k for k in _PLAIN):
            raise Mismatch(f"{what} holds {' or '.join(sorted(value.element.kinds))}")
        if isinstance(value, Array) and value.is_list and value.element and value.element.clamped:
            raise Mismatch(f"{what} holds integer parts of floats, which may not fit in 64 bits")

    def _name(self) -> str:
        """A name for the kernel that nothing else has."""
        loops = [s for s in walk_sites(self.reading.function.sites) if s.is_loop]
        at = next(k for k, s in enumerate(loops) if s.node is self.site.node)
        whole = self.reading.function.name.replace(".", "_").strip("_")
        base = f"_{whole}_loop" + (f"_{at + 1}" if at else "")
        taken = self.reading.names | frozenset(self.reading.module.bindings.events)
        name, k = base, 2
        while name in taken:
            name, k = f"{base}_v{k}", k + 1
        return name


_ALIKE = (("float64", "float32", "int64"), ("int64", "int32"))  # dtypes that one kernel may be for, the usual one first
_TYPE_TESTS = ("dtype ", "isinstance float", "isinstance int")
_AS_IT_IS = "{}"
_PLAIN = (
    frozenset(("float", "float64")), frozenset(("int",)), frozenset(("bool",)), frozenset(("complex", "complex128")),
)  # fmt: skip
_RESTORED = frozenset(frozenset((k,)) for k in ("int64", "bool_", *NARROW))


def _is_made(value: Value | None) -> bool:
    """Whether it is a list of the kernel's own, which is faster to hand over as an array than item by item."""
    return isinstance(value, Array) and value.is_list


def _listed(value: Value) -> str:
    """What makes a list of the array that a list comes out as, its items of the type that they have in Python."""
    kinds = value.element.kinds if isinstance(value, Array) and value.element else frozenset[str]()
    return "list({})" if kinds & {"float64", "complex128"} else "{}.tolist()"


def _state(parameters: list[Parameter]) -> State:
    return State({p.name: p.value for p in parameters})
