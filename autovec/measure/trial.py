"""The race itself: the original and the rewrites, timed in turns. Runs inside the sandbox.

Comes in: a `Race`. Goes out: its `Row`s, smallest size first, or the reason why nothing could be timed. First the original
alone runs once at growing sizes, until it takes about 20 ms; then all are timed, the largest sizes first; each time is the
minimum over short windows in turns, and every call gets new arguments that were made before its window. Where the original is
so slow that its data is small, the rewrites alone run on more of it, too: it is there that they are used. Not timed: making them.
"""

from __future__ import annotations

import builtins
import gc
import math
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace

from autovec.harness import threads
from autovec.harness.bounds import bounds, ends_early, names, steps
from autovec.harness.kernels import unwrapped
from autovec.harness.region import Region, compile_region
from autovec.measure.beside import beside, grows, reach
from autovec.measure.confidence import TURNS, interval
from autovec.measure.inputs import Arguments, Sizing, copied, late, sizings
from autovec.measure.task import Race, Row
from autovec.record import dataclass

_TARGET_SECONDS = 0.02  # how long the original takes at the largest size
_LEAST_GROWTH = 1.4
_MOST_GROWTH = 4.0
_MOST_BYTES = 64 << 20
_MAKING_SECONDS = 0.03  # arguments that take longer to make are not worth it
_SMALLEST = 4
_LARGEST = 1 << 26
_TRIED_FIRST = (_SMALLEST, 16, 64, 256)  # the later ones only where a call is quick: more data, more that may be out of range
_GROWTH = 2.0  # times longer: less may be the cost of a call, or of setting up
_SEARCH_SECONDS = 0.5
_WINDOW_SECONDS = 2e-4
_MOST_CALLS = 64  # in one window
_BATCH_BYTES = 1 << 20
_ROUNDS = (3, 9)
_SIZE_SECONDS = 0.02  # spent on one size once the rounds are enough
_SURER_SECONDS = 0.12  # spent on one size where that gives a range with the speedup
_CHEAP_SECONDS = 1e-3  # sizes at which the original takes less are always timed: they tell from where on it pays
_HOPELESS = 8.0  # a rewrite this many times slower gets one call only
_SMALL_BYTES = 1 << 19  # data on which rewrites that run alone are not told apart yet
_BEYOND = 2  # times the largest size, for rewrites alone
_BEYOND_SECONDS = 0.03
_DRAWS = 8  # of numbers of one kind, of which some may pass the tests
_TESTS_SECONDS = 0.1  # for looking on for data that pass the rewrites' tests


@dataclass(frozen=True, slots=True)
class Course:
    """Arguments at one size, and what the original took for them, once."""

    size: int
    args: Arguments
    copies: int  # how many of them are cheap to hold at once
    once: float


def run(race: Race) -> tuple[Row, ...] | str:
    """Rows from the smallest size to the largest, or why there are none."""
    warnings.simplefilter("ignore")
    gc.disable()
    try:
        old = compile_region(race.old, race.contract)
    except Exception as error:
        return f"the loop could not be run by itself ({type(error).__name__}: {error})"
    sizing = _workable(race, old)
    if isinstance(sizing, str):
        return sizing
    sizing = beside(old, sizing, _TRIED_FIRST)
    if ends_early(race.old):
        sizing = _slowest(old, sizing)
    definitions = race.definitions or ("",) * len(race.candidates)
    pairs = zip(race.candidates, definitions, strict=True)
    candidates, first_calls = zip(*(_ready(text, kernels, race, sizing) for text, kernels in pairs), strict=True)
    if not any(candidates):
        return "it raised, where the loop did not"
    end = time.perf_counter() + race.budget_seconds
    courses = list(_courses(old, sizing))
    rows = _timed(old, candidates, tuple(map(bool, definitions)), courses, end) if courses else []
    rows += _beyond(candidates, sizing, rows[-1]) if rows and len(candidates) > 1 else []
    return tuple(replace(row, first_calls=first_calls) for row in rows) or "the loop raised at every size"


def _workable(race: Race, old: Region) -> Sizing | str:
    """The first sizing on which the original never raises and takes longer for more data, and which passes the most of the
    rewrites' tests; or else the first on which it gets furthest."""
    end = time.perf_counter() + _SEARCH_SECONDS
    found, furthest, why = None, 0, ""
    best, most = None, -1
    early = ends_early(race.old)
    tests = _asked(race)
    for sizing in sizings(race.contract, dict(race.dtypes), bounds(race.old), steps(race.old), dict(race.usual)):
        reached, error = reach(old, sizing, _TRIED_FIRST)
        works = reached and error is None and (not sizing.usual or grows(old, sizing))  # a default may keep the loop from running
        if works and (early or _takes_longer(old, sizing, reached)):
            if not tests:
                return sizing
            if best is None:
                end = min(end, time.perf_counter() + _TESTS_SECONDS)
            for seed in range(sizing.seed, sizing.seed + _DRAWS):
                some = replace(sizing, seed=seed).pinned(reached)
                passed = _passed(tests, some, reached)
                if passed == len(tests):
                    return some
                best, most = (some, passed) if passed > most else (best, most)
        if reached + (error is None) > furthest:
            found, furthest = sizing, reached + (error is None)
        if error is not None:
            why = why or f"the loop raised {type(error).__name__}: {str(error)[:100]}"
        if time.perf_counter() > end:
            break
    return best or found or why or "no arguments fit the contract"


def _asked(race: Race) -> list[Region]:
    """The rewrites' tests as regions, less those that read what the rewrite itself binds."""
    if not race.tests:
        return []
    known = {*compile_region("", race.contract).namespace, *race.contract.roots, *dir(builtins)}
    return [compile_region(f"return bool({test})", race.contract) for test in race.tests if names(test) <= known]


def _passed(tests: list[Region], sizing: Sizing, n: int) -> int:
    """How many of the tests pass."""
    args = sizing.arguments(n)
    return sum(args is not None and test.run(args).value is True for test in tests)


def _takes_longer(old: Region, sizing: Sizing, reached: int) -> bool:
    """Whether more data take longer."""
    few, many = (sizing.arguments(n) for n in (_TRIED_FIRST[0], reached))
    if few is None or many is None or reached == _TRIED_FIRST[0]:
        return True
    return _once(old, many) > _GROWTH * _once(old, few)


def _slowest(old: Region, found: Sizing) -> Sizing:
    """The data on which a loop that may end early takes longest: on the other data it is quick in any form."""
    size, times = _TRIED_FIRST[-1], dict[Sizing, float]()
    for sizing in (found, *late(found)):
        args = sizing.arguments(size)
        if args is not None and old.run(copied(args)).error is None:
            times[sizing] = _once(old, args)
    return max(times, key=lambda s: times[s], default=found)


def _ready(text: str, kernels: str, race: Race, sizing: Sizing) -> tuple[Region | None, float]:
    """A rewrite, called once so that it is compiled and warm, and how long that took; None where it does not run."""
    try:
        region = compile_region(text, race.contract, kernels)
    except Exception:
        return None, 0.0
    for n in _TRIED_FIRST:
        args = sizing.arguments(n)
        if args is not None:
            if threads.are_wanted(kernels):
                threads.use(threads.CORES)
            began = time.perf_counter()
            if region.run(args).error is not None:
                return None, 0.0
            unwrapped(region.function)
            return region, time.perf_counter() - began if kernels else 0.0
    return None, 0.0


# ------------------------------------------------------------------ how large


def _courses(old: Region, sizing: Sizing) -> Iterator[Course]:
    """Arguments of growing size, until the original is slow enough or they are too large."""
    n, before = _SMALLEST, None
    while n <= _LARGEST and sizing.bytes(n) <= _MOST_BYTES:
        began = time.perf_counter()
        args = sizing.arguments(n)
        making = time.perf_counter() - began
        once = math.inf if args is None else _once(old, args)
        growth = _MOST_GROWTH
        if args is not None and once < math.inf:
            course = Course(n, args, max(1, _BATCH_BYTES // (sizing.bytes(n) + 1)), once)
            yield course
            growth = _growth(before, course)
            before = course
        if growth < _LEAST_GROWTH or not sizing.grows or making > _MAKING_SECONDS:
            return
        n = _round_size(n * growth)


def _once(old: Region, args: Arguments) -> float:
    """One call, and another: the first may have been slow because of the machine."""
    return min(_window(old, [copied(args)]) for _ in range(2))


def _growth(before: Course | None, now: Course) -> float:
    """How much larger the next size may be, by the power law of the last two (the sixth power before there are two)."""
    if now.once >= _TARGET_SECONDS:
        return 0.0
    power = 6.0
    if before is not None:
        power = min(max(math.log(now.once / before.once) / math.log(now.size / before.size), 1.0), 6.0)
    return min(_MOST_GROWTH, (1.3 * _TARGET_SECONDS / now.once) ** (1 / power))


def _round_size(n: float) -> int:
    """Powers of two stay; others get two digits."""
    whole = int(n)
    if whole & (whole - 1) == 0 or whole < 100:
        return whole
    step = 10 ** (len(str(whole)) - 2)
    return whole // step * step


# ------------------------------------------------------------------ how long


def _timed(
    old: Region, candidates: tuple[Region | None, ...], compiled: tuple[bool, ...], courses: list[Course], end: float
) -> list[Row]:
    """All candidates at the two largest sizes, then the compiled ones and the best of the others at the others, the smallest
    first."""
    rows = [_row(old, candidates, course, end) for course in courses[-1:-3:-1]]
    merits = [math.prod(row.after[k] for row in rows) for k in range(len(candidates))]
    plain = [k for k in range(len(candidates)) if not compiled[k]]
    best = {k for k in range(len(candidates)) if compiled[k]} | set(sorted(plain, key=lambda k: merits[k])[:1])
    alone = tuple(region if k in best else None for k, region in enumerate(candidates))
    for course in courses[:-2]:
        if course.once < _CHEAP_SECONDS or time.perf_counter() < end:
            rows.append(_row(old, alone, course, end))
    return sorted(rows, key=lambda row: row.size)


def _beyond(candidates: tuple[Region | None, ...], sizing: Sizing, last: Row) -> list[Row]:
    """The candidates alone, at a size at which the original would take too long, where it had to do with little data."""
    n = _BEYOND * last.size
    small = sizing.grows and sizing.bytes(last.size) < _SMALL_BYTES and sizing.bytes(n) <= _MOST_BYTES
    args = sizing.arguments(n) if small else None
    if args is None:
        return []
    near = (time < _HOPELESS * min(last.after) for time in last.after)
    some = tuple(region if close else None for region, close in zip(candidates, near, strict=True))
    return [_row(None, some, Course(n, args, 1, math.inf), time.perf_counter() + _BEYOND_SECONDS)]


def _row(old: Region | None, candidates: tuple[Region | None, ...], course: Course, end: float) -> Row:
    """All of them in turns; without the original where that is None."""
    regions = [old, *candidates]
    best = [course.once, *([math.inf] * len(candidates))]
    windows: list[list[float]] = [[] for _ in regions]  # of each the seconds a call, turn by turn
    cheap = course.once < _CHEAP_SECONDS
    began = time.perf_counter()
    for turn in range(_ROUNDS[1]):
        now = time.perf_counter()
        surer = turn < TURNS and now - began < _SURER_SECONDS
        if turn >= _ROUNDS[0] and now - began > _SIZE_SECONDS / (4 if cheap else 1) and not surer:
            break
        if now > end and turn >= (_ROUNDS[0] if cheap else 1):
            break
        for place in range(len(regions)):
            k = place and (place + turn - 1) % len(candidates) + 1  # in turn the first behind the original, which cools caches
            region = regions[k]
            if region is not None and (not turn or best[k] < _HOPELESS * best[0]):
                windows[k].append(_window(region, _batch(course, best[k])))
                best[k] = min(best[k], windows[k][-1])
    ranges = (interval(windows[0], after, best[0] / least) for after, least in zip(windows[1:], best[1:], strict=True))
    return Row(course.size, best[0], tuple(best[1:]), ranges=tuple(ranges))


def _batch(course: Course, about: float) -> list[Arguments]:
    """As many arguments as fill a window, for a call that takes about so long."""
    calls = math.ceil(_WINDOW_SECONDS / about) if 0.0 < about < math.inf else 1
    return [copied(course.args) for _ in range(min(calls, course.copies, _MOST_CALLS))]


def _window(region: Region, batch: list[Arguments]) -> float:
    """Seconds a call over a batch of arguments; infinite where one raises."""
    calls = [region.bind(args) for args in batch]
    try:
        began = time.perf_counter()
        for call in calls:
            call()
        return (time.perf_counter() - began) / len(calls)
    except Exception:
        return math.inf
