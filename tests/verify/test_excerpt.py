"""Where a rewrite stands in its file, and what stands there after somebody changed the file."""

from __future__ import annotations

import pytest

from autovec.verify.excerpt import Excerpt, Moved, excerpt, function_text, standing, without_shared

FILE = """class A:
    def f(self, x):
        n = len(x)
        if n:
            s = x.sum()
            s *= 2
        return s + 1


def g(x):
    return np.dot(x, x) + np.dot(x, x)
"""


def test_statements_are_found_by_what_they_say() -> None:
    assert excerpt(FILE, "s = x.sum()\n", 5) == Excerpt("A.f", "body[1].body[0:-1]")
    assert excerpt(FILE, "s = x.sum()\ns *= 2\n", 5) == Excerpt("A.f", "body[1].body[0:]")
    assert excerpt(FILE, "s = x.max()\n", 5) is None


def test_of_equal_expressions_the_one_on_the_line_is_found() -> None:
    found = excerpt(FILE, "result = np.dot(x, x)\n", 11)
    assert found == Excerpt("g", "body[0].value.left", "result", "return np.dot(x, x) + np.dot(x, x)")


def test_an_unchanged_rewrite_is_found_wherever_it_moved() -> None:
    where = Excerpt("A.f", "body[1].body[0:-1]")
    moved = FILE.replace("        n = len(x)\n", "        n = len(x)\n        m = 1\n")
    assert standing(moved, where, "s = x.sum()\n") == "s = x.sum()\n"


def test_a_changed_rewrite_is_what_stands_in_its_place() -> None:
    where = Excerpt("A.f", "body[1].body[0:-1]")
    assert standing(FILE.replace("x.sum()", "x[1:].sum()"), where, "s = x.sum()\n") == "s = x[1:].sum()\n"
    more = FILE.replace("s = x.sum()", "s = x.sum() - 1\n            s += 1")
    assert standing(more, where, "s = x.sum()\n") == "s = x.sum() - 1\ns += 1\n"


def test_a_changed_expression_is_what_stands_in_its_place() -> None:
    where = excerpt(FILE, "result = np.dot(x, x)\n", 11)
    assert where is not None
    changed = FILE.replace("np.dot(x, x) + ", "np.dot(x, x) * 2 + ")
    assert standing(changed, where, "result = np.dot(x, x)\n") == "result = np.dot(x, x) * 2\n"


def test_what_is_not_there_is_said() -> None:
    where = Excerpt("A.f", "body[1].body[0:-1]")
    with pytest.raises(Moved, match=r"there is no function `A\.f` any more"):
        standing(FILE.replace("def f", "def h"), where, "s = x.sum()\n")
    with pytest.raises(Moved, match=r"`A\.f` has no statements any more where the rewrite stood"):
        standing(FILE.replace("        if n:\n            s = x.sum()\n            s *= 2\n", ""), where, "s = x.sum()\n")


def test_functions_of_both_texts_are_told_apart_from_the_texts() -> None:
    helper = "def half(v):\n    return v / 2\n"
    loop, new = "for i in x:  # all\n    s += half(i)\n", "s += half(x).sum()\n"
    assert without_shared(helper + loop, helper + new) == (helper, loop, new)
    assert without_shared(loop, new) == ("", loop, new)
    assert function_text(f"class A:\n    {helper.replace(chr(10), chr(10) + '    ')}", "half") == helper
