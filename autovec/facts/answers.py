"""What NumPy says of operations on numbers, without asking it twice.

The canonical name of an operation and kinds come in, what `samples` finds out goes out. The answers are kept between runs, by the
files of the NumPy that is installed, so that most runs need not import it.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from autovec.precomputed import keep, recall

_NAME = "numpy"
_VERSION_FILES = ("__init__.py", "version.py")

Answer = str | int | None


class _Table:
    """The answers so far, by question and words; `known` of them are kept."""

    def __init__(self) -> None:
        self._numpy = _numpy()
        self.answers: dict[str, Answer] = self._kept()
        self._known = len(self.answers)

    def keep(self) -> None:
        """Keep what was learnt beside what other runs have kept meanwhile."""
        if self._numpy and len(self.answers) > self._known:
            self.answers = {**self._kept(), **self.answers}
            self._known = len(self.answers)
            keep(_NAME, self.answers, self._numpy)

    def _kept(self) -> dict[str, Answer]:
        return (recall(_NAME, self._numpy) or {}) if self._numpy else {}


@cache
def _table() -> _Table:
    return _Table()


def _numpy() -> str:
    """Which NumPy is installed: where its files are, their sizes and times; "" where that is not to be seen."""
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:
        return ""
    try:
        stats = [(Path(spec.origin).parent / name).stat() for name in _VERSION_FILES]
    except OSError:
        return ""
    return repr((spec.origin, *((s.st_size, s.st_mtime_ns) for s in stats)))


def keep_answers() -> None:
    """Keep what was asked for the first time."""
    _table().keep()


def _asked(question: str, *words: str) -> Answer:
    answers, key = _table().answers, "\t".join((question, *words))
    if key not in answers:
        from autovec.facts import samples  # which imports NumPy

        answers[key] = getattr(samples, question)(*words)
    return answers[key]


def result(fn: str, kinds: tuple[str, ...]) -> str | None:
    """The kind of `fn` on one number of each of `kinds`; None where it raises."""
    found = _asked("result", fn, *kinds)
    return found if isinstance(found, str) else None


def constant(name: str) -> str | None:
    """The kind of `math.pi` or `np.inf`; None where it is no number."""
    found = _asked("constant", name)
    return found if isinstance(found, str) else None


def is_ufunc(fn: str) -> bool:
    """Whether a name stands for one of NumPy's functions that broadcast."""
    return bool(_asked("is_ufunc", fn))


def elementwise_inputs(fn: str) -> int:
    """How many operands a function takes that works element by element; 0 where it is none."""
    return int(_asked("elementwise_inputs", fn) or 0)


def stores(source: str, target: str) -> bool:
    """Whether NumPy stores numbers of one dtype in an array of another without being asked to (same-kind casting)."""
    return bool(_asked("stores", source, target))
