"""What the commands of the bed board may ask of the board itself. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtWidgets import QWidget

from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.notices import Notices
from hisdesk.desk.ward.board_view import BoardView
from hisdesk.desk.ward.side_list import SideList
from hisdesk.hospital.admissions.queries import BedRow, RequestRow


@dataclass(frozen=True)
class Read:
    """What one reading brought: two statements."""

    beds: tuple[BedRow, ...]
    waiting: tuple[RequestRow, ...]


class Board(QWidget):
    """The parts of the screen; `Beds` makes and fills them."""

    notices: Notices
    view: BoardView
    waiting: SideList
    cleaning: SideList
    place_button: Button
    shown: Read

    @property
    def beds(self) -> tuple[BedRow, ...]:
        """The beds of the ward that is in front."""
        raise NotImplementedError

    @property
    def request(self) -> RequestRow | None:
        """Who is selected among those who wait."""
        return next((row for row in self.shown.waiting if row.id == self.waiting.selected), None)

    def read_again(self) -> None:
        """Reads beds and requests anew."""
        raise NotImplementedError

    def show_ward(self, ward: UUID) -> None:
        """Brings a ward to the front."""
        raise NotImplementedError

    def say_placing(self, text: str) -> None:
        """What the keys do while somebody is placed; "" when nobody is."""
        raise NotImplementedError
