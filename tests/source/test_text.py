"""Bytes to text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovec.outcome import Refusal
from autovec.source.text import MAX_BYTES, SourceText, decode, encode, from_text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x = 1\0", "AV002"),
        (b"x = '\xff'\n", "AV002"),
        (b"# coding: no-such-codec\n", "AV002"),
        (b"# coding: rot13\n", "AV002"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "AV002"),
        (b"# coding: utf-7\nx = '+AGE-'\n", "AV002"),  # decodes, but writes 'a' plainly
        (b"x" * (MAX_BYTES + 1), "AV004"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    result = decode(data)
    assert isinstance(result, Refusal)
    assert result.code == code


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", SourceText("", "utf-8", False, "\n", (0,))),
        (b"a\r\nb\nc\r\n", SourceText("a\r\nb\nc\r\n", "utf-8", False, "\r\n", (0, 3, 5, 8))),
        (b"a\rb", SourceText("a\rb", "utf-8", False, "\r", (0, 2))),
        (b"\xef\xbb\xbfa\n", SourceText("a\n", "utf-8", True, "\n", (0, 2))),
        (b"# coding: latin-1\n\xe9", SourceText("# coding: latin-1\né", "iso-8859-1", False, "\n", (0, 18))),
        (b"#!x\r# coding: latin-1\r\xe9", SourceText("#!x\r# coding: latin-1\ré", "iso-8859-1", False, "\r", (0, 4, 22))),
        (b"a\x0cb\xe2\x80\xa8c\x1cd\n", SourceText("a\x0cb\u2028c\x1cd\n", "utf-8", False, "\n", (0, 8))),
    ],
)
def test_decodes(data: bytes, expected: SourceText) -> None:
    assert decode(data) == expected
    assert encode(expected.text, expected) == data


def test_a_cookie_below_line_two_is_none() -> None:
    assert decode(b"x\ry\r# coding: latin-1\r\xe9") == Refusal(
        "AV002", "the file cannot be decoded: 'utf-8' codec can't decode byte 0xe9 in position 22: unexpected end of data"
    )


def test_text_that_the_encoding_lacks_cannot_be_written() -> None:
    source = decode(b"# coding: ascii\n")
    assert isinstance(source, SourceText)
    result = encode("é", source)
    assert isinstance(result, Refusal)
    assert result.code == "AV002"


def test_an_editor_buffer_keeps_its_mark() -> None:
    assert from_text("\ufeffx\n") == SourceText("x\n", "utf-8", True, "\n", (0, 2))
    assert from_text("\0") == Refusal("AV002", "the file holds a NUL character")


PIECES = st.sampled_from(["\r\n", "\n", "\r", "\x0c", "x = 1", "é", "𝒙", "\t", "  ", "# coding: latin-1", "'''", "#"])


@given(st.lists(PIECES).map("".join), st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16"]))
def test_what_decodes_comes_back_byte_for_byte(text: str, encoding: str) -> None:
    data = text.encode(encoding, "replace")
    source = decode(data)
    assert isinstance(source, Refusal) or encode(source.text, source) == data
