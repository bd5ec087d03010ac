"""Text."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return ``text`` for comparison: NFKC, case folded, runs of blanks as one space, trimmed."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", normal)).strip()
