"""Random functions with loops over numbers, as text: what people write, in all the combinations that nobody thinks of.

A program is a function `f` whose parameters are all annotated, so that no run is needed to know their kinds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

ARRAYS = {"a": 1, "b": 1, "c": 1, "A": 2, "B": 2}
DTYPES = ("float64", "float64", "float64", "float32", "int64", "int32", "uint8")
ACCUMULATORS = ("s = 0.0", "s = 0", "s = 1.0", "s = -math.inf", "s = math.inf", "s = w", "s = a[0]", "s = 1")
CARRIED = ("r = 0.0", "r = 0.0", "r = 0", "r = 1.0", "r = 1", "r = w", "r = a[0]", "r = a[n - 1]", "r = -math.inf", "r = 0.1")
HANDED_ON = ("r += {}", "r += {}", "r -= {}", "r *= {}", "r = max(r, {})", "r = min(r, {})", "r = {}", "r = {}", "r = -r",
             "r += 1", "r *= 0.5", "r += w")  # fmt: skip
OUTPUTS_1 = ("np.zeros(n)", "np.zeros(n)", "np.zeros(len(a))", "np.zeros(n, dtype=np.float32)", "np.zeros(n, dtype=int)",
             "np.empty_like(a)", "np.ones(n)", "[0.0] * n", "[0] * n", "a.copy()", "np.full(n, w)",
             "np.zeros(n + 1)")  # fmt: skip
OUTPUTS_2 = ("np.zeros((n, m))", "np.zeros((n, m), dtype=np.float32)", "np.zeros_like(A)", "np.zeros(A.shape)", "A.copy()")
RANGES = ("range(n)", "range(n)", "range(n)", "range(m)", "range(len(a))", "range(len(a) - 1)", "range(1, n)", "range(1, n - 1)",
          "range(n - 1)", "range(n - 1, -1, -1)", "range(n - 2, 0, -1)", "range(0, n, 2)", "range(1, n, 3)", "range(q, n)",
          "range(n - q)", "range(2, n + 1)", "range(3)", "reversed(range(n))", "range(A.shape[0])", "range(A.shape[1])",
          "range(len(b))", "range(-1, n - 1)", "range(n // 2)", "range(q)", "range(min(n, m))")  # fmt: skip
STEPS = ("range(0, n, q)", "range(n - 1, -1, -2)", "range(n, 0, -q)", "range(len(a) - 1, 0, -3)", "range(q, n, q + 1)")
NEAR = ("range({i}, n)", "range({i} + 1, n)", "range({i})", "range({i} + 1)", "range(n - {i})", "range({i} - 1, {i} + 2)")
SHIFTS = ("", "", "", "", " + 1", " - 1", " + 2", " + q", " - q")
CALLEES = {"g": "def g(x, y=2.0):\n    if x > y:\n        return y\n    return x - y\n", "h": "h = lambda x: x * x - 1\n",
           "bent": "def bent(x, y):\n    d = x - y\n    d *= d\n    return g(d) if d < 4 else d / 2\n",
           "at": "def at(x, i):\n    return x[i] - x[i - 1]\n"}  # fmt: skip
FUNCTIONS = ("abs({})", "math.sqrt(abs({}))", "np.abs({})", "float({})", "np.sqrt(abs({}))", "math.floor({})", "int({})", "-{}",
             "math.exp({} * 0.125)", "min({}, 2.0)", "max({}, w)", "({}) ** 2", "np.minimum({}, 1)", "max(0.0, {})")  # fmt: skip


ROUNDED = ("round({})", "round({}, 1)", "int({})", "math.ceil({})", "round({} * 10.0)")


@dataclass(slots=True)
class Writer:
    """Writes the program of one seed."""

    seed: int
    pick: Random = field(init=False)
    kinds: dict[str, str] = field(init=False)  # parameter -> annotation
    results: list[str] = field(default_factory=list[str])
    filled: dict[str, int] = field(default_factory=dict[str, int])  # arrays made here -> rank
    lists: list[str] = field(default_factory=list[str])
    scalars: list[str] = field(default_factory=list[str])  # numbers that may be read
    loops: list[str] = field(default_factory=list[str])  # loop variables around
    endless: bool = False  # the loop around counts by itself, which a `continue` would skip
    count: int = 0

    def __post_init__(self) -> None:
        self.pick = Random(self.seed)
        self.kinds = {name: f"NDArray[np.{self.pick.choice(DTYPES)}]" for name in ARRAYS}
        if self.pick.random() < 0.25:
            self.kinds["b"] = self.pick.choice(("list[float]", "list[int]"))
        self.kinds |= {"idx": "NDArray[np.int64]", "n": "int", "m": "int", "q": "int", "w": "float"}

    def program(self) -> str:
        """The text of the module."""
        lines: list[str] = []
        for _ in range(self.pick.choice((1, 1, 1, 2))):
            lines += self._setup() + self._loop(self.pick.choice((1, 1, 2, 2, 3)))
        lines.append(f"return {', '.join(dict.fromkeys(self.results))}" if self.results else "return None")
        parameters = ", ".join(f"{k}: {v}" for k, v in self.kinds.items())
        body = "\n".join(f"    {line}" for line in lines)
        head = "import math\n\nimport numpy as np\nfrom numpy.typing import NDArray\n\n\n" + self._callees(body)
        return f"{head}def f({parameters}):\n{body}\n"

    def _callees(self, body: str) -> str:
        """The functions that the body calls, and those that these call."""
        used = [name for name in CALLEES if f" {name}(" in body or f"({name}(" in body]
        return "\n\n".join(CALLEES[n] for n in CALLEES if n in used or (n == "g" and "bent" in used)) + "\n\n" if used else ""

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.pick.random() < share

    # -------------------------------------------------------------- in front of a loop

    def _setup(self) -> list[str]:
        lines: list[str] = []
        if self.chance(0.6):
            name, rank = self.pick.choice((("out", 1), ("out2", 2)))
            lines.append(f"{name} = {self.pick.choice(OUTPUTS_1 if rank == 1 else OUTPUTS_2)}")
            self.filled[name] = rank
            self.results.append(name)
        if self.chance(0.5):
            lines.append(self.pick.choice(ACCUMULATORS))
            self.results.append("s")
        if self.chance(0.25):
            lines.append(self.pick.choice(CARRIED))
            self.scalars.append("r")
            self.results += ["r"] if self.chance(0.4) else []
        if self.chance(0.2):
            lines.append("k = -1")
            self.results.append("k")
        if self.chance(0.15):
            lines.append("rows = []")
            self.lists.append("rows")
            self.results.append("rows")
        if self.chance(0.15):
            lines.append(
                self.pick.choice(("n = len(a)", "n = A.shape[0]", "n, m = A.shape", "n = min(len(a), len(b))", "n = n - 1"))
            )
        return lines

    # -------------------------------------------------------------- loops

    def _loop(self, depth: int) -> list[str]:
        outer, numbers = list(self.loops), list(self.scalars)
        head, names, count = self._head()
        self.loops += names
        around, self.endless = self.endless, bool(count)
        body = [line for _ in range(self.pick.choice((0, 0, 1, 2) if depth > 1 else (1, 1, 2, 3))) for line in self._statement()]
        if depth > 1:
            body += self._loop(depth - 1)
            if self.chance(0.3):
                body += self._statement()
        otherwise: list[str] = []
        if self.chance(0.4 if self.seed % 5 == 2 else 0.12):
            body = self._with_exit(body)
            if self.seed % 5 == 2 and not count and self.chance(0.6):
                head, otherwise = ["e = w", *head], ["else:", f"    e = {self.pick.choice(('1.0', 'q', 'n', 's', 'i'))}"]
                self.results.append("e")
        self.loops, self.endless = outer, around
        if not self.chance(0.05):  # else a name of the loop may be read behind it
            self.scalars = numbers
        elif not outer:
            self.results += [n for n in (*self.scalars[len(numbers) :], *names) if f"{n} = " in "\n".join(body) or n in names]
        return [*head, *(f"    {line}" for line in [*(body or self._statement()), *count]), *otherwise]

    def _head(self) -> tuple[list[str], list[str], list[str]]:
        """The loop's header lines, its variables, and what ends its body."""
        i = "ijklpqrtuv"[self.count] if self.count < 5 else f"i{self.count}"
        self.count += 1
        kind = self.pick.random()
        if kind < 0.07:
            self.scalars.append(f"x{self.count}")
            return [f"for x{self.count} in {self.pick.choice('abc')}:"], [], []
        if kind < 0.17:
            self.scalars.append(f"x{self.count}")
            return [f"for {i}, x{self.count} in enumerate({self.pick.choice('abc')}):"], [i], []
        if kind < 0.24:
            self.scalars += [f"x{self.count}", f"y{self.count}"]
            return [f"for x{self.count}, y{self.count} in zip({', '.join(self.pick.sample('abc', 2))}):"], [], []
        if kind < 0.28:
            return [f"{i} = 0", f"while {i} < n:"], [i], [f"{i} += 1"]
        if self.loops and kind < 0.45:
            return [f"for {i} in {self.pick.choice(NEAR).format(i=self.pick.choice(self.loops))}:"], [i], []
        ranges = STEPS if self.seed % 5 == 1 and self.chance(0.4) else RANGES
        return [f"for {i} in {self.pick.choice(ranges)}:"], [i], []

    def _with_exit(self, body: list[str]) -> list[str]:
        """The body with a test in it that ends the loop."""
        places = [k for k, line in enumerate(body) if not line.startswith((" ", "el"))]
        k = self.pick.choice([*places, len(body)])
        lines = [f"if {self._test()}:", *([f"    {x}" for x in self._statement(1)] if self.chance(0.3) else ())]
        how = self.pick.choice(
            ("break", "break", f"return {self._value(1)}", f"return {self._leaf()}, {self._leaf()}", "raise ValueError")
        )
        return [*body[:k], *lines, f"    {how}", *body[k:]]

    # -------------------------------------------------------------- statements

    def _statement(self, depth: int = 0) -> list[str]:
        kind = self.pick.random()
        if self.seed % 5 == 2 and self.chance(0.1):
            return [f"assert {self._test()}"]
        if "r" in self.scalars and self.chance(0.3):
            return [self.pick.choice(HANDED_ON).format(self._value())]
        if "k" in self.results and self.chance(0.1):
            return [f"if {self._test()}:", f"    k = {self._leaf()}"]
        if kind < 0.12:
            name = f"t{len(self.scalars)}"
            line = f"{name} = {self._value()}"
            if depth == 0:
                self.scalars.append(name)
            return [line]
        if kind < 0.30 and depth < 2:
            return self._branch(depth)
        if kind < 0.34 and self.lists:
            rounded = self.pick.choice(ROUNDED) if self.seed % 5 == 1 and self.chance(0.5) else "{}"
            return [f"rows.append({rounded.format(self._value())})"]
        if kind < 0.62 and "s" in self.results:
            return self._fold()
        return [self._store()]

    def _branch(self, depth: int) -> list[str]:
        lines = [f"if {self._test()}:", *(f"    {x}" for x in self._statement(depth + 1))]
        if self.chance(0.1) and depth == 0 and not self.endless:
            return [lines[0], "    continue", *self._statement(depth + 1)]
        if self.chance(0.25):
            lines += [f"elif {self._test()}:", *(f"    {x}" for x in self._statement(depth + 1))]
        if self.chance(0.4):
            lines += ["else:", *(f"    {x}" for x in self._statement(depth + 1))]
        return lines

    def _test(self) -> str:
        sign = self.pick.choice(("<", ">", "<=", ">=", "==", "!="))
        one = f"{self._value(1)} {sign} {self._value(1)}"
        if self.chance(0.2):
            return f"{one} {self.pick.choice(('and', 'or'))} {self._value(1)} > 0"
        return one

    def _fold(self) -> list[str]:
        value = self._value()
        match self.pick.randrange(9):
            case 0:
                return [f"s = max(s, {value})"]
            case 1:
                return [f"s = min(s, {value})"]
            case 2:
                return [f"if {value} > s:", f"    s = {value}"]
            case 3:
                return [f"s *= {value}"]
            case 4:
                return [f"s -= {value}"]
            case 5 if self.loops:
                self.results += [] if "at" in self.results else ["s"]
                return [f"if {value} < s:", f"    s = {value}", f"    q = {self.loops[-1]}"]
            case _:
                return [f"s += {value}"]

    def _store(self) -> str:
        names = list(self.filled) * 3 + list(ARRAYS)
        name = self.pick.choice(names)
        rank = self.filled.get(name) or ARRAYS[name]
        op = self.pick.choice(("=", "=", "=", "=", "+=", "+=", "-=", "*="))
        return f"{name}{self._at(rank)} {op} {self._value()}"

    # -------------------------------------------------------------- expressions

    def _at(self, rank: int) -> str:
        parts = [self._index() for _ in range(rank)]
        if rank == 2 and len(self.loops) >= 2 and self.chance(0.6):
            parts = self.loops[-2:] if self.chance(0.7) else self.loops[-1:-3:-1]
        if rank == 2 and self.chance(0.1):
            return f"[{parts[0]}][{parts[1]}]"
        return f"[{', '.join(parts)}]"

    def _index(self) -> str:
        if not self.loops:
            return self.pick.choice(("0", "1", "q", "-1", "n - 1"))
        i = self.pick.choice(self.loops)
        kind = self.pick.random()
        if kind < 0.06:
            return f"idx[{i}]"
        if kind < 0.11:
            return self.pick.choice((f"2 * {i}", f"n - 1 - {i}", f"n - {i}", f"{i} * q", f"{i} // 2", f"-{i}", f"{i} % 3"))
        if kind < 0.16:
            return self.pick.choice(("0", "1", "q", "-1", "n - 1"))
        if kind < 0.24 and len(self.loops) > 1:
            return " + ".join(self.pick.sample(self.loops, 2))
        return i + self.pick.choice(SHIFTS)

    def _value(self, depth: int = 0) -> str:
        kind = self.pick.random()
        if depth < 2 and kind < 0.45:
            op = self.pick.choice(("+", "-", "*", "*", "+", "-", "/", "//", "%"))
            return f"({self._value(depth + 1)} {op} {self._value(depth + 1)})"
        if depth < 2 and kind < 0.53:
            return self.pick.choice(FUNCTIONS).format(self._value(depth + 1))
        if depth < 2 and 0.53 <= kind < 0.55 and self.seed % 3 == 0:
            return self._call(depth + 1)
        if depth < 2 and kind < 0.56:
            return f"({self._value(depth + 1)} if {self._test()} else {self._value(depth + 1)})"
        return self._leaf()

    def _call(self, depth: int) -> str:
        """A call of one of the file's own functions."""
        match self.pick.randrange(4):
            case 0:
                return f"g({self._value(depth)})"
            case 1:
                return f"h({self._value(depth)})"
            case 2:
                return f"bent({self._value(depth)}, {self._value(depth)})"
            case _ if self.loops:
                return f"at({self.pick.choice('abc')}, {self._index()})"
            case _:
                return f"g({self._value(depth)}, y={self._leaf()})"

    def _leaf(self) -> str:
        kind = self.pick.random()
        if kind < 0.15:
            return self.pick.choice(("0.5", "2.0", "2", "1", "w", "q", "1.0"))
        if kind < 0.22 and self.loops:
            return self.pick.choice(self.loops)
        if kind < 0.40 and self.scalars:
            return self.pick.choice(self.scalars)
        if kind < 0.48 and self.filled:
            name = self.pick.choice(list(self.filled))
            return f"{name}{self._at(self.filled[name])}"
        name = self.pick.choice(("a", "a", "b", "b", "c", "A", "B"))
        return f"{name}{self._at(ARRAYS[name])}"
