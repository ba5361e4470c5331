"""The question to the sandbox, put together from two functions: which inputs, what is compared, what each may be.

Comes in: two `Subject`s and, where given, a contract in words. Goes out: an `Inquiry`, or a Refusal that says what is in the way.
"""

from __future__ import annotations

import ast

from autovec.options import Seen
from autovec.outcome import Refusal, Rounding
from autovec.record import dataclass
from autovec.verify.whole.clues import Clues, clues_of, computes_wide, explicit_ranks, is_asked_for_truth
from autovec.verify.whole.forms import Form, forms, forms_seen
from autovec.verify.whole.inquiry import Inquiry, Side, Variable
from autovec.verify.whole.notation import written_contract
from autovec.verify.whole.subject import Subject


@dataclass(frozen=True, slots=True)
class Terms:
    """How strictly to look, and what the user says the function takes; `seen` is what it was given in a run that was watched."""

    rounding: Rounding = Rounding.APPROXIMATES
    strict: bool = False
    contract: str = ""
    seed: int = 0
    seen: tuple[Seen, ...] = ()


def question(old: Subject, new: Subject, terms: Terms) -> Inquiry | Refusal:
    """What to ask about two functions."""
    given = tuple(p for p in old.parameters if not _left_out(old, p))
    result = _fresh("result", {p.arg for p in given})
    sides = (Side(old.region(given, result), old.prelude), Side(new.region(given, result), new.prelude))
    objects = {p.arg: attributes for p in given if (attributes := _attributes(old, p)) is not None}
    stored = tuple(f"{name}.{a}" for name, attributes in objects.items() for a in attributes)
    outputs = (result, *stored)
    if terms.contract:
        contract = written_contract(terms.contract, outputs, old.prelude, tuple(p.arg for p in given))
        if isinstance(contract, Refusal):
            return contract
        return Inquiry(*sides, (), outputs, terms.rounding, terms.strict, (contract,), terms.seed)
    variables = _variables(old, new, given, objects, {s.parameter: s for s in terms.seen})
    if isinstance(variables, Refusal):
        return variables
    return Inquiry(*sides, variables, outputs, terms.rounding, terms.strict, (), terms.seed)


def _variables(
    old: Subject, new: Subject, given: tuple[ast.arg, ...], objects: dict[str, tuple[str, ...]], seen: dict[str, Seen]
) -> tuple[Variable, ...] | Refusal:
    names = tuple(n for p in given for n in ([f"{p.arg}.{a}" for a in objects[p.arg]] if p.arg in objects else [p.arg]))
    clues = clues_of(old.node, names)
    renamed = dict(zip((p.arg for p in new.parameters), (p.arg for p in given), strict=False))
    for name, rank in explicit_ranks(new.node, tuple(renamed)).items():
        if renamed[name] in clues and rank > 1:
            clues[renamed[name]].rank = max(clues[renamed[name]].rank, rank)
        if renamed[name] in clues and is_asked_for_truth(new.node, name):
            clues[renamed[name]].truth = clues[renamed[name]].wide = True
    wide = computes_wide(old.node)
    for found in clues.values():
        found.wide = found.wide or wide
    said = _type_comments(old.node) | {p.arg: p.annotation for p in given if p.annotation is not None}
    variables: list[Variable] = []
    for name in names:
        made = _forms(said.get(name), seen.get(name), _default(old, name), clues[name])
        if isinstance(made, Refusal):
            return Refusal(made.code, f"`{name}`: {made.message}", made.hint)
        if not made:
            return Refusal("AV010", f"it is not known what `{name}` is", "say what it is with --contract")
        variables.append(Variable(name, made))
    return tuple(variables)


def _forms(said: ast.expr | None, seen: Seen | None, default: ast.expr | None, clues: Clues) -> tuple[Form, ...] | Refusal:
    """What a parameter may be: what its annotation says, else what it was when it was watched, else what the code shows."""
    watched = forms_seen(seen) if said is None and seen is not None else ()
    return watched or forms(said, default, clues)


def _left_out(s: Subject, p: ast.arg) -> bool:
    """Whether a parameter keeps its default, since nothing says what else it could be."""
    default = _default(s, p.arg)
    if default is None or p.annotation is not None or (isinstance(default, ast.Constant) and _is_number(default.value)):
        return False
    return not (isinstance(default, ast.List) and clues_of(s.node, (p.arg,))[p.arg].is_list)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _default(s: Subject, name: str) -> ast.expr | None:
    a = s.node.args
    positional = [*a.posonlyargs, *a.args]
    last = positional[len(positional) - len(a.defaults) :]
    pairs = (*zip(last, a.defaults, strict=True), *zip(a.kwonlyargs, a.kw_defaults, strict=True))
    return next((value for p, value in pairs if p.arg == name), None)


def _attributes(s: Subject, p: ast.arg) -> tuple[str, ...] | None:
    """The attributes of a parameter that is an object of its own, as `self` is; None for an ordinary one."""
    clues = clues_of(s.node, (p.arg,))[p.arg]
    is_self = s.owner is not None and p is s.parameters[0]
    if not is_self and (p.annotation is not None or not clues.is_object):
        return None
    return tuple(a for a in clues.attributes if a not in clues.calls and not (is_self and _belongs_to_class(s, a)))


def _belongs_to_class(s: Subject, name: str) -> bool:
    body = s.owner.body if s.owner else []
    return any(isinstance(m, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in m.targets) for m in body)


def _type_comments(node: ast.FunctionDef) -> dict[str, ast.expr]:
    """Annotations in a comment below the `def`, as Python 2 had them."""
    if not node.type_comment:
        return {}
    try:
        said = ast.parse(node.type_comment, mode="func_type")
    except SyntaxError:
        return {}
    return dict(zip((a.arg for a in node.args.args), said.argtypes, strict=False))


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
