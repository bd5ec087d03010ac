"""``courses/`` into the database: idempotent by content, all or nothing per course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.catalog import programmes, service, textformat
from lms.catalog.assets import store_assets
from lms.catalog.content import ModuleContent
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

    Files go into the store first, then each course is written in one transaction, and last the
    programmes of the folder, where it has any, take the place of those stored.

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
        contents = {name: read_content(folder / name, files) for name in course.modules}
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
    _save_programmes(database, root, tenant_id)
    return loaded


def _save_programmes(database: Database, root: Path, tenant_id: int) -> None:
    """Store the programmes of a folder; one that has none says nothing of those stored."""
    read, problems = textformat.read_programmes(root)
    if errors := [p for p in problems if not p.warning]:
        raise SourceError(errors)
    if read:
        with database.transaction(tenant_id) as session:
            programmes.save_programmes(session, [programme for _file, programme in read])


def _publish(
    database: Database,
    source: CourseSource,
    contents: dict[str, ModuleContent],
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


def read_content(folder: Path, files: FileStore) -> ModuleContent:
    """Read one module folder; its pictures and recordings go into the store.

    Raises:
        SourceError: the module or its translation has errors.
    """
    source, problems = textformat.read_module(folder)
    english_file = folder / "module.en.md"
    source_en, text_en = None, ""
    if source is not None and english_file.exists():
        source_en, found = textformat.read_translation(folder, source)
        text_en = english_file.read_bytes().decode("utf-8-sig", errors="replace")
        problems = [*problems, *found]
    errors = [p for p in problems if not p.warning]
    if source is None or errors:
        raise SourceError(errors)
    readings = folder / "readings.csv"
    pictures = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "assets").rglob("*"))
        if path.is_file()
    }
    return ModuleContent(
        source=source,
        source_text=(folder / "module.md").read_text(encoding="utf-8-sig"),
        source_en=source_en,
        source_text_en=text_en,
        readings_text=readings.read_text(encoding="utf-8-sig") if readings.exists() else "",
        assets=store_assets(files, pictures),
    )
