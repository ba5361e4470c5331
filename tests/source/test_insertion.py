"""Adding imports at the top of a file."""

import ast

import pytest

from autovec.source.insertion import add_imports
from autovec.source.splice import splice
from autovec.source.text import SourceText, from_text

NUMPY = "import numpy as np"


def added(text: str, *statements: str) -> str:
    file = from_text(text)
    assert isinstance(file, SourceText)
    result = splice(file, add_imports(file, ast.parse(text), statements or (NUMPY,)))
    assert isinstance(result, str), result
    return result


CASES = {
    "nothing": ("def f():\n    pass\n", "import numpy as np\n\n\ndef f():\n    pass\n"),
    "a statement": ("x = 1\n", "import numpy as np\n\nx = 1\n"),
    "docstring": ('"""Doc."""\nx = 1\n', '"""Doc."""\n\nimport numpy as np\n\nx = 1\n'),
    "docstring and a blank line": ('"""Doc."""\n\nx = 1\n', '"""Doc."""\n\nimport numpy as np\n\nx = 1\n'),
    "future": ("from __future__ import annotations\n\nx\n", "from __future__ import annotations\n\nimport numpy as np\n\nx\n"),
    "standard library": ("import os\nimport sys\n\nx\n", "import os\nimport sys\n\nimport numpy as np\n\nx\n"),
    "sorted": ("import os\n\nimport attrs\nimport zarr\nfrom a import b\n",
               "import os\n\nimport attrs\nimport numpy as np\nimport zarr\nfrom a import b\n"),
    "before from": ("import attrs\nfrom a import b\n", "import attrs\nimport numpy as np\nfrom a import b\n"),
    "own package": ("import os\n\nfrom . import x\n", "import os\n\nimport numpy as np\n\nfrom . import x\n"),
    "only own package": ("from . import x\n", "import numpy as np\n\nfrom . import x\n"),
    "one line": ("import attrs ; from b import c\nx\n", "import attrs ; from b import c\nimport numpy as np\nx\n"),
    "a line that goes on": ("import attrs; x = '''\n'''; y\nz\n", "import attrs; x = '''\n'''; y\nimport numpy as np\nz\n"),
    "not in try": ("import attrs\ntry:\n    import zarr\nexcept E:\n    x\n",
                   "import attrs\nimport numpy as np\ntry:\n    import zarr\nexcept E:\n    x\n"),
    "no newline at the end": ("import attrs", "import attrs\nimport numpy as np"),
    "carriage returns": ("import attrs\r\nx\r\n", "import attrs\r\nimport numpy as np\r\nx\r\n"),
    "shebang": ("#!/bin/python\n# coding: utf-8\nx\n", "#!/bin/python\n# coding: utf-8\nimport numpy as np\n\nx\n"),
    "a comment of the statement": ("#!/bin/python\n\n# adds\ndef f(): pass\n",
                                   "#!/bin/python\n\nimport numpy as np\n\n\n# adds\ndef f(): pass\n"),
    "decorated": ("\n@d\ndef f(): pass\n", "\nimport numpy as np\n\n\n@d\ndef f(): pass\n"),
    "there already": ("import numpy as np\nx\n", "import numpy as np\nx\n"),
    "there in a try only": ("try:\n    import numpy as np\nexcept E:\n    x\n",
                            "import numpy as np\n\ntry:\n    import numpy as np\nexcept E:\n    x\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_adds(name: str) -> None:
    text, expected = CASES[name]
    assert added(text) == expected
    assert added(expected) == expected
    compile(expected, "", "exec", dont_inherit=True)


def test_several_and_none() -> None:
    assert added("import numpy as np\nx\n", NUMPY, "import numba", "import numba") == "import numba\nimport numpy as np\nx\n"
