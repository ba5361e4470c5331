"""The Python of any file that autovec looks at: a module's own bytes, or the code cells of a notebook joined.

Bytes and the file's name come in, Python text as bytes goes out, with the cells that its lines belong to.
"""

from __future__ import annotations

from autovec.files.content import NOTEBOOK
from autovec.outcome import Cell
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class PythonText:
    """Python source; `cells` are those of a notebook."""

    data: bytes
    cells: tuple[Cell, ...] = ()

    def line(self, cell: int, line: int) -> int:
        """A line of a cell as one of this text; of a file it is the line itself."""
        own = next((c for c in self.cells if c.number == cell), None)
        return line if own is None else own.line + line - 1


def python_of(data: bytes, path: str) -> PythonText:
    """The text; a `FileProblem` where a notebook cannot be read."""
    if not path.endswith(NOTEBOOK):
        return PythonText(data)
    from autovec.files.notebook import read_notebook
    from autovec.source.notebook import join

    joined = join(read_notebook(data).sources)
    return PythonText(joined.text.encode("utf-8", "surrogatepass"), joined.cells)
