"""A TOML file of an author: values of the right kind, every mistake at its line."""

from __future__ import annotations

import math
import re
import tomllib
from typing import TYPE_CHECKING

from lms.catalog.markup.lines import one_line
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.catalog.markup.findings import Findings

FOLDER_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY_LINE = re.compile(
    r"[ \t]*(?:\[\[(?P<list>[\w.-]+)\]\]|\[(?P<table>[\w.-]+)\]|(?P<key>[\w-]+)[ \t]*=)"
)
_TOML_ERROR_LINE = re.compile(r"\(at line (\d+)")


def read_toml(
    text: str, findings: Findings, *, known: tuple[str, ...], required: tuple[str, ...]
) -> TomlReader | None:
    """Read TOML; what is none is reported at its line and gives None.

    Args:
        text: the file.
        findings: hears of every mistake.
        known: keys that mean something at the top.
        required: those of them that must not be missing or empty.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = _TOML_ERROR_LINE.search(str(error))
        line = int(match[1]) if match else 1
        findings.error(line, N_("This is not TOML: %(reason)s"), reason=str(error)[:200])
        return None
    reader = TomlReader(text, data, findings)
    reader.unknown(data, known, "")
    reader.require(data, required)
    return reader


class TomlReader:
    """Takes values out of a parsed file. ``prefix`` is the path of their table (``hours.``)."""

    def __init__(self, text: str, data: Mapping[str, object], findings: Findings) -> None:
        self.data = data
        self._findings = findings
        self._lines = _key_lines(text)

    def wrong(self, path: str, message: str, **values: object) -> None:
        """Report a mistake at the line of a value."""
        self._findings.error(self._lines.get(path, 1), message, **values)

    def require(self, table: Mapping[str, object], keys: tuple[str, ...], prefix: str = "") -> None:
        """Report what is missing or empty."""
        for key in keys:
            if not table.get(key):
                self.wrong(prefix.rstrip("."), N_("“%(name)s” is missing."), name=key)

    def unknown(self, table: Mapping[str, object], known: tuple[str, ...], prefix: str) -> None:
        """Report keys that mean nothing."""
        for key in table:
            if key not in known:
                self.wrong(
                    prefix + key,
                    N_("“%(name)s” is not known here. Known: %(allowed)s"),
                    name=key,
                    allowed=", ".join(known),
                )

    def table(self, key: str) -> Mapping[str, object]:
        """Return a table, or an empty one where something else stands."""
        value = self.data.get(key, {})
        if isinstance(value, dict):
            return value
        self.wrong(key, N_("Write a table [%(name)s] here."), name=key)
        return {}

    def tables(self, key: str) -> tuple[tuple[Mapping[str, object], str], ...]:
        """Return the tables of a list ``[[key]]``, each with the prefix of its values."""
        value = self.data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return tuple((item, f"{key}.{number}.") for number, item in enumerate(value))
        self.wrong(key, N_("Write tables [[%(name)s]] here."), name=key)
        return ()

    def text(self, table: Mapping[str, object], key: str, prefix: str) -> str:
        """Return a text of one line; empty where there is none."""
        value = table.get(key, "")
        if isinstance(value, str):
            return one_line(value)
        self.wrong(prefix + key, N_("Write a text here, not a list or a table."))
        return ""

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(one_line(item) for item in value)
        self.wrong(key, N_('Write a list of texts here, like ["a", "b"].'))
        return ()

    def flag(self, table: Mapping[str, object], key: str, prefix: str, *, default: bool) -> bool:
        """Return true or false."""
        value = table.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(prefix + key, N_("“%(value)s”: write true or false."), value=value)
        return default

    def number(self, table: Mapping[str, object], key: str, prefix: str) -> float:
        """Return a number of 0 or more; 0 where there is none."""
        value = table.get(key, 0)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
            return float(value)
        self.wrong(prefix + key, N_("“%(value)s”: write a number of 0 or more."), value=value)
        return 0.0

    def folder_name(self, path: str, name: str) -> None:
        """Report a name that cannot be that of a folder."""
        if not FOLDER_NAME.fullmatch(name):
            self.wrong(path, N_("“%(value)s”: write small letters, digits and - only."), value=name)

    def one_of(self, path: str, value: str, allowed: tuple[str, ...]) -> None:
        """Report a value that is not among those allowed."""
        if value and value not in allowed:
            self.wrong(
                path,
                N_("“%(value)s”: write one of %(allowed)s."),
                value=value,
                allowed=", ".join(allowed),
            )


def _key_lines(text: str) -> dict[str, int]:
    """Return the line of each key; tables prefix their keys (``certificate.title``).

    The tables of a list have numbers from 0 (``course.0.id``).
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.split("\n"), start=1):
        match = _KEY_LINE.match(line)
        if match is None:
            continue
        if match["list"]:
            place = counts.get(match["list"], 0)
            counts[match["list"]] = place + 1
            lines.setdefault(match["list"], number)
            lines[f"{match['list']}.{place}"] = number
            prefix = f"{match['list']}.{place}."
        elif match["table"]:
            lines.setdefault(match["table"], number)
            prefix = match["table"] + "."
        else:
            lines.setdefault(prefix + match["key"], number)
    return lines
