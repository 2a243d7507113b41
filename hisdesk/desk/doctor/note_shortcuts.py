"""Typed abbreviations that become whole sentences: ".nad" and a blank. Pure."""

from __future__ import annotations

import re

SHORTCUTS = {
    ".nad": "No abnormality detected.",
    ".cpc": "Complains of ",
    ".nkda": "No known drug allergies as stated by the patient.",
    ".pmh": "Past medical history: ",
    ".sh": "Social history: ",
    ".fh": "Family history: ",
    ".gen": "Alert and orientated, comfortable at rest, no pallor, no jaundice, no oedema.",
    ".cvs": "Heart sounds normal, no murmurs. Peripheral pulses present, no ankle oedema.",
    ".resp": "Chest clear, good air entry on both sides, no wheeze, no crackles.",
    ".abd": "Abdomen soft, not tender, no masses. Bowel sounds present.",
    ".neuro": "Cranial nerves normal. Power, tone, reflexes and sensation normal in all limbs.",
    ".ent": "Throat clear, tonsils not enlarged, eardrums normal.",
    ".msk": "Full range of movement, no swelling, no tenderness over bone.",
    ".imp": "Impression: ",
    ".ddx": "Differential diagnosis: ",
    ".expl": "Findings and plan explained; the patient agrees and had the chance to ask.",
    ".safety": "Told to come back or call for help if it gets worse, or with fever, pain or shortness of breath.",
    ".fluids": "Rest, fluids and simple pain relief.",
    ".bloods": "Blood tests asked for: ",
    ".fu": "Follow-up: ",
}
"""Every one begins with a full stop, so that no ordinary word is one."""

_LAST_WORD = re.compile(r"(?:^|\s)(\.[a-z]+)$")


def expanded(before: str) -> tuple[str, str] | None:
    """The abbreviation at the end of what stands before the cursor, and its text; None when there is none."""
    found = _LAST_WORD.search(before)
    if found is None or found[1] not in SHORTCUTS:
        return None
    return found[1], SHORTCUTS[found[1]]
