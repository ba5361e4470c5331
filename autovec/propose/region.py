"""The smallest region around a loop: its set-up statements, the loop, and the names that cross its border.

Comes in: a site and what was read of its function. Goes out: a `Region`: old text, tree, facts, live names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autovec.emit.statements import Setup
from autovec.emit.value import Form
from autovec.expression import Expr, Name, Read, is_obscure, walk
from autovec.facts.table import Facts
from autovec.loops.statement import Append, Assign, For, If, Stmt, While, walk_statements
from autovec.outcome import Span
from autovec.propose.reading import Located, Reading
from autovec.record import dataclass
from autovec.source.attributes import SELF, named_whole, used_attributes
from autovec.source.callees import Callee, called, captures
from autovec.source.declared import bound_name
from autovec.source.find import Site
from autovec.source.liveness import live_in, live_out, only_converted
from autovec.source.position import Located as Node
from autovec.source.position import dedented, span_of
from autovec.source.read import Reader, read_block


@dataclass(frozen=True, slots=True)
class Region:
    """Consecutive statements of one block: set-ups and the loop. `text` starts at column 0."""

    reading: Reading
    site: Site
    nodes: tuple[Node, ...]  # statements, or the expression of a comprehension
    setups: tuple[Setup, ...]
    loop: For | While
    facts: Facts
    inside: Facts
    span: Span
    text: str
    inputs: frozenset[str]
    outputs: frozenset[str]
    loose: frozenset[str]
    callees: tuple[Callee, ...] = ()  # the file's own functions that the text calls
    form: Form | None = None  # of a comprehension: what its one output is
    orelse: tuple[Stmt, ...] = ()  # the loop's else clause, or what its counter is in the end


def region(reading: Reading, site: Site, located: Located, most: int) -> Region:
    """The region of a loop, with at most so many of the statements in front that set up what it fills."""
    filled = _filled(located.loop)
    first = site.index
    setups: list[Setup] = []
    while len(setups) < most and first > 0 and (setup := _setup(site, first - 1, reading, filled)) is not None:
        first -= 1
        setups.insert(0, setup)
    nodes = tuple(site.block[first : site.index + 1])
    text = reading.module.text
    where = span_of(nodes, text)
    names = reading.module.bindings
    out = live_out(site.function, nodes)
    loose = frozenset(n for n in out if only_converted(site.function, nodes, n, names, reading.function.enclosing))
    callees = called(nodes, names, reading.function.enclosing)
    loop, orelse = _with_what_follows(site, located, out)
    return Region(
        reading, site, nodes, tuple(setups), loop, located.facts, located.inside, where, dedented(where, text),
        with_captures(live_in(site.function, nodes), callees, nodes), out, loose, callees, orelse=orelse,
    )  # fmt: skip


def _with_what_follows(site: Site, located: Located, out: frozenset[str]) -> tuple[For | While, tuple[Stmt, ...]]:
    """The loop, and what stands behind it in the tree but is a part of it: the else clause, or the last value of a counter that
    is read behind a `while`, which is no value of the loop's variable."""
    loop, behind = located.loop, located.after[0] if located.after else None
    if isinstance(behind, If) and getattr(site.node, "orelse", ()):
        return loop, behind.then
    if not site.is_while or not isinstance(loop, For) or not isinstance(behind, Assign):
        return loop, ()
    if behind.target == Name(loop.label) and loop.label in out:
        return replace(loop, label=""), (behind,)
    return loop, ()


def with_captures(names: frozenset[str], callees: tuple[Callee, ...], nodes: Sequence[Node]) -> frozenset[str]:
    """The names that a text reads, its callees by what these take from around them, an object by its attributes."""
    defined = {c.name for c in callees}
    found = (names | frozenset[str]().union(*map(captures, callees))) - defined
    return (found - {SELF}) | used_attributes(nodes) if SELF in found and not named_whole(nodes) else found


def _filled(loop: For | While) -> frozenset[str]:
    """Names that the loop fills, folds into, or counts with."""
    out: set[str] = set()
    for s in walk_statements((loop,)):
        match s:
            case Assign(Name(id), _, _, _):
                out.add(id)
            case Assign(Read(array, _), _, _, _):
                out.add(array)
            case Append(name, _, _):
                out.add(name)
            case _:
                pass
    if isinstance(loop, For) and isinstance(loop.start, Name):
        out.add(loop.start.id)
    return frozenset(out)


def _setup(site: Site, index: int, reading: Reading, filled: frozenset[str]) -> Setup | None:
    """The statement at `index` of the site's block, if it sets up one of the names on one line."""
    node = site.block[index]
    name = bound_name(node)
    if name is None or name not in filled:
        return None
    scope = reading.reader.scope
    read = read_block([node], Reader(scope), scope)
    if len(read) != 1 or not isinstance(read[0], Assign) or read[0].op is not None or _opaque(read[0].value):
        return None
    text = dedented(span_of([node], reading.module.text), reading.module.text).rstrip("\n")
    return None if "\n" in text else Setup(name, text, read[0].value)


def _opaque(e: Expr) -> bool:
    return any(map(is_obscure, walk(e)))
