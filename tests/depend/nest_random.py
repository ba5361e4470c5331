"""Random nests as text: one to three loops, several statements, every kind of subscript that real code has."""

from __future__ import annotations

from random import Random

_STARTS = ["0", "0", "0", "1", "1", "2", "-1", "lo"]
_STOPS = ["n", "n", "m", "n - 1", "n + 1", "5", "len(a)", "len(b) - 1"]


class Writer:
    """Writes one program; arrays have `rank` dimensions."""

    def __init__(self, seed: int) -> None:
        self.pick = Random(seed)
        self.rank = self.pick.choice((1, 1, 2))
        self._loops = 0
        self._temporaries: list[str] = []

    def program(self) -> str:
        """A nest whose only top statement is a loop."""
        return "\n".join(self._loop([], 0, self.pick.choice((1, 1, 2, 2, 2, 3))))

    def _loop(self, outer: list[str], depth: int, budget: int) -> list[str]:
        name = "ijklpq"[self._loops]
        self._loops += 1
        pad = "    " * depth
        lines = [f"{pad}for {name} in range({self._bounds(outer)}):"]
        inside = [*outer, name]
        for _ in range(self.pick.choice((0, 0, 1, 1, 2)) if budget > 1 else self.pick.choice((1, 1, 2, 3))):
            lines += self._statement(inside, depth + 1)
        for _ in range(self.pick.choice((1, 1, 1, 2)) if budget > 1 and self._loops < 4 else 0):
            lines += self._loop(inside, depth + 1, budget - 1)
            if self.pick.random() < 0.3:
                lines += self._statement(inside, depth + 1)
        if len(lines) == 1:
            lines += self._statement(inside, depth + 1)
        return lines

    def _bounds(self, outer: list[str]) -> str:
        start, stop = self.pick.choice(_STARTS), self.pick.choice(_STOPS)
        if outer and self.pick.random() < 0.3:
            near = f"{self.pick.choice(outer)}{self.pick.choice(('', ' + 1', ' - 1'))}"
            start, stop = (near, stop) if self.pick.random() < 0.5 else (start, near)
        step = self.pick.choice((1, 1, 1, 1, 1, 1, 2, 3, -1, -1, -2))
        if step > 0:
            return f"{start}, {stop}, {step}"
        return f"{stop} - 1, {start} - 1, {step}"

    def _statement(self, loops: list[str], depth: int) -> list[str]:
        pad, kind = "    " * depth, self.pick.random()
        if kind < 0.15 and not self._temporaries:
            self._temporaries.append("t")
            return [f"{pad}t = {self._linear(loops)}", *self._statement(loops, depth)]
        if kind < 0.3:
            arms = [f"{pad}if {self._access(loops)} > 2:", *self._statement(loops, depth + 1)]
            return arms if kind < 0.22 else [*arms, f"{pad}else:", *self._statement(loops, depth + 1)]
        if kind < 0.34:
            return [f"{pad}c.append({self._access(loops)})"]
        if kind < 0.37:
            return [f"{pad}t = t + 1"]
        op = self.pick.choice(("=", "=", "=", "=", "=", "+=", "-=", "*="))
        value = self._access(loops)
        if self.pick.random() < 0.4:
            value += f" {self.pick.choice('+-*')} {self._access(loops)}"
        return [f"{pad}{self._access(loops)} {op} {value}"]

    def _access(self, loops: list[str]) -> str:
        array = self.pick.choice("aab")
        parts = [self._subscript(loops, k) for k in range(self.rank)]
        if self.rank == 2 and self.pick.random() < 0.08:
            parts[1] = self.pick.choice((":", "1:", ":n"))
        if self.rank == 2 and self.pick.random() < 0.05:
            parts.pop()
        return f"{array}[{', '.join(parts)}]"

    def _subscript(self, loops: list[str], position: int) -> str:
        kind = self.pick.random()
        if kind < 0.06:
            return f"index[{self._linear(loops)}]"
        if kind < 0.12:
            return f"({self._linear(loops)}) {self.pick.choice(('// 2', '% 3', '// 3'))}"
        if kind < 0.5 and position < len(loops):
            return f"{loops[position]}{self.pick.choice(('', '', ' + 1', ' - 1'))}"
        return self._linear(loops)

    def _linear(self, loops: list[str]) -> str:
        kind, name, offset = self.pick.random(), self.pick.choice(loops), self.pick.choice((0, 0, 0, 1, 1, 2, 3))
        tail = f" + {offset}" if offset else ""
        if kind < 0.4:
            return name + tail
        if kind < 0.5:
            return f"2 * {name}{tail}"
        if kind < 0.58:
            return f"n - 1 - {name}{tail}"
        if kind < 0.7 and len(loops) > 1:
            return f"{loops[0]} {self.pick.choice('+-')} {loops[1]}{tail}"
        if kind < 0.76:
            return f"{name} + k{tail}"
        if kind < 0.82:
            return f"{name} - {self.pick.choice((1, 2))}"
        if kind < 0.87:
            return self.pick.choice(("0", "1", "-1", "n - 1", "k", "n"))
        if kind < 0.92 and self._temporaries:
            return f"t{tail}"
        return f"-{name} - 1" if kind < 0.94 else name
