"""The system packages of Debian and Ubuntu that hisdesk uses, and how they are installed without starting a service."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Read off `ldd` of Qt's plugins and libraries (windows, printing, camera). "a|b": either name will do; the second is
# what newer releases call the first.
QT = (
    "libegl1",
    "libgl1",
    "libopengl0",
    "libglib2.0-0|libglib2.0-0t64",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libx11-xcb1",
    "libxext6",
    "libxrandr2",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libdrm2",
    "libcups2|libcups2t64",
    "libpulse0",
)
OCR = ("tesseract-ocr", "tesseract-ocr-eng")
SERVERS = ("postgresql", "mosquitto")  # for the tests only; contrib modules and the client come with the server

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_MARK = "# written by hisdesk's set-up for the length of one apt-get run"
CLUSTER_RULES = Path("/etc/postgresql-common/createcluster.conf")
NO_CLUSTER = CLUSTER_RULES.parent / "createcluster.d/hisdesk-setup.conf"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What is there now. `missing` are package names; `command` installs them by hand."""

    missing: tuple[str, ...] = ()
    command: str = ""

    @property
    def complete(self) -> bool:
        return not self.missing


def is_debian() -> bool:
    return sys.platform == "linux" and shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None


def missing(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Those that dpkg does not know as installed. A few milliseconds."""
    names = [name for package in packages for name in package.split("|")]
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,  # it fails when one of them is unknown, and lists the others
    ).stdout
    present = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    if any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        present.add("postgresql")  # a versioned package does as well as the one that only names it
    return tuple(package for package in packages if not present & set(package.split("|")))


def ensure(packages: tuple[str, ...], say: Say) -> Outcome:
    """Installs what is missing where that is possible; otherwise says with which command a person can do it."""
    absent = missing(packages)
    if not absent:
        return Outcome()
    names = [_available_name(package) for package in absent]
    by_hand = "sudo apt-get update && sudo apt-get install --no-install-recommends " + " ".join(names)
    prefix = _become_root()
    if prefix is None:
        return Outcome(absent, by_hand)
    say(f"installing system packages: {' '.join(names)}")
    failure = _apt(prefix, names)
    if failure:
        say(f"apt-get did not succeed: {failure}")
    left = missing(packages)
    return Outcome(left, by_hand if left else "")


def _available_name(package: str) -> str:
    """Of two names for one thing, the one that this release has."""
    names = package.split("|")
    for name in names[:-1]:
        known = subprocess.run(
            ["apt-cache", "show", "--no-all-versions", name], capture_output=True, check=False
        ).returncode
        if known == 0:
            return name
    return names[-1]


def _become_root() -> list[str] | None:
    """What stands in front of a command that needs root: nothing as root, sudo where it may be used, else None."""
    if os.geteuid() == 0:  # type: ignore[attr-defined,unused-ignore]  # absent on Windows, where this is not called
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    asks = sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI")
    return ["sudo"] if asks else None


def _apt(prefix: list[str], names: list[str]) -> str:
    """Runs apt-get; the last line of its complaint, "" when it succeeded."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120"]
    had_mosquitto = shutil.which("mosquitto", path="/usr/sbin:/usr/bin") is not None
    with _no_service_starts(prefix):
        # the package lists may be old or never fetched: then fetch them and try once more
        for steps in (["install"], ["update", "install"]):
            for step in steps:
                words = ["install", "--no-install-recommends", *names] if step == "install" else [step]
                result = subprocess.run(
                    [*apt, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
                )
            if result.returncode == 0:
                break
    if "mosquitto" in names and not had_mosquitto and shutil.which("systemctl"):
        # the tests start their own broker; this machine should not get one at every boot
        subprocess.run([*prefix, "systemctl", "disable", "--quiet", "mosquitto"], capture_output=True, check=False)
    if result.returncode == 0:
        return ""
    return next((line for line in reversed(result.stderr.splitlines()) if line.strip()), "unknown reason")


@contextmanager
def _no_service_starts(prefix: list[str]) -> Iterator[None]:
    """While the block runs, packages neither start services nor make a database cluster. Leaves nothing behind."""
    if POLICY.exists() and POLICY_MARK in POLICY.read_text(errors="replace"):
        _remove(prefix, POLICY)  # left by a run that was killed
    ours = [NO_CLUSTER] if POLICY.exists() else [POLICY, NO_CLUSTER]
    try:
        if POLICY in ours:
            _write(prefix, POLICY, f"#!/bin/sh\n{POLICY_MARK}\nexit 101\n", "755")
        _write(prefix, NO_CLUSTER, "create_main_cluster = false\n", "644")
        yield
    finally:
        _remove(prefix, *ours)
        if not CLUSTER_RULES.exists():  # PostgreSQL's own package did not come: its folders are not needed
            folders = [str(NO_CLUSTER.parent), str(CLUSTER_RULES.parent)]
            subprocess.run([*prefix, "rmdir", *folders], capture_output=True, check=False)


def _write(prefix: list[str], path: Path, text: str, mode: str) -> None:
    script = f"mkdir -p {path.parent} && cat > {path} && chmod {mode} {path}"
    subprocess.run([*prefix, "sh", "-c", script], input=text, text=True, check=True)


def _remove(prefix: list[str], *paths: Path) -> None:
    subprocess.run([*prefix, "rm", "-f", *map(str, paths)], check=True)
