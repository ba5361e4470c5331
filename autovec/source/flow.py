"""The control flow of one function, for asking which names are read after a region.

Comes in: a function. Goes out: steps (what is read, what is surely written, what may come next), built from the end
backwards. Exceptions are edges too: any step in a `try` may go to its handlers before its writes happen, and a `with` may
swallow one. A `finally` block may go on to everywhere that its `try` could have gone, which is more than it does and so on
the safe side.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import field, replace
from functools import lru_cache

from autovec.record import dataclass
from autovec.source.scopes import bound_by, free_loads, own_nodes
from autovec.source.tree import FunctionNode, walk_nodes

EXIT = 0


@dataclass(slots=True)
class Step:
    """One evaluation: `parts` are the nodes evaluated; `owners` the ids of the statements that it belongs to."""

    parts: tuple[ast.AST, ...]
    reads: frozenset[str]
    writes: frozenset[str]  # surely
    next: list[int]
    raises: tuple[int, ...]
    owners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Targets:
    """Where control goes from inside a statement."""

    breaks: int = EXIT
    continues: int = EXIT
    returns: int = EXIT
    raises: tuple[int, ...] = ()


@dataclass(slots=True)
class Flow:
    """The steps of a function; step 0 is its end. `entries` gives the first step of each statement by the statement's id."""

    steps: list[Step] = field(default_factory=list[Step])
    entries: dict[int, int] = field(default_factory=dict[int, int])
    walrus: bool = False  # whether there is any `:=`
    _owners: list[int] = field(default_factory=list[int])

    def add(self, parts: Sequence[ast.AST], follow: Sequence[int], to: _Targets, binds: Sequence[ast.AST] = ()) -> int:
        """A new step that evaluates `parts` and then surely binds what is in `binds`."""
        reads = free_loads((*parts, *binds))
        writes = frozenset(bound_by(own_nodes(binds)))
        writes = writes - _walrus((*parts, *binds)) if self.walrus else writes
        self.steps.append(Step((*parts, *binds), reads, writes, list(follow), to.raises, tuple(self._owners)))
        return len(self.steps) - 1

    def block(self, statements: Sequence[ast.stmt], follow: int, to: _Targets) -> int:
        """The first step of a statement list that goes on to `follow`."""
        for statement in reversed(statements):
            self._owners.append(id(statement))
            follow = self._statement(statement, follow, to)
            self.entries[id(statement)] = follow
            self._owners.pop()
        return follow

    def _statement(self, s: ast.stmt, follow: int, to: _Targets) -> int:
        match s:
            case ast.For() | ast.AsyncFor():
                return self._for(s, follow, to)
            case ast.While():
                return self._while(s, follow, to)
            case ast.If():
                return self.add([s.test], [self.block(s.body, follow, to), self.block(s.orelse, follow, to)], to)
            case ast.With() | ast.AsyncWith():
                body = self.block(s.body, follow, replace(to, raises=(*to.raises, follow)))
                variables = [item.optional_vars for item in s.items if item.optional_vars]
                return self.add([item.context_expr for item in s.items], [body], to, variables)
            case ast.Try() | ast.TryStar():
                return self._try(s, follow, to)
            case ast.Match():
                return self._match(s, follow, to)
            case _:
                return self._simple(s, follow, to)

    def _simple(self, s: ast.stmt, follow: int, to: _Targets) -> int:
        match s:
            case ast.Return():
                return self.add([s], [to.returns], to)
            case ast.Raise():
                return self.add([s], to.raises or [EXIT], to)
            case ast.Break():
                return self.add([], [to.breaks], to)
            case ast.Continue():
                return self.add([], [to.continues], to)
            case ast.AnnAssign(value=None):
                return self.add([s.annotation], [follow], to)
            case _:
                return self.add([], [follow], to, [s])

    def _for(self, s: ast.For | ast.AsyncFor, follow: int, to: _Targets) -> int:
        head = self.add([], [self.block(s.orelse, follow, to)], to)
        body = self.block(s.body, head, replace(to, breaks=follow, continues=head))
        self.steps[head].next.append(self.add([], [body], to, [s.target]))
        return self.add([s.iter], [head], to)

    def _while(self, s: ast.While, follow: int, to: _Targets) -> int:
        endless = isinstance(s.test, ast.Constant) and bool(s.test.value)
        test = self.add([s.test], [] if endless else [self.block(s.orelse, follow, to)], to)
        self.steps[test].next.append(self.block(s.body, test, replace(to, breaks=follow, continues=test)))
        return test

    def _try(self, s: ast.Try | ast.TryStar, follow: int, to: _Targets) -> int:
        if s.finalbody:
            end = self.add([], [follow, to.breaks, to.continues, to.returns, *to.raises], to)
            follow = self.block(s.finalbody, end, to)
            to = _Targets(follow, follow, follow, (follow,))
        handlers = tuple(self._handler(h, follow, to) for h in s.handlers)
        orelse = self.block(s.orelse, follow, to)
        return self.block(s.body, orelse, replace(to, raises=(*to.raises, *handlers)))

    def _handler(self, handler: ast.ExceptHandler, follow: int, to: _Targets) -> int:
        body = self.block(handler.body, follow, to)
        return self.add([handler.type] if handler.type else [], [body], to)

    def _match(self, s: ast.Match, follow: int, to: _Targets) -> int:
        untried = follow
        for case in reversed(s.cases):
            body = self.block(case.body, follow, to)
            untried = self.add([case.pattern, *([case.guard] if case.guard else [])], [body, untried], to)
        return self.add([s.subject], [untried], to)


@lru_cache(maxsize=64)
def flow_of(function: FunctionNode) -> Flow:
    """The flow of a function's body."""
    flow = Flow(walrus=any(isinstance(node, ast.NamedExpr) for node in walk_nodes(function)))
    flow.add([], [], _Targets())
    flow.block(function.body, EXIT, _Targets())
    return flow


def _walrus(parts: Sequence[ast.AST]) -> set[str]:
    """Names that `:=` binds: it may stand behind `and`, so they are not surely written."""
    return {node.target.id for part in parts for node in walk_nodes(part) if isinstance(node, ast.NamedExpr)}
