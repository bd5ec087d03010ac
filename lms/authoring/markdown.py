"""Plain text of a deck as the Markdown subset of module bodies: nothing in it becomes markup.

Backslash escapes are those of CommonMark 0.31, section 2.4. Slots such as ``{{tenant.name}}``
stay as the author of the deck typed them. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SLOT = re.compile(r"(\{\{tenant\.[a-z_]+\}\})")
_SPECIAL = re.compile(r"[\\`*_\[\]<>{}|~&!]")
_LINE_START = re.compile(r"^(\s*)([-+#=:])")
_ORDERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_SPACE = re.compile(r"[\s\v]+")


def one_line(text: str) -> str:
    """Fold white space and drop what is no text; for titles, labels and cells."""
    return without_signs(_SPACE.sub(" ", text)).strip()


def without_signs(text: str) -> str:
    """Drop control characters, and the signs of Wingdings and its like.

    They stand where Windows maps such fonts, and mean nothing in another one. Other private
    characters are somebody's 外字: part of a name, which is kept and reported.
    """
    kept = (c for c in text if not "\uf000" <= c <= "\uf0ff")
    return "".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cs"})


def escape(text: str) -> str:
    """Escape one line so that it is shown exactly as it is, wherever it stands in a block."""
    pieces = _SLOT.split(one_line(text))
    line = "".join(
        piece if index % 2 else _SPECIAL.sub(r"\\\g<0>", piece)
        for index, piece in enumerate(pieces)
    )
    ordered = _ORDERED.match(line)
    if ordered:
        return f"{ordered[1]}\\{line[ordered.end(1) :]}"
    return _LINE_START.sub(r"\1\\\2", line)


def bullets(items: Sequence[tuple[int, str]]) -> str:
    """A list; each item is its level (0 is the outermost) and its plain text."""
    lines = []
    depth = -1
    for level, text in items:
        # A jump of two levels would turn the item into a code block.
        depth = min(level, depth + 1)
        lines.append(f"{'  ' * depth}- {escape(text)}")
    return "\n".join(lines)


def table(rows: Sequence[Sequence[str]]) -> str:
    """A pipe table of plain texts; the first row is the header. Empty without rows."""
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    lines = ["| " + " | ".join(_cell(row, width)) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _cell(row: Sequence[str], width: int) -> list[str]:
    return [escape(text) for text in row] + [""] * (width - len(row))
