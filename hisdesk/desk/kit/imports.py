"""Keeps PySide from reading the source of every module that is imported after it.

It looks for modules that use its optional naming (`from __feature__ import snake_case`), which none here does, and
Python keeps every source that was read: some 15 MB and a fifth of the start. Imported first, for its effect.
"""

from __future__ import annotations

import linecache
from contextlib import suppress

import PySide6.QtCore  # noqa: F401  # brings the hook with it

with suppress(ImportError, AttributeError):  # another PySide may do without it
    from shibokensupport import feature  # type: ignore[import-not-found]  # comes out of the library itself

    if callable(feature._mod_uses_pyside):
        feature._mod_uses_pyside = lambda _module: False
linecache.clearcache()
