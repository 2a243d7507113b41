"""`hisdesk scan FILE… [--json]`: read cards from pictures and print what they say."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Reading


def main(argv: list[str] | None = None) -> int:
    """Read each file and print a table, or JSON with --json. 0 if every file held a readable card, else 1."""
    parser = argparse.ArgumentParser(
        prog="hisdesk scan",
        description="Read insurance cards, passports, identity cards and driving licences from pictures.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a JPEG, PNG, WebP, TIFF or BMP picture")
    parser.add_argument("--json", action="store_true", help="print one JSON list, an object for each file")
    chosen = parser.parse_args(argv)

    objects = [_scan(file) for file in chosen.files]
    if chosen.json:
        print(json.dumps(objects, ensure_ascii=False, indent=2))
    else:
        for one in objects:
            print(_table(one))
    return 0 if all(one["kind"] != "unknown" for one in objects) else 1


def _scan(file: str) -> dict[str, Any]:
    from hisdesk.errors import UserError
    from hisdesk.scanning.reader import read_card
    from hisdesk.scanning.reading import as_json

    try:
        reading: Reading = read_card(file)
    except UserError as error:
        return {"file": file, "kind": "unknown", "fields": {}, "messages": [str(error)]}
    return as_json(file, reading)


def _table(one: dict[str, Any]) -> str:
    lines = [f"{one['file']}: {one['kind'].replace('_', ' ')}"]
    for name, item in one["fields"].items():
        value = item["value"] if isinstance(item["value"], str) else "; ".join(item["value"])
        proof = {True: "checked", False: "CHECK FAILS", None: f"{item['confidence']:.0%}"}[item["check"]]
        lines.append(f"  {name.replace('_', ' '):<16} {value:<44} {item['source']:<8} {proof}")
    lines += [f"  ! {message}" for message in one["messages"]]
    return "\n".join(lines)
