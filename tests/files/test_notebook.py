"""Notebooks as bytes: what is read from their JSON, and that nothing but the changed sources changes."""

from __future__ import annotations

import json

import pytest

from autovec.files.content import FileProblem
from autovec.files.notebook import read_notebook

ONE_SPACE = """{
 "cells": [
  {"cell_type": "markdown", "source": ["for i in x:\\n", "  é"]},
  {
   "cell_type": "code",
   "execution_count": 3,
   "metadata": {"cells": [1, 2.50e+0]},
   "outputs": [{"source": "not this", "data": "\\u00e9"}],
   "source": [
    "a = '\\u00e9'\\n",
    "\\u0062 = 2\\n",
    "c"
   ]
  },
  {"cell_type":"code","source":"plain \\"é\\"\\nx","outputs":[]},
  {"cell_type": "code", "source": [], "outputs": []},
  {"cell_type": "code", "source": ["one"], "outputs": []}
 ],
 "metadata": {"kernelspec": {"language": "python"}, "language_info": {"name": "python"}},
 "nbformat": 4, "nbformat_minor": 5
}

"""


def test_the_sources_by_number() -> None:
    sources = read_notebook(ONE_SPACE.encode()).sources
    assert sources == {2: "a = 'é'\nb = 2\nc", 3: 'plain "é"\nx', 4: "", 5: "one"}


def test_only_changed_lines_are_spelt_anew() -> None:
    after = read_notebook(ONE_SPACE.encode()).replaced({2: "a = 'é'\nb = 2\nü\n"}).decode()
    assert after == ONE_SPACE.replace('    "c"\n', '    "ü\\n"\n')
    assert read_notebook(ONE_SPACE.encode()).replaced({}) == ONE_SPACE.encode()


def test_every_layout_of_a_source() -> None:
    new = {3: "x\ny", 4: "p\nq", 5: "r\ns"}
    notebook = read_notebook(ONE_SPACE.encode())
    after = notebook.replaced(new)
    assert read_notebook(after).sources == {**notebook.sources, **new}
    assert '"source":"x\\ny","outputs"' in after.decode()
    assert '"source": ["p\\n", "q"]' in after.decode()
    assert '"source": ["r\\n", "s"]' in after.decode()


def test_an_ascii_file_stays_ascii() -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": "x"}]})
    assert read_notebook(text.encode()).replaced({1: "é"}) == text.replace('"x"', '"\\u00e9"').encode()


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_byte_order_mark_stays(bom: str) -> None:
    text = bom + ONE_SPACE
    assert read_notebook(text.encode()).replaced({5: "two"}) == text.replace('"one"', '"two"').encode()


@pytest.mark.parametrize("metadata", ['{"kernelspec": {"language": "R"}}', '{"language_info": {"name": "julia"}}'])
def test_other_languages_have_no_code(metadata: str) -> None:
    text = '{"cells": [{"cell_type": "code", "source": "x"}], "metadata": ' + metadata + "}"
    assert read_notebook(text.encode()).sources == {}


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{', '{"worksheets": []}', "[" * 100_000]
)
def test_what_is_no_notebook_is_a_file_problem(text: str) -> None:
    with pytest.raises(FileProblem, match="not a notebook"):
        read_notebook(text.encode())


def test_latin_1_is_a_file_problem() -> None:
    with pytest.raises(FileProblem, match="not a notebook"):
        read_notebook('{"cells": ["é"]}'.encode("latin-1"))
