"""How many dimensions the arrays of a function have, where its statements about whole arrays make sense of one answer only.

Comes in: the statements, the ranks that are certain, and for every other name that may be an array the least it can have. Goes
out: the ranks that fit best. `w @ x[i]` with a result that is added to `b` wants a matrix, rows of a matrix, and a vector; the
search changes one rank or two at a time as long as fewer things are odd. What rests on this guess is tested in the new text.
Not handled: ranks that change within the function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import combinations, product

from autovec.expression import Apply, Const, Expr, Name, Read, Slice, walk
from autovec.loops.statement import Append, Assign, For, If, Stmt, While, expressions, walk_statements
from autovec.record import dataclass

CONTRACTS = frozenset(("@", "np.matmul", "np.dot", ".dot()", "np.outer"))
REDUCES = {
    "np.sum": "+", ".sum()": "+", "np.prod": "*", ".prod()": "*", "np.mean": "mean", ".mean()": "mean", "np.linalg.norm": "norm",
    "np.max": "maximum", "np.amax": "maximum", ".max()": "maximum", "np.min": "minimum", "np.amin": "minimum",
    ".min()": "minimum", "np.argmax": "argmaximum", ".argmax()": "argmaximum", "np.argmin": "argminimum",
    ".argmin()": "argminimum", "np.any": "or", ".any()": "or", "np.all": "and", ".all()": "and",
}  # fmt: skip
COPIES = frozenset((".copy()", "np.copy", "np.asarray", "np.array", ".astype()", "np.zeros_like", "np.ones_like", "np.empty_like",
                    "np.ascontiguousarray"))  # fmt: skip
SHAPED = frozenset(("np.zeros", "np.ones", "np.empty", "np.full"))
NUMBERS = frozenset(("int", "float", "bool", "min", "max", "round", "complex"))
MOST = 4  # dimensions
MOST_OPEN = 8  # names
WRONG, ODD, UNUSUAL, LESS_USUAL = 5.0, 2.0, 0.5, 0.3  # raises, broadcasts, or is not what is mostly meant


def speaks_of_arrays(body: tuple[Stmt, ...]) -> bool:
    """Whether a loop in `body` holds a product or a fold of whole arrays."""
    loops = (s for s in walk_statements(body) if isinstance(s, For))
    inside = (x for loop in loops for s in walk_statements(loop.body) for e in expressions(s) for x in walk(e))
    return any(isinstance(x, Apply) and (x.fn in CONTRACTS or x.fn in REDUCES) for x in inside)


def implied_ranks(body: tuple[Stmt, ...], certain: Mapping[str, int], least: Mapping[str, int]) -> dict[str, int]:
    """The ranks of the names in `least`, and of the names that the statements bind, where they fit; empty where nothing does."""
    if not speaks_of_arrays(body) or not least or len(least) > MOST_OPEN:
        return {}
    starts = (dict(least), {n: max(k, 1) for n, k in least.items()}, {n: max(k, 2) for n, k in least.items()})
    cost, chosen, bound = min((_descended(body, certain, least, s) for s in starts), key=lambda found: found[0])
    return {} if cost >= WRONG else {**bound, **chosen}


def _descended(
    body: tuple[Stmt, ...], certain: Mapping[str, int], least: Mapping[str, int], chosen: dict[str, int]
) -> tuple[float, dict[str, int], dict[str, int]]:
    """The best ranks on the way down from some: what is odd about them, they themselves, and those of names that are bound."""
    cost, bound = _cost(body, certain, chosen)
    for _ in range(2 * MOST_OPEN):
        better = min(_neighbours(chosen, least), key=lambda c: _cost(body, certain, c)[0], default=chosen)
        lower, found = _cost(body, certain, better)
        if lower >= cost:
            break
        chosen, cost, bound = better, lower, found
    return cost, chosen, bound


def _neighbours(chosen: dict[str, int], least: Mapping[str, int]) -> list[dict[str, int]]:
    """The ranks with one name changed by one, or two names raised together."""
    out: list[dict[str, int]] = []
    for name, by in product(chosen, (1, -1)):
        if least[name] <= chosen[name] + by <= MOST:
            out.append(chosen | {name: chosen[name] + by})
    for a, b in combinations(chosen, 2):
        out.append(chosen | {a: chosen[a] + 1, b: chosen[b] + 1})
    return out


@dataclass(slots=True)
class _Count:
    """Ranks while walking, and how odd what was seen is."""

    ranks: dict[str, int]
    cost: float = 0.0
    bound: dict[str, int] = field(default_factory=dict[str, int])


def _cost(body: tuple[Stmt, ...], certain: Mapping[str, int], chosen: Mapping[str, int]) -> tuple[float, dict[str, int]]:
    count = _Count({**certain, **chosen}, 0.1 * sum(chosen.values()))
    _block(body, count)
    return count.cost, count.bound


def _block(body: Sequence[Stmt], c: _Count) -> None:
    for s in body:
        match s:
            case Assign(Name(id), op, value, _):
                _bind(id, op, _rank(value, c), c)
            case Assign(Read() as place, _, value, _):
                found, room = _rank(value, c), _rank(place, c)
                fills = found == 0 and not any(isinstance(x, Apply) for x in walk(value))
                c.cost += WRONG * max(found - room, 0) + ODD * max(room - found, 0) * (not fills)
            case For(_, _, start, stop, _, inner, _):
                _number(start, c)
                _number(stop, c)
                _block(inner, c)
            case While(test, inner, _):
                _number(test, c)
                _block(inner, c)
            case If(test, then, orelse, _):
                _number(test, c)
                _block((*then, *orelse), c)
            case Append(_, value, _):
                _rank(value, c)
            case _:
                pass


def _number(e: Expr, c: _Count) -> None:
    """What can be no array."""
    found = _rank(e, c)  # which adds to the cost itself
    c.cost += WRONG * (found > 0)


def _bind(name: str, op: str | None, found: int, c: _Count) -> None:
    old = c.ranks.get(name)
    if op is None or old is None:
        c.ranks[name] = found
        c.bound[name] = found
    elif found > old and name in c.bound and old == 0:
        c.ranks[name] = c.bound[name] = found  # a sum of arrays that starts with the number 0
    else:
        c.cost += WRONG * max(found - old, 0) + UNUSUAL * (found < old)


def _rank(e: Expr | Slice, c: _Count) -> int:
    match e:
        case Name(id):
            return c.ranks.get(id, 0)
        case Read(array, at):
            if array not in c.ranks:
                return 0
            whole = c.ranks[array] - len(at)
            c.cost += WRONG * max(-whole, 0)
            return max(whole, 0) + sum(1 if isinstance(x, Slice) else _rank(x, c) for x in at)
        case Apply(fn, args):
            return _of_call(fn, args, c)
        case _:
            return 0


def _of_call(fn: str, args: tuple[Expr, ...], c: _Count) -> int:
    if fn in SHAPED:
        return len(args[0].args) if isinstance(args[0], Apply) and args[0].fn == "tuple" else 1
    ranks = [_rank(a, c) for a in args]
    if fn in CONTRACTS and len(ranks) >= 2:
        c.cost += LESS_USUAL * (fn != "np.outer" and isinstance(args[0], Name) and ranks[0] == 1)
        return _of_product(fn, ranks[0], ranks[1], c)
    if fn in REDUCES:
        axis = next((a.value for a in args[1:] if isinstance(a, Const) and isinstance(a.value, int)), None)
        c.cost += WRONG * (ranks[0] <= (axis or 0))
        return max(ranks[0] - 1, 0) if len(args) > 1 else 0
    if fn in COPIES or fn == ".T":
        c.cost += ODD * (fn == ".T" and ranks[0] < 2)
        return ranks[0]
    if fn in NUMBERS or fn.startswith("math.") or fn in ("and", "or", "not"):
        c.cost += WRONG * sum(r > 0 for r in ranks)
        return 0
    return _broadcast(fn, args, ranks, c)


def _of_product(fn: str, a: int, b: int, c: _Count) -> int:
    if fn == "np.outer":
        c.cost += WRONG * ((a != 1) + (b != 1))
        return 2
    c.cost += WRONG * ((a == 0) + (b == 0)) + ODD * ((a > 2) + (b > 2))
    return max(a - 1, 0) + max(b - 1, 0)


def _broadcast(fn: str, args: tuple[Expr, ...], ranks: list[int], c: _Count) -> int:
    """Arrays are added to arrays of their own shape, and multiplied by numbers, more often than otherwise."""
    most = max(ranks, default=0)
    for a, r in zip(args, ranks, strict=True):
        if 0 < r < most:
            c.cost += ODD * (most - r)
        elif r < most and fn in ("+", "-") and not isinstance(a, Const):
            c.cost += UNUSUAL
    return most
