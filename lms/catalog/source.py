"""The course text format in memory: value types shared by files, deck import, editor and export.

Everything here is pure and frozen. ``lms.catalog.textformat`` reads and writes these types as
Markdown and TOML; ``courses/README.md`` describes the format for authors.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING

from lms.assessment.values import (
    Feedback,
    GradePolicy,
    OptionSource,
    QuestionKind,
    QuestionSource,
    QuizPolicy,
    SurveyKind,
    SurveySource,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "CompletionPolicy",
    "CourseSource",
    "Feedback",
    "GradePolicy",
    "HotspotSource",
    "ModuleSource",
    "OptionSource",
    "PictureSource",
    "Problem",
    "QuestionKind",
    "QuestionSource",
    "QuizPolicy",
    "ReadingEntry",
    "SlideSource",
    "SurveyKind",
    "SurveySource",
    "texts_of",
]


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

    @property
    def checks(self) -> tuple[QuestionSource, ...]:
        """The questions inside the slides."""
        return tuple(question for slide in self.slides for question in slide.questions)

    @property
    def questions(self) -> tuple[QuestionSource, ...]:
        """Every question: those inside the slides, then the pool."""
        return (*self.checks, *self.pool)


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
    languages: tuple[str, ...] = ("ja",)
    """Languages in which every module is promised; others may be there for some."""


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

    def explain(self, translate: Callable[[str], str] = str) -> str:
        """What is wrong, without the place; ``translate`` gives message ids in a language."""
        message = translate(self.message)
        return message % dict(self.values) if self.values else message

    def line_in(self, translate: Callable[[str], str]) -> str:
        """The finding with its place, in a language."""
        return f"{self.file}:{self.line}: {self.explain(translate)}"

    def __str__(self) -> str:
        return self.line_in(str)


def texts_of(value: object) -> Iterator[str]:
    """Every text inside a source value, also inside the values it is made of."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_of(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from texts_of(getattr(value, part.name))
