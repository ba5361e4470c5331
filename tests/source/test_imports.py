"""What names mean."""

import ast

import pytest

from autovec.expression import Const
from autovec.source.imports import Bindings, NewName, bindings
from autovec.source.tree import Enclosing, FunctionNode


def of(text: str) -> Bindings:
    return bindings(ast.parse(text), text)


def inside(text: str) -> tuple[Bindings, Enclosing]:
    """The bindings and the chain of functions down to the innermost first one."""
    tree = ast.parse(text)
    chain = [n for n in ast.walk(tree) if isinstance(n, FunctionNode)]
    return bindings(tree, text), tuple(chain)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x = 1", "y"),
        ("try:\n    import numpy as np\nexcept ImportError:\n    np = None", "np"),
        ("import numpy as np\nimport cupy as np", "np"),
        ("import numpy as np\ndef f():\n    global np\n    np = 1", "np"),
        ("import numpy as np\ndel np", "np"),
        ("import numpy as np\nfrom foo import *", "np"),
        ("from foo import *", "len"),
        ("from numpy import *", "max"),
        ("from numpy import *\nfrom math import *\nfrom numpy import *", "pow"),
        ("from math import *\nfrom numpy import *", "atan2"),
        ("import numpy as np\nfor np in x: pass", "np"),
        ("import numpy as np\nif (np := x): pass", "np"),
        ("import numpy as np\nwith x as np: pass", "np"),
        ("try:\n    from numpy import sum\nexcept ImportError: pass", "sum"),
        ("import numpy as np\n[(np := i) for i in x]", "np"),
        ("import numpy as np\nmatch x:\n    case [*np]: pass", "np"),
    ],
)
def test_module_names_of_unsure_meaning(text: str, name: str) -> None:
    assert of(text).resolve(name, ()) is None


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("import numpy as np", "np", "numpy"),
        ("import numpy.linalg", "numpy", "numpy"),
        ("import numpy.linalg as la", "la", "numpy.linalg"),
        ("from numpy import linalg as la", "la", "numpy.linalg"),
        ("from math import sqrt", "sqrt", "math.sqrt"),
        ("from . import sqrt", "sqrt", "..sqrt"),
        ("from math import *", "sqrt", "math.sqrt"),
        ("from numpy import *", "sum", "numpy.sum"),
        ("from math import *\nfrom numpy import *", "sqrt", "numpy.sqrt"),
        ("from foo import *\nimport numpy as np", "np", "numpy"),
        ("import numpy as np\nimport numpy as np", "np", "numpy"),
        ("try:\n    import numpy as np\nexcept ImportError:\n    raise", "np", "numpy"),
        ("", "len", "builtins.len"),
        ("def len(x): pass", "len", "module.len"),
        ("N = 3", "N", "module.N"),
        ("[np for np in x]\nimport numpy as np", "np", "numpy"),
    ],
)
def test_module_names(text: str, name: str, expected: str) -> None:
    assert of(text).resolve(name, ()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(np): pass", None),
        ("def f(*np): pass", None),
        ("def f():\n    np = 1", None),
        ("def f():\n    for np in x: pass", None),
        ("def f():\n    import cupy as np", "cupy"),
        ("def f(np):\n    import numpy as np", None),
        ("def f():\n    import numpy as np\n    np = 1", None),
        ("def f(np):\n    def g(): pass", None),
        ("def f(np):\n    def g():\n        global np", None),  # the declaration alone makes the module's name unsure
        ("def f():\n    [np for np in x]", "numpy"),
        ("def f():\n    lambda np: np", "numpy"),
        ("class A:\n    np = 1\n    def f(self): pass", "numpy"),
        ("def f():\n    class A:\n        np = 1", "numpy"),
        ("def f():\n    try: pass\n    except E as np: pass", None),
    ],
)
def test_names_in_functions(text: str, expected: str | None) -> None:
    names, chain = inside("import numpy as np\n" + text)
    assert names.resolve("np", chain) == expected


def test_dotted_names() -> None:
    names = of("import numpy as np")
    found = [names.canonical(ast.parse(t, mode="eval").body, ()) for t in ("np.linalg.norm", "f().x", "x.y", "abs")]
    assert found == ["numpy.linalg.norm", None, None, "builtins.abs"]


@pytest.mark.parametrize(
    "text",
    ["N = f()", "N = 1\nN = 2", "if c:\n    N = 1", "N = 1\nN += 1", "N = 1\ndef f():\n    global N",
     "N = 'a'", "N = 1 / 0", "N = N",
     "M = N\nN = M", "N = 2 ** 2 ** 20", "N, M = f()", "(N, M), K = (1, 2), 3",
     "N, M = 1, 2\nN = 3", "N = 1\nfrom x import *", "N: int", "N = M = 1\nN = 2", "N = 1j // 1"],
)  # fmt: skip
def test_no_constants(text: str) -> None:
    assert of(text).constant("N") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("N = 3", 3),
        ("N = -0.0", -0.0),
        ("N: Final = 2 * (M - 1)\nM = 4", 6),
        ("import math\nN = 2 * math.pi", 6.283185307179586),
        ("N = True", True),
        ("N = 7 // 2 % 2", 1),
        ("N, M = 1, 2", 1),
        ("M, N = 1, 2 * M", 2),
    ],
)
def test_constants(text: str, value: float) -> None:
    assert of(text).constant("N") == Const(value)


def test_a_function_defined_once() -> None:
    names = of("def f(): pass\nif c:\n    def g(): pass\ndef h(): pass\nh = 1")
    assert [names.definition(n) is not None for n in "fgh"] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(): pass", NewName("np", "import numpy as np")),
        ("import numpy\ndef f(): pass", NewName("numpy", "")),
        ("import numpy as xp, numpy as np\ndef f(): pass", NewName("np", "")),
        ("import numpy as np\ndef f(np): pass", NewName("numpy", "import numpy")),
        ("np = 1\ndef f(numpy): pass", NewName("_np", "import numpy as _np")),
        ("from foo import *\ndef f(): pass", NewName("_np", "import numpy as _np")),
        ("if c:\n    import numpy as np\ndef f(): pass", NewName("numpy", "import numpy")),
        ("def f():\n    import numpy as np\n    x\n    y", NewName("np", "")),
        ("def f():\n    x\n    y\n    import numpy as np", NewName("numpy", "import numpy")),
    ],
)
def test_the_name_for_numpy(text: str, expected: NewName) -> None:
    names, chain = inside(text)
    assert names.numpy_name(chain, line=4) == expected
