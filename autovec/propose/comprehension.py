"""The region of a comprehension, and the place of its new text in the statement around it.

Comes in: a site whose node is a comprehension or a builtin's call on one. Goes out: a `Region` whose text binds the value to a
name, which is what is checked and measured; and, for a candidate that stands the check, the text that lands in the file: the
expression alone where it needs no line in front, else the whole statement with those lines (and the old one as their fallback).
Not handled: lines in front of something that may not be evaluated, or more than once.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.emit.value import Form
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact
from autovec.outcome import Refusal
from autovec.propose.candidates import Candidate
from autovec.propose.guards import with_fallback
from autovec.propose.reading import Reading, locate_statement
from autovec.propose.region import Region, with_captures
from autovec.source.callees import called
from autovec.source.comments import comments_in
from autovec.source.comprehension import RESULT, read_comprehension
from autovec.source.consumer import Taker, Use, consumed, taker
from autovec.source.find import Site
from autovec.source.liveness import live_out, only_converted
from autovec.source.position import dedented, span
from autovec.source.replacement import fitted, no_line_in_front
from autovec.source.scopes import free_loads

DOUBLES = frozenset(("float", "float64"))


def comprehension_region(reading: Reading, site: Site) -> Region | Refusal:
    """The region of a comprehension: its value, bound to a name."""
    whole = consumed(site, reading.reader.scope)
    if isinstance(whole, Refusal):
        return whole
    read = read_comprehension(whole.generator, reading.reader.scope, reading.names)
    if isinstance(read, Refusal):
        return read
    if read.assigned & (live_out(site.function, (site.statement,)) | whole.elsewhere):
        return Refusal("AV033", f"`{', '.join(sorted(read.assigned))}` is read behind the comprehension")
    located = locate_statement(reading, site.statement.lineno, site.statement.col_offset, read.loop)
    if located is None:
        return Refusal("AV014", "the statement around the comprehension cannot be read")
    node, form = whole.node, whole.form or read.form
    where = span(node, reading.module.text)
    text = dedented(where, reading.module.text)
    takes = taker(site.statement, node, reading.reader.scope)
    if whole.form == "list" and takes is not None and _stored(takes, located.facts):  # the store makes an array of it anyway
        numpy = reading.module.bindings.numpy_name(reading.function.enclosing, node.lineno).name
        form, text = "array", f"{numpy}.array({text})"
    loose = whole.form in ("sum", "product") and takes is not None and _tolerant(reading, site, takes, located.facts)
    name = _fresh(reading.names)
    outputs = frozenset((name,))
    callees = called((node,), reading.module.bindings, reading.function.enclosing)
    return Region(
        reading, site, (node,), (), read.loop, located.facts, located.inside, where, f"{name} = {text}\n",
        with_captures(free_loads((node,)) - read.assigned, callees, (node,)), outputs,
        outputs | {RESULT} if loose else frozenset[str](), callees, Form(form, name, read.stops, loose),
    )  # fmt: skip


def _stored(takes: Taker, facts: Facts) -> bool:
    """Whether the value goes into a part of an array."""
    fact = facts.names.get(takes.name)
    return takes.use is Use.ELEMENT and isinstance(fact, ArrayFact) and fact.container == "ndarray"


def _tolerant(reading: Reading, site: Site, takes: Taker, facts: Facts) -> bool:
    """Whether what takes the value makes the same of the integer 0 and of 0.0."""
    other = frozenset[str]() if takes.other is None else facts.kinds(takes.other)
    match takes.use:
        case Use.CALL:
            return takes.name == "float" or takes.name.startswith("math.")
        case Use.DIVIDEND:
            return bool(other) and other <= DOUBLES | {"int"}
        case Use.OPERAND | Use.UPDATE:
            return bool(other) and other <= DOUBLES
        case Use.ELEMENT:
            return _stored(takes, facts)
        case Use.NAME:
            names = reading.module.bindings
            return only_converted(site.function, (site.statement,), takes.name, names, reading.function.enclosing)


def _fresh(names: frozenset[str]) -> str:
    name, k = "result", 2
    while name in names:
        name, k = f"result_{k}", k + 1
    return name


# ------------------------------------------------------------------ landing


def placed(found: tuple[Candidate, ...]) -> tuple[Candidate, ...] | Refusal:
    """The candidates that fit into the statement around the comprehension, each with the text that goes there."""
    every = [(c, landed(c)) for c in found]
    fitting = tuple(replace(c, landed=x) for c, x in every if not isinstance(x, Refusal))
    return fitting or next(x for _, x in every if isinstance(x, Refusal))


def landed(c: Candidate) -> Candidate | Refusal:
    """The candidate as it goes into the file."""
    r, node, statement = c.region, c.region.nodes[0], c.region.site.statement
    assert r.form is not None
    *front, last = c.new.text.rstrip("\n").split("\n")
    source = r.reading.module.text
    fitting = fitted(statement, node, last.removeprefix(f"{r.form.name} = "), source)
    if isinstance(fitting, Refusal):
        return fitting
    if not front and not c.new.conditions and not comments_in(r.span, source):
        return replace(c, text=fitting[0], new=replace(c.new, text=f"{fitting[0]}\n"))
    blocked = no_line_in_front(r.reading.function, r.site, node, r.reading.reader.scope)
    if blocked is not None:
        return blocked
    where = span(statement, source)
    text = "\n".join([*front, fitting[1]]) + "\n"
    around = replace(r, nodes=(statement,), span=where, text=dedented(where, source) + "\n")
    fast = replace(c.new, text=text)
    return Candidate(around, fast, with_fallback(text, c.new.conditions, around.text) if c.new.conditions else text)
