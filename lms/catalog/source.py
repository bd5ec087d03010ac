"""The course text format in memory: value types shared by files, deck import, editor and export.

Everything here is pure and frozen. ``lms.catalog.textformat`` reads and writes these types as
Markdown and TOML; ``courses/README.md`` describes the format for authors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    TEXT = "text"
    NUMERIC = "numeric"
    ORDER = "order"
    MATCH = "match"


class SurveyKind(StrEnum):
    """How a survey item is answered; never graded."""

    SCALE = "scale"
    SINGLE = "single"
    MULTIPLE = "multiple"
    TEXT = "text"


class Feedback(StrEnum):
    """When a learner may see which answers were right."""

    AFTER_SUBMIT = "after-submit"
    AFTER_PASS = "after-pass"  # noqa: S105 - a policy name
    SCORE_ONLY = "score-only"


class GradePolicy(StrEnum):
    """Which attempt gives the official score (AS-8)."""

    FIRST = "first"
    BEST = "best"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class OptionSource:
    """One choice, pair or item of a question.

    ``text`` is what is shown. For ``match`` it is the left side and ``match`` the right side.
    For ``order`` the position in ``QuestionSource.options`` is the right order.
    """

    text: str
    correct: bool = False
    feedback: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """A graded question.

    ``answers`` holds the accepted texts of a ``text`` question, or one decimal number for
    ``numeric`` with ``tolerance`` on both sides. ``slide`` names the slide that teaches it.
    """

    id: str
    kind: QuestionKind
    prompt: str
    options: tuple[OptionSource, ...] = ()
    answers: tuple[str, ...] = ()
    tolerance: str = "0"
    unit: str = ""
    points: int = 1
    explanation: str = ""
    slide: str = ""
    skill: str = ""


@dataclass(frozen=True, slots=True)
class SurveySource:
    """A survey item: pauses playback like a question and is never graded."""

    id: str
    kind: SurveyKind
    prompt: str
    options: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    steps: int = 5
    required: bool = False


@dataclass(frozen=True, slots=True)
class PictureSource:
    """The picture of an imported slide: file names relative to the module folder."""

    src: str
    alt: str = ""
    zoom: str = ""
    decorative: bool = False


@dataclass(frozen=True, slots=True)
class HotspotSource:
    """A link drawn on the picture. ``x y w h`` are fractions of the picture (0 to 1).

    ``target`` is ``#slide-id`` or an ``https:``/``mailto:`` address.
    """

    label: str
    target: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class SlideSource:
    """One slide. ``id`` never changes once learners have seen it.

    ``body`` is the Markdown subset; for an imported slide it is the text of the slide in
    reading order, shown to screen readers and search while ``picture`` is shown to the eye.
    ``script`` is what is spoken, one sentence a line, with reading and pause marks.
    """

    id: str
    title: str
    body: str = ""
    script: str = ""
    layout: str = ""
    picture: PictureSource | None = None
    hotspots: tuple[HotspotSource, ...] = ()
    description: str = ""
    source_note: str = ""
    checked_on: date | None = None
    review_by: date | None = None
    questions: tuple[QuestionSource, ...] = ()
    surveys: tuple[SurveySource, ...] = ()
    audio: str = ""
    pptx_id: int | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class QuizPolicy:
    """Rules of the quiz at the end of a module. ``attempts`` and ``time_limit`` 0 mean no limit.

    ``draw`` questions are taken from the pool (0: all); ``pass_mark`` is a percentage;
    ``time_limit`` is in minutes.
    """

    draw: int = 0
    pass_mark: int = 80
    attempts: int = 0
    time_limit: int = 0
    shuffle: bool = True
    feedback: Feedback = Feedback.AFTER_SUBMIT
    grade: GradePolicy = GradePolicy.BEST


@dataclass(frozen=True, slots=True)
class CompletionPolicy:
    """What a learner must do to complete a module (AS-6)."""

    slides: bool = True
    checks: bool = False
    quiz: bool = True
    surveys: bool = False


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """A module: slides with scripts, questions and rules."""

    title: str
    slides: tuple[SlideSource, ...]
    title_en: str = ""
    summary: str = ""
    summary_en: str = ""
    objectives: tuple[str, ...] = ()
    lang: str = "ja"
    minutes: int = 0
    voice: str = ""
    license: str = ""
    skills: tuple[str, ...] = ()
    pool: tuple[QuestionSource, ...] = ()
    quiz: QuizPolicy = field(default_factory=QuizPolicy)
    completion: CompletionPolicy = field(default_factory=CompletionPolicy)
    readings: tuple[ReadingEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """One line of ``readings.csv``: how a word is spoken. ``accent`` is the nucleus (0: flat)."""

    surface: str
    kana: str
    accent: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class CourseSource:
    """``course.toml`` of one course; ``modules`` are folder names in order."""

    id: str
    tier: str
    title: str
    title_en: str
    modules: tuple[str, ...]
    code: str = ""
    summary: str = ""
    summary_en: str = ""
    objective: str = ""
    objective_en: str = ""
    required: bool = False
    open: bool = True
    certificate: bool = True
    certificate_title: str = ""
    certificate_title_en: str = ""
    prerequisites: tuple[str, ...] = ()
    license: str = "CC-BY-4.0"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about a source file, printed as ``file:line: message``.

    ``message`` is an English message id and ``values`` its named values.
    """

    file: str
    line: int
    message: str
    values: tuple[tuple[str, str], ...] = ()
    warning: bool = False

    def __str__(self) -> str:
        text = self.message % dict(self.values) if self.values else self.message
        return f"{self.file}:{self.line}: {text}"
