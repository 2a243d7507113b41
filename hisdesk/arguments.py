"""What may stand behind the commands that open windows. Light: read before Qt is imported, so that help is immediate.

`scan` and `admin` read their own arguments (hisdesk/commands).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DeskArguments:
    """`hisdesk desk`: the station folder, None for the one this computer is enrolled with."""

    station: Path | None


@dataclass(frozen=True)
class BoardArguments:
    """`hisdesk board queue` or `beds`: on which monitor (counted from 1), for which department's or ward's code."""

    board: str
    station: Path | None
    department: str | None
    screen: int
    windowed: bool
    ward: str | None = None


@dataclass(frozen=True)
class DemoArguments:
    """`hisdesk demo`: whether to stop once everything is made, without opening a window."""

    prepare_only: bool


@dataclass(frozen=True)
class TourArguments:
    """`hisdesk tour`: where the pictures go."""

    pictures: Path


def desk(argv: list[str]) -> DeskArguments:
    parser = argparse.ArgumentParser(prog="hisdesk desk", description="Opens the sign-in window of this station.")
    _add_station(parser)
    return DeskArguments(**vars(parser.parse_args(argv)))


def board(argv: list[str]) -> BoardArguments:
    parser = argparse.ArgumentParser(prog="hisdesk board", description="Shows a board full screen on a wall monitor.")
    parser.add_argument("board", choices=["queue", "beds"], help="the numbers of a hall, or the beds of a ward")
    _add_station(parser)
    parser.add_argument(
        "--department", metavar="CODE", help="queue: only this department; without it all of the hall's"
    )
    parser.add_argument("--ward", metavar="CODE", help="beds: only this ward; without it all of the station's")
    parser.add_argument("--screen", type=_screen, default=1, metavar="N", help="which monitor, counted from 1")
    parser.add_argument("--windowed", action="store_true", help="in a window instead of full screen")
    chosen = BoardArguments(**vars(parser.parse_args(argv)))
    if chosen.board == "beds" and chosen.department is not None:
        parser.error("the bed board knows wards: --ward CODE")
    if chosen.board == "queue" and chosen.ward is not None:
        parser.error("the queue knows departments: --department CODE")
    return chosen


def demo(argv: list[str]) -> DemoArguments:
    parser = argparse.ArgumentParser(
        prog="hisdesk demo", description="Starts a made-up hospital on this computer and opens its chooser."
    )
    parser.add_argument("--prepare-only", action="store_true", help="make the demo hospital, open no window")
    return DemoArguments(**vars(parser.parse_args(argv)))


def tour(argv: list[str]) -> TourArguments:
    parser = argparse.ArgumentParser(
        prog="hisdesk tour", description="Plays the front-desk story through the real windows and takes pictures."
    )
    parser.add_argument(
        "--pictures", type=Path, default=Path("build/tour"), metavar="FOLDER", help="where the pictures go"
    )
    return TourArguments(**vars(parser.parse_args(argv)))


def _add_station(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--station", type=Path, metavar="FOLDER", help="station folder, where it is not the usual one")


def _screen(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("monitors are counted from 1")
    return number
