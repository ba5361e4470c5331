"""Which choices of roles are legal, for loops that real code has, and how a refusal reads."""

from __future__ import annotations

import pytest
from nest_text import expression, nest

from autovec.depend import Assumptions, Dependences, Role, explain, roles, violation
from autovec.expression import Name, Read
from autovec.loops.statement import For, walk_statements

NATURAL = frozenset(map(Name, ("n", "m", "k")))
FACTS = Assumptions(nonnegative=NATURAL)


def legal(text: str, facts: Assumptions = FACTS) -> list[str]:
    """Every legal choice, best first, as the role letters in the order of the text."""
    return ["".join(choice.values()) for choice in roles(nest(text), facts, lambda _: True)]


def refusal(text: str, facts: Assumptions = FACTS) -> str:
    """What is said when all loops shall be axes."""
    loop = nest(text)
    everything = {s.var: Role.V for s in walk_statements((loop,)) if isinstance(s, For)}
    found = violation(loop, everything, facts)
    return "" if found is None else explain(found)


AT = "for i in range({}):\n    "
EXIT = "decides whether the rest of the loop runs, or what it finds"
REFUSED = {
    AT.format("1, n") + "a[i] = a[i - 1]": (
        "`a[i - 1]` on line 2 reads what the previous iteration of `i` wrote to `a[i]` on line 2"
    ),
    AT.format("3, n") + "a[i] = a[i - 3]": (
        "`a[i - 3]` on line 2 reads what the iteration of `i` 3 earlier wrote to `a[i]` on line 2"
    ),
    AT.format("n") + "a[i] = b[i]\n    c[i] = a[i + 1]": (
        "`a[i + 1]` on line 3 must be read before the next iteration of `i` writes `a[i]` on line 2"
    ),
    AT.format("n") + "a[index[i]] = b[i]": (
        "`a[index[i]]` on line 2 may write an element that an earlier iteration of `i` wrote"
    ),
    AT.format("n") + "a[0] = b[i]": "`a[0]` on line 2 may write an element that an earlier iteration of `i` wrote",
    AT.format("n") + "a[i] = b[i]\n    a[i + 1] = c[i]": (
        "`a[i]` on line 2 overwrites what the previous iteration of `i` wrote to `a[i + 1]` on line 3"
    ),
    AT.format("n") + "if a[i] > 0:\n        break": f"the statement on line 3 {EXIT}",
    AT.format("n") + "unknown(a)": f"the statement on line 2 {EXIT}",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused_in_the_users_names(text: str) -> None:
    assert (legal(text), refusal(text)) == ([], REFUSED[text])


ONE = "for i in range({}):\n    {}"
TWO = "for i in range({}):\n    for j in range({}):\n        {}"
LEGAL = {
    ONE.format("n - 1", "a[i] = a[i + 1]"): ["V"],  # the right side is read before anything is stored
    ONE.format("n", "a[i - 1] = a[i] + 1"): [],  # a[-1] is the end, which a later iteration reads
    ONE.format("n", "a[2 * i] = a[2 * i + 1]"): ["V"],
    ONE.format("n", "a[i + n] = a[i]"): ["V"],
    ONE.format("n", "a[i + n - 1] = a[i]"): [],
    ONE.format("n // 2", "a[i] = a[n - 1 - i]"): ["V"],
    ONE.format("n", "a[i] = a[n - 1 - i]"): [],
    ONE.format("n - 1, 0, -1", "a[i] = a[i - 1]"): ["V"],
    ONE.format("n - 1", "a[i + 1] = a[i]"): [],
    ONE.format("0, n, 2", "a[i] = a[i + 1]"): ["V"],
    ONE.format("1, n, 2", "a[i] = a[i - 1]"): ["V"],
    ONE.format("n", "a[i // 2] = i"): [],
    ONE.format("n", "a[i % 2 + 2 * i] += i"): ["V"],
    ONE.format("n", "a[i * i] = i"): [],
    ONE.format("lo, n", "a[i] = a[i] + 1"): ["V"],
    ONE.format("-3, n", "a[i] = a[i] + 1"): [],
    ONE.format("n", "h[index[i]] += w[i]"): ["V"],
    ONE.format("n", "h[index[i]] //= w[i]"): [],
    ONE.format("n", "h[index[i]] += h[i]"): [],
    ONE.format("n", "t = i + 1\n    a[t] = a[t] + 1"): ["V"],
    ONE.format("n", "a[t] = a[t] + 1\n    t = i"): [],
    ONE.format("n", "out.append(a[i])"): ["V"],
    ONE.format("n", "out.append(a[i])\n    out.append(b[i])"): [],
    ONE.format("n", "out.append(len(out))"): [],
    ONE.format("n", "if a[i] > 0:\n        continue\n    a[i] = 0"): ["V"],
    ONE.format("n", "while a[i] > 1:\n        a[i] = a[i] / 2"): ["V"],
    TWO.format("n", "m", "out.append(x[i, j])"): ["VV", "SV"],
    TWO.format("n", "m", "y[i] += A[i, j] * x[j]"): ["VV", "SV", "VS"],
    TWO.format("1, n", "1, m", "u[i, j] = u[i - 1, j] + u[i - 1, j - 1]"): ["SV"],
    TWO.format("1, n", "m", "u[j, i] = u[j, i - 1] * d[j]"): ["SV"],
    TWO.format("n", "1, m", "u[i, j] = u[i, j - 1]"): ["VS"],
    TWO.format("n", "i", "x[i] -= L[i, j] * x[j]"): ["SV", "VS"],
    TWO.format("n", "i + 1, n", "A[i, j] = A[j, i]"): ["VV", "SV", "VS"],
    TWO.format("n", "i, n", "a[j] = b[i]"): ["SV"],  # kept j starts anew for each lane: lanes may be out of step
    TWO.format("n", "m", "a[i] = a[i] * 2"): ["VS"],
    TWO.format("n", "m", "a[i, :] = b[j]"): ["VS"],
    TWO.format("n", "m", "a[i] = b[i, j]\n        c[i, j] = a[i]"): ["VS"],
    "for i in range(n):\n    row = a[i]\n    for j in range(m):\n        row[j] = row[j] * 2": ["VV", "SV", "VS"],
    "for i in range(n):\n    row = a[index[i]]\n    for j in range(m):\n        row[j] = j": ["SV"],
    "for i in range(n):\n    for j in range(m):\n        if a[i, j] > 0:\n            break": ["VS"],
    "for i in range(n):\n    t[0] = x[i]\n    for j in range(m):\n        y[i, j] = t[0]": ["SV"],
}


@pytest.mark.parametrize("text", LEGAL)
def test_legal_choices_best_first(text: str) -> None:
    assert legal(text) == LEGAL[text]


def test_an_alias_is_blamed_only_where_nothing_else_is_wrong() -> None:
    facts = Assumptions(nonnegative=NATURAL, aliases=frozenset((frozenset(("a", "b")),)))
    assert refusal("for i in range(1, n):\n    a[i] = b[i - 1]", facts) == (
        "`b[i - 1]` on line 2 reads what the previous iteration of `i` wrote to `a[i]` on line 2, "
        "should `a` and `b` be the same array"
    )
    assert "should" not in refusal("for i in range(1, n):\n    a[i] = b[i - 1] + a[i - 1]", facts)
    assert refusal("for i in range(1, n):\n    a[i] = b[i] + c[i - 1]", facts) == ""


def test_an_alias_read_as_a_whole_is_an_access() -> None:
    facts = Assumptions(aliases=frozenset((frozenset(("a", "b")),)))
    text = "for i in range(n):\n    a[i] = sum(b)"
    assert (legal(text, Assumptions()), legal(text, facts)) == (["V"], [])


def test_two_names_of_one_array() -> None:
    facts = Assumptions(nonnegative=NATURAL, must_alias={"b": "a"})
    assert refusal("for i in range(1, n):\n    a[i] = b[i - 1]", facts) == (
        "`b[i - 1]` on line 2 reads what the previous iteration of `i` wrote to `a[i]` on line 2"
    )


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("for i in range(n):\n    a[index[i]] = b[i]", Assumptions(injective=frozenset({"index"}))),
        ("for i in range(n):\n    a[i + d] = a[i]", Assumptions(ranges={Name("d"): (Name("n"), None)})),
        ("for i in range(d, n):\n    a[i] = a[i - d]", Assumptions(nonnegative=NATURAL, known={"d": expression("n + 1")})),
        ("for i in range(n):\n    a[i] += b[i]\n    a[i + 1] -= b[i]", Assumptions(nonnegative=NATURAL, reorder_updates=True)),
        ("for i in range(lo, n):\n    a[i] = a[i + 1]", Assumptions(nonnegative=frozenset({Name("lo")}))),
    ],
)
def test_a_fact_frees_the_loop(text: str, facts: Assumptions) -> None:
    assert (legal(text, Assumptions()), legal(text, facts)) == ([], ["V"])


def test_a_row_is_a_view_where_the_rank_says_so() -> None:
    text = "for i in range(n):\n    row = a[i]\n    a[i + 1] = b[i]\n    c[i] = row"
    assert (legal(text), legal(text, Assumptions(nonnegative=NATURAL, ranks={"a": 2}))) == ([], [])
    text = "for i in range(n):\n    row = a[i + 1]\n    a[i] = b[i]\n    c[i] = row"
    assert (legal(text), legal(text, Assumptions(nonnegative=NATURAL, ranks={"a": 2}))) == (["V"], [])


def test_one_text_of_unknown_sign_may_meet_its_own_far_end() -> None:
    text = "for i in range(lo, n):\n    a[i] = a[i] + 1"
    assert (legal(text, Assumptions(may_wrap=False)), legal(text, Assumptions(may_wrap=True))) == (["V"], [])


def test_exits_are_the_callers_where_it_says_so() -> None:
    loop = nest("for i in range(n):\n    if a[i] > 0:\n        return i")
    assert violation(loop, {"i": Role.V}, FACTS) is not None
    assert violation(loop, {"i": Role.V}, FACTS, allow_exits=True) is None


def test_a_dependence_names_both_ends() -> None:
    found = violation(nest("for i in range(1, n):\n    a[i] = a[i - 1]"), {"i": Role.V}, FACTS)
    assert found is not None
    assert (found.array, found.kind, found.distance, found.carrier, found.via_alias) == ("a", "flow", (1,), "i", None)
    assert (found.source.at, found.source.write, found.sink.at, found.sink.write) == (
        Read("a", (Name("i"),)).at,
        True,
        (expression("i - 1"),),
        False,
    )


def test_many_loops_are_searched_greedily() -> None:
    names = "abcdefgh"
    text = "".join(f"{'    ' * k}for {name} in range(n):\n" for k, name in enumerate(names))
    subscripts = ", ".join(names[1:])
    text += "    " * len(names) + f"y[{subscripts}] = y[{subscripts}] * x[{subscripts}]"
    assert legal(text) == ["SVVVVVVV"]


def test_a_choice_is_checked_against_dependences_found_once() -> None:
    dependences = Dependences(nest("for i in range(1, n):\n    for j in range(m):\n        a[i, j] = a[i - 1, j]"), FACTS)
    answers = [dependences.violation({"i": i, "j": j}) is None for i in Role for j in Role]
    assert answers == [False, False, True, True]
