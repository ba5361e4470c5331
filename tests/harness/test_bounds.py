"""Which names bound a loop from above."""

import pytest

from autovec.harness.bounds import bounds, with_sizes
from autovec.outcome import Contract, ScalarInput, Symbol


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("for x in xs:\n    pass", set[str]()),
        ("for i in range(window, n - window):\n    pass", {"n"}),
        ("for i in range((n - k) // stride + m, -1):\n    pass", set[str]()),
        ("for i in range((n - k) // stride + m):\n    pass", {"n", "m"}),
        ("for i in range(self.n + len(x.y)):\n    pass", {"self.n", "x.y"}),
        ("while i * i < min(n, 10):\n    for j in range(0, steps, hop):\n        pass", {"n", "steps"}),
    ],
)
def test_the_names_in_stops_that_are_not_subtracted(text: str, names: set[str]) -> None:
    assert bounds(text) == names


def test_lone_integers_that_bound_a_loop_follow_a_size_and_no_others_do() -> None:
    kept = (ScalarInput("a", ("int",), value="n"), ScalarInput("b", ("int",), low="0"), ScalarInput("c", ("int", "float")),
            ScalarInput("d", ("int",)))  # fmt: skip
    contract = Contract((Symbol("n"),), (*kept, ScalarInput("self.e", ("int",))), ())
    found = with_sizes(contract, "for i in range(a + b + c + self.e):\n    d\n")
    assert found.symbols == (Symbol("n"), Symbol("self_e_plus_2"))
    assert found.inputs == (*kept, ScalarInput("self.e", ("int",), "self_e_plus_2 - 2"))
