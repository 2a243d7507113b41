"""What the bed board shows, frozen. No names, ever. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hisdesk.desk.kit.tokens import Status

CONNECTING = Status("neutral", "ph.clock-clockwise", "Connecting")


@dataclass(frozen=True)
class Words:
    """A line of a tile or of the foot: its tone is that of a text ("secondary") or the family of a status."""

    text: str
    icon: str = ""
    tone: str = "secondary"


@dataclass(frozen=True)
class BedTile:
    """One bed. `who` is initials, "Private" or nobody; `lines` say the rest, the last one at the bottom.

    `age` is how old the tile is, "" while it is known to be true; `stale` when it may no longer be believed.
    """

    label: str
    state: Status
    who: str = ""
    lines: tuple[Words, ...] = ()
    beside: Words | None = None
    age: str = ""
    stale: bool = False

    @property
    def filled(self) -> bool:
        """Whether the tile has the colour of its state; from an occupied one the others stand out."""
        return self.state.family != "neutral" and not self.stale

    @property
    def spoken(self) -> str:
        """The tile for a screen reader."""
        lines = (f"{self.age} old",) if self.age else tuple(line.text for line in self.lines)
        return ", ".join(part for part in (self.label, self.state.word, self.who, *lines) if part)


@dataclass(frozen=True)
class WardPage:
    """What is shown at once: one ward's figures and beds. `message` and `hint` stand where there is no bed to show.

    `old`: the figures may no longer be believed; `notice` says at the foot what is old and how old.
    """

    title: str
    figures: tuple[tuple[int, str], ...] = ()
    tiles: tuple[BedTile, ...] = ()
    message: str = ""
    hint: str = ""
    notice: str = ""
    old: bool = False


@dataclass(frozen=True)
class BedsState:
    """Everything the board shows: its wards, and at the foot whether changes are heard."""

    wards: tuple[WardPage, ...]
    live: Status = CONNECTING


@dataclass(frozen=True)
class Sheet:
    """One page as it is painted: its number counted from 0, the moment, and the measures of this monitor.

    `unit` is what a pixel of a 1080-line screen measures here, `grid` are columns and rows of tiles.
    """

    page: WardPage
    number: int
    pages: int
    live: Status
    now: datetime
    unit: float
    grid: tuple[int, int]
    small: bool
