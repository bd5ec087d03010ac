"""The two decks that ship with the product, imported into the demo municipality as staff would."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.authoring import service as authoring
from lms.authoring.models import DeckImport, Draft
from lms.authoring.sample_decks import SAMPLES, write_sample_decks
from lms.catalog import service as catalog
from lms.catalog.source import CourseSource
from lms.core.access import Role
from lms.ops import importing
from lms.ops.demo.acting import actor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.core.access import Actor
    from lms.jobs.running import Runtime
    from lms.ops.importing import Show

TRAINER = "0000103"
COURSE = CourseSource(
    id="how-we-work",
    tier="general",
    title="青葉市の仕事の進め方",
    title_en="How Aoba City works",
    modules=(),
    summary="青葉市の職員がPowerPointで作った、庁内の仕事の進め方を学ぶ講座です。電子決裁の使い方と、窓口や通知で使う「やさしい日本語」を身に付けます。",
    summary_en="Made by Aoba City's own staff from PowerPoint: electronic approval, and plain Japanese for the counter and for letters.",
    objective="電子決裁で起案から決裁までを進め、住民に伝わる日本語で案内できる。",
    objective_en="Take a proposal through approval, and guide residents in plain Japanese.",
)


def decks_missing(runtime: Runtime, tenant_id: int) -> list[str]:
    """File names of the sample decks that the municipality has not imported and published yet."""
    with runtime.database.session(tenant_id, read_only=True) as session:
        there = session.scalars(
            select(DeckImport.file_name)
            .join(Draft, Draft.id == DeckImport.draft_id)
            .where(Draft.published_revision > 0)
        ).all()
    return [name for name in SAMPLES if name not in there]


def queue_decks(runtime: Runtime, tenant_id: int, names: list[str]) -> list[tuple[str, str]]:
    """Queue the import of these decks; returns their names with the public ids of the imports."""
    actor = _trainer(runtime, tenant_id)
    with runtime.database.transaction(tenant_id) as session:
        catalog.save_course(
            session,
            COURSE,
            actor=actor,
            now=runtime.clock.now(),
            owner_employee_id=actor.employee_id,
        )
    with tempfile.TemporaryDirectory(prefix="lms-decks-") as folder:
        files = [path for path in write_sample_decks(Path(folder)) if path.name in names]
        return [
            (
                path.name,
                importing.start_import(
                    runtime,
                    tenant_id,
                    importing.DeckFiles(path),
                    actor=actor,
                    course=COURSE.id,
                ),
            )
            for path in files
        ]


def publish_decks(
    runtime: Runtime,
    tenant_id: int,
    imports: list[tuple[str, str]],
    show: Callable[[str], Show],
) -> None:
    """Wait for these imports and make each module live; its speech goes on in the background.

    Raises:
        DomainError: a deck could not be imported.
    """
    actor = _trainer(runtime, tenant_id)
    for name, public_id in imports:
        row = importing.follow_import(runtime, tenant_id, public_id, show(name))
        with runtime.database.transaction(tenant_id) as session:
            authoring.publish_draft(
                session,
                session.get_one(Draft, row.draft_id),
                importing.find_course(session, COURSE.id),
                actor=actor,
                now=runtime.clock.now(),
                default_voice=runtime.settings.voice,
            )


def _trainer(runtime: Runtime, tenant_id: int) -> Actor:
    with runtime.database.session(tenant_id, read_only=True) as session:
        return actor_of(session, TRAINER, Role.TRAINER)
