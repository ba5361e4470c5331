"""Random functions that store at places from data: histograms, grouped sums, tables of counts."""

from __future__ import annotations

from random_programs import Writer

PLACES = ("idx[{i}]", "idx[{i}]", "idx[{i}]", "idx[{i}] - n", "idx[{i}] - 1", "{i} // 2", "{i} % 3", "idx[idx[{i}]]", "{i}",
          "idx[{i}] + {i}", "abs(idx[{i}] - q)")  # fmt: skip
OUTPUTS = {
    1: ("np.zeros(n)", "np.zeros(n, dtype=np.int64)", "np.ones(n, dtype=np.float32)", "np.zeros(n, dtype=np.uint8)", "a.copy()",
        "np.zeros(2 * n + 3)"),
    2: ("np.zeros((n, m))", "A.copy()", "np.zeros((n, n), dtype=np.int64)"),
}  # fmt: skip


class ScatteredWriter(Writer):
    """Writes the program of one seed, most of whose stores are updates at places that may repeat."""

    def _setup(self) -> list[str]:
        lines = Writer._setup(self)
        name, rank = self.pick.choice((("out", 1), ("out", 1), ("out2", 2)))
        self.filled[name] = rank
        self.results.append(name)
        return [*lines, f"{name} = {self.pick.choice(OUTPUTS[rank])}"]

    def _statement(self, depth: int = 0) -> list[str]:
        if not self.loops or not self.chance(0.6):
            return Writer._statement(self, depth)
        name = self.pick.choice(list(self.filled))
        at = ", ".join(self.pick.choice(PLACES).format(i=self.pick.choice(self.loops)) for _ in range(self.filled[name]))
        op = self.pick.choice(("+=", "+=", "+=", "-=", "=", "*="))
        value = self._value() if self.chance(0.6) else self.pick.choice(("1", "1.0", "a[{}]", "c[{}] * w", "b[{}]", "2"))
        store = f"{name}[{at}] {op} {value.format(self.pick.choice(self.loops))}"
        return [store] if self.chance(0.75) else [f"if {self._test()}:", f"    {store}"]
