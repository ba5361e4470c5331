"""What is known in front of a loop: first all that must not be concluded."""

from __future__ import annotations

import textwrap

import pytest

from autovec.expression import Apply, Expr, Length, Name, show
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, ScalarFact
from autovec.outcome import Refusal
from autovec.propose.reading import locate, read_function
from autovec.source.find import parse
from autovec.source.text import SourceText, decode

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\n"
X = "x: NDArray[np.float64], y: NDArray[np.float64], n: int"


def facts(body: str, parameters: str = X) -> Facts:
    """The facts in front of the statement `for LOOP in range(3)` in `body`."""
    text = f"{HEAD}def f({parameters}):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
    source = decode(text.encode())
    assert isinstance(source, SourceText)
    module = parse(source)
    assert not isinstance(module, Refusal)
    line = next(k for k, s in enumerate(text.splitlines(), 1) if "for LOOP in" in s)
    column = len(text.splitlines()[line - 1]) - len(text.splitlines()[line - 1].lstrip())
    found = locate(read_function(module, module.functions[-1]), line, column)
    assert found is not None
    return found.facts


def shown(table: Facts, name: str) -> str:
    """A fact as one line."""
    match table.names.get(name):
        case ArrayFact(container, kinds, shape, trust, fresh, fill):
            sizes = "?" if shape is None else ", ".join("?" if e is None else show(e) for e in shape)
            extra = (" fresh" if fresh else "") + ("" if fill is None else f" of {show(fill)}")
            return f"{container}[{sizes}] {'|'.join(sorted(kinds))} {trust.name.lower()}{extra}"
        case ScalarFact(kinds, value, trust, nonnegative):
            known = "" if value is None else f" = {show(value)}"
            return f"{'|'.join(sorted(kinds))}{known}{' >= 0' if nonnegative else ''} {trust.name.lower()}"
        case _:
            return "unknown"


LOOP = "for LOOP in range(3): x[LOOP] = 1.0"
N, LEN = Name("n"), Length("x", 0)


@pytest.mark.parametrize(
    "body",
    [
        "n = len(x)\nn -= 1",
        "n = len(x)\nif y[0] > 0:\n    n = 3",
        "n = len(x)\nif y[0] > 0:\n    n -= 1\nelse:\n    pass",
        "n = len(x)\nx = x[1:]",
        "n = len(x)\nx = np.zeros(3)",
        "n = len(x)\nfor k in range(3):\n    n = k",
        "n = len(x)\nfor n in range(3):\n    pass",
        "n = len(x)\nwhile y[0] > 0:\n    n += 1",
        "n = len(x)\ntry:\n    n = 2\nexcept ValueError:\n    pass",
        "n = len(x)\nwith open(y) as n:\n    pass",
        "n = len(x)\nn, m = 1, 2",
        "n = len(x)\nm = (n := 2)",
        "n = len(x)\nif (n := 2) > 1:\n    pass",
        "n = len(x)\nn = n + 1",
        "m = len(x)\nn = m\nm = 2\nn = m",
        "n = len(x)\nmatch y:\n    case [n]:\n        pass",
        "n = len(x)\ndel n\nn = 4",
        "n = len(x) if y[0] > 0 else 3",
    ],
)
def test_a_length_that_may_have_changed_is_not_concluded(body: str) -> None:
    assert not facts(f"{body}\n{LOOP}").same(N, LEN)


@pytest.mark.parametrize(
    "body",
    [
        "xs = [0.0] * n\nxs.pop()",
        "xs = [0.0] * n\nxs.append(1.0)",
        "xs = [0.0] * n\nxs += [1.0]",
        "xs = [0.0] * n\nxs.extend(y)",
        "xs = [0.0] * n\nfor k in range(3):\n    xs.append(1.0)",
        "xs = [0.0] * n\ng(xs)",
        "xs = [0.0] * n\nm = g(xs)",
        "xs = [0.0] * n\ndel xs[0]",
        "xs = [0.0] * n\nn = n - 1",
        "xs = []\nn = len(xs)\nxs.append(1.0)",
        "xs = []\nn = len(xs)\nfor k in range(3):\n    xs.append(1.0)",
    ],
)
def test_a_list_that_may_have_grown_has_no_length(body: str) -> None:
    assert not facts(f"{body}\n{LOOP}").same(N, Length("xs", 0))


@pytest.mark.parametrize(
    "body",
    [
        "z = np.zeros(n)\nw = z",
        "z = np.zeros(n)\nw = z[1:]",
        "z = np.zeros((n, n))\nw = z[0]",
        "z = np.zeros((n, n))\nw = z.T",
        "z = np.zeros(n)\nw = np.asarray(z)",
        "z = np.zeros(n)\nw = z if n > 0 else x",
        "z = np.zeros(n)\nw = np.ravel(z)",
        "z = np.zeros(n)\nw = g(z)",
        "z = np.zeros(n)\nw = x\nfor k in range(3):\n    w = z",
    ],
)
def test_a_second_name_may_be_the_same_array(body: str) -> None:
    assert facts(f"{body}\n{LOOP}").may_alias("z", "w")


@pytest.mark.parametrize(
    "body",
    [
        "z = np.zeros(n)\nz[0] = 1",
        "z = np.zeros(n)\nz += 1",
        "z = np.zeros(n)\nw = z\nw[0] = 1",
        "z = np.zeros(n)\nw = z[1:]\nw[0] = 1",
        "z = np.zeros(n)\ng(z)",
        "z = np.zeros(n)\nm = g(z)",
        "z = np.zeros(n)\nz.fill(3)",
        "z = np.zeros(n)\nfor k in range(n):\n    z[k] = k",
        "z = np.zeros(n)\nif y[0] > 0:\n    z[0] = 2",
        "z = np.zeros(n)\nnp.add(x, y, out=z)",
    ],
)
def test_an_array_that_may_have_been_filled_is_not_all_zeros(body: str) -> None:
    fact = facts(f"{body}\n{LOOP}").array("z")
    assert fact is None or fact.fill is None


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("t = (x, y)", "t"),
        ("t = [x, y]", "t"),
        ("t = [x] * 3", "t"),
        ("t = np.where(x > 0)", "t"),
        ("t = np.nonzero(x)", "t"),
        ("t = {1: x}", "t"),
        ("t = g(x)", "t"),
        ("t = np.interp(n, x, y) + 1", "t"),
        ("t = np.random.rand(n) * 2", "t"),
        ("t = np.newaxis", "t"),
        ("t = x if n > 0 else 3", "t"),
        ("t = 1\nif n > 0:\n    t = x", "t"),
    ],
)
def test_what_it_is_is_not_known(body: str, name: str) -> None:
    assert shown(facts(f"{body}\n{LOOP}"), name) == "unknown"


@pytest.mark.parametrize(
    ("parameter", "fact"),
    [
        ("x: Sequence[float]", "unknown"),
        ("x: dict[int, float]", "unknown"),
        ("x: str", "unknown"),
        ("x: NDArray[np.float32] | None", "ndarray[len(x)] float32 optional"),
        ("x: Optional[NDArray[np.float32]]", "ndarray[len(x)] float32 optional"),
        ("x: list[float] | None", "unknown"),
        ("x: np.ndarray | str", "unknown"),
        ("x: list[str]", "unknown"),
        ("x: tuple[float, ...]", "unknown"),
        ("x: list[float]", "list[len(x)] float|int declared"),
        ("x: list[list[int]]", "list[len(x), ?] int declared"),
        ("x: NDArray[np.float32]", "ndarray[len(x)] float32 declared"),
        ("x: 'np.ndarray'", "ndarray[len(x)] bool_|complex128|float16|float32|float64|int32|int64|int8|uint8 declared"),
    ],
)
def test_annotations(parameter: str, fact: str) -> None:
    table = facts(LOOP, parameter)
    got = shown(table, "x")
    assert got == fact or (fact == "unknown" and "hinted" in got), got


def test_a_dtype_that_an_assignment_may_change() -> None:
    table = facts(f"k = x\nk = k + 1.5\n{LOOP}", "x: NDArray[np.int64]")
    fact = table.array("k")
    assert fact is None or {"int64", "float64"} <= fact.kinds


def test_a_sign_that_is_lost_in_the_third_iteration() -> None:
    body = "p = 0\nq = 0\nfor k in range(n):\n    for LOOP in range(3):\n        x[LOOP] = p\n    p = q\n    q = -1\n"
    assert not facts(body).nonnegative(Name("p"))


def test_a_kind_that_arrives_in_the_third_iteration() -> None:
    body = "p = 0\nq = 0\nfor k in range(n):\n    for LOOP in range(3):\n        x[LOOP] = p\n    p = q\n    q = 0.5\n"
    assert facts(body).kinds(Name("p")) in (frozenset(("int", "float")), frozenset())


def test_a_range_made_from_a_value_that_is_gone() -> None:
    body = "for k in range(n):\n    n = n - 2\n    for LOOP in range(3):\n        x[LOOP] = k\n"
    below: Expr = Name("n")
    assert not facts(body).nonnegative(Apply("-", (below, Name("k"))))


KNOWN = [
    ("m = len(x)", "m", "int = len(x) >= 0 proved"),
    ("m = x.shape[0] - 1", "m", "int = len(x) - 1 proved"),
    ("m = n", "m", "int = n declared"),
    ("s = 0.0", "s", "float = 0.0 proved"),
    ("z = np.zeros(n)", "z", "ndarray[n] float64 proved fresh of 0"),
    ("z = np.zeros((n, 3), dtype=np.int32)", "z", "ndarray[n, 3] int32 proved fresh of 0"),
    ("z = np.empty_like(x)", "z", "ndarray[len(x)] float64 proved fresh"),
    ("z = np.full(n, 2.5)", "z", "ndarray[n] float64 proved fresh of 2.5"),
    ("z = x.copy()", "z", "ndarray[len(x)] float64 proved fresh"),
    ("z = x.astype(np.float32)", "z", "ndarray[len(x)] float32 proved fresh"),
    ("z = [0.0] * n", "z", "list[n] float proved fresh of 0.0"),
    ("z = [[0.0] * 3 for _ in range(n)]", "z", "list[n, 3] float proved fresh of 0.0"),
    ("z = [[1 for _ in range(2)] for _ in range(n - 1)]", "z", "list[n - 1, 2] int proved fresh of 1"),
    ("z = [math.exp(v) for v in x]", "z", "list[len(x)] float proved fresh"),
    ("z = [[0.0] * i for i in range(n)]", "z", "unknown"),  # rows of several lengths
    ("z = [g(v) for v in x]", "z", "unknown"),
    ("z = [[v] for v in x]", "z", "list[len(x), 1] float64 proved fresh"),
    ("z = [x for _ in range(n)]", "z", "unknown"),  # the same array again and again
    ("y = [1.0]\nz = [v for v in y if v > n]", "z", "unknown"),
    ("y = [1.0]\nz = [v * n for v in y]\nm = len(y)", "y", "list[1] float proved fresh"),  # it was only read
    ("z = []", "z", "list[0] proved fresh"),
    ("z = [1, 2.5]", "z", "list[2] float|int proved fresh"),
    ("m = len(x)\nz = np.zeros(m)\nm = 0", "z", "ndarray[len(x)] float64 proved fresh of 0"),
    ("z = np.zeros(n)\nn = 0", "z", "ndarray[len(z)] float64 proved fresh of 0"),
    ("s = n ** 2", "s", "int = n ** 2 proved"),
    ('s = float("inf")', "s", "float proved"),
    ("s = np.exp(n)\ns = int(s * g(s))", "s", "int proved"),
    ("z = [1, 2.5]\ns = max(z)", "s", "float|int proved"),
    ("z = [1, 2]\ns = sum(z)", "s", "int proved"),
    ("s = x.dtype.type(0)", "s", "float64 proved"),
]


@pytest.mark.parametrize(("body", "name", "fact"), KNOWN, ids=[k[0] for k in KNOWN])
def test_known(body: str, name: str, fact: str) -> None:
    assert " ".join(shown(facts(f"{body}\n{LOOP}"), name).split()) == fact


@pytest.mark.parametrize(("start", "stop", "known"), [("0", "len(x)", True), ("0", "n", False), ("-1", "len(x)", False)])
def test_a_step_of_any_sign_goes_up_or_nowhere(start: str, stop: str, known: bool) -> None:
    table = facts(f"for k in range({start}, {stop}, n):\n    for LOOP in range(3):\n        x[LOOP] = k\n")
    assert table.nonnegative(Name("k")) is known


@pytest.mark.parametrize(
    ("body", "rank"),
    [("y = x.copy()\ny[n, n] = 1.0", 2), ("y = x.copy()\nh, w = y.shape", 2), ("y = x.copy()\nx = y\ny[n, n] = 1.0", 1)],
)
def test_an_array_has_the_dimensions_that_its_copy_shows(body: str, rank: int) -> None:
    fact = facts(
        f"{body}\n{LOOP if rank == 1 else LOOP.replace('x[LOOP]', 'x[LOOP, 0]')}", "x: NDArray[np.float64], n: int"
    ).names["x"]
    assert isinstance(fact, ArrayFact) and fact.rank in (rank, None)
