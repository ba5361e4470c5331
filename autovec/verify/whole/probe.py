"""On what does the old function run? Its parameters' forms are tried out, and then which of their sizes must be equal.

Comes in: the old version and the forms of its parameters. Goes out: contracts, the likeliest first, each with the sizes that
the function seems to ask for; or a Refusal that says what it raised. It runs inside the sandbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import field, replace
from itertools import product

from autovec.harness.bounds import with_sizes
from autovec.harness.cases import Case, build, choices, fitted
from autovec.harness.region import Region, compile_region
from autovec.outcome import ArrayInput, Contract, Refusal, ScalarInput, Symbol
from autovec.record import dataclass
from autovec.verify.deadline import TooSlow, deadline
from autovec.verify.whole.forms import Form
from autovec.verify.whole.inquiry import Inquiry

_SIZE = 6
_FRIENDLY = ("ordinary", "index", "positive", "sorted")
_MOST_COMBINATIONS = 200
_MOST_SYMBOLS = 6
_MOST_ALSO = 3
_SECONDS = 0.25


@dataclass(slots=True)
class _Probe:
    """The old version and what it raised so far."""

    inquiry: Inquiry
    raised: Counter[str] = field(default_factory=Counter[str])
    compiled: dict[tuple[str, ...], Region] = field(default_factory=dict[tuple[str, ...], Region])

    def runs(self, contract: Contract, sizes: tuple[int, ...] | None = None, seeds: int = 2) -> bool:
        """Whether it returns on some friendly input with these sizes (all the same, where none are given)."""
        return any(self._returns(contract, case) for case in _cases(contract, sizes, seeds))

    def _returns(self, contract: Contract, case: Case) -> bool:
        fit = fitted(contract, case)
        if fit is None:
            return False
        roots = tuple(x.name for x in contract.inputs)
        region = self.compiled.setdefault(roots, compile_region(self.inquiry.old.text, contract))
        try:
            with deadline(_SECONDS):
                outcome = region.run(build(contract, fit))
        except TooSlow:
            self.raised["took too long"] += 1
            return False
        if outcome.error is not None:
            self.raised[f"raised {type(outcome.error).__name__}: {str(outcome.error)[:120]}"] += 1
        return outcome.error is None


def _cases(contract: Contract, sizes: tuple[int, ...] | None, seeds: int) -> Iterator[Case]:
    count = len(contract.inputs)
    chosen = sizes or (_SIZE,) * len(contract.symbols)
    named = tuple((s.name, n) for s, n in zip(contract.symbols, chosen, strict=True))
    first = tuple(choices(x)[0] for x in contract.inputs)
    for seed in range(seeds):
        for kind in _FRIENDLY:
            yield Case(named, first, (kind,) * count, ("C",) * count, seed=seed)


def probed(inquiry: Inquiry) -> tuple[Contract, ...] | Refusal:
    """The contracts on which the old function runs."""
    probe = _Probe(inquiry)
    ways = _combinations(inquiry)
    main = next((c for seeds in (2, 10) for c in ways if probe.runs(made(inquiry, c), seeds=seeds)), None)
    if main is None:
        usual = probe.raised.most_common(1)
        why = f": mostly it {usual[0][0]}" if usual else ""
        return Refusal("AV010", f"no inputs were found on which the old version runs{why}", "say what it takes with --contract")
    also = [c for c in _variations(inquiry, main) if probe.runs(made(inquiry, c))][:_MOST_ALSO]
    return tuple(_related(probe, made(inquiry, forms)) for forms in (main, *also))


def _combinations(inquiry: Inquiry) -> list[tuple[Form, ...]]:
    """Ways to choose a form for each variable, those with the likeliest ones first."""
    ranked = product(*(list(enumerate(v.forms)) for v in inquiry.variables))
    few = [c for c, _ in zip(ranked, range(20 * _MOST_COMBINATIONS), strict=False)]
    few.sort(key=lambda c: sum(k for k, _ in c))
    return [tuple(form for _, form in c) for c in few[:_MOST_COMBINATIONS]]


def _variations(inquiry: Inquiry, main: tuple[Form, ...]) -> Iterator[tuple[Form, ...]]:
    """One variable in another form that is as likely; all in another where they came in the same."""
    others = [[f for f in v.forms if f.also and f != chosen] for v, chosen in zip(inquiry.variables, main, strict=True)]
    lists = tuple(next((f for f in o if f.container == "list"), chosen) for o, chosen in zip(others, main, strict=True))
    if lists != main:
        yield lists
    for i, forms in enumerate(others):
        for form in forms:
            if form.container != "list":
                yield (*main[:i], form, *main[i + 1 :])


def made(inquiry: Inquiry, forms: tuple[Form, ...]) -> Contract:
    """The contract of these forms, with a size of its own for each dimension."""
    inputs: list[ArrayInput | ScalarInput] = []
    symbols: list[Symbol] = []
    for v, form in zip(inquiry.variables, forms, strict=True):
        if form.container in ("scalar", "text"):
            inputs.append(ScalarInput(v.name, form.kinds))
            continue
        shape = tuple(f"{v.name.replace('.', '_')}_{k}" for k in range(form.rank))
        symbols += [Symbol(s) for s in shape]
        inputs.append(ArrayInput(v.name, form.container, form.kinds, shape, ragged=form.container == "list" and form.rank > 1))
    contract = Contract(tuple(symbols), tuple(inputs), inquiry.outputs, prelude=inquiry.old.prelude)
    return with_sizes(contract, inquiry.old.text)


# ------------------------------------------------------------------ which sizes are equal


def _related(probe: _Probe, contract: Contract) -> Contract:
    """The contract with one symbol for sizes that must be equal; as it is where all may differ."""
    names = [s.name for s in contract.symbols]
    if not 2 <= len(names) <= _MOST_SYMBOLS:
        return contract
    for classes in sorted(_partitions(len(names)), key=lambda c: -max(c)):
        if _runs_apart(probe, contract, classes):
            exact = merged(contract, classes, "")
            return exact if probe.runs(exact) else merged(contract, classes, " - 2")
    return contract


def _runs_apart(probe: _Probe, contract: Contract, classes: tuple[int, ...]) -> bool:
    """Whether it runs with a size for each class, rising as well as falling."""
    count = max(classes) + 1
    rising = tuple(_SIZE + k for k in range(count))
    return all(probe.runs(contract, tuple(sizes[c] for c in classes), 1) for sizes in (rising, rising[::-1]))


def _partitions(n: int) -> Iterator[tuple[int, ...]]:
    """All ways to put n things into classes, each as the class of each thing."""
    if n == 0:
        yield ()
        return
    for rest in _partitions(n - 1):
        for c in range(max(rest, default=-1) + 2):
            yield (*rest, c)


def merged(contract: Contract, classes: tuple[int, ...], less: str) -> Contract:
    """The contract with one symbol a class: the first of its members; a count that goes with an array is `less` than its size."""
    names = [s.name for s in contract.symbols]
    stand_in = {name: names[classes.index(c)] for name, c in zip(names, classes, strict=True)}
    kept = tuple(s for s in contract.symbols if stand_in[s.name] == s.name)
    arrays = {stand_in[s] for x in contract.inputs if isinstance(x, ArrayInput) for s in x.shape}

    def renamed(x: ArrayInput | ScalarInput) -> ArrayInput | ScalarInput:
        if isinstance(x, ArrayInput):
            return replace(x, shape=tuple(stand_in[s] for s in x.shape))
        size = stand_in.get(x.value.removesuffix(" - 2"), "")
        return replace(x, value=f"{size}{less if size in arrays else ' - 2'}") if size else x

    return replace(contract, symbols=kept, inputs=tuple(map(renamed, contract.inputs)))
