"""``course.toml``: reading with true line numbers, and writing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lms.catalog.markup.lines import one_line
from lms.catalog.markup.tomlfile import read_toml
from lms.catalog.source import CourseSource
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.catalog.markup.findings import Findings
    from lms.catalog.markup.tomlfile import TomlReader

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
_LISTS = ("modules", "prerequisites", "languages")
_LANGUAGES = ("ja", "en")
_FLAGS = ("required", "open")
_REQUIRED = ("id", "tier", "title", "title_en", "modules")
_KNOWN = (*_TEXTS[:-1], *_LISTS, *_FLAGS, "license", "certificate")
_CERTIFICATE = ("enabled", "title", "title_en")


def parse_course(text: str, findings: Findings) -> CourseSource | None:
    """Read the text of ``course.toml``. Returns None when required values are missing."""
    reader = read_toml(text, findings, known=_KNOWN, required=_REQUIRED)
    if reader is None:
        return None
    data = reader.data
    texts = {key: reader.text(data, key, "") for key in _TEXTS}
    modules = reader.names("modules")
    prerequisites = reader.names("prerequisites")
    languages = reader.names("languages") or ("ja",)
    for language in languages:
        reader.one_of("languages", language, _LANGUAGES)
    certificate = reader.table("certificate")
    reader.unknown(certificate, _CERTIFICATE, "certificate.")
    _check_names(reader, texts, modules, prerequisites)
    if findings.has_errors:
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
        languages=languages,
        required=reader.flag(data, "required", "", default=False),
        open=reader.flag(data, "open", "", default=True),
        certificate=reader.flag(certificate, "enabled", "certificate.", default=True),
        certificate_title=reader.text(certificate, "title", "certificate."),
        certificate_title_en=reader.text(certificate, "title_en", "certificate."),
    )


def _check_names(
    reader: TomlReader,
    texts: Mapping[str, str],
    modules: tuple[str, ...],
    prerequisites: tuple[str, ...],
) -> None:
    named = [("id", texts["id"])] if texts["id"] else []
    named += [("modules", name) for name in modules]
    named += [("prerequisites", name) for name in prerequisites]
    for key, name in named:
        reader.folder_name(key, name)
    for name in sorted({name for name in modules if modules.count(name) > 1}):
        reader.wrong("modules", N_("“%(name)s” is given twice."), name=name)
    reader.one_of("tier", texts["tier"], TIERS)


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
        ("languages", course.languages),
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
