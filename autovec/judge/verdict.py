"""The verdict on one loop: may I, is it the same, is it worth it.

Comes in: a loop's place in a function. Goes out: a `Rewrite`, a `Refusal`, or a `Left` with the counterexample of a failed check.
An array form and a compiled one are timed beside each other; where no array form is left, the compiled one is asked alone.
"""

from __future__ import annotations

from autovec.judge.arrays import best_form
from autovec.judge.court import Answer, Court, case_of
from autovec.judge.kernels import Rival, rival
from autovec.kernel.form import kernels_of
from autovec.outcome import Refusal, Rewrite
from autovec.propose.reading import Reading
from autovec.source.fallback import stands_behind_kernel, stands_behind_type_test
from autovec.source.find import Site


def judge(court: Court, reading: Reading, site: Site) -> Answer:
    """The three questions."""
    if stands_behind_type_test(site) or stands_behind_kernel(site, kernels_of(reading.module)):
        return Refusal("AV025", "the loop is what a test of types or shapes falls back to")
    case = case_of(court, reading, site)
    compiles = site.is_loop and court.options.backend != "numpy"
    if compiles and court.options.backend == "numba":
        return _alone(rival(case))
    beside = rival(case) if compiles and court.sandbox is not None else None
    answer, compiled = best_form(case, beside if isinstance(beside, Rival) else None)
    if not compiles or isinstance(answer, Rewrite) or (isinstance(answer, Refusal) and answer.code == "AV025"):
        return answer
    compiled = compiled or _alone(beside or rival(case))
    return answer if isinstance(compiled, Refusal) else compiled


def _alone(found: Rival | Rewrite | Refusal) -> Answer:
    return found.alone() if isinstance(found, Rival) else found
