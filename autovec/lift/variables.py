"""Names that become variables of the new text: before a loop or a branch that stays, and before a store to what they read.

Comes in: the walk's state and the statements that follow. Goes out: bindings, and names that stand for them. A value is computed
late, where it is used; that is right only as long as nothing that it reads changes in between.
"""

from __future__ import annotations

from autovec.affine import affine
from autovec.expression import Apply, Axis, Const, Expr, Lanes, Length, Name, Read, free_axes, free_names, walk
from autovec.facts.infer import expressions
from autovec.lift.state import State
from autovec.loops.statement import Assign, Stmt, walk_statements
from autovec.tensor.statement import Bind

POSITION = frozenset(("+", "-", "*", "neg", "pos"))
COMPUTED = frozenset(("+", "-", "*", "/", "//", "%", "**"))  # of which NumPy makes a new array, never a view


def persist(st: State, changed: frozenset[str], body: tuple[Stmt, ...]) -> None:
    """Before a loop or a branch: names that it changes, and values it would compute again, become variables."""
    for array in sorted(stored_in(body, st)):
        st.settle(array)
    inside = frozenset(n for s in walk_statements(body) for e in expressions(s) for n in read_names(e))
    for name in sorted(set(st.env) & (changed | inside)):
        e = st.env[name]
        if isinstance(e, Read) and e.array == name:
            continue  # a part of its own variable
        if isinstance(e, Lanes) and e.id == name and name in st.bound:
            continue
        simple = isinstance(e, Axis | Const | Name | Lanes) or (isinstance(e, Read) and name not in changed)
        if name in changed and not isinstance(e, Axis):
            make_variable(st, name)
        elif not simple and not (is_position(e, st) and not free_names(e) & changed):
            st.write_down(name, e)


def make_variable(st: State, name: str) -> None:
    """Bind a name to its value for all lanes of its home; from here on the variable is its value."""
    e, axes = st.env[name], st.home.get(name, ())
    st.lanes[name] = st.kinds(e) | st.kinds(Name(name))  # what it holds now, and what it will hold
    st.out.append(Bind(name, axes, None, owned(e, st)))
    st.env[name] = Lanes(name, axes) if axes else Name(name)
    st.bound[name] = axes


def owned(e: Expr, st: State) -> Expr:
    """A value for a variable of which parts may be stored to: never a view of something else."""
    fresh = isinstance(e, Const) or (isinstance(e, Apply) and e.fn in COMPUTED)
    return e if fresh or not st.divides or not free_axes(e) else Apply(".copy()", (e,))


def stored_in(body: tuple[Stmt, ...], st: State) -> set[str]:
    """The arrays that `body` stores to, rows by the name of their array."""
    found: set[str] = set()
    for s in walk_statements(body):
        if isinstance(s, Assign) and isinstance(s.target, Read):
            row = st.env.get(s.target.array)
            found.add(row.array if isinstance(row, Read) else s.target.array)
        elif isinstance(s, Assign) and s.op is not None and isinstance(s.target, Name) and st.facts.array(s.target.id):
            found.add(s.target.id)
    return found


def is_position(e: Expr, st: State) -> bool:
    """Whether a value is made of loop variables and lengths alone: where it is a subscript, its text is a slice."""
    parts = all(isinstance(x, Axis | Const | Name | Length) or (isinstance(x, Apply) and x.fn in POSITION) for x in walk(e))
    return parts and bool(st.kinds(e)) and st.kinds(e) <= {"int"} and affine(e) is not None


def read_names(e: Expr) -> list[str]:
    """The scalar names read by `e`, one entry an occurrence; arrays that are subscripted count as well."""
    return [x.id if isinstance(x, Name) else x.array for x in walk(e) if isinstance(x, Name | Read)]
