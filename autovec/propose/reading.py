"""Read a function once: its statements as a tree, and what is known of every name in front of a given loop.

Comes in: a `source.find.Function` and its module. Goes out: a `Reading`, from which each site of the function is analysed.
Nothing here looks at the text: what only the text shows comes from `source.declared`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from autovec.expression import Expr, Name, Read, substitute
from autovec.facts.infer import Flow, Parameter, arrays_in, assigned, attribute_fact, parameter_fact, uses, with_ranks
from autovec.facts.table import Facts
from autovec.facts.uses import Uses
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust, UnknownFact
from autovec.loops.statement import Assign, For, If, Stmt, While, renamed, walk_statements
from autovec.options import Seen
from autovec.source.aliases import plain
from autovec.source.attributes import attributes
from autovec.source.callees import Inliner
from autovec.source.declared import array_attributes, comprehension_loops, constants, names_in, parameters, unpacked_shapes
from autovec.source.expressions import Scope, read_expression
from autovec.source.find import Function, Module
from autovec.source.fingerprint import fingerprint
from autovec.source.read import Reader, read_block


@dataclass(frozen=True, slots=True)
class Reading:
    """A function's statements and what its parameters are; `names` are all names in use in it or at module level."""

    module: Module
    function: Function
    body: tuple[Stmt, ...]
    reader: Reader
    start: dict[str, Fact]
    flow_uses: Uses
    names: frozenset[str]
    walked: Flow = field(compare=False, repr=False)  # what earlier walks over its loops came to
    places: dict[tuple[int, int], Located | None] = field(compare=False, repr=False)  # what `locate` found
    watched: Mapping[str, Seen]  # what its parameters were in real runs


def read_function(module: Module, function: Function, seen: Sequence[Seen] = ()) -> Reading:
    """The whole function (or the module's top level) as a tree; `seen` is what the file's parameters were in real runs."""
    names = module.bindings
    scope = Scope(lambda name: names.resolve(name, function.enclosing), inline=Inliner(names, function.enclosing))
    reader = Reader(scope)
    body = read_block(function.node.body, reader, scope)
    loops = comprehension_loops(module, function, scope)
    use = uses((*body, *loops), array_attributes(function), unpacked_shapes(function))
    watched = _watched(function, seen)
    found = parameters(function, module.text)
    declared = [Parameter(p.name, plain(p.annotation, names), p.default, watched.get(p.name)) for p in found]
    use = with_ranks(use, declared, body)
    start: dict[str, Fact] = {p.name: parameter_fact(p, use) for p in declared}
    for a in attributes(module, function):
        values = [] if a.unsure else [read_expression(v, scope) for v in a.values]
        start[a.name] = attribute_fact(Parameter(a.name, "" if a.unsure else plain(a.annotation, names)), values, use)
    for name, value in constants(module, function, start).items():
        whole = value.value if isinstance(value.value, int) else None
        kinds = frozenset((type(value.value).__name__,))
        start[name] = ScalarFact(kinds, None if whole is None else value, Trust.PROVED, whole is not None and whole >= 0)
    return Reading(module, function, body, reader, start, use, names_in(module, function), Flow({}, use), {}, watched)


def _watched(function: Function, seen: Sequence[Seen]) -> Mapping[str, Seen]:
    """What the function's parameters were, as long as its code is still the same."""
    own = [s for s in seen if s.function == function.name]
    if not own or function.is_module:
        return {}
    mark = fingerprint(function.node)
    return {s.parameter: s for s in own if s.mark == mark}


@dataclass(frozen=True, slots=True)
class Located:
    """A loop in the tree, and the facts in front of it."""

    loop: For | While
    facts: Facts
    inside: Facts  # what holds throughout the loop
    after: tuple[Stmt, ...]  # the statement behind it: what finishes a counter, or the else clause


def locate(reading: Reading, line: int, column: int) -> Located | None:
    """The loop that starts at a place of the text."""
    place = line, column
    if place not in reading.places:
        flow = Flow(dict(reading.start), reading.flow_uses, reading.walked)
        reading.places[place] = _locate(reading.body, flow, line, column)
    return reading.places[place]


def locate_statement(reading: Reading, line: int, column: int, loop: For) -> Located | None:
    """The facts in front of the statement that starts at a place of the text, for a loop that a part of it stands for."""
    flow = Flow(dict(reading.start), reading.flow_uses, reading.walked)
    return _locate(reading.body, flow, line, column, loop)


def _locate(body: tuple[Stmt, ...], flow: Flow, line: int, column: int, instead: For | None = None) -> Located | None:
    for k, s in enumerate(body):
        loop = instead or s
        if isinstance(loop, For | While) and (s.span.line, s.span.column) == (line, column):
            before, inside = flow.facts(), _inside(flow, loop)
            real = _real(loop, inside)
            return Located(loop, _without_complex(before, real), _without_complex(inside, real), body[k + 1 : k + 2])
        if isinstance(s, For | While | If) and any(x.span.line <= line <= x.span.end_line for x in walk_statements((s,))):
            found = _enter(s, flow, line, column, instead)
            if found is not None:
                return found
        flow.statement(s)
    return None


def _enter(s: For | While | If, flow: Flow, line: int, column: int, instead: For | None) -> Located | None:
    saved = dict(flow.names)
    blocks = (s.then, s.orelse) if isinstance(s, If) else (s.body,)
    if not isinstance(s, If):
        flow.enter_loop(s)
        if isinstance(s, For) and s.label and s.var != s.label and isinstance(known := flow.names[s.var], ScalarFact):
            flow.names[s.label] = replace(known, value=Name(s.var))
    for block in blocks:
        state = dict(flow.names)
        found = _locate(block, flow, line, column, instead)
        if found is not None:
            return _in_own_names(found, s)
        flow.names = state
    flow.names = saved
    return None


def _in_own_names(found: Located, s: For | While | If) -> Located:
    """The loop inside `s` with the user's own name for the variable of `s`."""
    if not isinstance(s, For) or not s.label or s.label == s.var:
        return found
    own: dict[str, Expr] = {s.var: Name(s.label)}
    loop = renamed((found.loop,), own)[0]
    assert isinstance(loop, For | While)
    return replace(found, loop=loop, facts=_renamed(found.facts, own), inside=_renamed(found.inside, own))


def _renamed(facts: Facts, own: dict[str, Expr]) -> Facts:
    """The facts in terms of the user's own names."""

    def new(e: Expr | None) -> Expr | None:
        return None if e is None else substitute(e, own)

    out: dict[str, Fact] = {}
    for name, f in facts.names.items():
        match f:
            case ScalarFact(_, value, _, _, low, stop):
                value = None if isinstance(value, Name) and value.id in own else value  # it is the user's name itself
                out[name] = replace(f, value=new(value), low=new(low), stop=new(stop))
            case ArrayFact(_, _, shape) if shape is not None:
                out[name] = replace(f, shape=tuple(map(new, shape)))
            case _:
                out[name] = f
    return Facts(out)


def _inside(flow: Flow, s: For | While) -> Facts:
    """Facts that hold at every point of the loop: those in front of it, with all that it changes forgotten."""
    saved = dict(flow.names)
    before = dict(saved)
    flow.statement(s)
    after, flow.names = flow.names, saved
    inner = Flow(dict(before), flow.use, flow)
    inner.enter_loop(s)
    inner.block(s.body)
    joined = {**inner.names, **{k: v for k, v in after.items() if k in before}}
    for k, v in before.items():
        now = joined.get(k)
        if isinstance(now, UnknownFact) and not isinstance(v, UnknownFact):
            joined[k] = now
        elif isinstance(v, ScalarFact) and isinstance(now, ScalarFact) and now.value is None and v.value is not None:
            joined[k] = now if k in assigned(s) else v
    loops = [loop for loop in walk_statements((s,)) if isinstance(loop, For)]
    for loop in loops:
        inner.names = joined
        joined[loop.var] = inner.counter(loop)
    for loop in loops:
        if loop.label and loop.label not in before and loop.label not in {other.var for other in loops}:
            joined[loop.label] = joined[loop.var]
    return Facts(joined)


COMPLEX = frozenset(("complex64", "complex128"))


def _real(s: For | While, facts: Facts) -> frozenset[str]:
    """Arrays whose elements the loop stores into real arrays, which raises where they are complex."""
    out: set[str] = set()
    for t in walk_statements((s,)):
        if isinstance(t, Assign) and (isinstance(t.target, Read) or (t.op is not None and not t.rebinds)):
            fact = facts.array(t.target.array if isinstance(t.target, Read) else t.target.id)
            if fact and fact.kinds and not fact.kinds & (COMPLEX | {"complex"}):
                out |= arrays_in(t.value)
    return frozenset(out)


def _without_complex(facts: Facts, names: frozenset[str]) -> Facts:
    narrow = {
        n: replace(f, kinds=f.kinds - COMPLEX)
        for n in names
        if isinstance(f := facts.names.get(n), ArrayFact) and f.kinds - COMPLEX
    }
    return Facts({**facts.names, **narrow})
