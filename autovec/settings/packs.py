"""Where the rule packs lie that a configuration names.

Comes in: what `rules` lists, each a folder beside the configuration or the name of an entry point in the group `autovec.rules`.
Goes out: folders, and the state of one, which changes with its files. An installed package is found without importing it, and
its rules are used only where a configuration names it.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from autovec.options import Pack

GROUP = "autovec.rules"


class UnknownPack(ValueError):
    """No such pack, as a sentence."""


def located(name: str, root: Path) -> Path:
    """The folder of the pack that a configuration in `root` calls `name`."""
    folder = root / name
    if folder.is_dir():
        return folder.resolve()
    from importlib.metadata import entry_points  # takes 15 ms, and few configurations name an installed pack

    installed = {point.name: point.value for point in entry_points(group=GROUP)}
    if name not in installed:
        known = f"; installed packs: {', '.join(sorted(installed))}" if installed else ""
        raise UnknownPack(f"{name!r} is neither a folder beside it nor a rule pack of an installed package{known}")
    found = _folder_of(installed[name])
    if found is None:
        raise UnknownPack(f"the rule pack {name!r} is `{installed[name]}`, which is not an installed package with a folder")
    return found


def _folder_of(module: str) -> Path | None:
    """The folder of a package, whose code does not run for that: only its outermost package is looked up."""
    from importlib.util import find_spec

    top, *inner = module.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    homes = spec.submodule_search_locations if spec else None
    folders = (Path(home, *inner) for home in homes or ())
    return next((folder for folder in folders if folder.is_dir()), None)


def pack_in(folder: Path) -> Pack:
    """The pack as it is now."""
    files = sorted((str(path), path.stat()) for path in folder.rglob("*.py"))
    seen = "".join(f"{path} {status.st_mtime_ns} {status.st_size}\n" for path, status in files)
    return Pack(str(folder), f"{zlib.crc32(seen.encode(errors='surrogatepass')):08x}")
