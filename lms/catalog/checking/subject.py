"""What is being checked, and where its parts stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from lms.catalog.markup.findings import Findings
from lms.catalog.source import ModuleSource


@dataclass(frozen=True, slots=True)
class Subject:
    """One module under check.

    Args:
        source: the module; it may be incomplete.
        findings: takes what is found.
        today: the day against which review dates are judged.
        lines: where things stand, as :class:`~lms.catalog.markup.parsing.ParsedModule` has it.
        readings: surfaces of words whose readings are known besides the module's own.
        assets: names of the files in the module folder; None where they are not known.
    """

    source: ModuleSource
    findings: Findings
    today: date
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    readings: Collection[str] = ()
    assets: Collection[str] | None = None

    def line(self, kind: str, name: str) -> int:
        """Return the line of a part, or 1 where it is not known."""
        return self.lines.get((kind, name), 1)

    @property
    def is_japanese(self) -> bool:
        """Whether lengths are counted in characters (Japanese) instead of words."""
        return self.source.lang.startswith("ja")
