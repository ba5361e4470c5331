"""Places in the client's units, and in the cells of a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from autovec.lsp.notebook import notebook_snapshot
from autovec.lsp.snapshot import Encoding, Place, file_snapshot
from autovec.outcome import Span

EMOJI = 's = "😀é"; total = 1\r\nx = 2\f\ny = 3'


@pytest.mark.parametrize("encoding, column", [("utf-16", 9), ("utf-8", 12), ("utf-32", 8)])
def test_columns_count_in_the_units_that_were_agreed_on(encoding: Encoding, column: int) -> None:
    snapshot = file_snapshot("file:///a.py", Path("/a.py"), 1, EMOJI, encoding)
    place = snapshot.stretch(Span(1, 8, 1, 10)).start
    assert place == Place(0, column)
    assert snapshot.position("file:///a.py", place) == (1, 8)


def test_a_form_feed_ends_no_line() -> None:
    snapshot = file_snapshot("file:///a.py", Path("/a.py"), 1, EMOJI, "utf-16")
    assert snapshot.stretch(Span(3, 0, 3, 5)).start == Place(2, 0)
    assert snapshot.stretch(Span(3, 0, 4, 0)).end == Place(2, 5)  # there is no fourth line


def test_a_byte_order_mark_takes_a_column_of_the_first_line() -> None:
    snapshot = file_snapshot("file:///a.py", Path("/a.py"), 1, "\ufeffx = 1\ny = 2\n", "utf-16")
    assert snapshot.stretch(Span(1, 0, 2, 1)).start == Place(0, 1)
    assert snapshot.stretch(Span(1, 0, 2, 1)).end == Place(1, 1)
    assert snapshot.position("file:///a.py", Place(0, 1)) == (1, 0)


def test_the_cells_of_a_notebook_are_places_of_their_own() -> None:
    cells = [("cell:1", 1, "%matplotlib inline\nx = 1"), ("cell:2", 4, "%%bash\nls"), ("cell:3", 2, "y = 2\nz = 3")]
    snapshot = notebook_snapshot("file:///a.ipynb", Path("/a.ipynb"), cells, "utf-16")
    line = snapshot.text.split("\n").index("z = 3") + 1
    where = snapshot.stretch(Span(line, 0, line, 5))
    assert (where.part.uri, where.part.version, where.start, where.end) == ("cell:3", 2, Place(1, 0), Place(1, 5))
    assert snapshot.position("cell:3", Place(1, 0)) == (line, 0)
    assert snapshot.position("cell:2", Place(0, 0)) is None
    assert snapshot.addresses == ("cell:1", "cell:3", "cell:2")
