"""Cells joined into one text and parted again, magics included."""

from __future__ import annotations

import ast

import pytest

from autovec.outcome import Cell, Refusal
from autovec.source.notebook import join, parts_of, split, unquoted

SOURCES = {
    1: "import numpy as np\n%matplotlib inline",
    3: "",
    4: "%%bash\nfor i in 1 2; do ls; done",
    5: "%%time\ndef f(x):\n    %timeit x\n    for i in range(len(x)):\n        x[i] = x[i]\n         % 3\n",
    7: "%%timeit -n 3\nfiles = !ls *.py\na, b = %who\nnp.sum?\n?len\n!rm x = 3\n",
    8: "def broken(\n",
    9: "x = (1\n% 2)\n",
}


def test_the_joined_text() -> None:
    joined = join({n: SOURCES[n] for n in (1, 3, 4, 7)})
    assert joined.text == (
        "# %% cell 1\nimport numpy as np\n__ipython__('%matplotlib inline')\n"
        "# %% cell 3\n"
        "# %% cell 4\n__ipython__('%%bash\\nfor i in 1 2; do ls; done')\n"
        "# %% cell 7\n__ipython__('%%timeit -n 3')\nfiles = __ipython__('!ls *.py')\na, b = __ipython__('%who')\n"
        "__ipython__('np.sum?')\n__ipython__('?len')\n__ipython__('!rm x = 3')\n"
    )
    assert joined.cells == (Cell(1, 2, 4), Cell(3, 5, 5), Cell(7, 8, 14))
    assert ast.parse(joined.text)


@pytest.mark.parametrize(
    "source", ["%%bash\nls\n", "def broken(\n", "x = 1\r\n", "__ipython__('x')\n", "# %% cell 3\n%x\n", "%%\n"]
)
def test_cells_that_are_never_changed(source: str) -> None:
    joined = join({2: source})
    assert joined.cells == ()
    assert ast.parse(joined.text)
    assert split(joined.text, joined, {2: source}) == {}


def test_a_continued_operator_is_no_magic() -> None:
    assert parts_of(join(SOURCES).text)[-1] == (9, SOURCES[9])


def test_every_magic_comes_back() -> None:
    joined = join(SOURCES)
    back = {number: unquoted(part).rstrip("\n") for number, part in parts_of(joined.text)}
    assert back == {number: source.rstrip("\n") for number, source in SOURCES.items()}


def test_only_changed_cells_come_back_and_keep_their_end() -> None:
    sources = {1: "import numpy as np\n%x", 2: "y = 2\n", 3: "z = 3"}
    joined = join(sources)
    after = joined.text.replace("np\n", "np\nimport math\n").replace("z = 3", "z = 4")
    assert split(after, joined, sources) == {1: "import numpy as np\nimport math\n%x", 3: "z = 4"}


@pytest.mark.parametrize(("old", "new"), [("# %% cell 2\n", ""), ("__ipython__('%x')", "pass"), ("cell 2", "cell 9")])
def test_a_rewrite_across_cells_or_magics_is_refused(old: str, new: str) -> None:
    sources = {1: "%x\n", 2: "y = 2\n"}
    joined = join(sources)
    answer = split(joined.text.replace(old, new), joined, sources)
    assert isinstance(answer, Refusal) and answer.code == "AV005"
