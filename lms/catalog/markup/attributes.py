r"""Attributes of headings and blocks: ``#id .class key=value key="two words" flag``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from lms.catalog.markup.findings import Findings
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

_TOKEN = re.compile(
    r"""[ \t]*(?:(?P<key>[A-Za-z][\w-]*)=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"]*))"""
    r"""|(?P<word>[^\s"=]+))(?=[ \t]|$)""",
    re.ASCII,
)
_BARE = re.compile(r"[^\s\"={}\\]+")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_WHOLE = re.compile(r"\d{1,10}", re.ASCII)


def is_identifier(text: str) -> bool:
    """Tell whether ``text`` may name a slide, question or survey item."""
    return _IDENTIFIER.fullmatch(text) is not None


@dataclass(slots=True)
class Attributes:
    """What stood in one attribute list; the readers report wrong values at ``line``."""

    line: int
    findings: Findings
    words: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def text(self, key: str, default: str = "") -> str:
        """Return the value of ``key`` as it stands."""
        return self.values.get(key, default)

    def whole(self, key: str, default: int, *, low: int, high: int) -> int:
        """Return the value of ``key`` as a whole number from ``low`` to ``high``."""
        raw = self.values.get(key)
        if raw is None:
            return default
        if _WHOLE.fullmatch(raw) and low <= int(raw) <= high:
            return int(raw)
        self.findings.error(
            self.line,
            N_("%(key)s=%(value)s: write a whole number from %(low)s to %(high)s."),
            key=key,
            value=raw,
            low=low,
            high=high,
        )
        return default

    def day(self, key: str) -> date | None:
        """Return the value of ``key`` as a date written 2026-11-22."""
        raw = self.values.get(key)
        if raw is None:
            return None
        try:
            return date.fromisoformat(raw)
        except ValueError:
            self.findings.error(
                self.line,
                N_("%(key)s=%(value)s: write a date like 2026-11-22."),
                key=key,
                value=raw,
            )
            return None

    def expect(self, keys: Container[str], flags: Container[str] = (), *, allowed: str) -> None:
        """Report keys and words that have no meaning here; ``allowed`` tells what would."""
        for name in [*self.values, *self.words]:
            known = keys if name in self.values else flags
            if name not in known:
                self.findings.error(
                    self.line,
                    N_("“%(name)s” is not known here. Known: %(allowed)s"),
                    name=name,
                    allowed=allowed,
                )


def read_attributes(text: str, line: int, findings: Findings) -> Attributes:
    """Read an attribute list; what cannot be read is reported and left out."""
    attributes = Attributes(line, findings)
    position = 0
    text = text.strip(" \t")
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            findings.error(
                line,
                N_("“%(text)s” is not an attribute; put values with spaces into double quotes."),
                text=text[position:].strip(" \t"),
            )
            break
        position = match.end()
        if match["key"] is None:
            attributes.words.append(match["word"])
            continue
        if match["key"] in attributes.values:
            findings.error(line, N_("“%(name)s” is given twice."), name=match["key"])
            continue
        quoted = match["quoted"]
        value = match["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        attributes.values[match["key"]] = value
    return attributes


def one_word(text: str) -> str:
    """Return ``text`` without blanks, as an id or address is written."""
    return "".join(text.split())


def write_attributes(values: Mapping[str, str]) -> str:
    """Return ``key=value`` pairs with a leading space each; empty values are left out."""
    return "".join(f" {key}={_quoted(value)}" for key, value in values.items() if value)


def _quoted(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
