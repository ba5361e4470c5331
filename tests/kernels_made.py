"""A few statements as a kernel, or the reason why they are none."""

from __future__ import annotations

from autovec.kernel.form import Kernel, Words, kernel, parallel_kernel
from autovec.outcome import Refusal
from autovec.propose.reading import Reading, read_function
from autovec.source.find import Module, Site, parse, walk_sites
from autovec.source.text import from_text

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\n\n"
PARAMETERS = "x: NDArray[np.float64], y: NDArray[np.float64], n: int, a: float"


WORDS = Words("np", "njit", "prange")


def made(body: str, signature: str = PARAMETERS, at: int = 0) -> Kernel | Refusal:
    """A loop of a function with these statements, the first one by default, as a kernel."""
    return kernel(*_read(body, signature, at), WORDS, guards=True)


def made_parallel(body: str, signature: str = PARAMETERS) -> Kernel | Refusal:
    """The first loop as a kernel that runs on several cores."""
    return parallel_kernel(*_read(body, signature, 0), WORDS, guards=True)


def _read(body: str, signature: str, at: int) -> tuple[Reading, Site]:
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    source = from_text(f"{HEAD}def f({signature}):\n{lines}")
    assert not isinstance(source, Refusal)
    module = parse(source)
    assert isinstance(module, Module)
    function = next(f for f in module.functions if f.name == "f")
    return read_function(module, function), [s for s in walk_sites(function.sites) if s.is_loop][at]


def refused(body: str, signature: str = PARAMETERS) -> str:
    """Why it is no kernel."""
    found = made(body, signature)
    assert isinstance(found, Refusal), found.definition
    return found.message.removeprefix("compiled, the loop would differ: ")
