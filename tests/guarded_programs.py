"""Random functions whose loops run into the ends of arrays: conditions on positions around reads beside the lane's own."""

from __future__ import annotations

from dataclasses import dataclass

from random_programs import Writer

INNER = ("range(-1, 2)", "range(3)", "range(len(b))", "range({i} - 1, {i} + 2)", "range(2)", "range(m)",
         "range({i} - q, {i} + 1)", "range(1, 3)", "(-1, 0, 1)")  # fmt: skip
PLACES = ("{i} + {j} - 1", "{i} - {j}", "{i} + {j}", "{i} + q - {j}", "{i} - 1", "{i} + 1", "{i} - q", "{j}", "{i} - {j} * q")
LENGTHS = ("n", "n", "len(a)", "len(c)", "len(b)", "n - 1", "n + 1", "q")


@dataclass(slots=True)
class GuardedWriter(Writer):
    """Writes the program of one seed: an outer loop or two over the results, perhaps one over what goes into each."""

    def program(self) -> str:
        """The text of the module."""
        lines = self._whole()
        parameters = ", ".join(f"{k}: {v}" for k, v in self.kinds.items())
        body = "\n".join(f"    {line}" for line in [*lines, "return out, s"])
        return f"import math\n\nimport numpy as np\nfrom numpy.typing import NDArray\n\n\ndef f({parameters}):\n{body}\n"

    def _whole(self) -> list[str]:
        self.kinds["b"] = "NDArray[np.float64]" if self.kinds["b"].startswith("list") else self.kinds["b"]
        two = self.chance(0.3)
        self.filled = {"out": 2 if two else 1}
        made = ("np.zeros((n, m))", "np.ones((n, m), dtype=np.float32)", "A.copy()") if two else (
            "np.zeros(n)", "np.zeros(n)", "np.ones(n)", "a.copy()", "np.zeros(len(a))",
            "np.zeros(n, dtype=np.int64)")  # fmt: skip
        lines = [f"out = {self.pick.choice(made)}", f"s = {self.pick.choice(('0', '0.0', '1.5'))}"]
        outer = self.pick.choice(("range(n)", "range(n)", "range(len(a))", "range(1, n)", "range(n - 1)", "range(0, n, 2)"))
        self.loops = ["i"]
        body = self._inside()
        if two:
            self.loops = ["i", "k"]
            body = ["for k in range(m):", *(f"    {x}" for x in self._inside())]
        return [*lines, f"for i in {outer}:", *(f"    {x}" for x in body)]

    def _inside(self) -> list[str]:
        """The body of the loop over the results."""
        self.scalars = []
        lines: list[str] = []
        if self.chance(0.5):
            lines.append(f"t = {self.pick.choice(('0.0', '0', 'a[i]', 'w', 'c[i] * 2.0', 'a[i] + b[i]'))}")
            self.scalars.append("t")
        if self.chance(0.2):
            lines.append("v = t" if self.scalars else "v = c[i]")
            self.scalars.append("v")
        if self.chance(0.3):
            lines += self._guarded(0)
        if self.chance(0.6):
            i = self.pick.choice(self.loops)
            self.loops.append("j")
            lines.append(f"for j in {self.pick.choice(INNER).format(i=i)}:")
            lines += [f"    {x}" for _ in range(self.pick.choice((1, 1, 2))) for x in self._guarded(0)]
            self.loops.pop()
        else:
            lines += self._guarded(0)
        if self.scalars and self.chance(0.7):
            lines.append(f"out{self._target()} {self.pick.choice(('=', '+='))} {self.pick.choice(self.scalars)}")
        return lines

    def _guarded(self, depth: int) -> list[str]:
        """A statement under a condition on positions."""
        lines: list[str] = []
        place = self.pick.choice(PLACES).format(i=self.pick.choice(self.loops), j=self.loops[-1])
        if self.chance(0.5):
            lines.append(f"p = {place}")
            place = "p"
        lines.append(f"if {self._position(place)}:")
        lines += [f"    {x}" for _ in range(self.pick.choice((1, 1, 2))) for x in self._change(place, depth)]
        if self.chance(0.2):
            lines += [f"elif {self._position(place)}:", *(f"    {x}" for x in self._change(place, depth))]
        if self.chance(0.3):
            lines += ["else:", *(f"    {x}" for x in self._change(place, depth))]
        return lines

    def _position(self, place: str) -> str:
        size = self.pick.choice(LENGTHS)
        i = self.pick.choice(self.loops)
        tests = [f"0 <= {place} < {size}", f"{place} >= 0 and {place} < {size}", f"{place} >= 0", f"{place} < {size}", f"{i} > 0",
                 f"{i} == 0", f"{i} != 0", f"{i} == {size} - 1", f"{i} < {size} - 1", f"0 < {i} < n - 1", f"not {place} < 0",
                 f"{i} == 0 or {i} == n - 1", f"{i} > q", f"{i} != j" if "j" in self.loops else f"{i} >= 2"]  # fmt: skip
        test = self.pick.choice(tests)
        return f"{test} and {self._test()}" if self.chance(0.15) else test

    def _change(self, place: str, depth: int) -> list[str]:
        """What an arm does."""
        if depth < 1 and self.chance(0.12):
            return self._guarded(depth + 1)
        value = self.pick.choice((f"a[{place}]", f"c[{place}] * w", f"a[{place}] * c[i]", f"out{self._target()} + a[{place}]",
                                  "1", f"a[{place}] + {self._leaf()}", f"{place}", "b[i] * 0.5",
                                  f"a[{place}] - a[i]"))  # fmt: skip
        kind = self.pick.random()
        if kind < 0.35 and self.scalars:
            name = self.pick.choice(self.scalars)
            return [f"{name} {self.pick.choice(('+=', '+=', '-=', '*=', '='))} {value}"]
        if kind < 0.45:
            return [f"s {self.pick.choice(('+=', '+=', '*='))} {value}"]
        if kind < 0.55 and self.scalars:
            return [f"if {value} > {self.scalars[0]}:", f"    {self.scalars[0]} = {value}"]
        if kind < 0.62:
            return [f"u = {value}", f"out{self._target()} += u"]
        if kind < 0.68:
            return [f"{self.pick.choice('abc')}[i] = {value}"]
        return [f"out{self._target()} {self.pick.choice(('=', '=', '+=', '+=', '-='))} {value}"]

    def _target(self) -> str:
        return "[i, k]" if self.filled["out"] == 2 else "[i]"

    def _leaf(self) -> str:
        i = self.pick.choice(self.loops)
        return self.pick.choice(("w", "2.0", f"c[{i}]", f"b[{i}]", f"A[i, {i}]", *self.scalars))
