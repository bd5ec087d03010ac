"""``programme.toml`` and the documents beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.catalog.markup.coursefile import TIERS
from lms.catalog.markup.tomlfile import read_toml
from lms.catalog.programme import ProgrammeCourse, ProgrammeDocument, ProgrammeSource
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lms.catalog.markup.findings import Findings
    from lms.catalog.markup.tomlfile import TomlReader

_TEXTS = ("id", "tier", "title", "title_en", "summary", "summary_en", "audience", "audience_en")
_REQUIRED = ("id", "title", "title_en", "summary", "audience", "course")
_KNOWN = (*_TEXTS, "yearly", "choose", "prerequisites", "hours", "course", "document")
_HOURS = ("classroom", "practice")
_COURSE = ("id", "required")
_DOCUMENT = ("file", "title", "title_en", "facilitator")


def parse_programme(
    text: str, findings: Findings, read_document: Callable[[str], str | None]
) -> ProgrammeSource | None:
    """Read the text of ``programme.toml``. Returns None when there is an error.

    Args:
        text: the file.
        findings: hears of every mistake.
        read_document: gives the text of a document by its file name, None when it is not there.
    """
    reader = read_toml(text, findings, known=_KNOWN, required=_REQUIRED)
    if reader is None:
        return None
    data = reader.data
    texts = {key: reader.text(data, key, "") for key in _TEXTS}
    reader.one_of("tier", texts["tier"], TIERS)
    if texts["id"]:
        reader.folder_name("id", texts["id"])
    hours = reader.table("hours")
    reader.unknown(hours, _HOURS, "hours.")
    courses = tuple(_course(reader, *found) for found in reader.tables("course"))
    documents = tuple(
        _document(reader, table, prefix, read_document)
        for table, prefix in reader.tables("document")
    )
    choose = round(reader.number(data, "choose", ""))
    _check_twice(reader, [course.course for course in courses], "course.%s.id")
    _check_twice(reader, [document.id for document in documents], "document.%s.file")
    _check_choice(reader, courses, choose)
    programme = ProgrammeSource(
        id=texts["id"],
        tier=texts["tier"],
        title=texts["title"],
        title_en=texts["title_en"],
        summary=texts["summary"],
        summary_en=texts["summary_en"],
        audience=texts["audience"],
        audience_en=texts["audience_en"],
        yearly=reader.flag(data, "yearly", "", default=False),
        choose=choose,
        classroom_hours=reader.number(hours, "classroom", "hours."),
        practice_hours=reader.number(hours, "practice", "hours."),
        prerequisites=reader.names("prerequisites"),
        courses=courses,
        documents=documents,
    )
    return None if findings.has_errors else programme


def _course(reader: TomlReader, table: Mapping[str, object], prefix: str) -> ProgrammeCourse:
    reader.unknown(table, _COURSE, prefix)
    reader.require(table, ("id",), prefix)
    return ProgrammeCourse(
        reader.text(table, "id", prefix), reader.flag(table, "required", prefix, default=True)
    )


def _document(
    reader: TomlReader,
    table: Mapping[str, object],
    prefix: str,
    read_document: Callable[[str], str | None],
) -> ProgrammeDocument:
    reader.unknown(table, _DOCUMENT, prefix)
    reader.require(table, ("file", "title", "title_en"), prefix)
    name = reader.text(table, "file", prefix)
    text = read_document(name) if name else ""
    stem = name.removesuffix(".md")
    if name:
        reader.folder_name(prefix + "file", stem)
    if text is None:
        reader.wrong(prefix + "file", N_("The file %(file)s is missing."), file=name)
    return ProgrammeDocument(
        id=stem,
        title=reader.text(table, "title", prefix),
        title_en=reader.text(table, "title_en", prefix),
        text=text or "",
        facilitator=reader.flag(table, "facilitator", prefix, default=False),
    )


def _check_twice(reader: TomlReader, names: Sequence[str], path: str) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            reader.wrong(path % place, N_("“%(name)s” is given twice."), name=name)


def _check_choice(reader: TomlReader, courses: tuple[ProgrammeCourse, ...], choose: int) -> None:
    electives = sum(not course.required for course in courses)
    if choose > electives:
        reader.wrong(
            "choose",
            N_("Electives asked for: %(choose)s. Electives listed: %(count)s."),
            choose=choose,
            count=electives,
        )
