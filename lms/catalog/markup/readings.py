"""``readings.csv``: how words are spoken. Header 表層,よみ,核,備考; UTF-8."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from lms.catalog.markup.lines import clean, one_line
from lms.catalog.source import ReadingEntry
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lms.catalog.markup.findings import Findings

HEADER = ("表層", "よみ", "核", "備考")
_KANA = re.compile(r"[ァ-ヺー・ヽヾ]+")
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_MORAE_WITHOUT = frozenset("ァィゥェォャュョヮ・")


def mora_count(kana: str) -> int:
    """Return the number of morae of a katakana word; small vowels join the one before."""
    return sum(sign not in _MORAE_WITHOUT for sign in kana)


def parse_readings(text: str, findings: Findings) -> tuple[ReadingEntry, ...]:
    """Read the text of ``readings.csv``; wrong rows are reported and left out."""
    entries: list[ReadingEntry] = []
    seen: set[str] = set()
    reader = csv.reader(io.StringIO(clean(text), newline=""))
    try:
        header = next(reader, [])
        if tuple(name.strip() for name in header) != HEADER:
            findings.error(1, N_("The first line must be %(header)s"), header=",".join(HEADER))
            return ()
        for row in reader:
            entry = _entry(row, reader.line_num, findings)
            if entry is None:
                continue
            if entry.surface in seen:
                findings.error(
                    reader.line_num, N_("“%(name)s” is given twice."), name=entry.surface
                )
            seen.add(entry.surface)
            entries.append(entry)
    except csv.Error as error:
        findings.error(reader.line_num, N_("This is not CSV: %(reason)s"), reason=error)
    return tuple(entries)


def _entry(row: list[str], line: int, findings: Findings) -> ReadingEntry | None:
    if not any(cell.strip() for cell in row):
        return None
    if len(row) not in {2, 3, 4}:
        findings.error(line, N_("A row has the four cells %(header)s"), header=",".join(HEADER))
        return None
    surface, kana, accent, note = (*(one_line(cell) for cell in row), "", "")[:4]
    kana = kana.translate(_HIRAGANA_TO_KATAKANA)
    if not surface:
        findings.error(line, N_("“%(name)s” is missing."), name=HEADER[0])
        return None
    if not _KANA.fullmatch(kana):
        findings.error(line, N_("“%(value)s”: write the reading in kana only."), value=kana)
        return None
    morae = mora_count(kana)
    if accent and not (accent.isascii() and accent.isdigit() and int(accent[:3]) <= morae):
        findings.error(
            line,
            N_("“%(value)s”: write a whole number from %(low)s to %(high)s."),
            value=accent,
            low=0,
            high=morae,
        )
        return None
    return ReadingEntry(surface, kana, int(accent or 0), note)


def write_readings(entries: Iterable[ReadingEntry]) -> str:
    """Return the text of ``readings.csv`` in the order given."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(HEADER)
    for entry in entries:
        cells = (one_line(entry.surface), entry.kana, entry.accent, one_line(entry.note))
        writer.writerow(cells)
    return output.getvalue()
