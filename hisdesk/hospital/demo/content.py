"""The demo hospital's departments, stations and staff: all invented."""

from __future__ import annotations

from hisdesk.access.enrolment import NewPerson, NewStation

HOSPITAL = "Harrowmere General Hospital"

# code, name, ticket letter, kind, location
DEPARTMENTS = (
    ("CARD", "Cardiology", "C", "clinic", "Room 4"),
    ("GEN", "General medicine", "M", "clinic", "Room 2"),
    ("PAED", "Paediatrics", "P", "clinic", "Room 9"),
    ("ORTH", "Orthopaedics", "T", "clinic", "Room 6"),
    ("DENT", "Dental", "D", "clinic", "Dental 1"),
    ("EMER", "Emergency", "E", "clinic", "Emergency 1"),
    ("LAB", "Laboratory", "L", "service", "Ground floor, west"),
    ("RAD", "Radiology", "R", "service", "Ground floor, west"),
    ("PHAR", "Pharmacy", "A", "service", "Main hall"),
    ("PHYS", "Physiotherapy", "Y", "service", "First floor"),
    ("MED1", "Medical ward", "W", "ward", "Second floor"),
    ("SURG", "Surgical ward", "S", "ward", "Third floor"),
    ("KIDS", "Children's ward", "K", "ward", "Second floor"),
    ("OFFI", "Administration", "O", "office", "Fourth floor"),
)
CLINICS = tuple(code for code, _, _, kind, _ in DEPARTMENTS if kind == "clinic")


def _doctor(user: str, given: str, family: str, sex: str, number: str, of: str, skill: str) -> NewPerson:
    return NewPerson(
        user, family, given, ("physician",), (of,), "Dr", number, skill, sex=sex, phone=f"+1 555 01{number[-2:]}"
    )


def _other(
    user: str, given: str, family: str, sex: str, number: str, role: str, departments: tuple[str, ...]
) -> NewPerson:
    return NewPerson(user, family, given, (role,), departments, "", number, sex=sex, phone=f"+1 555 01{number[-2:]}")


STAFF = (
    _other("nadia", "Nadia", "Keller", "female", "1001", "registration", CLINICS),
    _other("tom", "Tom", "Ashdown", "male", "1002", "registration", CLINICS),
    _doctor("kumar", "Rajesh", "Kumar", "male", "2001", "CARD", "Cardiology"),
    _doctor("johnson", "Sarah", "Johnson", "female", "2002", "GEN", "General medicine"),
    _doctor("sharma", "Priya", "Sharma", "female", "2003", "PAED", "Paediatrics"),
    _doctor("chen", "Michael", "Chen", "male", "2004", "ORTH", "Orthopaedics"),
    _doctor("dahl", "Ingrid", "Dahl", "female", "2005", "CARD", "Cardiology"),
    _doctor("ortega", "Luis", "Ortega", "male", "2006", "DENT", "Dentistry"),
    _doctor("okafor", "Chidi", "Okafor", "male", "2007", "EMER", "Emergency medicine"),
    _other("maya", "Maya", "Lindqvist", "female", "3001", "nurse", CLINICS),
    _doctor("weber", "Anna", "Weber", "female", "2008", "MED1", "Internal medicine"),
    _other("owen", "Owen", "Price", "male", "3002", "ward_manager", ("MED1", "SURG")),
    _other("greta", "Greta", "Solberg", "female", "3003", "nurse", ("MED1",)),
    _other("una", "Una", "Larkmoor", "female", "5001", "housekeeping", ("MED1", "KIDS")),
    _other("piet", "Piet", "Sandoz", "male", "5002", "housekeeping", ("SURG",)),
    _other("ruth", "Ruth", "Amsel", "female", "4001", "superadmin", ("OFFI",)),
    _other("ines", "Inês", "Duarte", "female", "4002", "superadmin", ("OFFI",)),
    _other("petra", "Petra", "Voss", "female", "4003", "privacy_officer", ("OFFI",)),
    _other("sam", "Sam", "Okoye", "male", "4004", "helpdesk", ("OFFI",)),
    _other("helen", "Helen", "Marsh", "female", "4005", "facility_head", CLINICS),
    _other("lena", "Lena", "Bergmann", "female", "6101", "laboratory", ("LAB",)),
    _other("amir", "Amir", "Rahimi", "male", "6102", "radiology", ("RAD",)),
    _other("clara", "Clara", "Mbeki", "female", "6201", "pharmacy", ("PHAR",)),
    _other("ivan", "Ivan", "Halloran", "male", "6202", "pharmacy", ("PHAR",)),
    _other("noah", "Noah", "Whitfield", "male", "6103", "therapist", ("PHYS",)),
)

STATIONS = (
    NewStation("FRONT-1", "Front desk 1", location="Main hall, ground floor"),
    NewStation("FRONT-2", "Front desk 2", location="Main hall, ground floor"),
    NewStation("ROOM-4", "Consulting room 4", location="Cardiology, first floor", room="Room 4"),
    NewStation("ROOM-2", "Consulting room 2", location="General medicine, first floor", room="Room 2"),
    NewStation("ROOM-6", "Consulting room 6", location="Orthopaedics, first floor", room="Room 6"),
    NewStation("LAB-1", "Laboratory 1", location="Ground floor, west"),
    NewStation("RAD-1", "Radiology 1", location="Ground floor, west"),
    NewStation("PHYS-1", "Physiotherapy 1", location="First floor"),
    NewStation("PHARM-1", "Pharmacy window 1", location="Main hall"),
    NewStation("PHARM-2", "Pharmacy window 2", location="Main hall"),
    NewStation("WARD-1", "Medical ward", location="Second floor", room="Ward desk"),
    NewStation("WARD-2", "Medical ward, nurses", location="Second floor", room="Nurses' room"),
    NewStation("CLEAN-1", "Housekeeping", location="Second floor"),
    NewStation("OFFICE-1", "Office 1", location="Administration, fourth floor"),
    NewStation("HALL-1", "Main hall", kind="board", location="Main hall", departments=CLINICS),
    NewStation("WALL-1", "Bed board", kind="board", location="Second floor", departments=("MED1",)),
)

# where each demo person usually sits
SEATS = {
    "nadia": "FRONT-1",
    "tom": "FRONT-2",
    "maya": "FRONT-2",
    "kumar": "ROOM-4",
    "dahl": "ROOM-4",
    "johnson": "ROOM-2",
    "chen": "ROOM-6",
    "sharma": "ROOM-2",
    "ortega": "ROOM-2",
    "okafor": "ROOM-2",
    "owen": "WARD-1",
    "greta": "WARD-2",
    "weber": "WARD-2",
    "una": "CLEAN-1",
    "piet": "CLEAN-1",
    "clara": "PHARM-1",
    "ivan": "PHARM-2",
    "lena": "LAB-1",
    "amir": "RAD-1",
    "noah": "PHYS-1",
}
OFFICE = "OFFICE-1"

# where the people with a story go
NAMED_GO_TO = {"Smith": "CARD", "Johnson": "ORTH", "Chen": "GEN"}
REASONS = {
    "CARD": ("chest pain", "palpitations", "blood pressure check", "short of breath on stairs", "pacemaker check"),
    "GEN": ("cough for a week", "diabetes review", "fever", "tiredness", "repeat prescription", "headache"),
    "PAED": ("ear ache", "vaccination", "rash", "growth check", "cough"),
    "ORTH": ("fractured leg, review", "knee pain", "back pain", "shoulder stiff", "cast change"),
    "DENT": ("toothache", "broken filling", "check-up", "bleeding gums"),
    "EMER": ("cut hand", "fall from bicycle", "abdominal pain", "burn on forearm"),
}

# who works off a department's orders, by employee number
WORKERS = {"LAB": "6101", "RAD": "6102", "PHYS": "6103"}
# who asks, to, kind, priority, title, text, what is noted when it is done
ORDERS = (
    ("CARD EMER", "LAB", "diagnostic request", "urgent", "Troponin T, now and after 1 hour",
     "Chest pain since this morning.", "Troponin T 8 ng/L at arrival, 9 ng/L after 1 hour. No rise."),
    ("ORTH", "PHYS", "referral", "routine", "Gait training after a fall",
     "Partial weight bearing, 20 kg, with two crutches.",
     "Walked 30 m with crutches, stairs with help. Exercises shown and handed out."),
    ("GEN PAED EMER", "RAD", "diagnostic request", "routine", "Chest X-ray, two planes", "Cough for three weeks.",
     "Heart and lungs without a finding. No effusion."),
    ("GEN", "LAB", "diagnostic request", "routine", "HbA1c and lipids", "Diabetes review.",
     "HbA1c 52 mmol/mol (6.9 %). Total cholesterol 4.8 mmol/L."),
    ("CARD", "PHYS", "care instruction", "routine", "Breathing exercises, twice a day", "Before the operation.",
     "Shown with a spirometer. The person does them alone."),
    ("GEN PAED", "LAB", "diagnostic request", "routine", "Full blood count", "Tiredness for two months.",
     "Haemoglobin 118 g/L, platelets 240 × 10⁹/L, leucocytes 6.1 × 10⁹/L."),
    ("EMER", "RAD", "diagnostic request", "emergency", "CT of the head", "Fell on the head, takes an anticoagulant.",
     "No bleeding, no fracture."),
    ("ORTH", "PHYS", "referral", "urgent", "Mobilisation after hip surgery", "First day after the operation.",
     "Sat on the edge of the bed, stood for one minute."),
    ("ORTH EMER", "RAD", "diagnostic request", "urgent", "X-ray of the knee, two planes", "Fall on the knee.",
     "No fracture. Effusion."),
    ("GEN CARD", "PHYS", "referral", "routine", "Walking test, 6 minutes", "Short of breath on stairs.",
     "420 m, no pause. Oxygen saturation 94 % at the end."),
    ("DENT", "RAD", "diagnostic request", "routine", "Panoramic X-ray of the jaw", "Wisdom teeth.",
     "Both lower wisdom teeth lie across."),
)  # fmt: skip
# the states that a day's orders to a department are in, one after the other
ORDER_STATES = ("pending", "completed", "in progress", "pending", "completed", "cancelled", "pending", "in progress")
ORDER_CANCELLED = "Done last week already, see the record"
