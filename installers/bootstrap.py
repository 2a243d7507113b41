#!/usr/bin/env python3
"""From a fresh clone to a running program: installs what is missing, then runs one of the verbs below.

Needs nothing but Python 3.11 or newer. A second run finds everything in place and takes no time. The Makefile and
make.cmd both call this file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".hisdesk-installed"
WINDOWS = sys.platform == "win32"
OLDEST = (3, 11)


class SetUpError(Exception):
    """The set-up can't go on. The text says why and what a person can do."""


def say(line: str) -> None:
    print(f"hisdesk set-up: {line}", flush=True)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make", description="Sets hisdesk up on this computer and runs it.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    for name, (_run, help_text) in VERBS.items():
        verbs.add_parser(name, help=help_text)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is being set up is also put away
    arguments = parser.parse_args(argv)
    try:
        _newer_python_if_needed(argv)
        return VERBS[arguments.verb][0]()
    except SetUpError as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


# ---------------------------------------------------------------------------------------------------------- set-up


def _newer_python_if_needed(argv: list[str]) -> None:
    """Goes on in a newer Python of this machine where this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(14, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            sys.exit(subprocess.run([newer, __file__, *argv], check=False).returncode)
    raise SetUpError(
        f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Install it and run this again."
    )


def set_up(*, servers: bool = False) -> dict[str, str]:
    """Brings everything in place. The environment for what runs next."""
    environment = dict(os.environ)
    if _system_packages(servers=servers) and servers:
        environment["HISDESK_REQUIRE_DEBIAN"] = "1"
    _virtual_environment()
    _python_packages()
    return environment


def _system_packages(*, servers: bool) -> bool:
    """Qt's libraries, tesseract, and for the tests PostgreSQL and Mosquitto. True when all of them are there."""
    sys.path.insert(0, str(ROOT / "installers"))
    import system_packages as system

    if not system.is_debian():
        if shutil.which("tesseract") is None:
            say("tesseract is not on the PATH: cards without a machine-readable zone or barcode can't be read.")
        return False
    needed = system.ensure(system.QT, say)
    if not needed.complete:
        raise SetUpError(f"the windows need system packages that are missing. Install them with:\n  {needed.command}")
    wanted = system.ensure(system.OCR + (system.SERVERS if servers else ()), say)
    if not wanted.complete:
        say(f"going on without {', '.join(wanted.missing)}. To add them:\n  {wanted.command}")
    return wanted.complete


def _venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _program(name: str) -> str:
    return str(VENV / (f"Scripts/{name}.exe" if WINDOWS else f"bin/{name}"))


def _virtual_environment() -> None:
    if _venv_python().exists() and _succeeds([str(_venv_python()), "-c", "import pip"]):
        return
    if not _succeeds([sys.executable, "-c", "import ensurepip, venv"]):
        _install_venv_module()
    say("making the virtual environment .venv")
    result = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise SetUpError(f"the virtual environment could not be made: {_last_line(result.stdout + result.stderr)}")


def _install_venv_module() -> None:
    """Debian and Ubuntu ship Python's venv module as a package of its own."""
    import system_packages as system

    package = f"python3.{sys.version_info.minor}-venv"
    outcome = system.ensure((package,), say) if system.is_debian() else system.Outcome((package,), "")
    if not outcome.complete:
        how = f" Install it with:\n  {outcome.command}" if outcome.command else ""
        raise SetUpError(f"this Python has no `venv` module.{how}")


def _python_packages() -> None:
    """Installs hisdesk and what it needs, unless pyproject.toml is the one that was installed last."""
    wanted = _fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    say("installing Python packages into .venv (a few minutes the first time)")
    started = time.monotonic()
    pip = [str(_venv_python()), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    result = subprocess.run([*pip, "--editable", f"{ROOT}[dev]"], stdin=subprocess.DEVNULL, check=False)
    if result.returncode != 0:
        raise SetUpError(
            "the Python packages could not be installed; pip says why above. Is this computer online? "
            "pip's own settings (PIP_INDEX_URL, PIP_FIND_LINKS, pip.conf) are honoured."
        )
    STAMP.write_text(wanted, encoding="utf-8")
    say(f"Python packages are in place ({time.monotonic() - started:.0f} s)")


def _fingerprint() -> str:
    parts = [(ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "unknown reason")


# ----------------------------------------------------------------------------------------------------------- verbs


def _call(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def setup() -> int:
    set_up()
    say("ready. `make demo` opens the demo hospital, `make tour` plays the story, `make test` runs the tests.")
    return 0


def demo() -> int:
    return _call([_program("hisdesk"), "demo"], set_up())


def tour() -> int:
    return _call([_program("hisdesk"), "tour"], set_up())


def lint() -> int:
    return _lint(set_up())


def _lint(environment: dict[str, str]) -> int:
    """Every check, even when an earlier one complains, so that one run shows everything."""
    checks = (
        ("ruff check", "--quiet", "."),
        ("ruff format", "--quiet", "--check", "."),
        ("mypy", "--no-error-summary"),
        ("lint-imports",),
    )
    failed = []
    for name, *options in checks:
        program, *command = name.split()
        if _quietly([_program(program), *command, *options], environment) != 0:
            failed.append(name)
    if failed:
        say(f"lint: {', '.join(failed)} complained")
        return 1
    say("lint: ruff, mypy and the import contracts are content")
    return 0


def _quietly(command: list[str], environment: dict[str, str]) -> int:
    """Runs a check and shows what it printed only when it complains."""
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stdout + result.stderr, flush=True)
    return result.returncode


def test() -> int:
    return _test("not slow")


def test_all() -> int:
    return _test("")


def _test(markers: str) -> int:
    environment = set_up(servers=True)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    linted = _lint(environment)
    pytest = [str(_venv_python()), "-m", "pytest", "-n", "2", "-q"]
    tested = _call([*pytest, "-m", markers] if markers else pytest, environment)
    return tested or linted


def bench() -> int:
    environment = set_up(servers=True)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return _call([str(_venv_python()), "-m", "tests.bench"], environment)


def format_code() -> int:
    environment = set_up()
    fixed = _call([_program("ruff"), "check", "--fix", "--quiet", "."], environment)
    return _call([_program("ruff"), "format", "."], environment) or fixed


def clean() -> int:
    for folder in ("build", "dist", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".venv"):
        shutil.rmtree(ROOT / folder, ignore_errors=True)
    say("removed .venv and everything that was built; the demo's data folder stays (`hisdesk admin reset-demo`)")
    return 0


VERBS: dict[str, tuple[Callable[[], int], str]] = {
    "setup": (setup, "install what is missing"),
    "demo": (demo, "start the demo hospital and open its chooser"),
    "tour": (tour, "play the story through the real windows; pictures go to build/tour/"),
    "test": (test, "lint and tests"),
    "test-all": (test_all, "the same, with the slow fault and load tests"),
    "lint": (lint, "ruff, mypy and the import contracts"),
    "format": (format_code, "let ruff sort imports and format the code"),
    "bench": (bench, "measure the figures; results go to build/bench/"),
    "clean": (clean, "remove .venv and everything built"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
