"""What a line asks of the person who takes it, in a sentence for the label. Pure."""

from __future__ import annotations

from decimal import Decimal

from hisdesk.hospital.medicines.rules import counted, number
from hisdesk.hospital.prescriptions.rules import Counted, Sig, days_words, frequency_words, units_per_dose

_BY_FORM = {
    "lozenge": "Suck {}",
    "orodispersible tablet": "Let {} dissolve on the tongue",
    "dispersible tablet": "Dissolve {} in water and drink it",
}
_BY_ROUTE = {
    "oral": "Take {}",
    "sublingual": "Use {} under the tongue",
    "buccal": "Place {} between gum and cheek",
    "intravenous": "Inject {} into a vein",
    "intramuscular": "Inject {} into a muscle",
    "subcutaneous": "Inject {} under the skin",
    "inhalation": "Inhale {}",
    "nasal": "Use {} in the nose",
    "ophthalmic": "Use {} in the eye",
    "otic": "Use {} in the ear",
    "topical": "Apply {} to the skin",
    "transdermal": "Apply {} to the skin",
    "rectal": "Insert {} into the rectum",
    "vaginal": "Insert {} into the vagina",
}


def directions(sig: Sig, medicine: Counted, form: str, instructions: str = "") -> str:
    """ "Take 2 tablets (1 g) up to 4 times a day as needed for 5 days. With food." """
    pattern = _BY_FORM.get(form, "") if sig.route == "oral" else ""
    said = (pattern or _BY_ROUTE[sig.route]).format(amount(sig, medicine))
    sentence = f"{said}, {frequency_words(sig)}" if sig.frequency == "once" else f"{said} {frequency_words(sig)}"
    if sig.frequency != "once":
        sentence += f" for {days_words(sig.days)}"
    more = instructions.strip()
    if not more:
        return f"{sentence}."
    return f"{sentence}. {more[:1].upper()}{more[1:]}{'' if more[-1:] in '.!?' else '.'}"


def amount(sig: Sig, medicine: Counted) -> str:
    """One dose in what is counted, the dose as prescribed behind it: "half a tablet (250 mg)", "5 mL (250 mg)"."""
    dose = counted(sig.dose_value, sig.dose_unit)
    units = units_per_dose(sig, medicine)
    if units is None or round(units, 2) != units:
        return dose
    said = _halves(units, medicine.unit) if medicine.unit in ("tablet", "suppository", "patch") else ""
    said = said or counted(units, medicine.unit)
    return said if sig.dose_unit == medicine.unit else f"{said} ({dose})"


def _halves(units: Decimal, unit: str) -> str:
    if units % 1 != Decimal("0.5"):
        return ""
    return f"half a {unit}" if units < 1 else f"{number(units // 1)} and a half {unit}s"
