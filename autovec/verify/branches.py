"""Which branches of both versions did the inputs take? Each version runs once more, with a note at every place where it chooses.

Comes in: both texts and their contract. Goes out: a `Coverage`, which is shown cases until every branch was taken, and then
says which were not. Branches are the two sides of a test (`if`, `while`, `a if c else b`, the conditions of comprehensions), the
bodies of loops, cases and handlers, and the lanes of a mask (`np.where(c, ...)`, `where=c`). A branch inside one that was not
taken is not listed beside it. Kernels are followed as Python. Not handled: parts of conditions (`a and b` is one test), masks in
subscripts.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any, cast

from autovec.harness.cases import Case, build
from autovec.harness.region import Region, compile_region
from autovec.outcome import Contract
from autovec.record import dataclass
from autovec.verify.deadline import TooSlow, deadline
from autovec.verify.task import Task

_TEST, _LANES, _HERE = "_autovec_test", "_autovec_lanes", "_autovec_here"
_LONGEST = 60  # characters of a condition in a sentence


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to go: a condition that is true or false somewhere, or a body that is reached; `inside` is the branch around it."""

    what: str
    inside: int | None
    leads: str = ""  # the condition, where it stands in front of a whole form of the loop
    raises: bool = False  # it ends in an exception, after which nothing is compared unless the task is strict


@dataclass(slots=True)
class Notes(ast.NodeTransformer):
    """Puts the notes into a tree; branch `2 * k` of a test is where it holds, `2 * k + 1` where it does not."""

    branches: list[Branch] = field(default_factory=list[Branch])
    inside: int | None = None
    leading: tuple[ast.If, ...] = ()

    def choice(self, test: ast.expr, note: str = _TEST) -> tuple[ast.expr, int]:
        """The noted condition, and the number of the branch where it holds; the other one follows."""
        first = len(self.branches)
        text = _short(test)
        self.branches += [Branch(f"`{text}` was never {word}", self.inside) for word in ("true", "false")]
        self.visit_part(test)
        return ast.Call(ast.Name(note, ast.Load()), [ast.Constant(first), test], []), first

    def visit_part(self, node: ast.AST) -> ast.AST:
        """A part of the present branch."""
        return cast(ast.AST, self.visit(node))

    def block(self, body: list[ast.stmt], branch: int | None) -> list[ast.stmt]:
        """The statements of a branch."""
        around, self.inside = self.inside, branch
        noted = [cast(ast.stmt, self.visit(s)) for s in body]
        self.inside = around
        return noted

    def reached(self, what: str, body: list[ast.stmt]) -> list[ast.stmt]:
        """A body that is a branch of its own, with a note at its top."""
        number = len(self.branches)
        self.branches += [Branch(f"{what} was never reached", self.inside)]
        return [*ast.parse(f"{_HERE}({number})").body, *self.block(body, number)]

    def visit_If(self, node: ast.If) -> ast.AST:
        """Both arms."""
        condition = ast.unparse(node.test)
        node.test, first = self.choice(node.test)
        for k, body in enumerate((node.body, node.orelse)):
            if body and isinstance(body[-1], ast.Raise):
                self.branches[first + k] = replace(self.branches[first + k], raises=True)
        if node in self.leading and not self.branches[first].raises:  # a validation is no form of the loop
            self.branches[first] = replace(self.branches[first], leads=condition)
        node.body, node.orelse = self.block(node.body, first), self.block(node.orelse, first + 1)
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        """The body, and the end."""
        node.test, first = self.choice(node.test)
        node.body, node.orelse = self.block(node.body, first), self.block(node.orelse, first + 1)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Both values."""
        node.test, first = self.choice(node.test)
        around = self.inside
        self.inside = first
        node.body = cast(ast.expr, self.visit(node.body))
        self.inside = first + 1
        node.orelse = cast(ast.expr, self.visit(node.orelse))
        self.inside = around
        return node

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> ast.AST:
        """Its conditions, and what it computes where they hold."""
        around = self.inside
        for part in node.generators:
            part.iter = cast(ast.expr, self.visit(part.iter))
            for k, test in enumerate(part.ifs):
                part.ifs[k], self.inside = self.choice(test)
        if isinstance(node, ast.DictComp):
            node.key, node.value = cast(ast.expr, self.visit(node.key)), cast(ast.expr, self.visit(node.value))
        else:
            node.elt = cast(ast.expr, self.visit(node.elt))
        self.inside = around
        return node

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_For(self, node: ast.For) -> ast.AST:
        """Its body, and what follows where it was not left."""
        node.iter = cast(ast.expr, self.visit(node.iter))
        node.body = self.reached(f"the body of `for {ast.unparse(node.target)} in {_short(node.iter)}`", node.body)
        node.orelse = self.block(node.orelse, self.inside)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Its body."""
        node.body = self.reached(f"`except {_short(node.type) if node.type else ''}`", node.body)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """Its body."""
        node.body = self.reached(f"`case {ast.unparse(node.pattern)}`", node.body)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Masks."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        self.generic_visit(node)
        if name == "where" and len(node.args) == 3:
            node.args[0] = self.choice(node.args[0], _LANES)[0]
        for word in node.keywords:
            if word.arg == "where":
                word.value = self.choice(word.value, _LANES)[0]
        return node


def leading(body: list[ast.stmt]) -> Iterator[ast.If]:
    """The tests that a text begins with, not inside loops: what they guard is the new form of the loop, or the loop.

    Not those in front of an exception: what raises is not compared.
    """
    for s in body:
        if isinstance(s, ast.If) and not isinstance(s.body[-1], ast.Raise):
            yield s
        if isinstance(s, ast.If | ast.With | ast.Try):
            yield from leading(s.body)


def _short(e: ast.AST) -> str:
    text = ast.unparse(e)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


@dataclass(frozen=True, slots=True)
class Noted:
    """A version with notes in it."""

    region: Region
    branches: tuple[Branch, ...]
    taken: set[int]

    def run(self, args: Mapping[str, object]) -> None:
        """Take note of where it goes on these arguments."""
        self.region.run(args)

    @property
    def is_complete(self) -> bool:
        """Whether every branch was taken."""
        return len(self.taken) == len(self.branches)

    def untaken(self) -> list[str]:
        """The branches that were not taken though what is around them was."""
        missing = (b for k, b in enumerate(self.branches) if k not in self.taken)
        return [b.what for b in missing if b.inside is None or b.inside in self.taken]

    def missing(self) -> str:
        """The first condition in front of a whole form of the loop that never held; "" where there is none."""
        return next((b.leads for k, b in enumerate(self.branches) if b.leads and k not in self.taken), "")


def noted(text: str, contract: Contract, definitions: str = "", *, strict: bool = True, like: Region | None = None) -> Noted:
    """The version that `text` is, with notes in it. Raises what `compile_region` does.

    Branches that end in an exception are asked for only where the comparison is `strict`.
    """
    tree = ast.parse(_as_python(definitions) + text)
    notes = Notes(leading=tuple(leading(tree.body)))
    tree.body = notes.block(tree.body, None)
    region = compile_region(ast.unparse(ast.fix_missing_locations(tree)), contract, like=like)
    taken = set[int]() if strict else _raising(notes.branches)

    def test(first: int, value: Any) -> bool:
        truth = bool(value)
        taken.add(first if truth else first + 1)
        return truth

    def lanes(first: int, value: Any) -> Any:
        flags = value != 0
        some, every = (flags.any(), flags.all()) if hasattr(flags, "all") else (flags, flags)
        taken.update(([first] if some else []) + ([] if every else [first + 1]))
        return value

    region.namespace.update({_TEST: test, _LANES: lanes, _HERE: taken.add})
    return Noted(region, tuple(notes.branches), taken)


def _raising(branches: list[Branch]) -> set[int]:
    """The branches that end in an exception, with all that is in them."""
    found: set[int] = set()
    for k, branch in enumerate(branches):
        if branch.raises or branch.inside in found:
            found.add(k)
    return found


def _as_python(definitions: str) -> str:
    """Kernels as functions that nothing compiles."""
    functions = [node for node in ast.parse(definitions).body if isinstance(node, ast.FunctionDef)]
    for node in functions:
        node.decorator_list = []
    return "".join(f"{ast.unparse(node)}\n" for node in functions)


@dataclass(slots=True)
class Coverage:
    """What both versions did so far; `seconds` are what it has cost."""

    contract: Contract
    versions: tuple[tuple[str, Noted], ...]
    seconds: float = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether every branch of both was taken."""
        return all(version.is_complete for _, version in self.versions)

    @property
    def branches(self) -> int:
        """How many there are."""
        return sum(len(version.branches) for _, version in self.versions)

    def untaken(self) -> tuple[str, ...]:
        """In words, each with the version that it is of."""
        return tuple(f"{what} in the {name}" for name, version in self.versions for what in version.untaken())

    def missing(self) -> str:
        """The condition under which the new form of the loop would run, and never did."""
        return self.versions[-1][1].missing()

    def show(self, case: Case, limit: float) -> bool:
        """Run the versions that are not complete on a case; whether a branch was taken for the first time."""
        began = time.process_time()
        before = sum(len(version.taken) for _, version in self.versions)
        for _, version in self.versions:
            if not version.is_complete:
                try:
                    with deadline(limit):
                        version.run(build(self.contract, case))
                except TooSlow:
                    continue
        self.seconds += time.process_time() - began
        return sum(len(version.taken) for _, version in self.versions) > before


def coverage(task: Task, old: Region, new: Region) -> Coverage:
    """Nothing taken yet by the two versions, which are compiled already. Raises what `compile_region` does."""
    before = noted(task.old, task.contract, strict=task.strict, like=old)
    after = noted(task.new, task.new_contract, task.definitions, strict=task.strict, like=new)
    return Coverage(task.contract, (("loop", before), ("rewrite", after)))
