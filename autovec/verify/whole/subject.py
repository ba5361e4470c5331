"""A function out of a file, made into a region that the trial can run: `def f(x): ...` and `result = f(x)`.

Comes in: "FILE.py:function" or "FILE.py:Class.method". Goes out: a `Subject`, or the Refusal that says why it cannot be run.
What the function needs of its module becomes the prelude: imports of known libraries, constants, and other functions in which
every call is to something known (`surroundings.py`). With `trust` the prelude is the whole module, which is the user's code.
Not handled: coroutines, properties, class and static methods, functions that are made by other functions.
"""

from __future__ import annotations

import ast
import copy
from pathlib import Path
from typing import TypeVar

from autovec.outcome import Refusal
from autovec.record import dataclass
from autovec.verify.whole.surroundings import prelude_of, trusted_prelude

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = TypeVar("Definition", ast.ClassDef, ast.FunctionDef)


@dataclass(frozen=True, slots=True)
class Subject:
    """A function that can be tried. `definition` has no annotations; `call` ends in the name of the result."""

    path: Path
    name: str  # as given, Class.method for a method
    node: ast.FunctionDef  # as it stands in the file
    owner: ast.ClassDef | None
    definition: str
    prelude: str

    @property
    def parameters(self) -> tuple[ast.arg, ...]:
        """All parameters that can be given, in order."""
        a = self.node.args
        return (*a.posonlyargs, *a.args, *a.kwonlyargs)

    @property
    def is_generator(self) -> bool:
        """Whether a call gives a generator, which is then used up into a list."""
        return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(self.node))

    def region(self, parameters: tuple[ast.arg, ...], result: str) -> str:
        """The text that calls it with variables named as the old version's `parameters`."""
        keywords = {p.arg for p in self.node.args.kwonlyargs}
        given = ", ".join(f"{p.arg}={p.arg}" if p.arg in keywords else p.arg for p in parameters)
        call = f"{called(self.node.name)}({given})"
        call = f"list({call})" if self.is_generator else call
        return f"{self.definition}{result} = {call}\n"


def called(name: str) -> str:
    """The name of the function in the region: no parameter and no global of the module is called so."""
    return f"{name}_on_trial"


def subject(target: str, trust: bool = False) -> Subject | Refusal:
    """The function that `target` names."""
    file, colon, name = target.rpartition(":")
    if not colon or not file or not name:
        return Refusal("AV092", f"`{target}` is not FILE.py:function")
    path = Path(file)
    try:
        tree = _parsed(path)
    except OSError as error:
        return Refusal("AV092", f"{path} cannot be read: {error.strerror}")
    except (SyntaxError, ValueError) as error:
        return Refusal("AV092", f"{path} is not valid Python: {error}")
    return _found(path, tree, name, trust)


def _parsed(path: Path) -> ast.Module:
    """The file's tree, with the types that stand in comments where those can be read."""
    data = path.read_bytes()
    try:
        return ast.parse(data, str(path), type_comments=True)
    except SyntaxError:
        return ast.parse(data, str(path))


def _found(path: Path, tree: ast.Module, name: str, trust: bool) -> Subject | Refusal:
    owner_name, _, function_name = name.rpartition(".")
    owner = _last(tree.body, ast.ClassDef, owner_name) if owner_name else None
    if owner_name and owner is None:
        return Refusal("AV092", f"{path} has no class `{owner_name}`")
    node = _last(owner.body if owner else tree.body, ast.FunctionDef, function_name)
    if node is None:
        return Refusal("AV092", f"{path} has no function `{name}` (a plain `def`)")
    if owner is not None and node.decorator_list:
        return Refusal("AV092", f"`{name}` is not a plain method")
    if node.args.vararg or node.args.kwarg:
        return Refusal("AV092", f"`{name}` takes any number of arguments")
    prelude = trusted_prelude(tree, path) if trust else prelude_of(tree, node, owner)
    if isinstance(prelude, Refusal):
        return prelude
    return Subject(path, name, node, owner, *_placed(node, owner, prelude))


def _last(body: list[ast.stmt], kind: type[Definition], name: str) -> Definition | None:
    found = [node for node in body if isinstance(node, kind) and node.name == name]
    return found[-1] if found else None


def _placed(node: ast.FunctionDef, owner: ast.ClassDef | None, prelude: str) -> tuple[str, str]:
    """The definition in front of the call, and the prelude; a decorated function (say, a compiled one) is made only once."""
    plain = bare(node)
    plain.name = called(node.name)
    text = ast.unparse(plain) + "\n"
    methods = _methods(node, owner) if owner is not None else ""
    return ("", prelude + text) if node.decorator_list else (text + methods, prelude)


def _methods(node: ast.FunctionDef, owner: ast.ClassDef) -> str:
    """What the instance needs beside its attributes: the class's own constants, and methods that it calls on itself."""
    self = node.args.args[0].arg if node.args.args else ""
    attributes = (n for n in ast.walk(node) if isinstance(n, ast.Attribute))
    used = {n.attr for n in attributes if isinstance(n.value, ast.Name) and n.value.id == self}
    lines: list[str] = []
    for member in owner.body:
        match member:
            case ast.FunctionDef(name=name) if name in used and not member.decorator_list:
                lines.append(f"{ast.unparse(bare(member))}\n{self}.{name} = {name}.__get__({self})\n")
            case ast.Assign(targets=[ast.Name(name)], value=value) if name in used:
                lines.append(f"{self}.{name} = {ast.unparse(value)}\n")
            case _:
                continue
    return "".join(lines)


def bare(node: ast.FunctionDef) -> ast.FunctionDef:
    """A copy without annotations: they are looked up at each `def`, and say nothing to the run."""
    plain = copy.deepcopy(node)
    plain.returns = None
    for part in ast.walk(plain):
        if isinstance(part, ast.arg):
            part.annotation = None
    return plain


def own_nodes(node: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        found.append(child)
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            found += own_nodes(child)
    return found
