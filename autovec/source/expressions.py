"""Read one expression of a function into the shared expression language.

Comes in: an `ast` expression, what the names in it are bound to, and what the loop variables around it stand for.
Goes out: an `Expr`; whatever has no meaning there is an `Opaque` that says what the obstacle is, so nothing is lost silently.
Not handled: types. `x[i]` is a `Read` whether x is a list, an array or a dict; `facts` decides.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from autovec.expression import EACH, Apply, Const, Expr, Length, Name, Opaque, Read, Slice
from autovec.record import dataclass

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitXor: "^", ast.BitOr: "|",
}  # fmt: skip
UNARY: dict[type[ast.unaryop], str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "~", ast.Not: "not"}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
BUILTINS = frozenset(("abs", "min", "max", "int", "float", "bool", "complex", "round", "divmod", "pow", "sum", "len"))
ATTRIBUTES = frozenset(("T", "real", "imag", "size", "ndim", "shape", "dtype"))
METHODS = frozenset((
    "sum", "mean", "max", "min", "copy", "conjugate", "dot", "prod", "std", "var", "astype", "all", "any", "item",
    "argmax", "argmin",
))  # fmt: skip
SHAPERS = frozenset((
    "reshape", "ravel", "flatten", "transpose", "swapaxes", "squeeze", "diagonal", "view", "cumsum", "cumprod", "argsort",
    "repeat",
))  # fmt: skip
_EFFECTS = frozenset((
    "save", "savez", "savez_compressed", "savetxt", "load", "loadtxt", "genfromtxt", "fromfile", "memmap", "seterr",
    "seterrcall", "setbufsize", "set_printoptions", "copyto", "put", "place", "putmask", "put_along_axis",
    "fill_diagonal", "nditer", "frompyfunc", "vectorize", "apply_along_axis", "apply_over_axes", "piecewise", "info",
    "show_config",
))  # fmt: skip
_PURE_HOMES = ("np.linalg.", "np.fft.", "np.char.", "np.polynomial.")


def _foreign(call: ast.Call, scope: Scope) -> Expr | None:
    """What is known of a call where nothing is known of the file's own functions."""
    return None


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one place: `resolve` gives what a name is bound to, as "numpy", "math.exp", "builtins.len", or None
    for a local variable; `elements` what the variables of the loops around stand for; `inline` gives the value of a call of
    one of the file's own functions, None for other calls."""

    resolve: Callable[[str], str | None]
    elements: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    inline: Callable[[ast.Call, Scope], Expr | None] = _foreign

    def with_elements(self, more: Mapping[str, Expr]) -> Scope:
        """The scope inside a loop that binds `more`."""
        return replace(self, elements={**self.elements, **more})

    def without(self, names: frozenset[str]) -> Scope:
        """The scope after `names` were assigned."""
        return replace(self, elements={k: v for k, v in self.elements.items() if k not in names})


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` as text, None for anything else."""
    match node:
        case ast.Name(id):
            return id
        case ast.Attribute(value, attr):
            base = dotted(value)
            return None if base is None else f"{base}.{attr}"
        case _:
            return None


def canonical(node: ast.expr, scope: Scope) -> str | None:
    """What `np.exp` or `sqrt` refers to, as "np.exp" and "math.sqrt"; builtins by their bare name; None where unknown."""
    text = dotted(node)
    if text is None:
        return None
    head, _, rest = text.partition(".")
    bound = scope.resolve(head)
    if bound is None or head in scope.elements:
        return None
    full = f"{bound}.{rest}" if rest else bound
    return full.removeprefix("builtins.") if full.startswith("builtins.") else full.replace("numpy.", "np.", 1)


def opaque(node: ast.AST, why: str) -> Opaque:
    """`node` as an expression that is not understood."""
    names = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    return Opaque(ast.unparse(node).split("\n")[0], names, why)


def read_expression(node: ast.expr, scope: Scope) -> Expr:
    """`node` as an `Expr`."""
    match node:
        case ast.Constant(value) if isinstance(value, bool | int | float | complex | str | None):
            return Const(value)
        case ast.Name(id):
            return scope.elements.get(id, Name(id))
        case ast.BinOp(left, op, right):
            return Apply(BINARY[type(op)], (read_expression(left, scope), read_expression(right, scope)))
        case ast.UnaryOp(op, operand):
            return _sign(UNARY[type(op)], read_expression(operand, scope))
        case ast.BoolOp(op, values):
            return _chain("and" if isinstance(op, ast.And) else "or", [read_expression(v, scope) for v in values])
        case ast.Compare():
            return _comparison(node, scope)
        case ast.IfExp(test, body, orelse):
            return Apply("where", tuple(read_expression(x, scope) for x in (test, body, orelse)))
        case ast.Subscript():
            return _subscript(node, scope)
        case ast.Attribute():
            return _attribute(node, scope)
        case ast.Call():
            return _call(node, scope)
        case ast.Tuple(elts) | ast.List(elts):
            fn = "tuple" if isinstance(node, ast.Tuple) else "list"
            return Apply(fn, tuple(read_expression(x, scope) for x in elts))
        case ast.NamedExpr():
            return opaque(node, "an assignment inside an expression")
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
            return replace(opaque(node, "a comprehension inside the loop"), call=_each(node, scope))
        case _:
            return opaque(node, f"{type(node).__name__.lower()} is not arithmetic")


def _each(node: ast.expr, scope: Scope) -> Apply | None:
    """A list comprehension over a range or a sequence, as a call: its element, the variable, what that is, and how many."""
    match node:
        case ast.ListComp(element, [ast.comprehension(ast.Name(var), iter, [], 0)]) if var not in scope.elements:
            pass
        case _:
            return None
    text, over = canonical(iter.func, scope) if isinstance(iter, ast.Call) else None, read_expression(iter, scope)
    match iter:
        case ast.Call(args=[stop], keywords=[]) if text == "range":
            one, count = Const(0), read_expression(stop, scope)
        case ast.Call(args=[start, stop], keywords=[]) if text == "range":
            one, count = Const(0), Apply("-", (read_expression(stop, scope), read_expression(start, scope)))
        case ast.Name() if isinstance(over, Name):
            one, count = Read(over.id, (Const(0),)), Length(over.id, 0)
        case _:
            return None
    return Apply(EACH, (read_expression(element, scope), Name(var), one, count))


def _sign(fn: str, operand: Expr) -> Expr:
    if fn == "neg" and isinstance(operand, Const) and type(operand.value) in (int, float) and operand.value != 0:
        return Const(-operand.value)  # type: ignore[operator]
    return Apply(fn, (operand,))


def _chain(fn: str, parts: list[Expr]) -> Expr:
    out = parts[0]
    for part in parts[1:]:
        out = Apply(fn, (out, part))
    return out


def _comparison(node: ast.Compare, scope: Scope) -> Expr:
    values = [read_expression(v, scope) for v in (node.left, *node.comparators)]
    if any(type(op) not in COMPARE for op in node.ops):
        return opaque(node, "a membership or identity test")
    parts: list[Expr] = [Apply(COMPARE[type(op)], (a, b)) for op, a, b in zip(node.ops, values, values[1:], strict=False)]
    return _chain("and", parts)


def _attribute(node: ast.Attribute, scope: Scope) -> Expr:
    text = dotted(node)
    head = text.partition(".")[0] if text else ""
    if text and head not in scope.elements:
        if scope.resolve(head) is not None:
            return Name(text)  # math.pi, np.inf
        if text.count(".") == 1 and head == "self":
            return Name(text)
    if node.attr in ATTRIBUTES:
        base = read_expression(node.value, scope)
        if node.attr == "size" and isinstance(base, Name):
            return Apply(".size", (base,))
        return base if isinstance(base, Opaque) else Apply(f".{node.attr}", (base,))
    return opaque(node, f"the attribute .{node.attr}")


def array_name(node: ast.expr, scope: Scope) -> str | None:
    """The name of an array that can be subscripted: a variable or an attribute of self."""
    match node:
        case ast.Name(id) if id not in scope.elements:
            return id
        case ast.Attribute(ast.Name("self"), attr):
            return f"self.{attr}"
        case _:
            return None


def _subscript(node: ast.Subscript, scope: Scope) -> Expr:
    shape = _shape_of(node, scope)
    if shape is not None:
        return shape
    base: Expr
    name = array_name(node.value, scope)
    base = Read(name, ()) if name is not None else read_expression(node.value, scope)
    base = Read(base.id, ()) if isinstance(base, Name) else base
    at = _subscripts(node.slice, scope)
    if not isinstance(base, Read) or at is None:
        why = base.why if isinstance(base, Opaque) else "a subscript of something that is not a variable"
        return opaque(node, why)
    if any(isinstance(x, Slice) for x in base.at):
        return opaque(node, "a subscript of a slice")
    return Read(base.array, base.at + at)


def _shape_of(node: ast.Subscript, scope: Scope) -> Expr | None:
    match node:
        case ast.Subscript(ast.Attribute(array, "shape"), ast.Constant(int() as axis)) if axis >= 0:
            name = array_name(array, scope)
            if name is not None:
                return Length(name, axis)
            row = read_expression(array, scope)
            row = Read(row.id, ()) if isinstance(row, Name) else row
            return Length(row.array, len(row.at) + axis) if isinstance(row, Read) else None
        case _:
            return None


def _subscripts(node: ast.expr, scope: Scope) -> tuple[Expr | Slice, ...] | None:
    items = node.elts if isinstance(node, ast.Tuple) else [node]
    out: list[Expr | Slice] = []
    for item in items:
        if isinstance(item, ast.Slice):
            parts = [None if p is None else read_expression(p, scope) for p in (item.lower, item.upper, item.step)]
            out.append(Slice(*parts))
        elif isinstance(item, ast.Starred) or (isinstance(item, ast.Constant) and not isinstance(item.value, int)):
            return None
        else:
            out.append(read_expression(item, scope))
    return tuple(out)


def _call(node: ast.Call, scope: Scope) -> Expr:
    found = _value_of_call(node, scope)
    return replace(found, call=_understood(node, scope)) if isinstance(found, Opaque) else found


def _understood(node: ast.Call, scope: Scope) -> Apply | None:
    """A call of NumPy's, or of an array's method, of which only the kind of its value is known."""
    fn, array = canonical(node.func, scope), None
    if isinstance(node.func, ast.Attribute) and node.func.attr in SHAPERS and fn is None:
        fn, array = f".{node.func.attr}()", array_name(node.func.value, scope)
    known = fn is not None and (fn.startswith("np.") or array is not None)
    if fn is None or not known or any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
        return None
    args: list[Expr] = [Name(array)] if array else []
    args += [_argument(a, scope) for a in node.args]
    for k in node.keywords:
        args += [Const(f"{k.arg}="), _argument(k.value, scope)]
    return Apply(fn, tuple(args))


def _value_of_call(node: ast.Call, scope: Scope) -> Expr:
    inlined = scope.inline(node, scope)
    if inlined is not None:
        return inlined
    if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
        keywords = _keyword_call(node, scope)
        return keywords or opaque(node, f"the call {ast.unparse(node.func)}(...) has keyword arguments")
    if isinstance(node.func, ast.Attribute) and canonical(node.func, scope) is None:
        return _method(node, node.func, scope)
    fn = canonical(node.func, scope)
    if fn is None or not (fn in BUILTINS or fn.startswith(("math.", "cmath.", "np."))):
        return opaque(node, f"the call of {ast.unparse(node.func)}")
    if not is_pure(fn):
        return opaque(node, f"the call of {ast.unparse(node.func)} does more than compute a value from its arguments")
    args = tuple(read_expression(a, scope) for a in node.args)
    if fn == "len" and len(args) == 1:
        return _length(node, args[0])
    return next((a for a in args if isinstance(a, Opaque)), None) or Apply(fn, args)


def is_pure(fn: str) -> bool:
    """Whether a builtin or a function of `math` or NumPy gives the same value each time, and does nothing else.

    `np.random.*` gives another one in each call; `np.empty` counts as pure, since what it holds is not looked at.
    """
    home, _, name = fn.rpartition(".")
    return name not in _EFFECTS if home == "np" else not home.startswith("np") or fn.startswith(_PURE_HOMES)


def _keyword_call(node: ast.Call, scope: Scope) -> Expr | None:
    """`np.zeros(n, dtype=...)` and the like keep their keywords as trailing (name, value) arguments."""
    fn = canonical(node.func, scope)
    if fn is None or not fn.startswith("np.") or not is_pure(fn) or any(k.arg is None for k in node.keywords):
        return None
    args = [_argument(a, scope) for a in node.args]
    for k in node.keywords:
        args += [Const(f"{k.arg}="), _argument(k.value, scope)]
    return Apply(fn, tuple(args))


def _argument(node: ast.expr, scope: Scope) -> Expr:
    if isinstance(node, ast.Starred):
        return opaque(node, "an unpacked argument")
    if isinstance(node, ast.Tuple | ast.List):
        return Apply("tuple", tuple(read_expression(e, scope) for e in node.elts))
    if isinstance(node, ast.Name | ast.Attribute):
        known = canonical(node, scope)
        if known in ("int", "float", "bool", "complex") or (known or "").startswith("np."):
            return Const(f"dtype:{known}")
    return read_expression(node, scope)


def _method(node: ast.Call, func: ast.Attribute, scope: Scope) -> Expr:
    match func:
        case ast.Attribute(ast.Attribute(array, "dtype"), "type") if (name := array_name(array, scope)) and len(node.args) == 1:
            return Apply(".dtype.type()", (Name(name), _argument(node.args[0], scope)))
        case _:
            pass
    base = read_expression(func.value, scope)
    if isinstance(base, Opaque) or func.attr not in METHODS:
        return opaque(node, f"the method .{func.attr}()")
    return Apply(f".{func.attr}()", (base, *(_argument(a, scope) for a in node.args)))


def _length(node: ast.Call, arg: Expr) -> Expr:
    match arg:
        case Name(id):
            return Length(id, 0)
        case Read(array, at) if not any(isinstance(x, Slice) for x in at):
            return Length(array, len(at))
        case _:
            return opaque(node, "the length of an expression")


def called_names(text: str) -> frozenset[str]:
    """The bare names that a text calls."""
    calls = (n.func for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call))
    return frozenset(f.id for f in calls if isinstance(f, ast.Name))
