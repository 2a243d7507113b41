"""What is written in the project belongs to the project: no builder's paths, no package registry by name."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.unit.architecture.sources import ROOT, SKIPPED

# In pieces, so that this file does not find itself.
FOREIGN = re.compile(
    "|".join(
        (
            "/" + r"work/(main|shared)\b",
            r"\b" + r"pypi\." + "org",
            "python" + r"hosted\.org",
            r"\b(deb|security)\." + r"debian\.org",
            r"(archive|security)\." + r"ubuntu\.com",
            "npm" + r"js\.(org|com)",
            "prox" + r"y\.golang\.org",
            r"/opt/" + "(pypi|wheels)",
        )
    )
)
READABLE = {
    ".py",
    ".md",
    ".toml",
    ".cfg",
    ".ini",
    ".txt",
    ".sql",
    ".json",
    ".sh",
    ".ps1",
    ".cmd",
    ".mako",
    ".yml",
    ".css",
    "",
}


def test_files_name_no_foreign_place():
    found, read = [], 0
    for file in sorted(ROOT.rglob("*")):
        inside = file.relative_to(ROOT)
        if SKIPPED & set(inside.parts) or not file.is_file() or file.suffix not in READABLE:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        read += 1
        found += [f"{inside}:{n}" for n, line in enumerate(text.splitlines(), 1) if FOREIGN.search(line)]
    assert read > 50
    assert found == []


def test_commit_messages_name_no_foreign_place():
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    messages = subprocess.run(
        ["git", "log", "--format=%B"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert messages.strip()
    assert FOREIGN.findall(messages) == []


def test_the_search_finds_what_it_looks_for():
    assert FOREIGN.search("see /" + "work/shared/design.md")
    assert FOREIGN.search("https://" + "pypi" + ".org/simple")
    assert not FOREIGN.search("the ward's work/rest pattern")
