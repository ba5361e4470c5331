"""What a name means: `np` is numpy, `sqrt` is math.sqrt, `len` is the builtin, `x` is a local variable.

Comes in: a module's tree. Goes out: `Bindings`, which answers in canonical dotted names or None where a name is local or its
meaning is not sure (bound in several ways, rebound through `global`, hidden by a star import of an unknown module). Python's
scopes are followed: parameters, locals, `global`, `nonlocal`, enclosing functions; class bodies are no enclosing for their
methods. Not handled: names set from outside the file, `globals()[...]`, and code that runs while the module is half loaded.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache

from autovec.expression import Const
from autovec.record import dataclass
from autovec.source.constants import fold
from autovec.source.scopes import bound_by, imported_as, names_bound_by, nodes_of, own_nodes, scope_names
from autovec.source.starnames import STAR, UNSURE
from autovec.source.tree import Enclosing, FunctionNode, every_statement, walk_nodes

_BUILTINS = frozenset(dir(builtins))
_UNKNOWN = "?"
_GLOBAL = re.compile(r"(?:^|[\r;:])[ \t\f]*global[ \t\f\\]", re.MULTILINE)  # where a statement may begin


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a module-level name. `sure`: it runs whenever the module is loaded."""

    kind: str  # import | star | define | assign
    canonical: str
    sure: bool
    node: ast.AST


@dataclass(frozen=True, slots=True)
class NewName:
    """How new text may call a module, and the import statement that the file then needs ("" for none)."""

    name: str
    statement: str


@dataclass(frozen=True, slots=True)
class Bindings:
    """The module's names. `unknown_star` is the line of the last star import whose names are not known, 0 for none."""

    events: Mapping[str, tuple[Binding, ...]]
    unknown_star: int
    _known: dict[str, str | None] = field(default_factory=dict[str, str | None], compare=False, repr=False)

    def resolve(self, name: str, enclosing: Enclosing) -> str | None:
        """The canonical name of `name` read in `scope`: "numpy", "math.exp", "builtins.len", "module.NAME", or None."""
        for function in reversed(enclosing):
            names = scope_names(function)
            if name in names.declared_global:
                break
            if name in names.bound:
                return _local_imports(function).get(name)
        if name not in self._known:
            self._known[name] = self._at_module(name)
        return self._known[name]

    def canonical(self, expression: ast.expr, enclosing: Enclosing) -> str | None:
        """The canonical dotted name of `np.linalg.norm` and the like."""
        match expression:
            case ast.Name(id=name):
                return self.resolve(name, enclosing)
            case ast.Attribute(value=value, attr=attr):
                base = self.canonical(value, enclosing)
                return None if base is None else f"{base}.{attr}"
            case _:
                return None

    def constant(self, name: str) -> Const | None:
        """The number that a module-level name holds for good: bound once, unconditionally, to arithmetic of literals."""
        return self._constant(name, frozenset())

    def definition(self, name: str) -> ast.stmt | None:
        """The statement that defines a module-level name, where it is the only one that binds it."""
        binding = self._only(name)
        return binding.node if binding and isinstance(binding.node, ast.stmt) else None

    def name_for(self, module: str, preferred: tuple[str, ...], enclosing: Enclosing, line: int = 0) -> NewName:
        """A name for `module` in new text at `line` of `scope`: one that is bound there already, else the first free one."""
        present = [n for n in self._bound_to(module, enclosing, line) if self.resolve(n, enclosing) == module]
        for name in sorted(present, key=lambda n: preferred.index(n) if n in preferred else len(preferred)):
            return NewName(name, "")
        free = (n for n in preferred if not self._is_taken(n, enclosing))
        name = next(free, f"_{module}_")
        return NewName(name, f"import {module}" if name == module else f"import {module} as {name}")

    def numpy_name(self, enclosing: Enclosing, line: int = 0) -> NewName:
        """How new text says numpy."""
        return self.name_for("numpy", ("np", "numpy", "_np"), enclosing, line)

    def function_name(self, module: str, function: str) -> NewName:
        """How new text at module level says a function of a module, as `njit` of numba."""
        wanted = f"{module}.{function}"
        known = (n for n, events in self.events.items() if any(e.sure for e in events) and self.resolve(n, ()) == wanted)
        name = next(known, None)
        if name is not None:
            return NewName(name, "")
        if not self._is_taken(function, ()):
            return NewName(function, f"from {module} import {function}")
        return NewName(f"_{function}", f"from {module} import {function} as _{function}")

    def _at_module(self, name: str) -> str | None:
        events = self.events.get(name, ())
        if not events:
            return f"builtins.{name}" if name in _BUILTINS and not self.unknown_star else None
        if self._hidden_by_star(events):
            return None
        meanings = {event.canonical for event in events}
        if all(event.kind == "star" for event in events):
            meanings = {events[-1].canonical} if events[-1].sure else meanings
        known = len(meanings) == 1 and _UNKNOWN not in meanings
        certain = name not in _BUILTINS or any(event.sure for event in events)
        return meanings.pop() if known and certain else None

    def _hidden_by_star(self, events: tuple[Binding, ...]) -> bool:
        return self.unknown_star > max(getattr(event.node, "lineno", 0) for event in events)

    def _only(self, name: str) -> Binding | None:
        events = self.events.get(name, ())
        if len(events) != 1 or not events[0].sure or self._hidden_by_star(events):
            return None
        return events[0]

    def _constant(self, name: str, asking: frozenset[str]) -> Const | None:
        binding = self._only(name)
        if binding is None or name in asking:
            return None
        value = _bound_value(binding.node, name)
        number = None if value is None else fold(value, lambda e: self._number(e, asking | {name}))
        return None if number is None else Const(number)

    def _number(self, expression: ast.expr, asking: frozenset[str]) -> int | float | complex | str | None:
        canonical = self.canonical(expression, ())
        if canonical is None:
            return None
        owner, _, name = canonical.rpartition(".")
        if owner != "module":
            return canonical
        known = self._constant(name, asking)
        return None if known is None or isinstance(known.value, str) else known.value

    def _bound_to(self, module: str, enclosing: Enclosing, line: int) -> Iterator[str]:
        for name, events in self.events.items():
            if any(event.sure and event.kind == "import" and event.canonical == module for event in events):
                yield name
        for statement in (s for function in enclosing for s in function.body if s.lineno < line):
            if isinstance(statement, ast.Import):
                yield from (imported_as(alias) for alias in statement.names)

    def _is_taken(self, name: str, enclosing: Enclosing) -> bool:
        local = any(name in scope_names(function).bound for function in enclosing)
        return local or name in self.events or (bool(self.unknown_star) and not name.startswith("_"))


def _bound_value(node: ast.AST, name: str) -> ast.expr | None:
    """What an assignment binds `name` to, also as a part of a tuple."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value):
            return value
        case ast.Assign(targets=[ast.Tuple(targets)], value=ast.Tuple(values)) if len(targets) == len(values):
            return next((v for t, v in zip(targets, values, strict=True) if isinstance(t, ast.Name) and t.id == name), None)
        case _:
            return None


def bindings(tree: ast.Module, text: str) -> Bindings:
    """The module-level names of a file; `text` is only searched for `global` statements, to spare most files a walk."""
    events: dict[str, list[Binding]] = {}
    star = 0
    for statement in tree.body:
        nodes = own_nodes([statement])
        for name, binding in _events(statement, nodes):
            events.setdefault(name, []).append(binding)
        star = max([star, *_unknown_stars(nodes)])
    if _GLOBAL.search(text):
        for node in (s for s in every_statement(tree) if isinstance(s, ast.Global)):
            for name in node.names:
                events.setdefault(name, []).append(Binding("assign", _UNKNOWN, False, node))
    return Bindings({name: tuple(found) for name, found in events.items()}, star)


def _events(statement: ast.stmt, nodes: Sequence[ast.AST]) -> Iterator[tuple[str, Binding]]:
    """What the nodes of a statement that are evaluated in the module's own scope bind."""
    direct = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else statement
    for node in nodes:
        sure = node is statement or node is direct
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _imports(node, sure)
        elif isinstance(statement, ast.AnnAssign) and statement.value is None:
            continue
        else:
            yield from ((name, _plain(name, node, statement, sure)) for name in names_bound_by(node))


def _plain(name: str, node: ast.AST, statement: ast.stmt, sure: bool) -> Binding:
    if isinstance(node, FunctionNode | ast.ClassDef):
        return Binding("define", f"module.{name}", sure, node)
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return Binding("assign", f"module.{name}", True, statement)
    return Binding("assign", f"module.{name}", False, node)


def _imports(node: ast.Import | ast.ImportFrom, sure: bool) -> Iterator[tuple[str, Binding]]:
    for alias in node.names:
        if alias.name != "*":
            yield imported_as(alias), Binding("import", _imported(node, alias), sure, node)
            continue
        module = _module(node)
        yield from ((n, Binding("star", f"{module}.{n}", sure, node)) for n in STAR.get(module, ()))
        yield from ((n, Binding("star", _UNKNOWN, sure, node)) for n in UNSURE.get(module, ()))


def _imported(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(node, ast.ImportFrom):
        return f"{_module(node)}.{alias.name}"
    return alias.name if alias.asname else alias.name.split(".")[0]


def _module(node: ast.Import | ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""


def _unknown_stars(nodes: Sequence[ast.AST]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*" and _module(node) not in STAR:
            yield node.lineno


@lru_cache(maxsize=256)
def _local_imports(function: FunctionNode) -> Mapping[str, str]:
    """The names that a function binds by imports of one and the same thing and by nothing else."""
    imports = [node for node in nodes_of(function) if isinstance(node, ast.Import | ast.ImportFrom)]
    if not imports:
        return {}
    found: dict[str, set[str]] = {}
    for node in imports:
        for alias in node.names:
            found.setdefault(imported_as(alias), set()).add(_imported(node, alias))
    others = {arg.arg for arg in walk_nodes(function.args) if isinstance(arg, ast.arg)}
    others |= set(bound_by(node for node in nodes_of(function) if not isinstance(node, ast.Import | ast.ImportFrom)))
    known = {name: meanings - {_UNKNOWN} for name, meanings in found.items() if name not in others}
    return {name: meanings.pop() for name, meanings in known.items() if len(meanings) == 1}
