"""Make a counterexample small: fewer elements, plainer data and layouts, as long as the two still differ.

Comes in: a case that differs. Goes out: a `Counterexample` with a sentence and a script. The search is short.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator

from autovec.harness.cases import Case, build, fitted
from autovec.outcome import Counterexample
from autovec.verify.bench import Bench, Look, Seen
from autovec.verify.compare import Difference, Sort
from autovec.verify.snippet import dtypes_of, literals, reproduce, sizes_of


def counterexample(bench: Bench, case: Case, found: Difference) -> Counterexample:
    """The sentence and the script for a case that differs."""
    case, found = _shrunk(bench, case, found)
    contract = bench.task.contract
    dtypes = dtypes_of(contract, case)
    about = ", ".join(part for part in (sizes_of(case), dtypes.replace(":", "")) if part)
    message = f"{found} ({about})" if about else str(found)
    args = build(contract, case)
    snippet = reproduce(bench.task, message, case, args)
    return Counterexample(message, snippet, dtypes, literals(contract, case, args), _gap(found))


def _gap(found: Difference) -> float:
    return found.gap if found.sort is Sort.FLOATS and found.gap < math.inf else 0.0


def _shrunk(bench: Bench, case: Case, found: Difference) -> tuple[Case, Difference]:
    """The same difference on smaller and plainer inputs, as far as a short search finds one."""
    end = time.perf_counter() + bench.task.budget.shrink_seconds
    bench.judging, bench.dearest = 0.0, sys.maxsize
    for plainer in (_smaller, _plainer):
        for candidate in plainer(case):
            if time.perf_counter() > end:
                return case, found
            fit = fitted(bench.task.contract, candidate)
            look = Look(Seen.RAISED) if fit is None or fit == case else bench.look(fit)
            if fit is not None and look.seen is Seen.DIFFERENT and look.difference is not None:
                case, found = fit, look.difference
                break
    return case, found


def _smaller(case: Case) -> Iterator[Case]:
    most = max((n for _, n in case.sizes), default=0)
    for limit in (n for n in (1, 2, 3, 4, 5, 6, 8, 12, 17, 33) if n < most):
        sizes = tuple((name, min(n, limit)) for name, n in case.sizes)
        for seed in range(case.seed, case.seed + 6):
            yield Case(sizes, case.dtypes, case.kinds, case.layouts, case.alias, seed)


def _plainer(case: Case) -> Iterator[Case]:
    count = len(case.kinds)
    plain = ("C",) * count
    for kind in ("small", "ordinary"):
        for seed in range(case.seed, case.seed + 4):
            yield Case(case.sizes, case.dtypes, (kind,) * count, plain, None, seed)
    yield Case(case.sizes, case.dtypes, case.kinds, plain, None, case.seed)
    yield Case(case.sizes, case.dtypes, case.kinds, plain, case.alias, case.seed)
