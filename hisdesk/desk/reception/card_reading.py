"""Has a picture of a card read. Work for the pool: nothing here touches a widget. Any thread but the GUI's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QTransform

from hisdesk.desk.reception.card_values import Card, details_of, reads_of
from hisdesk.scanning.process import Scanner

KEPT_SIDE = 1600
"""Longer side of the picture that is kept, pixels: 85.6 mm at 475 dpi."""
KEPT_QUALITY = 85


def read(scanner: Scanner, source: Path | QImage | bytes | Any, how: str) -> Card:
    """Reads the card; `how` is where it came from (camera, file, paste, drop). Raises UserError, Unavailable."""
    shown = scanner.read(_array(source) if isinstance(source, QImage) else source, KEPT_SIDE)
    reading = shown.reading
    picture = _image(reading.picture)
    reads = []
    names = {"insurer_phones": "phones"}
    for each in reads_of(reading):
        reads.append(replace(each, crop=_image(shown.pieces[names.get(each.name, each.name)])))
    return Card(
        reading.kind,
        tuple(reads),
        details_of(reading),
        reading.messages,
        how,
        dt.datetime.now().astimezone(),
        picture,
        jpeg_of(picture),
    )


def jpeg_of(picture: QImage, turns: int = 0) -> bytes:
    """The picture as it is kept: turned by quarter turns, at most 1,600 pixels long, JPEG."""
    kept = picture
    if max(kept.width(), kept.height()) > KEPT_SIDE:
        kept = kept.scaled(
            KEPT_SIDE, KEPT_SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    if turns % 4:
        kept = kept.transformed(QTransform().rotate(90 * turns))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    kept.save(buffer, "JPEG", KEPT_QUALITY)  # type: ignore[call-overload]  # the stub asks for bytes, Qt for text
    return bytes(data.data())


def _image(picture: Any) -> QImage:
    import numpy as np

    whole = np.ascontiguousarray(picture)
    height, width = whole.shape[:2]
    return QImage(whole.tobytes(), width, height, width * 3, QImage.Format.Format_BGR888).copy()


def _array(image: QImage) -> Any:
    import numpy as np

    plain = image.convertToFormat(QImage.Format.Format_BGR888)
    height, width, step = plain.height(), plain.width(), plain.bytesPerLine()
    rows = np.frombuffer(plain.constBits(), dtype=np.uint8, count=height * step).reshape(height, step)
    return rows[:, : width * 3].reshape(height, width, 3).copy()
