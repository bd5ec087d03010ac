"""The page of the player for one learner, put together from catalogue, answers and progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.assessment.queries import check_questions
from lms.assessment.responses import from_form
from lms.catalog.queries import player_slides, shown_language
from lms.core.db.kept import kept
from lms.core.i18n import gettext as _
from lms.core.i18n import localized
from lms.kernel.ids import public_id
from lms.learning import queries, words
from lms.learning.outline import FailedQuizzes, failed_quizzes
from lms.player import render
from lms.player.facts import CREDITS, Site, slide_facts
from lms.player.page_model import (
    NextKind,
    NextStep,
    OptionView,
    PlayerPage,
    PlayerSettings,
    PlayerUrls,
    QuestionView,
    Response,
    ResultView,
    Resume,
    Tick,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.assessment.pages import CheckQuestion
    from lms.learning.access import LearnerModule


SLIDES_KEPT = 128
"""Modules whose slides stay in memory, some 100 KB each."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses to which a module may lead; empty where there is no such place."""

    quiz: str
    following: str
    course: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer inside a slide that was not taken: the question, the sent form, and why."""

    code: str
    fields: tuple[tuple[str, str], ...]
    message: str


def player_page(  # noqa: PLR0913 - whose page, of what, where and in which language
    session: Session,
    found: LearnerModule,
    *,
    employee_id: int,
    account: str,
    launch: str,
    urls: PlayerUrls,
    ways: Ways,
    site: Site,
    locale: str,
    refused: Refused | None = None,
) -> PlayerPage:
    """The page model of a module; at most nine statements, two more with a failed quiz.

    Args:
        session: of the reader's municipality.
        found: from ``access_module``.
        employee_id: the learner.
        account: opaque key of the learner for what waits in the browser.
        launch: token of this page.
        urls: addresses of the page.
        ways: where the learner may go after the last slide.
        site: what the page needs of the running site.
        locale: language of the reader; the slides are in it when all of them are translated.
        refused: an answer that was just sent and is asked for again.
    """
    shown = _shown(session, found.module.module_version_id, locale, site)
    lang = shown.lang
    stops = check_questions(session, found.module.checks_quiz_version_id, employee_id, lang)
    standing = _standing(session, found)
    seen: frozenset[str] = frozenset()
    if found.enrolment is not None and standing.progress is not None:
        seen = queries.seen_slides(session, found.enrolment.id, found.module.module_id)
    row = standing.progress
    failed = failed_quizzes(session, (standing,), employee_id)
    learner = render.LearnerFacts(
        launch_id=launch,
        account=account,
        stops={key: [_question(each, refused) for each in rows] for key, rows in stops.items()},
        seen=seen,
        ticks=tuple(
            Tick(tick.kind.value, words.rule_text(tick), tick.done) for tick in standing.ticks
        ),
        completed=row is not None and row.completed_at is not None,
        resume=Resume(row.slide_key, row.position) if row and row.slide_key else None,
        next=next_step(found, standing, ways, failed),
        used_up=ways.quiz if found.module.module_id in failed.used_up else "",
    )
    module = render.ModuleFacts(
        title=found.module.title,
        course_title=localized(found.course.title, found.course.title_en),
        course_url=urls.exit,
        lang=lang,
        title_lang=found.module.title_lang,
        license=found.module.license,
        voice_credit=CREDITS.get(found.module.voice, ""),
    )
    return render.player_page(
        module,
        shown.slides,
        learner,
        urls=urls,
        settings=PlayerSettings(),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The slides of a version in the language they are shown in; the same for every learner.

    ``spoken`` says that all speech is there, so that nothing of it will change.
    """

    lang: str
    slides: tuple[render.SlideFacts, ...]
    spoken: bool


def _shown(session: Session, module_version_id: int, locale: str, site: Site) -> _Shown:
    def read() -> _Shown:
        slides = player_slides(session, module_version_id)
        lang = shown_language([slide.content for slide in slides], locale)
        voices = [slide.narration_en if lang == "en" else slide.narration for slide in slides]
        return _Shown(
            lang,
            tuple(slide_facts(slide, lang, site) for slide in slides),
            spoken=all(voice is None or voice.ready_at is not None for voice in voices),
        )

    key = (module_version_id, locale, tuple(sorted(site.slots.items())))
    return kept(session, "slides", key, read, most=SLIDES_KEPT, settled=_is_spoken)


def _is_spoken(shown: _Shown) -> bool:
    return shown.spoken


def _standing(session: Session, found: LearnerModule) -> queries.ModuleStanding:
    enrolment_id = found.enrolment.id if found.enrolment else None
    return queries.course_progress(session, enrolment_id, (found.module,))[0]


def next_step(
    found: LearnerModule, standing: queries.ModuleStanding, ways: Ways, failed: FailedQuizzes
) -> NextStep:
    """What comes after the slides: the quiz as long as it can be passed, then the next module."""
    passed = standing.progress is not None and standing.progress.passed_at is not None
    closed = passed or found.module.module_id in failed.used_up
    if found.module.final_quiz_version_id is not None and not closed:
        return NextStep(NextKind.QUIZ, _("Go to the quiz"), ways.quiz)
    if found.following is not None:
        return NextStep(NextKind.MODULE, found.following.title, ways.following)
    title = localized(found.course.title, found.course.title_en)
    return NextStep(NextKind.COURSE, title, ways.course)


def _question(check: CheckQuestion, refused: Refused | None) -> QuestionView:
    row = check.question
    again = refused if refused is not None and refused.code == row.code else None
    result = None
    if check.result is not None:
        right = check.result.correct
        result = ResultView(right, check.result.feedback_html, retry=not right)
    elif check.answered_at is not None:
        result = ResultView(None)
    response: Response | None = from_form(row.kind, again.fields) if again else row.response
    return QuestionView(
        id=row.code,
        kind=row.kind,
        prompt=row.prompt,
        key=public_id(),
        options=tuple(OptionView(each.id, each.text) for each in row.options),
        matches=tuple(OptionView(each.id, each.text) for each in row.matches),
        unit=row.unit,
        slide=row.slide_key,
        survey=row.survey,
        required=row.required,
        steps=row.steps,
        low=row.low,
        high=row.high,
        response=response,
        result=result,
        error=again.message if again else "",
    )
