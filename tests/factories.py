"""Content for tests, published through the services that the product uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.catalog import service
from lms.catalog.content import content_of
from lms.catalog.models import Narration
from lms.catalog.script import parse_script
from lms.catalog.source import (
    CompletionPolicy,
    CourseSource,
    ModuleSource,
    OptionSource,
    QuestionKind,
    QuestionSource,
    QuizPolicy,
    SlideSource,
    SurveyKind,
    SurveySource,
)
from lms.core.access import system_actor
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.player.timeline import silent_timeline, to_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.catalog.content import AssetRef
    from lms.core.db.engine import Database
    from lms.core.storage import FileStore

PUBLISHED = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)
RIGHT = "正しい選択肢"
WRONG = "誤った選択肢"


@dataclass(frozen=True, slots=True)
class MadeModule:
    """A published module: integer keys for services, public ids for addresses."""

    id: int
    public_id: str
    version_id: int
    final_quiz_id: int | None
    checks_quiz_id: int | None
    source: ModuleSource


@dataclass(frozen=True, slots=True)
class MadeCourse:
    """A published course."""

    id: int
    public_id: str
    slug: str
    tenant_id: int
    modules: tuple[MadeModule, ...]

    @property
    def url(self) -> str:
        return f"/courses/{self.public_id}"

    def learn(self, index: int = 0) -> str:
        """The address of a module's player."""
        return f"/learn/{self.public_id}/{self.modules[index].public_id}"


def question(code: str, *, slide: str = "") -> QuestionSource:
    """A single choice whose right option is called ``RIGHT``."""
    return QuestionSource(
        id=code,
        kind=QuestionKind.SINGLE,
        prompt=f"設問{code}: 正しいものを選んでください。",
        options=(
            OptionSource(RIGHT, correct=True, feedback=f"そのとおりです({code})。"),
            OptionSource(WRONG, feedback="もう一度考えましょう。"),
            OptionSource(f"{WRONG}その2"),
        ),
        explanation=f"解説{code}です。",
        slide=slide,
    )


def module_source(
    title: str = "守るものと脅威を知る",
    *,
    slides: int = 3,
    checks: bool = False,
    survey: bool = False,
    quiz: int = 2,
    completion: CompletionPolicy | None = None,
    policy: QuizPolicy | None = None,
    script: str = "これは読み上げる原稿です。\n二つ目の文です。",
) -> ModuleSource:
    """A module of ``slides`` slides ``s1``, ``s2`` …, a check ``c1`` and a survey ``v1`` on s2."""
    made = []
    for number in range(1, slides + 1):
        slide = SlideSource(
            id=f"s{number}",
            title=f"スライド{number}の題",
            body=f"- 要点{number}\n- もう一つの要点",
            script=script,
            source_note="総務省「地方公共団体における情報セキュリティポリシーに関するガイドライン」",
            checked_on=date(2026, 10, 1),
            review_by=date(2027, 9, 30),
        )
        if number == min(2, slides):
            slide = replace(
                slide,
                questions=(question("c1"),) if checks else (),
                surveys=(
                    SurveySource("v1", SurveyKind.SCALE, "分かりやすかったですか。", required=True),
                )
                if survey
                else (),
            )
        made.append(slide)
    return ModuleSource(
        title=title,
        title_en=f"{title} (English)",
        slides=tuple(made),
        summary="試験用の単元です。",
        minutes=12,
        pool=tuple(question(f"q{number:02}", slide="s1") for number in range(1, quiz + 1)),
        quiz=policy or QuizPolicy(pass_mark=80),
        completion=completion
        or CompletionPolicy(slides=True, checks=checks, quiz=quiz > 0, surveys=survey),
    )


def make_course(  # noqa: PLR0913 - the parts of a course that tests choose
    database: Database,
    slug: str = "information-security",
    *,
    tenant_id: int = LIBRARY_TENANT_ID,
    modules: tuple[ModuleSource, ...] | None = None,
    tier: str = "general",
    open_to_all: bool = True,
    title: str = "情報セキュリティ基礎",
    required: bool = False,
    prerequisites: tuple[str, ...] = (),
    assets: dict[str, AssetRef] | None = None,
    now: datetime = PUBLISHED,
) -> MadeCourse:
    """Publish a course; by default it belongs to the shared library and has one small module.

    Calling it again with other modules publishes a newer version of the same course.
    """
    sources = modules if modules is not None else (module_source(),)
    with database.transaction(LIBRARY_TENANT_ID) as session:
        service.ensure_tiers(session)
    actor = system_actor(tenant_id)
    with database.transaction(tenant_id) as session:
        course = service.save_course(
            session,
            CourseSource(
                id=slug,
                tier=tier,
                title=title,
                title_en=f"Course {slug}",
                modules=tuple(f"{n:02}-module" for n in range(1, len(sources) + 1)),
                summary="試験用の講座です。",
                summary_en="A course for tests.",
                objective="正しい行動を選べる。",
                objective_en="Choose the right action.",
                required=required,
                open=open_to_all,
                prerequisites=prerequisites,
            ),
            actor=actor,
            now=now,
        )
        made = []
        for number, source in enumerate(sources, start=1):
            publication = service.publish_module(
                session,
                course,
                f"{number:02}-module",
                content_of(source, assets=assets),
                actor=actor,
                now=now,
                position=number,
            )
            module = session.get_one(service.Module, publication.version.module_id)
            made.append(
                MadeModule(
                    id=module.id,
                    public_id=module.public_id,
                    version_id=publication.version.id,
                    final_quiz_id=module.final_quiz_id,
                    checks_quiz_id=module.checks_quiz_id,
                    source=source,
                )
            )
        return MadeCourse(course.id, course.public_id, slug, course.tenant_id, tuple(made))


def give_speech(session: Session, files: FileStore, sound: bytes = b"sound") -> None:
    """Have all scripts of the session's municipality spoken, in the time that they would take."""
    digest = files.put(sound)
    for row in session.scalars(select(Narration)):
        line = silent_timeline(parse_script(row.script))
        row.timeline, row.seconds = to_json(line), line.duration
        row.audio_sha, row.media_type, row.audio_bytes = digest, "audio/ogg", len(sound)
        row.ready_at = PUBLISHED


def translate_module(database: Database, made: MadeCourse, index: int) -> MadeCourse:
    """Publish a newer version of a module with an English edition beside it."""
    module = made.modules[index]
    slides = tuple(
        replace(
            slide,
            title=f"Slide {slide.id}",
            body="- A point",
            script="This is spoken.",
            questions=(),
            surveys=(),
            source_note="A guideline",
        )
        for slide in module.source.slides
    )
    english = replace(module.source, title="A translated module", lang="en", slides=slides, pool=())
    actor = system_actor(made.tenant_id)
    with database.transaction(made.tenant_id) as session:
        course = session.get_one(service.Course, made.id)
        publication = service.publish_module(
            session,
            course,
            f"{index + 1:02}-module",
            content_of(module.source, source_en=english),
            actor=actor,
            now=PUBLISHED,
            position=index + 1,
        )
        newer = replace(module, version_id=publication.version.id)
    modules = tuple(newer if place == index else old for place, old in enumerate(made.modules))
    return replace(made, modules=modules)
