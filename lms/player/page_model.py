"""What the player's templates are given: frozen values, already authorised and already safe.

``lms.player.render`` builds them. Field names ending in ``_html`` hold HTML that has been cleaned
and may be printed as it is; every other text is escaped by the template. Times are seconds from
the start of the slide, sizes are CSS pixels, and addresses are paths of this server.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Response = str | Sequence[str] | Mapping[str, str]
"""An answer as the browser sends it: an option id or text (single, truefalse, text, numeric,
scale), option ids (multiple; order: in the chosen order) or left id → right id (match)."""


class NextKind(StrEnum):
    """Where the learner goes after the module."""

    QUIZ = "quiz"
    MODULE = "module"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class PictureView:
    """The picture of an imported slide. ``zoom_src`` is the large one, empty if there is none."""

    src: str
    width: int
    height: int
    alt: str = ""
    zoom_src: str = ""


@dataclass(frozen=True, slots=True)
class HotspotView:
    """A link on the picture; ``x y w h`` are fractions of it. ``href`` is ``#slide-…`` or a URL."""

    label: str
    href: str
    x: float
    y: float
    w: float
    h: float

    @property
    def slide(self) -> str:
        """Id of the slide it jumps to, empty for a link that leaves the module."""
        return self.href.removeprefix("#slide-") if self.href.startswith("#slide-") else ""


@dataclass(frozen=True, slots=True)
class OptionView:
    """A choice. ``id`` is opaque: it says nothing about the order of the source."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """What the server told about an answer. ``correct`` is ``None`` for a survey."""

    correct: bool | None
    feedback_html: str = ""
    points: str = ""
    retry: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A graded question or (``survey``) a survey item that pauses playback.

    ``kind`` is a value of ``QuestionKind`` or ``SurveyKind``. ``options`` are shuffled already;
    ``matches`` is the right side of a match question. ``key`` makes a repeated submission count
    once. ``slide`` names the slide that teaches it. A scale runs from 1 to ``steps``.
    """

    id: str
    kind: str
    prompt: str
    key: str
    options: tuple[OptionView, ...] = ()
    matches: tuple[OptionView, ...] = ()
    unit: str = ""
    slide: str = ""
    survey: bool = False
    required: bool = False
    steps: int = 5
    low: str = ""
    high: str = ""
    response: Response | None = None
    result: ResultView | None = None
    error: str = ""
    """Why the response was not taken, for forms sent without the script."""

    def chose(self, option_id: str) -> bool:
        """Whether the stored response holds this choice (single, multiple, scale)."""
        if self.response is None or isinstance(self.response, Mapping):
            return False
        return option_id in ([self.response] if isinstance(self.response, str) else self.response)

    def chosen_match(self, left_id: str) -> str:
        """Return the stored right side for ``left_id``, or an empty string."""
        return self.response.get(left_id, "") if isinstance(self.response, Mapping) else ""

    @property
    def text_response(self) -> str:
        """The stored response of a text or numeric question."""
        return self.response if isinstance(self.response, str) else ""

    @property
    def shown_options(self) -> tuple[OptionView, ...]:
        """The options, for an order question in the order that was answered last."""
        if self.kind != "order" or not isinstance(self.response, (list, tuple)):
            return self.options
        place = {option_id: number for number, option_id in enumerate(self.response)}
        return tuple(sorted(self.options, key=lambda option: place.get(option.id, len(place))))


@dataclass(frozen=True, slots=True)
class SlideView:
    """One slide. ``duration`` is never taken from the audio file but from its timeline.

    ``silent`` says that there is no speech (yet): the player keeps the time by a clock.
    """

    id: str
    number: int
    title: str
    body_html: str
    duration: float
    sentences: tuple[str, ...] = ()
    """What is spoken: each one is a caption and a line of the transcript."""
    timing_json: str = "[]"
    """When it is spoken (``render.timing``) as JSON: only numbers, commas and brackets."""
    layout: str = ""
    picture: PictureView | None = None
    hotspots: tuple[HotspotView, ...] = ()
    description_html: str = ""
    audio_url: str = ""
    silent: bool = False
    source_note: str = ""
    checked_on: date | None = None
    review_by: date | None = None
    questions: tuple[QuestionView, ...] = ()
    surveys: tuple[QuestionView, ...] = ()
    seen: bool = False
    made_from: Hashable = None
    """Frozen values that everything but questions and ``seen`` was made from; None: none known."""

    @property
    def stops(self) -> tuple[QuestionView, ...]:
        """Everything that pauses playback at the end of the slide, in order."""
        return self.questions + self.surveys


@dataclass(frozen=True, slots=True)
class Tick:
    """A completion rule of the module and whether it is met (AS-6)."""

    id: str
    label: str
    done: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes after the module."""

    kind: NextKind
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Where the learner stopped."""

    slide: str
    position: float


@dataclass(frozen=True, slots=True)
class PlayerUrls:
    """Addresses the page needs. ``text`` is the text edition, ``module`` the player itself."""

    module: str
    text: str
    progress: str
    answer: str
    exit: str
    sign_in: str = ""


@dataclass(frozen=True, slots=True)
class PlayerSettings:
    """Defaults of the tenant; the learner's own choice on this device comes before them."""

    rate: float = 1.0
    captions: bool = True
    advance: bool = True

    @property
    def values(self) -> dict[str, float | bool]:
        """The names the script uses (``static/js/player/settings.js``)."""
        return {"rate": self.rate, "captions": self.captions, "advance": self.advance}


@dataclass(frozen=True, slots=True)
class PlayerPage:
    """A module for one learner in one launch.

    ``account`` is an opaque key of tenant and account: progress that could not be sent yet is
    kept under it in the browser, and belongs to nobody else on a shared PC. ``used_up`` is the
    page that says how to go on where no attempt is left at the quiz, else empty.
    """

    title: str
    course_title: str
    course_url: str
    launch_id: str
    account: str
    lang: str
    title_lang: str
    urls: PlayerUrls
    slides: tuple[SlideView, ...]
    next: NextStep | None = None
    used_up: str = ""
    resume: Resume | None = None
    ticks: tuple[Tick, ...] = ()
    completed: bool = False
    settings: PlayerSettings = PlayerSettings()
    license: str = ""
    voice_credit: str = ""

    @property
    def made_from(self) -> Hashable:
        """What the slides, their sources and the credits were made from (see ``SlideView``)."""
        slides = tuple(slide.made_from for slide in self.slides)
        return None if None in slides else (slides, self.license, self.voice_credit)

    @property
    def duration(self) -> float:
        """Seconds of all slides together."""
        return sum(slide.duration for slide in self.slides)

    @property
    def graded(self) -> tuple[QuestionView, ...]:
        """The graded questions inside the slides."""
        return tuple(question for slide in self.slides for question in slide.questions)

    @property
    def right(self) -> int:
        """How many of them were answered correctly."""
        return sum(1 for question in self.graded if question.result and question.result.correct)

    @property
    def stops(self) -> tuple[tuple[SlideView, QuestionView], ...]:
        """All questions and survey items inside the slides, each with its slide."""
        return tuple((slide, stop) for slide in self.slides for stop in slide.stops)

    @property
    def open_count(self) -> int:
        """How many of them are not answered yet."""
        return sum(1 for _, stop in self.stops if stop.result is None)
