"""A loop as the oracle of what was made of it: both run on copies of the same inputs, and must leave behind the same.

Comes in: the text of the loop, where the rewrite stands, and inputs. Goes out: an AssertionError that names the difference.
The copies share memory with each other as the inputs do. Floats may differ within the loop's own running error bound (four times
it), as in `autovec verify`. Inputs on which the loop raises say nothing, unless the promise is the strict one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, cast

import numpy as np
from hypothesis import reject
from numpy.typing import NDArray

from autovec.harness.region import compile_region
from autovec.outcome import Contract, Rounding, ScalarInput
from autovec.record import dataclass
from autovec.verify.bench import Bench, Given, Look, Seen
from autovec.verify.excerpt import Excerpt, function_text, standing
from autovec.verify.task import UNHURRIED, Budget, Task
from autovec.verify.tracked import weigh
from autovec.verify.writes import written

_JUDGED = 120  # elements of the inputs; on larger ones floats are not followed
_PATIENT = Budget(math.inf, math.inf, math.inf, math.inf, math.inf, UNHURRIED.shrink_seconds)


@dataclass(frozen=True, slots=True)
class Oracle:
    """The loop and its rewrite. `place` says where in `function` of `file` the rewrite stands; without one, the text `rewrite`
    itself is compared, as long as the file still holds `kept`.

    `outputs` are compared beside all inputs and a value that is returned; see `autovec.outcome.Contract` for the others.
    """

    loop: str
    rewrite: str
    file: Path
    function: str = ""
    place: str = ""
    name: str = ""  # of the value, where the rewrite is an expression
    statement: str = ""  # which holds that expression
    kept: str = ""
    outputs: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    imports: str = "import math\nimport numpy as np\n"
    helpers: str = ""  # functions of the file that both call
    kernels: tuple[str, ...] = ()  # compiled functions of the file that the rewrite calls
    rounding: str = "exact"
    strict: bool = False
    _benches: dict[tuple[str, ...], Bench] = field(default_factory=dict[tuple[str, ...], Bench], init=False, repr=False)

    def compare(self, inputs: Mapping[str, object]) -> None:
        """Fail where the rewrite does not do what the loop does on these inputs."""
        names = tuple(inputs)
        if names not in self._benches:
            self._benches[names] = self._bench(names)
        bench = self._benches[names]
        stored = frozenset(names[k] for k in bench.written if not self.strict)
        elements = sum(cast("NDArray[Any]", x).size for x in inputs.values() if isinstance(x, np.ndarray))
        look = bench.compare(Given(lambda: copies(inputs, stored), False, elements))
        if look.seen is Seen.RAISED:
            reject()
        assert look.seen is not Seen.DIFFERENT, _sentence(look)

    def _bench(self, names: tuple[str, ...]) -> Bench:
        inputs = tuple(ScalarInput(name, ()) for name in names)
        contract = Contract((), inputs, self.outputs, self.loose, (), self.lost, self.exact, self.imports)
        old, new, definitions = self.helpers + self.loop, self.helpers + self._now(), self._definitions()
        task = Task(old, new, contract, Rounding(self.rounding), _PATIENT, self.strict, definitions=definitions)
        regions = compile_region(old, contract), compile_region(new, contract, definitions)
        return Bench(task, *regions, weigh, written(old, contract), dearest=_JUDGED)

    def _now(self) -> str:
        """What stands in the file where the rewrite was written."""
        text = self.file.read_text(encoding="utf-8")
        if self.place:
            return standing(text, Excerpt(self.function, self.place, self.name, self.statement), self.rewrite)
        assert _words(self.kept) in _words(text), f"{self.file.name} does not hold what was compared any more:\n{self.kept}"
        return self.rewrite

    def _definitions(self) -> str:
        if not self.kernels:
            return ""
        text = self.file.read_text(encoding="utf-8")
        return "from numba import njit\n" + "".join(function_text(text, name) for name in self.kernels)


def _words(text: str) -> str:
    return "".join(text.split())


def _sentence(look: Look) -> str:
    assert look.difference is not None
    return f"{look.difference.where}: {look.difference.what} (loop -> rewrite)"


def copies(inputs: Mapping[str, object], stored: frozenset[str] = frozenset()) -> dict[str, object]:
    """Copies that share memory with each other as the inputs do, and lie in it as they do; those that are `stored` into are
    writeable."""
    known: dict[int, Any] = {}
    found = {name: _copy(value, known) for name, value in inputs.items()}
    for name in stored:
        value = found[name]
        if isinstance(value, np.ndarray):
            cast("NDArray[Any]", value).flags.writeable = True
    return found


def _copy(x: object, known: dict[int, Any]) -> Any:
    if id(x) in known:
        return known[id(x)]
    if isinstance(x, list):
        made: Any = known.setdefault(id(cast("object", x)), [])
        made += [_copy(item, known) for item in cast("list[object]", x)]
        return made
    if isinstance(x, np.ndarray):
        return known.setdefault(id(cast("object", x)), _array(cast("NDArray[Any]", x), known))
    return x


def _array(x: NDArray[Any], known: dict[int, Any]) -> NDArray[Any]:
    """The array over a copy of all the memory that it is a part of."""
    owner = x
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if not x.size or owner.base is not None:
        return x.copy(order="K")
    memory = known.setdefault(-id(owner), owner.copy(order="K").ravel(order="K"))
    offset = x.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    made = np.ndarray(x.shape, x.dtype, memory, offset, x.strides)
    made.flags.writeable = x.flags.writeable
    return made
