"""The design tokens as plain data: read once from resources/themes/tokens.json. No Qt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from hisdesk.resources import resource

FAMILIES = ("neutral", "info", "ok", "attention", "critical", "held")
SIGNS = frozenset({"check-circle", "warning", "warning-octagon", "clock", "play-circle", "x-circle", "minus-circle"})
"""Icons that stand for a state and are drawn filled; the others are pictures of a thing and stay outlines."""


@dataclass(frozen=True)
class Status:
    """A state as it is shown: its family (colour), its icon (`ph.…`) and its word."""

    family: str
    icon: str
    word: str


@cache
def tokens() -> dict[str, Any]:
    """All tokens. The dictionary is shared: read it, never change it."""
    with resource("themes", "tokens.json").open(encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data


@cache
def token(path: str) -> Any:
    """One token by its dotted path, for instance `size.row`. Raises KeyError with the whole path."""
    node: Any = tokens()
    for part in path.split("."):
        if not isinstance(node, dict) or part not in node:
            raise KeyError(f"no token {path!r}")
        node = node[part]
    return node


@cache
def status(kind: str, word: str) -> Status:
    """How a word of `status_words.<kind>` is shown, with a capital letter: `status("visit", "with doctor")`."""
    words = token(f"status_words.{kind}")
    if word not in words:
        raise KeyError(f"no status word {kind}.{word}")
    family, icon = words[word]
    shown = word[2:] if kind == "bed" and word[1:2] == " " else word
    name = f"ph.{icon}-fill" if icon in SIGNS else f"ph.{icon}"
    return Status(family, name, shown[:1].upper() + shown[1:])


def family_status(family: str, word: str) -> Status:
    """A word of one's own in one of the six families, with that family's icon."""
    return Status(family, str(token(f"status.{family}.icon")), word)


@cache
def type_scale(role: str) -> tuple[float, int]:
    """Points and weight of a role of the type scale; `<role>_strong` is the same in weight 600. Raises KeyError."""
    scale = token("type.scale")
    if role in scales_with_strong():
        entry = scale.get(role) or {**scale[role.removesuffix("_strong")], "weight": 600}
        return float(entry["pt"]), int(entry["weight"])
    raise KeyError(f"no such type role: {role}")


@cache
def scales_with_strong() -> tuple[str, ...]:
    """Every role that may be asked for."""
    return (*token("type.scale"), "small_strong")
