"""Directives in comments."""

import ast

import pytest

from autovec.outcome import Refusal, Span
from autovec.source.suppress import suppressions
from autovec.source.text import SourceText, from_text


def source(text: str) -> SourceText:
    result = from_text(text)
    assert isinstance(result, SourceText)
    return result


def silenced(text: str, code: str = "AV101") -> bool:
    return suppressions(source(text)).silences(ast.parse(text).body[0], code)


@pytest.mark.parametrize(
    "text",
    [
        "for i in x:\n    s\n",
        "for i in x:\n    s  # autovec: ignore\n",
        "for i in x:\n    # autovec: ignore\n    s\n",
        "for i in x:  # autovec: ignore[AV2, AV102] why\n    s\n",
        "for i in x:  # noqa: E501\n    s\n",
        "for i in x:  # noqa: keep this\n    s\n",
        "for i in '# noqa':\n    s\n",
        "for i in x:  # autovec ignore\n    s\n",
        "s = [i for i in x]\ny  # noqa\n",
        "x = '# autovec: skip-file'\n",
    ],
)
def test_not_silenced(text: str) -> None:
    assert not silenced(text)


@pytest.mark.parametrize(
    "text",
    [
        "for i in x:  # autovec: ignore\n    s\n",
        "for i in x: # AutoVec:ignore[av1] why\n    s\n",
        "for i in x:  # speed # autovec: ignore[AV2,AV101]\n    s\n",
        "for i in range(  # noqa: E501, AV101 why\n    n\n):\n    s\n",
        "for i in range(\n    n[1:]\n):  # noqa\n    s\n",
        "while x[a:b]:  # noqa:AV1\n    s\n",
        "for i in x: s = f(  # autovec: ignore\n  1)\n",
        "s = [\n  i for i in x\n]  # autovec: ignore\n",
        "for i in x:\r\n    s\r\n# autovec: skip-file\r\n",
    ],
)
def test_silenced(text: str) -> None:
    assert silenced(text)


def test_directives_that_mean_nothing_are_reported() -> None:
    text = "x = '''\n# autovec: typo'''\nx # autovec: ignor[AV1]\ny  # autovec: ignore[E501,AV1]\n"
    assert suppressions(source(text)).warnings == (
        Refusal("AV006", "unknown directive `autovec: ignor`",
                "write `# autovec: ignore[CODE] reason`, `disable[CODE]` ... `enable[CODE]` on own lines, or `skip-file`",
                Span(3, 2, 3, 23)),
        Refusal("AV006", "`E501` is no code of autovec's", "codes look like AV201, or AV2 for all of AV2xx", Span(4, 3, 4, 30)),
    )  # fmt: skip


def unused(text: str, *found: tuple[int, str]) -> list[tuple[str, int]]:
    """What is left of the directives of `text` after the statements at these places were asked for these codes."""
    quiet, body = suppressions(source(text)), ast.parse(text).body
    for index, code in found:
        quiet.silences(body[index], code)
    return [(refusal.message, refusal.span.line) for refusal in quiet.unused(lambda _: True) if refusal.span]


LOOPS = "for i in x:  # autovec: ignore[AV2, AV101] why\n    s\nfor i in y:  # autovec: ignore\n    s  # autovec: ignore[AV3]\n"


def test_directives_that_silence_nothing_are_told() -> None:
    assert unused(LOOPS) == [
        ("`AV2`, `AV101` silences nothing here", 1),
        ("the directive silences nothing here", 3),
        ("`AV3` silences nothing here", 4),
    ]
    assert unused(LOOPS, (0, "AV201"), (1, "AV999")) == [
        ("`AV101` silences nothing here", 1),
        ("`AV3` silences nothing here", 4),
    ]
    assert unused("for i in x:  # noqa: AV101\n    s\n# autovec: ignore[E501]\n") == []


def test_a_directive_for_codes_that_nobody_looks_for_is_not_told() -> None:
    (refusal,) = suppressions(source(LOOPS)).unused(lambda code: code == "AV3")
    assert refusal.span == Span(4, 7, 4, 29)


@pytest.mark.parametrize(
    ("directive", "code", "meant"),
    [
        ("AV103", "AV901", True),
        ("AV2", "AV901", True),
        ("AV9", "AV901", True),
        ("AV020", "AV901", False),
        ("AV901", "AV103", False),
    ],
)
def test_who_leaves_the_array_form_alone_does_not_want_it_compiled(directive: str, code: str, meant: bool) -> None:
    assert silenced(f"for i in x:  # autovec: ignore[{directive}]\n    s\n", code) is meant
