"""Finding and carrying comments."""

import ast
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovec.source.comments import Comment, carry, comments_in, region
from autovec.source.position import span_between, text_of
from autovec.source.text import SourceText, from_text


def source(text: str) -> SourceText:
    result = from_text(text)
    assert isinstance(result, SourceText)
    return result


def test_comments_with_their_places() -> None:
    file = source("if é:\r\n    x = '#'  # a\r\n    for i in (1,  # b\r\n  # c\r\n      2): y = f'#{1}'  # d")
    start = file.text.index("'#'")
    assert comments_in(span_between(start, len(file.text), file), file) == (
        Comment("# a", 2, 13, False),
        Comment("# b", 3, 18, False),
        Comment("# c", 4, 2, True),
        Comment("# d", 5, 23, False),
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("for i in x:\n    s += i", "s += np.sum(x)", "s += np.sum(x)"),
        ("for i in x:  # all\n    s += i", "s += np.sum(x)", "s += np.sum(x)  # all"),
        ("for i in x:  # all\r\n    # own\r\n    s += i", "s += np.sum(x)", "# own\ns += np.sum(x)  # all"),
        ("for i in x:  # all\n    s += i  # add", "s += np.sum(x)", "# all\n# add\ns += np.sum(x)"),
        ("for i in x:  # all\n    s += i", "t = x\ns += np.sum(t)", "# all\nt = x\ns += np.sum(t)"),
        ("for i in x:  # all\n    s += i", "s += np.sum(x)  # fast", "# all\ns += np.sum(x)  # fast"),
        ("for i in x:  # type: int\n    s += i  # type: ignore[x]", "y", "y  # type: ignore[x]"),
        ("for i in x:  # type: the kind\n    s += i", "y", "y  # type: the kind"),
        ("for i in x:  # a\n    s += i  # a", "y  # a", "# a\ny  # a"),
        ("for i in x:  # a\n    s += '# b'", "if c:\n    y\nelse:\n    for i in x:  # a\n        s += '# b'",
         "if c:\n    y\nelse:\n    for i in x:  # a\n        s += '# b'"),
        ("for i in x:  # autovec: ignore[AV101] why\n    s", "y", "y  # autovec: ignore[AV101] why"),
        ("for i in x:\n    # left\n    t = i * 2\n    # right\n    s += t", "t = x * 2\ns += t.sum()",
         "# left\nt = x * 2\n# right\ns += t.sum()"),
        ("for i in x:\n    # the result\n    y[i] = t\n    # left\n    t = i", "t = x\nnp.add(t, 1, out=y)",
         "# the result\n# left\nt = x\nnp.add(t, 1, out=y)"),
        ("y = []  # found\nfor i in x:  # all\n    t = i  # twice\n    y.append(t)  # done", "y = []\nt = x\ny.extend(t)",
         "y = []  # found\n# all\n# twice\nt = x\ny.extend(t)  # done"),
        ("for i in x:\n    t = i  # left\n    # nothing more", "if c:\n    t = x",
         "if c:\n    # nothing more\n    t = x  # left"),
    ],
)  # fmt: skip
def test_carries(before: str, after: str, expected: str) -> None:
    assert carry(before, after) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in x:\n    s  # a\nt\n", "for i in x:\n    s  # a"),
        ("for i in x:\n    s  \nt\n", "for i in x:\n    s"),
        ("for i in x:\n    s\n    # a\n\n    # b\nt\n", "for i in x:\n    s\n    # a"),
        ("for i in x:\n    s  # a\n    # b\n# c\nt\n", "for i in x:\n    s  # a\n    # b"),
        ("for i in x: s; # a\n", "for i in x: s; # a"),
    ],
)
def test_the_region_of_a_loop_has_its_comments(text: str, expected: str) -> None:
    file = source(text)
    assert text_of(region([ast.parse(text).body[0]], file), file) == expected


COMMENT = st.sampled_from(["", "  # a", "  # b", "\n    # c", "\n# d", "  # autovec: ignore", "  # noqa", "  # '''"])


@given(st.lists(COMMENT, min_size=3, max_size=3), st.sampled_from(["y", "y\nz", "y  # a", "if c:\n    # c\n    z"]))
def test_no_comment_is_lost_and_none_is_doubled(parts: list[str], after: str) -> None:
    before = f"for i in x:{parts[0]}\n    s += '#'{parts[1]}\n    t{parts[2]}"

    def count(text: str) -> Counter[str]:
        file = source(text)
        return Counter(c.text for c in comments_in(span_between(0, len(text), file), file))

    result = carry(before, after)
    assert count(result) == count(before) | count(after)
    assert ast.dump(ast.parse(result)) == ast.dump(ast.parse(after))
