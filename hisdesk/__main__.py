"""The `hisdesk` command. Only what was asked for is imported, so that help and version answer at once."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Mapping

from hisdesk import arguments
from hisdesk.errors import UserError

NO_SCREEN = (
    "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open. "
    "`make tour` plays the story without a screen and leaves pictures in build/tour/."
)


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 a reason was given, 2 the command line is wrong."""
    words = sys.argv[1:] if argv is None else argv
    try:
        if words and words[0] in COMMANDS:
            return COMMANDS[words[0]](words[1:])
        if _wants_the_default(words):
            return _desk(words)
        _parser().parse_args(words)  # help, version, or what is wrong; each of them ends the program
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 2


def _wants_the_default(words: list[str]) -> bool:
    return not words or words[0].startswith("--station")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hisdesk",
        description="A desktop hospital information system. Without a command it opens the desk of this station.",
        epilog="`hisdesk COMMAND --help` tells more.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, text in HELP.items():
        commands.add_parser(name, help=text, add_help=False)
    return parser


class _Version(argparse.Action):
    """Looks the version up only when somebody asks."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: object, **_named: object) -> None:
        from importlib.metadata import version

        print(f"hisdesk {version('hisdesk')}")
        parser.exit()


def no_screen(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window would have nowhere to open. Naming a Qt platform by hand overrules it."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return False
    return not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _desk(argv: list[str]) -> int:
    arguments.desk(argv)
    _require_screen()
    return _run("hisdesk.app", "desk", argv)


def _board(argv: list[str]) -> int:
    arguments.board(argv)
    _require_screen()
    return _run("hisdesk.app", "board", argv)


def _demo(argv: list[str]) -> int:
    asked = arguments.demo(argv)
    if not asked.prepare_only and no_screen(os.environ):
        print(NO_SCREEN, file=sys.stderr)
        # Where nobody watches (a build server, a container) this is no failure; at a terminal it is.
        return 1 if sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI") else 0
    return _run("hisdesk.app", "demo", argv)


def _tour(argv: list[str]) -> int:
    arguments.tour(argv)
    if no_screen(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return _run("hisdesk.app", "tour", argv)


def _scan(argv: list[str]) -> int:
    return _run("hisdesk.commands.scan", "main", argv)


def _admin(argv: list[str]) -> int:
    return _run("hisdesk.commands.admin", "main", argv)


def _run(module: str, function: str, argv: list[str]) -> int:
    """Imports the room that does the work, now that it is needed."""
    return int(getattr(importlib.import_module(module), function)(argv) or 0)


def _require_screen() -> None:
    if no_screen(os.environ):
        raise UserError(NO_SCREEN)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "desk": _desk,
    "board": _board,
    "demo": _demo,
    "tour": _tour,
    "scan": _scan,
    "admin": _admin,
}

HELP = {
    "desk": "open the sign-in window of this station (the default)",
    "board": "show a board on a wall monitor",
    "demo": "start a made-up hospital on this computer and choose who to be",
    "tour": "play the front-desk story through the real windows and take pictures",
    "scan": "read the cards in picture files",
    "admin": "set up databases, stations and users; import patients; check health",
}

if __name__ == "__main__":
    sys.exit(main())
