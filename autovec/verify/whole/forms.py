"""What a parameter may be: forms to try, the likeliest first, from its annotation, its default, and clues in the code.

Comes in: a parameter's annotation as text and its `Clues`, or what it was in a run that was watched. Goes out: `Form`s, or a
Refusal where an annotation names something that cannot be made up. Where nothing says the dtype, `others` are dtypes that are
tried on everyday numbers only.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from autovec.options import Seen
from autovec.outcome import Refusal
from autovec.record import dataclass
from autovec.verify.whole.clues import Clues

NUMERIC = ("float64", "int64", "float32", "int32", "uint8", "int8", "int16", "uint16", "uint32", "uint64", "bool", "float16",
           "complex128", "complex64")  # fmt: skip
PYTHON = ("int", "float", "bool", "complex", "str")
_ALIASES = {"float_": "float64", "double": "float64", "single": "float32", "half": "float16", "int_": "int64", "intp": "int64",
            "bool_": "bool", "byte": "int8", "ubyte": "uint8", "csingle": "complex64", "cdouble": "complex128",
            "complex_": "complex128", "longlong": "int64", "short": "int16", "intc": "int32", "uint": "uint64"}  # fmt: skip
_ABSTRACT = {"floating": ("float64", "float32"), "inexact": ("float64", "float32", "complex128"), "number": NUMERIC,
             "integer": ("int64", "int32", "uint8"), "signedinteger": ("int64", "int32"), "unsignedinteger": ("uint64", "uint8"),
             "generic": NUMERIC, "complexfloating": ("complex128", "complex64"), "Any": ()}  # fmt: skip
_LISTS = frozenset(("list", "List", "Sequence", "MutableSequence", "Iterable", "Collection"))
_LOOSE = frozenset(("ArrayLike", "Any", "object"))


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that a parameter may be. `container` is ndarray, list, scalar or text; `kinds` as in the contract."""

    container: str
    kinds: tuple[str, ...]
    rank: int = 0
    others: tuple[str, ...] = ()  # dtypes that nobody named
    everyday: bool = False  # nobody named `kinds` either
    also: bool = False  # to be tried even where a likelier form runs


def forms(annotation: ast.expr | None, default: ast.expr | None, clues: Clues) -> tuple[Form, ...] | Refusal:
    """The forms of a parameter, likeliest first."""
    declared = _declared(annotation, clues) if annotation is not None else None
    if isinstance(declared, Refusal):
        return declared
    if declared:
        return tuple(dict.fromkeys(declared))
    if isinstance(default, ast.Constant) and isinstance(default.value, int | float):
        return _of_default(default.value)
    return tuple(dict.fromkeys(_from_use(clues)))


def forms_seen(seen: Seen) -> tuple[Form, ...]:
    """What a parameter was in the runs that were watched; nothing where one of its values cannot be made up."""
    found = [_of_type(kind, seen) for kind in seen.types]
    every = [form for some in found for form in some]
    return tuple(replace(form, also=k > 0) for k, form in enumerate(every)) if all(found) else ()


def _of_type(kind: str, seen: Seen) -> list[Form]:
    """Its forms of one type; none where that, or what it holds, cannot be made up."""
    if kind in ("ndarray", "list") and {*seen.dtypes} <= {*NUMERIC, *PYTHON}:
        known = tuple(t for t in seen.dtypes if t in (NUMERIC if kind == "ndarray" else PYTHON))
        return [Form(kind, known, rank) for rank in seen.ranks if rank and known]
    return [Form("text", (kind,))] if kind == "str" else [Form("scalar", (kind,))] if kind in (*PYTHON, *NUMERIC) else []


def _of_default(value: float) -> tuple[Form, ...]:
    kind = type(value).__name__
    return (Form("scalar", (kind,)), *((Form("scalar", ("int",)),) if kind == "float" else ()))


def _from_use(clues: Clues) -> list[Form]:
    """Forms where nothing is declared."""
    if clues.keys:
        return []
    if clues.rank:
        lists = [] if clues.is_array and not clues.converted else _lists(clues)
        arrays = [replace(f, everyday=bool(f.others) and not clues.whole) for f in _arrays(clues)]
        return lists if clues.is_list else [*arrays, *lists]
    if clues.counts:
        return [Form("scalar", ("int",))]
    scalars = [Form("scalar", ("int",))] if clues.whole else [Form("scalar", ("float", "int")), Form("scalar", ("float",))]
    if clues.is_array or clues.converted:
        return [*_arrays(clues), *scalars]
    return [*scalars, Form("scalar", ("int",)), *_arrays(clues), *_lists(clues)]


def _arrays(clues: Clues) -> list[Form]:
    """Arrays of the dtypes that the code suggests, and of the ranks on which it may run."""
    first, others = _dtypes(clues)
    return [Form("ndarray", first, rank, others, also=clues.any_rank) for rank in _ranks(clues)]


def _dtypes(clues: Clues) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if clues.truth:
        return ("bool",), () if clues.wide else ("int64", "float64")
    if clues.whole:
        return ("int64",), () if clues.wide else ("int32", "uint8", "int16")
    return ("float64",), () if clues.wide else ("float32", "int64", "int32")


def _ranks(clues: Clues) -> list[int]:
    least = max(clues.rank, 1)
    if clues.exact:
        return [least]
    lower = [k for k in range(least - 1, 0, -1) if clues.any_rank]
    return [least, *lower, least + 1, *([least + 2] if least == 1 else [])]


def _lists(clues: Clues) -> list[Form]:
    kinds = ("int",) if clues.whole else ("bool", "int") if clues.truth else ("float", "int")
    return [Form("list", kinds, max(clues.rank, 1), also=clues.converted)]


# ------------------------------------------------------------------ annotations


def _declared(e: ast.expr, clues: Clues) -> list[Form] | Refusal:
    """Forms that an annotation names; none where it says nothing."""
    match e:
        case ast.Constant(value=str() as text):
            try:
                return _declared(ast.parse(text, mode="eval").body, clues)
            except SyntaxError:
                return []
        case ast.Constant(value=None):
            return []
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either([left, right], clues)
        case ast.Subscript(value=value, slice=at) if _last(value) in ("Union", "Optional"):
            return _either(at.elts if isinstance(at, ast.Tuple) else [at], clues)
        case ast.Subscript(value=value, slice=at) if _last(value) in ("Annotated", "Final"):
            return _declared(at.elts[0] if isinstance(at, ast.Tuple) else at, clues)
        case ast.Subscript(value=value, slice=at):
            return _generic(_last(value), at, clues, ast.unparse(e))
        case ast.Name() | ast.Attribute():
            return _plain(_last(e), clues, ast.unparse(e))
        case _:
            return _cannot(ast.unparse(e))


def _either(options: list[ast.expr], clues: Clues) -> list[Form] | Refusal:
    found = [_declared(o, clues) for o in options]
    made = [form for answer in found if not isinstance(answer, Refusal) for form in answer]
    refusal = next((answer for answer in found if isinstance(answer, Refusal)), None)
    return made if made or refusal is None else refusal


def _generic(name: str, at: ast.expr, clues: Clues, text: str) -> list[Form] | Refusal:
    if name == "NDArray":
        return _of_dtype(_last(at), clues)
    if name == "ndarray":
        parts = at.elts if isinstance(at, ast.Tuple) else [at]
        return _of_dtype(_last(parts[-1].slice) if isinstance(parts[-1], ast.Subscript) else "", clues)
    if name in _LISTS:
        inner = _declared(at, clues)
        if isinstance(inner, Refusal):
            return inner
        return [_listed(form) for form in inner if form.container in ("scalar", "text", "list")]
    if name == "NDArrayLike" or name in _LOOSE:
        return []
    return _cannot(text)


def _listed(form: Form) -> Form:
    return Form("list", ("str",) if form.container == "text" else form.kinds, form.rank + 1)


def _plain(name: str, clues: Clues, text: str) -> list[Form] | Refusal:
    if name == "ndarray":
        return _of_dtype("", clues)
    if name == "float":
        return [Form("scalar", ("float", "int")), Form("scalar", ("float",))]
    if name == "complex":
        return [Form("scalar", ("complex", "float")), Form("scalar", ("complex",))]
    if name == "str":
        return [Form("text", ("str",))]
    if name in ("int", "bool"):
        return [Form("scalar", (name,))]
    if name in _LISTS:
        return _lists(clues)
    dtype = _ALIASES.get(name, name)
    if dtype in NUMERIC:
        return [Form("scalar", (dtype,))]
    return [] if name in _LOOSE or clues.is_object else _cannot(text)


def _of_dtype(name: str, clues: Clues) -> list[Form]:
    dtype = _ALIASES.get(name, name)
    found = _arrays(clues)
    if dtype in NUMERIC:
        return [replace(form, kinds=(dtype,), others=()) for form in found]
    several = _ABSTRACT.get(name, ())
    return [replace(form, kinds=several, others=()) for form in found] if several else found


def _last(e: ast.expr) -> str:
    """The last word of a dotted name."""
    return e.id if isinstance(e, ast.Name) else e.attr if isinstance(e, ast.Attribute) else ""


def _cannot(text: str) -> Refusal:
    return Refusal("AV010", f"it is not known how to make up a `{text}`", "say what it is with --contract")
