"""``courses/`` into the database: idempotent by content, all or nothing per course."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.catalog import programmes, queries, service, textformat
from lms.catalog.assets import is_asset, store_assets
from lms.catalog.content import ModuleContent, digest_of
from lms.core.access import system_actor
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lms.catalog.source import CourseSource, Problem
    from lms.core.db.engine import Database
    from lms.core.storage import FileStore


class SourceError(DomainError):
    """A course on disk has errors; ``problems`` lists them all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("content.errors", "\n".join(map(str, problems)).replace("%", "%%"))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class LoadedCourse:
    """What loading one course did."""

    slug: str
    title: str
    modules: int
    changed: int


def load_courses(
    database: Database,
    files: FileStore,
    root: Path,
    *,
    now: datetime,
    tenant_id: int = LIBRARY_TENANT_ID,
    default_voice: str = "openjtalk/mei",
) -> list[LoadedCourse]:
    """Publish every course below ``root`` where its content changed.

    Modules that are as they were published last are not even parsed. Files go into the store
    first, then each course is written in one transaction, and last the programmes. What the
    folder does not name stays as it is, so an operator's folder and ours live side by side.

    Raises:
        SourceError: a course has errors; courses before it are loaded, nothing of it is. Or a
            programme has; then all courses are loaded, and the stored programmes stay.
    """
    with database.transaction(tenant_id) as session:
        service.ensure_tiers(session)
    loaded = []
    for position, folder in enumerate(textformat.iter_courses(root), start=1):
        course, problems = textformat.read_course(folder)
        if course is None:
            raise SourceError([p for p in problems if not p.warning])
        with database.session(tenant_id, read_only=True) as session:
            hashes = queries.newest_hashes(session, course.id)
        contents = {
            name: None
            if hashes.get(name) == digest_folder(folder / name)
            else read_content(folder / name, files)
            for name in course.modules
        }
        loaded.append(
            _publish(
                database,
                course,
                contents,
                now=now,
                tenant_id=tenant_id,
                position=position,
                default_voice=default_voice,
            )
        )
    _save_programmes(database, root, now=now, tenant_id=tenant_id)
    return loaded


def _save_programmes(database: Database, root: Path, *, now: datetime, tenant_id: int) -> None:
    read, problems = textformat.read_programmes(root)
    if errors := [p for p in problems if not p.warning]:
        raise SourceError(errors)
    sources = [programme for _file, programme in read]
    with database.transaction(tenant_id) as session:
        programmes.save_programmes(session, sources, actor=system_actor(tenant_id), now=now)


def _publish(
    database: Database,
    source: CourseSource,
    contents: dict[str, ModuleContent | None],
    *,
    now: datetime,
    tenant_id: int,
    position: int,
    default_voice: str,
) -> LoadedCourse:
    actor = system_actor(tenant_id)
    changed = 0
    with database.transaction(tenant_id) as session:
        course = service.save_course(session, source, actor=actor, now=now, position=position)
        for place, (slug, content) in enumerate(contents.items(), start=1):
            if content is None:
                continue
            publication = service.publish_module(
                session,
                course,
                slug,
                content,
                actor=actor,
                now=now,
                default_voice=default_voice,
                position=place,
            )
            changed += publication.changed
    return LoadedCourse(source.id, source.title, len(contents), changed)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a module folder as they lie there."""

    text: str
    text_en: str
    readings_text: str
    assets: dict[str, bytes]


def _read_files(folder: Path) -> _Files:
    english, readings = folder / "module.en.md", folder / "readings.csv"
    return _Files(
        text=_text(folder / "module.md"),
        text_en=_text(english) if english.exists() else "",
        readings_text=_text(readings) if readings.exists() else "",
        assets={
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted((folder / "assets").rglob("*"))
            if path.is_file() and is_asset(path.name)
        },
    )


def _text(file: Path) -> str:
    # What is not UTF-8 is found by the parser, which names the line.
    text = file.read_bytes().decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def digest_folder(folder: Path) -> str:
    """What ``ModuleContent.digest`` says of a module folder, without reading what it means."""
    found = _read_files(folder)
    shas = {name: hashlib.sha256(data).hexdigest() for name, data in found.assets.items()}
    return digest_of(found.text, found.text_en, found.readings_text, shas)


def read_content(folder: Path, files: FileStore) -> ModuleContent:
    """Read one module folder; its pictures and recordings go into the store.

    Raises:
        SourceError: the module or its translation has errors.
    """
    source, problems = textformat.read_module(folder)
    source_en = None
    if source is not None:
        source_en, found = textformat.read_translation(folder, source)
        problems = [*problems, *found]
    errors = [p for p in problems if not p.warning]
    if source is None or errors:
        raise SourceError(errors)
    stored = _read_files(folder)
    return ModuleContent(
        source=source,
        source_text=stored.text,
        source_en=source_en,
        source_text_en=stored.text_en if source_en is not None else "",
        readings_text=stored.readings_text,
        assets=store_assets(files, stored.assets),
    )
