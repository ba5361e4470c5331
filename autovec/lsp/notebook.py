"""A notebook's code cells as one text, cell under cell, so that a loop sees the imports of the cells above it.

Cells come in as the client has them, a `Snapshot` goes out. How magics are made readable is `source.notebook`'s business; a cell
that cannot be read is no part of the snapshot, and nothing is ever said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autovec.lsp.snapshot import Encoding, Part, Snapshot
from autovec.source.notebook import join

CellText = tuple[str, int | None, str]  # its address, version and text


def notebook_snapshot(uri: str, path: Path, cells: Sequence[CellText], encoding: Encoding) -> Snapshot:
    """The snapshot of a notebook with these code cells."""
    joined = join({number: text for number, (_, _, text) in enumerate(cells)})
    parts = tuple(Part(cells[c.number][0], cells[c.number][1], c.line - 1, cells[c.number][2]) for c in joined.cells)
    unread = tuple(address for address, _, _ in cells if all(p.uri != address for p in parts))
    return Snapshot(uri, path, joined.text, parts, encoding, unread)
