"""What the documents point at is there: files, pictures and the paths they name."""

from __future__ import annotations

import re

import pytest

from tests.unit.architecture.sources import ROOT, SKIPPED

DOCUMENTS = sorted(p.relative_to(ROOT) for p in ROOT.rglob("*.md") if not SKIPPED & set(p.relative_to(ROOT).parts))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED_PATH = re.compile(r"`((?:hisdesk|tests|alembic|installers|resources|docs|server_sync)/[\w./-]+)`")


def test_there_are_documents():
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md"} <= {str(d) for d in DOCUMENTS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_no_dead_links(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = [t for t in LINK.findall(text) if not re.match(r"[a-z]+:", t)]
    assert [t for t in targets if not (ROOT / document.parent / t).exists()] == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/operations.md"])
def test_paths_that_are_named_exist(document):
    named = NAMED_PATH.findall((ROOT / document).read_text(encoding="utf-8"))
    assert [p for p in named if not (ROOT / p).exists() and "NNNN" not in p] == []
