"""Every refusal code with its name, what it means, and what would free the loop: the text behind `autovec rule AV020`.

Nothing comes in: this is a table. The stages write the sentence for one loop, in the user's names; here stands what is
true of all loops with that code. Codes never change their meaning, and a withdrawn code is not used again.
"""

from __future__ import annotations

from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """What a refusal code stands for."""

    code: str
    name: str
    explanation: str
    remedy: str

    def document(self) -> str:
        """The documentation as `autovec rule` prints it."""
        return f"{self.code} {self.name}\n\n{self.explanation}\n\nHow to free the loop: {self.remedy}\n"


_TABLE: tuple[tuple[str, str, str, str], ...] = (
    # ------------------------------------------------------------------ files
    (
        "AV001",
        "syntax-error",
        "The file does not parse with the Python that runs autovec, so nothing in it was looked at.",
        "correct the syntax error, or run autovec with the Python version that the file is written for.",
    ),
    (
        "AV002",
        "undecodable",
        "The file's bytes are not text in the encoding that it declares (UTF-8 where it declares none).",
        'save it as UTF-8, or declare its encoding on the first line: "# -*- coding: latin-1 -*-".',
    ),
    (
        "AV003",
        "nested-too-deeply",
        "An expression or a block is nested so deeply that walking it could overflow the interpreter's stack.",
        "split the expression; generated files of this kind are best listed under `exclude`.",
    ),
    (
        "AV004",
        "file-too-large",
        "The file is larger than what anybody writes by hand, so it was skipped.",
        "move the code out of the generated data, or list the file under `exclude`.",
    ),
    (
        "AV005",
        "splice-mismatch",
        "After the edit the file did not parse to the same program outside the edited lines. The edit was thrown away.",
        "this is a defect of autovec, not of your code: please report it with the loop.",
    ),
    (
        "AV006",
        "unknown-directive",
        'A comment starts with "# autovec:" but what follows is no directive, stands where it cannot, or ends nothing.',
        'write "# autovec: ignore[AV201] reason" on the loop\'s line; "# autovec: disable[AV201] reason" and '
        '"# autovec: enable[AV201]" on lines of their own around several loops; or "# autovec: skip-file".',
    ),
    (
        "AV007",
        "internal-error",
        "Looking at this loop or file failed unexpectedly. It is unchanged, and the others were handled as usual.",
        "this is a defect of autovec, not of your code: please report it with the loop.",
    ),
    (
        "AV008",
        "unused-ignore",
        "An `ignore` or `disable` stands where nothing is found for it to silence. Left there, it would hide what comes later.",
        "take the comment out, or move it to the first line of the loop that it is for (`disable`: above it).",
    ),
    # ------------------------------------------------------------------ types and shapes
    (
        "AV010",
        "unknown-type",
        "Nothing in the function says what a name holds: an array, a list, a dict and a table all look alike when subscripted.",
        "annotate the parameter (`x: np.ndarray`, `x: list[float]`), or create the array inside the function.",
    ),
    (
        "AV011",
        "unknown-shape-or-rank",
        "The number of dimensions of an array, or how its lengths relate to the loop's range, is not known.",
        "take the range from the array itself (`len(x)`, `x.shape[0]`), or unpack `rows, columns = x.shape`.",
    ),
    (
        "AV012",
        "unbounded-integers",
        "Python's integers have no limit, NumPy's have 64 bits. The loop adds or multiplies integers of lists.",
        "hold the numbers in an array of a fixed dtype, or in floats if that is what they mean.",
    ),
    (
        "AV013",
        "unknown-function",
        "The loop calls a function of which nothing is known: it may keep state, print, or look at the element's type.",
        "use a function of `math` or `numpy`, or define the function in the same file without side effects.",
    ),
    (
        "AV014",
        "unknown-iteration",
        "The loop runs over something that is not known to give a sequence of numbers or of rows.",
        "iterate over `range`, `enumerate`, `zip`, an array, or a list of numbers.",
    ),
    (
        "AV015",
        "objects",
        "The loop handles strings, dicts, attributes or other objects, which an array of numbers cannot hold.",
        "read the numbers into local names or arrays before the loop.",
    ),
    # ------------------------------------------------------------------ dependences
    (
        "AV020",
        "loop-carried-dependence",
        "An iteration reads an element that an earlier iteration wrote. As array operations all reads would come first.",
        "if the old values are meant, read from a copy; if the new ones are, this is a recurrence, and its order is needed.",
    ),
    (
        "AV021",
        "scalar-recurrence",
        "A scalar carries a value from one iteration to the next, in a way that is no sum, product, minimum or the like.",
        "vectorise over another axis (many such recurrences at once), or compile the loop.",
    ),
    (
        "AV022",
        "output-dependence",
        "Several iterations may write the same element, and the last one wins. Array assignment does not promise that order.",
        "make the target index depend on every loop that surrounds it, or show that the index array has no repetitions.",
    ),
    (
        "AV023",
        "possible-alias",
        "Two names may share memory, so writing through one may change what the other one reads.",
        "write to an array that is created in the function, or copy the input first.",
    ),
    (
        "AV024",
        "wraparound",
        "A subscript may be negative and then counts from the end of the array. A slice would not.",
        "start the range where the subscript is 0 or more.",
    ),
    (
        "AV025",
        "fallback",
        "The loop is the slow path behind a test of types, ranks or shapes, whose fast path is there already.",
        "nothing needs to be done.",
    ),
    # ------------------------------------------------------------------ effects and control flow
    (
        "AV030",
        "early-exit",
        "`break` or `return` ends the loop by what it computed on the way, or at different times for different lanes.",
        "separate the search for the end from the work on the elements before it.",
    ),
    (
        "AV031",
        "side-effect",
        "The loop does something besides computing: it prints, writes to an object or a file, or changes a container's length.",
        "compute in one loop and report in another.",
    ),
    (
        "AV032",
        "exception-handling",
        "The loop holds `try`, `with` or `assert`: which iterations ran before the exception is part of its result.",
        "test the whole array before the loop, and handle the exception around it.",
    ),
    (
        "AV033",
        "loop-variable-read-after-loop",
        "The loop's variable, or a temporary of its body, is read after the loop and would no longer be set.",
        "compute the value that is needed after the loop on its own.",
    ),
    (
        "AV034",
        "conditional-read",
        "An element is read only where a condition holds. As array operations it would be read everywhere, also out of bounds.",
        "limit the range to where the subscript is valid, so that the condition is not needed.",
    ),
    (
        "AV035",
        "data-dependent-trip-count",
        "How often the loop runs depends on values that it computes.",
        "bound the number of iterations by a size, or compile the loop.",
    ),
    (
        "AV036",
        "ragged-or-dependent-bounds",
        "An inner loop's range depends on an outer loop's variable, so the iterations do not fill a rectangle.",
        "run over the full rectangle and mask, where memory allows, or use one flat loop over the entries.",
    ),
    (
        "AV037",
        "already-compiled",
        "The function is compiled by numba or a similar decorator, where scalar loops are as fast as array operations.",
        "nothing needs to be done; remove the decorator if you prefer NumPy.",
    ),
    (
        "AV038",
        "generator-or-async",
        "The loop yields or awaits: other code runs between its iterations.",
        "collect the numbers into an array first and loop over that.",
    ),
    # ------------------------------------------------------------------ memory and shape of the result
    (
        "AV040",
        "too-much-memory",
        "As array operations the loop would need temporaries that are larger than `max-temporary` allows.",
        "raise `max-temporary`, or keep one of the loops in Python.",
    ),
    (
        "AV041",
        "no-array-form",
        "What is left after the dependences are respected has no array axis, or no NumPy spelling exists for it.",
        "nothing simple: this loop is best compiled.",
    ),
    # ------------------------------------------------------------------ compiled loops
    (
        "AV050",
        "compiled-differently",
        "The loop has no array form, and compiled by Numba it would not do what it does in Python: an integer could leave 64 "
        "bits, a type would be widened, a result would come back as another kind, or something in the loop has no compiled form.",
        "follow the hint; mostly it is enough to turn a list into an array, or to start a sum with 0.0 instead of 0.",
    ),
    (
        "AV051",
        "numba-not-installed",
        "Only a compiled loop would be faster here, and Numba, which compiles it, is not installed beside autovec.",
        "install it with `pip install numba`, or leave compiled loops out with `--backend numpy`.",
    ),
    # ------------------------------------------------------------------ not worth it
    (
        "AV060",
        "not-faster",
        "A correct rewrite exists, but it was measured and did not reach `min-speedup` at the sizes that matter.",
        "lower `--min-speedup` if you want it for readability.",
    ),
    (
        "AV061",
        "lists-do-not-pay",
        "The numbers live in lists. Converting them to arrays and back costs more than the loop itself.",
        "keep the numbers in arrays from the start.",
    ),
    (
        "AV062",
        "not-exact",
        "A correct rewrite exists, but it may change the last bits of floats, and `--rounding exact` rules that out.",
        "allow `--rounding bounded`, where floats may differ within the loop's own rounding error.",
    ),
    (
        "AV063",
        "not-strict",
        "A rewrite that keeps the default promise exists, but on inputs on which the loop raises, or whose arrays overlap in"
        " part, it does something else, and no readable test rules those out. `--strict` leaves such a loop alone.",
        "leave out `--strict`, where your inputs are not of that kind.",
    ),
    # ------------------------------------------------------------------ verification
    (
        "AV090",
        "counterexample",
        "Analysis called the rewrite safe, but on one input the two versions differed. The rewrite was thrown away.",
        "this is a defect of autovec, not of your code: please report it with the snippet that was printed.",
    ),
    (
        "AV091",
        "worker-died",
        "The process that compared the two versions ended or was stopped at its limit of time or memory.",
        "try again on a machine with more memory; if it happens again, please report it.",
    ),
    (
        "AV092",
        "too-few-cases",
        "Too few inputs could be made on which the original loop finishes, so a comparison would mean little.",
        "annotate the parameters more precisely, so that fitting inputs can be made.",
    ),
    (
        "AV093",
        "too-few-conclusive",
        "In most cases a comparison was closer than its own rounding error, so either branch would have been right.",
        "nothing simple: the loop's result depends on the last bits of its inputs.",
    ),
    (
        "AV094",
        "not-timed",
        "The two versions could not be timed, so it is not known whether the rewrite is faster.",
        "try again on a quieter machine; if it happens again, please report it.",
    ),
)

REFUSALS: dict[str, RefusalKind] = {row[0]: RefusalKind(*row) for row in _TABLE}


def refusal_name(code: str) -> str:
    """The name of a refusal code, "" for a code that is none."""
    kind = REFUSALS.get(code)
    return kind.name if kind else ""
