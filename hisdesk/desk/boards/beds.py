"""The live bed board: the beds of its wards, who waits for one, and how old each bed is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hisdesk.desk.boards import bed_words
from hisdesk.desk.boards.ages import age_words
from hisdesk.desk.boards.beds_state import CONNECTING, BedsState, BedTile, WardPage
from hisdesk.desk.boards.beds_view import BedsView
from hisdesk.desk.boards.live_board import LiveBoard
from hisdesk.desk.kit.tokens import Status
from hisdesk.hospital.beds.queries import BoardBed, Ward, board, waiting, wards
from hisdesk.live.topics import department_topic

if TYPE_CHECKING:
    import sqlalchemy as sa

    from hisdesk.db.database import Database
    from hisdesk.desk.kit.hub import Hub
    from hisdesk.live.change import Change

TABLES = ("bed", "stay", "admission_request", "cleaning_task")
DATED_S, STALE_S = 15, 60
"""While polling every 10 s: one missed read, and a tile says its age; after a minute it may not be believed."""
LIVE = Status("ok", "ph.broadcast", "Live")
POLLING = Status("attention", "ph.clock-clockwise", "Polling every 10 s")
AWAY = Status("critical", "ph.cloud-slash", "Database away")


@dataclass(frozen=True)
class Shown:
    """What one read brought: three statements."""

    wards: tuple[Ward, ...] = ()
    beds: tuple[BoardBed, ...] = ()
    waiting: dict[UUID, int] = field(default_factory=dict)


class BedBoard(LiveBoard):
    """Its rows are the beds, by their keys, and the wards with their figures, by theirs."""

    def __init__(self, view: BedsView, db: Database, hub: Hub, *, ward: str = "", **more: Any) -> None:
        super().__init__(view, db, hub, **more)
        self.view, self._code = view, ward.upper()
        self._shown = Shown()
        self._known = False

    def read(self, tx: sa.Connection) -> Shown:
        return Shown(tuple(wards(tx)), tuple(board(tx)), waiting(tx))

    def take(self, answer: Shown) -> None:
        self._shown, self._known = answer, True

    def forget(self) -> None:
        super().forget()
        self._shown, self._known = Shown(), False

    def keys(self) -> list[UUID]:
        return [bed.id for bed in self._shown.beds] + [ward.id for ward in self._shown.wards]

    def topics(self) -> set[str]:
        return {department_topic(ward.id, table) for ward in self._wanted() for table in TABLES}

    def touched(self, changes: list[Change]) -> set[UUID]:
        """A change of a bed is about that bed; whose bed a stay, a request or a clean is about, only a read tells."""
        beds = {change.key for change in changes if change.table == "bed"}
        told = {change.department_id for change in changes if change.table != "bed" and change.department_id}
        return beds | told | {bed.id for bed in self._shown.beds if bed.department_id in told}

    def _wanted(self) -> Sequence[Ward]:
        return [ward for ward in self._shown.wards if not self._code or ward.code == self._code]

    # -- what is shown ---------------------------------------------------------------------------------------------

    def paint(self) -> None:
        state = self.state_at(datetime.now().astimezone())
        if state != self.view.state:
            self.view.set_state(state)

    def state_at(self, now: datetime) -> BedsState:
        """Everything that the view shows at this moment."""
        pages = tuple(self._page(ward, now) for ward in self._wanted())
        return BedsState(pages or (self._empty(),), self._live())

    def _tile(self, bed: BoardBed, now: datetime) -> BedTile:
        age_s = self._age_s(bed.id)
        stale = age_s >= STALE_S or self._out_of_date(bed.id)
        age = age_words(age_s) if stale or age_s >= DATED_S else ""
        return bed_words.tile(bed, now, age=age, stale=stale)

    def _page(self, ward: Ward, now: datetime) -> WardPage:
        beds = [bed for bed in self._shown.beds if bed.department_id == ward.id]
        tiles = tuple(self._tile(bed, now) for bed in beds)
        figures = bed_words.figures(beds, self._shown.waiting.get(ward.id, 0), now)
        grey = {bed.id: tile.label for bed, tile in zip(beds, tiles, strict=True) if tile.stale}
        old = bool(grey) or self._age_s(ward.id) >= STALE_S or self._out_of_date(ward.id)
        oldest = age_words(max((self._age_s(key) for key in grey or (ward.id,)), default=0.0))
        notice = bed_words.old_beds(list(grey.values()), len(tiles), oldest) if old else ""
        message = "" if tiles else "No beds are set up on this ward"
        return WardPage(ward.name, figures, tiles, message, notice=notice, old=old)

    def _out_of_date(self, key: UUID) -> bool:
        """Something was told of it, and it could not be read."""
        return bool(self.problem) and self.ages.doubted(key)

    def _age_s(self, key: UUID) -> float:
        now = self.clock()
        known = self.ages.age_s(key, now)
        return now - self.started_at if known is None else known

    def _live(self) -> Status:
        if self.problem:
            return AWAY if self.hub.state == "away" else Status("critical", "ph.warning-octagon-fill", "Not connected")
        if self.hub.broker_live:
            return LIVE
        return CONNECTING if self.hub.connecting else POLLING

    def _empty(self) -> WardPage:
        """Why no ward is shown."""
        title, hint = self.title or "Bed board", "An administrator names its wards when the station is enrolled."
        if self._shown.wards:
            hint = f"It shows: {', '.join(ward.code for ward in self._shown.wards)}"
            return WardPage(title, message=f"This board does not show a ward {self._code}", hint=hint)
        if self._known:
            return WardPage(title, message="This board has no ward to show", hint=hint)
        if self.problem:
            words = "The database does not answer" if self.hub.state == "away" else self.problem
            return WardPage(title, message=words, hint="It keeps trying and comes back by itself.")
        return WardPage(title, message="Connecting to the hospital")
