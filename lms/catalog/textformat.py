"""The front door of the course text format: folders and texts in, value types and problems out.

``courses/README.md`` describes the format. Reading never raises because of what a file holds: every
finding is a :class:`~lms.catalog.source.Problem`, and a source is returned only without errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lms.catalog.checking.translations import merge_translation
from lms.catalog.markup import (
    coursefile,
    curriculumfile,
    parsing,
    programmefile,
    readings,
    writing,
)
from lms.catalog.markup.findings import Findings
from lms.catalog.markup.parsing import ParsedModule
from lms.catalog.sounds import sound_ending
from lms.catalog.source import CourseSource, ModuleSource, Problem, ReadingEntry
from lms.kernel.messages import N_
from lms.kernel.text import name_unshowable

if TYPE_CHECKING:
    from lms.catalog.curriculum import Curriculum
    from lms.catalog.programme import ProgrammeSource

MODULE_FILE = "module.md"
TRANSLATION_FILE = "module.en.md"
READINGS_FILE = "readings.csv"
MODULE_TEXTS = frozenset({MODULE_FILE, TRANSLATION_FILE, READINGS_FILE})
COURSE_FILE = "course.toml"
CURRICULUM_FILE = "curriculum.toml"
GLOSSARY_FILE = "glossary.csv"
PROGRAMME_FILE = "programme.toml"
DOCUMENTS_FOLDER = "documents"

Folder = Path | Mapping[str, bytes]
"""A module folder on disk, or its files by name (``assets/flow.svg`` for those in folders)."""


def parse_module(text: str, *, file: str) -> tuple[ModuleSource | None, tuple[Problem, ...]]:
    """Read the text of a ``module.md``.

    Args:
        text: the whole file.
        file: its name, for the problems.

    Returns:
        The module, or None when there is an error, and all problems in the order of lines.
    """
    parsed = parsing.parse(text, file=file)
    return (parsed.source if parsed.is_valid else None), parsed.problems


def write_module(source: ModuleSource) -> str:
    """Return the text of ``module.md``; reading it gives the canonical form of ``source``.

    ``source.readings`` are not part of it; see :func:`write_readings`.
    """
    return writing.write_module(source)


def examine_text(text: str, *, file: str) -> ParsedModule:
    """Read a ``module.md`` that may be unfinished, such as a draft in the editor.

    Whatever :func:`write_module` wrote is read back completely, even when it has errors that
    forbid publishing it (a question without options, a slide without heading).
    """
    return parsing.parse(text, file=file)


def examine_module(folder: Folder, name: str = MODULE_FILE) -> ParsedModule:
    """Read a module for checking: also returns what could be read of a faulty one.

    ``readings.csv`` beside it is read into ``source.readings``.
    """
    findings = Findings(label(folder, name))
    text = _decoded(folder, name, findings)
    if text is None:
        return ParsedModule(ModuleSource("", ()), {}, findings.sorted())
    parsed = parsing.parse(text, file=findings.file)
    if not _exists(folder, READINGS_FILE):
        return replace(parsed, problems=(*findings.sorted(), *parsed.problems))
    beside = Findings(label(folder, READINGS_FILE))
    table = _decoded(folder, READINGS_FILE, beside)
    entries = readings.parse_readings(table, beside) if table is not None else ()
    return replace(
        parsed,
        source=replace(parsed.source, readings=entries),
        problems=(*findings.sorted(), *parsed.problems, *beside.sorted()),
    )


def read_module(folder: Folder) -> tuple[ModuleSource | None, list[Problem]]:
    """Read ``module.md`` and ``readings.csv`` of a module folder.

    Returns:
        The module, or None when there is an error, and all problems.
    """
    parsed = examine_module(folder)
    return (parsed.source if parsed.is_valid else None), list(parsed.problems)


def read_translation(
    folder: Folder, source: ModuleSource
) -> tuple[ModuleSource | None, list[Problem]]:
    """Read ``module.en.md`` beside a module and give it the module's rules and keys.

    Args:
        folder: the module folder.
        source: what :func:`read_module` returned for it.

    Returns:
        The translation, or None when there is none or it has errors, and all problems.
    """
    if not _exists(folder, TRANSLATION_FILE):
        return None, []
    parsed = examine_module(folder, TRANSLATION_FILE)
    merged, differences = merge_translation(
        source, parsed.source, file=label(folder, TRANSLATION_FILE), lines=parsed.lines
    )
    problems = [*parsed.problems, *differences]
    is_valid = all(problem.warning for problem in problems)
    return (merged if is_valid else None), problems


def read_course(folder: Path) -> tuple[CourseSource | None, list[Problem]]:
    """Read ``course.toml``; its id is the folder's name and its modules are folders in it.

    Returns:
        The course, or None when there is an error, and all problems. Modules are not read.
    """
    findings = Findings(label(folder, COURSE_FILE))
    text = _decoded(folder, COURSE_FILE, findings)
    course = coursefile.parse_course(text, findings) if text is not None else None
    if course is not None:
        _check_folders(folder, course, findings)
    return (None if findings.has_errors else course), list(findings.sorted())


def _check_folders(folder: Path, course: CourseSource, findings: Findings) -> None:
    if course.id != folder.name:
        findings.error(
            1,
            N_("The id “%(id)s” must be the name of its folder, “%(folder)s”."),
            id=course.id,
            folder=folder.name,
        )
    if course.tier != folder.parent.name:
        findings.error(
            1,
            N_("The tier “%(tier)s” must be the name of the folder above, “%(folder)s”."),
            tier=course.tier,
            folder=folder.parent.name,
        )
    for name in course.modules:
        if not (folder / name / MODULE_FILE).is_file():
            findings.error(
                1, N_("The module “%(name)s” has no %(file)s."), name=name, file=MODULE_FILE
            )
    for path in sorted(folder.glob(f"*/{MODULE_FILE}")):
        if path.parent.name not in course.modules:
            findings.error(
                1, N_("The folder “%(name)s” is not listed in modules."), name=path.parent.name
            )


def write_course(course: CourseSource) -> str:
    """Return the text of ``course.toml``; reading it gives the same course."""
    return coursefile.write_course(course)


def read_readings(text: str, *, file: str) -> tuple[tuple[ReadingEntry, ...], list[Problem]]:
    """Read the text of a ``readings.csv``; wrong rows are reported and left out."""
    findings = Findings(file)
    entries = readings.parse_readings(text, findings)
    return entries, list(findings.sorted())


def write_readings(entries: tuple[ReadingEntry, ...]) -> str:
    """Return the text of ``readings.csv``."""
    return readings.write_readings(entries)


def iter_courses(root: Path) -> Iterator[Path]:
    """Yield the course folders below ``root`` in the order of their paths."""
    for path in sorted(root.glob(f"*/*/{COURSE_FILE}")):
        yield path.parent


def read_curriculum(root: Path) -> tuple[Curriculum | None, list[Problem]]:
    """Read what the courses below ``root`` have to keep.

    Returns:
        The curriculum with its glossary, or None where the folder has none, and all problems.
    """
    if not (root / CURRICULUM_FILE).is_file():
        return None, []
    findings = Findings(label(root, CURRICULUM_FILE))
    text = _decoded(root, CURRICULUM_FILE, findings) or ""
    curriculum = curriculumfile.parse_curriculum(text, findings)
    found = Findings(label(root, GLOSSARY_FILE))
    glossary = _decoded(root, GLOSSARY_FILE, found)
    terms = curriculumfile.parse_glossary(glossary, found) if glossary is not None else ()
    return replace(curriculum, terms=terms), [*findings.sorted(), *found.sorted()]


def iter_programmes(root: Path) -> Iterator[Path]:
    """Yield the programme files below ``root``: of the tiers first, then those across tiers."""
    yield from (path for tier in coursefile.TIERS for path in root.glob(f"{tier}/{PROGRAMME_FILE}"))
    yield from sorted(root.glob(f"programmes/*/{PROGRAMME_FILE}"))


def read_programme(file: Path) -> tuple[ProgrammeSource | None, list[Problem]]:
    """Read ``programme.toml`` and the documents in the folder beside it.

    Returns:
        The programme, or None when there is an error, and all problems.
    """
    findings = Findings(file.as_posix())
    folder = file.parent / DOCUMENTS_FOLDER

    def read_document(name: str) -> str | None:
        path = folder / name
        if path.parent != folder or not path.is_file():
            return None
        return _decoded(folder, name, findings)

    text = _decoded(file.parent, PROGRAMME_FILE, findings)
    programme = None
    if text is not None:
        programme = programmefile.parse_programme(text, findings, read_document)
    return programme, list(findings.sorted())


def read_programmes(root: Path) -> tuple[list[tuple[Path, ProgrammeSource]], list[Problem]]:
    """Read every programme below ``root``.

    Returns:
        The programmes without errors in order, each with its file, and all problems.
    """
    read: list[tuple[Path, ProgrammeSource]] = []
    problems: list[Problem] = []
    for file in iter_programmes(root):
        programme, found = read_programme(file)
        problems += found
        if programme is None:
            continue
        if any(programme.id == other.id for _, other in read):
            twice = Findings(file.as_posix())
            twice.error(1, N_("“%(name)s” is given twice."), name=programme.id)
            problems += twice.sorted()
        read.append((file, programme))
    return read, problems


def unreadable_sounds(folder: Folder, name: str, parsed: ParsedModule) -> list[Problem]:
    """Report the recordings of a module text that are no sound; what is missing is told apart."""
    findings = Findings(label(folder, name))
    for slide in parsed.source.slides:
        if not slide.audio or not _exists(folder, slide.audio):
            continue
        if not sound_ending(_content(folder, slide.audio)):
            line = parsed.lines.get(("audio", slide.id), 1)
            findings.error(
                line, N_("The file %(file)s is not WAV, MP3, Ogg or FLAC."), file=slide.audio
            )
    return list(findings.sorted())


def unshowable_text(folder: Folder, name: str) -> list[Problem]:
    """Report 外字 and damaged characters of a text file: no font at the learners' has them."""
    findings = Findings(label(folder, name))
    text = _decoded(folder, name, findings) or ""
    found = Findings(findings.file)
    for number, line in enumerate(text.split("\n"), 1):
        if characters := name_unshowable(line):
            found.warning(
                number,
                N_("Characters that cannot be shown: %(characters)s."),
                characters=characters,
            )
    return list(found.sorted())


def asset_names(folder: Folder) -> frozenset[str]:
    """Return the names of all files in a module folder, with ``/`` between their parts."""
    if isinstance(folder, Path):
        return frozenset(
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        )
    return frozenset(folder)


def label(folder: Folder, name: str) -> str:
    """Return how problems name a file of a folder."""
    return (folder / name).as_posix() if isinstance(folder, Path) else name


def _exists(folder: Folder, name: str) -> bool:
    return (folder / name).is_file() if isinstance(folder, Path) else name in folder


def _content(folder: Folder, name: str) -> bytes:
    return (folder / name).read_bytes() if isinstance(folder, Path) else folder[name]


def _decoded(folder: Folder, name: str, findings: Findings) -> str | None:
    """Return a file as text; what prevents it is reported and None returned."""
    if not _exists(folder, name):
        findings.error(1, N_("The file is missing."))
        return None
    data = _content(folder, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.error(line, N_("The file is not UTF-8; save it as UTF-8."))
        return None
