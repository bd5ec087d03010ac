"""Packages without the time of their making, so that the same deck is the same bytes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

_CLOCK = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_EPOCH = b"2026-04-01T00:00:00Z"
_ZIP_DATE = (2026, 4, 1, 0, 0, 0)


def timeless(content: bytes) -> bytes:
    """Rewrite a package without the time of its making, workbooks of charts included."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.endswith(".xlsx"):
                data = timeless(data)
            elif name == "docProps/core.xml":
                data = _CLOCK.sub(_EPOCH, data)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(entry, data)
    return target.getvalue()
