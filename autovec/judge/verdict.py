"""The verdict on one loop: may I, is it the same, is it worth it.

Comes in: a loop's place in a function. Goes out: a `Rewrite`, a `Refusal`, or a `Left` with the counterexample of a failed check.
An array form and a compiled one are timed beside each other; where no array form is left, the compiled one is asked alone.
"""

from __future__ import annotations

from autovec.judge.arrays import best_form
from autovec.judge.court import Court, case_of
from autovec.judge.kernels import Rival, rival
from autovec.kernel.form import kernels_of
from autovec.outcome import Left, Refusal, Rewrite
from autovec.propose.reading import Reading
from autovec.source.fallback import stands_behind_kernel, stands_behind_type_test
from autovec.source.find import Site


def judge(court: Court, reading: Reading, site: Site) -> Rewrite | Left | Refusal:
    """The three questions."""
    if stands_behind_type_test(site) or stands_behind_kernel(site, kernels_of(reading.module)):
        return Refusal("AV025", "the loop is what a test of types or shapes falls back to")
    case = case_of(court, reading, site)
    found = rival(case) if site.is_loop and court.options.backend != "numpy" else None
    if court.options.backend == "numba" and found is not None:
        return _alone(found)
    answer = best_form(case, found if isinstance(found, Rival) else None)
    if found is None or isinstance(answer, Rewrite) or (isinstance(answer, Refusal) and answer.code == "AV025"):
        return answer
    compiled = _alone(found)
    return answer if isinstance(compiled, Refusal) else compiled


def _alone(found: Rival | Rewrite | Refusal) -> Rewrite | Left | Refusal:
    return found.alone() if isinstance(found, Rival) else found
