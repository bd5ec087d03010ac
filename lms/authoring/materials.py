"""The list of materials: drafts and published modules with what a trainer looks for at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from lms.authoring import queries
from lms.authoring.models import DraftRevision
from lms.authoring.queries import MaterialRow, OwnModuleRow
from lms.authoring.rules import readiness, small_picture
from lms.catalog import textformat
from lms.core.db.kept import kept_many

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


class Learners(Protocol):
    """Who knows how many people have begun modules; a question to the slice of learning."""

    def __call__(self, session: Session, module_ids: Collection[int]) -> Mapping[int, int]:
        """People by the key of the module; modules that nobody has begun may be left out."""
        ...


_learners: list[Learners] = []


def install_learners(*sources: Learners) -> None:
    """Say who counts learners; called once by the wiring."""
    _learners[:] = sources


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """What a saved state of a draft says about itself; it never changes.

    ``picture`` is the stored small picture of the first slide, ``todos`` what is still to do.
    """

    picture: Mapping[str, Any] | None = None
    todos: int = 0


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything the list shows; ``facts`` by the key of a revision, ``learners`` of a module."""

    drafts: tuple[MaterialRow, ...]
    modules: tuple[OwnModuleRow, ...]
    facts: Mapping[int, RevisionFacts]
    learners: Mapping[int, int]


def list_all(session: Session) -> Materials:
    """The drafts and live modules of the municipality; at most four statements."""
    drafts, modules = queries.list_materials(session), queries.list_own_modules(session)
    module_ids = {row.module_id for row in drafts if row.module_id is not None}
    module_ids |= {row.module_id for row in modules}
    learners: dict[int, int] = {}
    for source in _learners if module_ids else ():
        learners |= source(session, module_ids)
    return Materials(
        drafts, modules, _facts(session, {row.revision_id for row in drafts}), learners
    )


def _facts(session: Session, revision_ids: set[int]) -> dict[int, RevisionFacts]:
    def read(missing: list[int]) -> dict[int, RevisionFacts]:
        rows = session.execute(
            select(DraftRevision.id, DraftRevision.source_text, DraftRevision.assets).where(
                DraftRevision.id.in_(missing)
            )
        )
        return {key: _read(text, assets) for key, text, assets in rows}

    return kept_many(session, "draft-facts", revision_ids, read)


def _read(text: str, assets: Mapping[str, Any]) -> RevisionFacts:
    source, _problems = textformat.parse_module(text, file=textformat.MODULE_FILE)
    if source is None:
        return RevisionFacts()
    first = next((slide for slide in source.slides if not slide.hidden), None)
    picture = first.picture.src if first is not None and first.picture is not None else ""
    return RevisionFacts(small_picture(picture, assets), len(readiness(source)))
