"""``course.toml``: reading with true line numbers, and writing."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from lms.catalog.markup.lines import one_line
from lms.catalog.source import CourseSource
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.catalog.markup.findings import Findings

TIERS = ("general", "dx-leader", "expert")

_TEXTS = (
    "id",
    "code",
    "tier",
    "title",
    "title_en",
    "summary",
    "summary_en",
    "objective",
    "objective_en",
    "license",
)
_LISTS = ("modules", "prerequisites")
_FLAGS = ("required", "open")
_REQUIRED = ("id", "tier", "title", "title_en", "modules")
_KNOWN = (*_TEXTS[:-1], *_LISTS, *_FLAGS, "license", "certificate")
_CERTIFICATE = ("enabled", "title", "title_en")
_FOLDER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY_LINE = re.compile(r"[ \t]*(?:\[(?P<table>[\w.-]+)\]|(?P<key>[\w-]+)[ \t]*=)")
_TOML_ERROR_LINE = re.compile(r"\(at line (\d+)")


def parse_course(text: str, findings: Findings) -> CourseSource | None:
    """Read the text of ``course.toml``. Returns None when required values are missing."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = _TOML_ERROR_LINE.search(str(error))
        line = int(match[1]) if match else 1
        findings.error(line, N_("This is not TOML: %(reason)s"), reason=str(error)[:200])
        return None
    return _Reader(text, data, findings).course()


class _Reader:
    def __init__(self, text: str, data: Mapping[str, object], findings: Findings) -> None:
        self._data = data
        self._findings = findings
        self._lines = _key_lines(text)

    def course(self) -> CourseSource | None:
        """Return the course when its required values are there."""
        self._unknown(self._data, _KNOWN, "")
        for key in _REQUIRED:
            if not self._data.get(key):
                self._findings.error(1, N_("“%(name)s” is missing."), name=key)
        texts = {key: self._text(self._data, key, "") for key in _TEXTS}
        modules = self._list("modules")
        prerequisites = self._list("prerequisites")
        certificate = self._data.get("certificate", {})
        if not isinstance(certificate, dict):
            self._wrong("certificate", N_("Write a table [certificate] here."))
            certificate = {}
        self._unknown(certificate, _CERTIFICATE, "certificate.")
        self._names(texts, modules, prerequisites)
        if self._findings.has_errors:
            return None
        return CourseSource(
            id=texts["id"],
            code=texts["code"],
            tier=texts["tier"],
            title=texts["title"],
            title_en=texts["title_en"],
            summary=texts["summary"],
            summary_en=texts["summary_en"],
            objective=texts["objective"],
            objective_en=texts["objective_en"],
            license=texts["license"] or "CC-BY-4.0",
            modules=modules,
            prerequisites=prerequisites,
            required=self._flag(self._data, "required", "", default=False),
            open=self._flag(self._data, "open", "", default=True),
            certificate=self._flag(certificate, "enabled", "certificate.", default=True),
            certificate_title=self._text(certificate, "title", "certificate."),
            certificate_title_en=self._text(certificate, "title_en", "certificate."),
        )

    def _names(
        self, texts: Mapping[str, str], modules: tuple[str, ...], prerequisites: tuple[str, ...]
    ) -> None:
        named = [("id", texts["id"])] if texts["id"] else []
        named += [("modules", name) for name in modules]
        named += [("prerequisites", name) for name in prerequisites]
        for key, name in named:
            if not _FOLDER.fullmatch(name):
                self._wrong(
                    key, N_("“%(value)s”: write small letters, digits and - only."), value=name
                )
        for name in sorted({name for name in modules if modules.count(name) > 1}):
            self._wrong("modules", N_("“%(name)s” is given twice."), name=name)
        if texts["tier"] and texts["tier"] not in TIERS:
            self._wrong(
                "tier",
                N_("“%(value)s”: write one of %(allowed)s."),
                value=texts["tier"],
                allowed=", ".join(TIERS),
            )

    def _wrong(self, path: str, message: str, **values: object) -> None:
        self._findings.error(self._lines.get(path, 1), message, **values)

    def _unknown(self, table: Mapping[str, object], known: tuple[str, ...], prefix: str) -> None:
        for key in table:
            if key not in known:
                self._wrong(
                    prefix + key,
                    N_("“%(name)s” is not known here. Known: %(allowed)s"),
                    name=key,
                    allowed=", ".join(known),
                )

    def _text(self, table: Mapping[str, object], key: str, prefix: str) -> str:
        value = table.get(key, "")
        if isinstance(value, str):
            return one_line(value)
        self._wrong(prefix + key, N_("Write a text here, not a list or a table."))
        return ""

    def _list(self, key: str) -> tuple[str, ...]:
        value = self._data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(one_line(item) for item in value)
        self._wrong(key, N_('Write a list of texts here, like ["a", "b"].'))
        return ()

    def _flag(self, table: Mapping[str, object], key: str, prefix: str, *, default: bool) -> bool:
        value = table.get(key, default)
        if isinstance(value, bool):
            return value
        self._wrong(prefix + key, N_("“%(value)s”: write true or false."), value=value)
        return default


def _key_lines(text: str) -> dict[str, int]:
    """Return the line of each key; tables prefix their keys (``certificate.title``)."""
    lines: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.split("\n"), start=1):
        match = _KEY_LINE.match(line)
        if match is None:
            continue
        if match["table"]:
            lines.setdefault(match["table"], number)
            prefix = match["table"] + "."
        else:
            lines.setdefault(prefix + match["key"], number)
    return lines


def write_course(course: CourseSource) -> str:
    """Return the text of ``course.toml``; :func:`parse_course` reads the same course back."""
    pairs: list[tuple[str, str | bool | tuple[str, ...]]] = [
        ("id", course.id),
        ("code", course.code),
        ("tier", course.tier),
        ("title", course.title),
        ("title_en", course.title_en),
        ("summary", course.summary),
        ("summary_en", course.summary_en),
        ("objective", course.objective),
        ("objective_en", course.objective_en),
        ("modules", course.modules),
        ("required", course.required),
        ("open", course.open),
        ("prerequisites", course.prerequisites),
        ("license", course.license),
    ]
    certificate: list[tuple[str, str | bool | tuple[str, ...]]] = [
        ("enabled", course.certificate),
        ("title", course.certificate_title),
        ("title_en", course.certificate_title_en),
    ]
    lines = [f"{key} = {_value(value)}" for key, value in pairs]
    lines += ["", "[certificate]"]
    lines += [f"{key} = {_value(value)}" for key, value in certificate]
    return "\n".join(lines) + "\n"


def _value(value: str | bool | tuple[str, ...]) -> str:  # noqa: FBT001 - a value, not a switch
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    # A JSON string without control characters is a TOML basic string.
    return json.dumps(one_line(value), ensure_ascii=False)
