"""Where a finding is, as people count: from 1, in the file or in a cell of the notebook. Spans come in, places go out."""

from __future__ import annotations

import re

from autovec.outcome import FileReport, Span
from autovec.record import dataclass

NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Where:
    """A place; ends are exclusive. In a notebook lines count from the top of `cell`, which is 0 elsewhere."""

    cell: int
    line: int
    column: int
    end_line: int
    end_column: int


def located(report: FileReport, span: Span) -> Where:
    """A span of the report's text as a place."""
    cell = next((c for c in report.cells if c.line <= span.line < c.end_line), None)
    above, number = (cell.line - 1, cell.number) if cell else (0, 0)
    return Where(number, span.line - above, span.column + 1, span.end_line - above, span.end_column + 1)


def label(path: str, where: Where) -> str:
    """A place as it is printed: `src/m.py:3:5`, `model.ipynb:cell 2:3:5`."""
    cell = f"cell {where.cell}:" if where.cell else ""
    return f"{path}:{cell}{where.line}:{where.column}"
