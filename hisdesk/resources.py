"""Where the program's data files are: in the installed wheel, or in the repository it runs from."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of a data file, for instance `resource("themes", "tokens.json")`.

    Raises FileNotFoundError when it is not there: a missing data file is a broken installation, not a choice.
    """
    path = _root().joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"hisdesk is not installed completely: {path} is missing")
    return path
