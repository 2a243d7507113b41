"""A desk in a process of its own, for the test that kills it: signs in, types into the register form, says so, waits.

python -m tests.stories.typing_desk STATION_FOLDER USER PASSWORD TEXT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hisdesk.app import Workstation, application
from hisdesk.config import load_station
from hisdesk.desk.demo.tour_player import Player
from hisdesk.desk.kit.drafts import Drafts
from hisdesk.desk.shell.rail import RailButton

KEPT = "kept"


def signed_in(player: Player, workstation: Workstation, user: str, password: str) -> Any:
    """Signs in by clicks and keys. Returns what the person works in."""
    window = workstation.window
    player.wait(window.isVisible, "the window")
    player.front(window)
    player.wait(lambda: player.reads(window.sign_in.panel, "Connected"), "the database")
    player.fill(window.sign_in.name, user)
    player.click(window.sign_in.password.edit)
    player.type(password)
    player.press("Return")
    player.wait(lambda: window.home is not None and window.home.isVisible(), "the first screen")
    return window.home


def register_form(player: Player, workstation: Workstation, user: str, password: str) -> Any:
    """Signs in and opens the form of a new person, all by clicks and keys. Returns the screen."""
    home = signed_in(player, workstation, user, password)
    place = next(each for each in player.all(home.frame.rail, RailButton) if each.item.word == "Register")
    player.click(place)
    return home.frame.stack.currentWidget()


def main() -> int:
    folder, user, password, text = Path(sys.argv[1]), *sys.argv[2:5]
    application()
    player = Player()
    workstation = Workstation(load_station(folder), folder)
    workstation.show()
    screen = register_form(player, workstation, user, password)
    player.fill(player.field(screen, "Family name"), text)
    home: Any = workstation.window.home
    on_disk = Drafts(workstation.memory.drafts, home.session.actor)  # knows nothing but the files

    def kept() -> bool:
        draft = on_disk.find(screen.form._drafts.key)
        return draft is not None and draft.values["family_name"] == text

    player.wait(kept, "the draft on the disk")
    sys.stdout.write(f"{KEPT}\n")
    sys.stdout.flush()
    player.wait(lambda: False, "being killed", 120)
    return 1


if __name__ == "__main__":
    sys.exit(main())
