"""Words of a picture by tesseract, in one child process, with their boxes."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hisdesk.errors import Unavailable

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Box, Picture

SPARSE, BLOCK, LINE = 11, 6, 7
_TIME_LIMIT_S = 60.0
_WINDOWS_FOLDER = r"C:\Program Files\Tesseract-OCR\tesseract.exe"


@dataclass(frozen=True)
class Word:
    """One word; `confidence` 0..1, box in pixels of the picture that was read, `line` as tesseract saw it."""

    text: str
    confidence: float
    x: int
    y: int
    w: int
    h: int
    line: tuple[int, int, int] = (0, 0, 0)

    @property
    def right(self) -> int:
        """The first column after the word."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below the word."""
        return self.y + self.h

    @property
    def middle(self) -> float:
        """The row through the middle of the word."""
        return self.y + self.h / 2

    @property
    def box(self) -> Box:
        """x, y, width, height."""
        return self.x, self.y, self.w, self.h


def tesseract() -> str:
    """The path of the tesseract program; Unavailable with advice if it is not installed."""
    found = shutil.which(os.environ.get("HISDESK_TESSERACT", "tesseract"))
    if found is None and sys.platform == "win32" and os.path.exists(_WINDOWS_FOLDER):  # noqa: PTH110 - a plain probe
        found = _WINDOWS_FOLDER
    if found is None:
        raise Unavailable("The text reader (tesseract) is not installed on this station. Ask IT to install it.")
    return found


def words(picture: Picture, *, layout: int = SPARSE, settings: Mapping[str, str] | None = None) -> list[Word]:
    """Read a grey or BGR picture. Blocks until the child is done (up to 60 s): never call it on the GUI thread.

    `layout` is tesseract's page segmentation mode. Unavailable if tesseract is missing or fails.
    """
    command = [tesseract(), "stdin", "stdout", "-l", "eng", "--dpi", "300", "--psm", str(layout)]
    for name, value in (settings or {}).items():
        command += ["-c", f"{name}={value}"]
    # One thread a call: on cards the threads' synchronisation costs more than they win.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell, the picture goes through stdin
            [*command, "tsv"],
            input=_as_pnm(picture),
            capture_output=True,
            timeout=_TIME_LIMIT_S,
            env=environment,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise Unavailable("Reading the text took too long. Take a picture that shows only the card.") from None
    except OSError:
        raise Unavailable("The text reader (tesseract) could not be started. Ask IT to check it.") from None
    if done.returncode != 0:
        raise Unavailable("The text reader (tesseract) failed. Ask IT to check that its English data is installed.")
    return _parse(done.stdout.decode("utf-8", "replace"))


def _as_pnm(picture: Picture) -> bytes:
    # Uncompressed: writing and reading a PNG costs 30 to 60 ms on a card.
    height, width = picture.shape[:2]
    if picture.ndim == 2:
        return b"P5 %d %d 255\n" % (width, height) + picture.tobytes()
    return b"P6 %d %d 255\n" % (width, height) + picture[:, :, ::-1].tobytes()


def _parse(tsv: str) -> list[Word]:
    found = []
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if row["level"] != "5" or not text:
            continue
        line = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
        place = (int(row["left"]), int(row["top"]), int(row["width"]), int(row["height"]))
        found.append(Word(text, max(0.0, float(row["conf"]) / 100), *place, line))
    return found
