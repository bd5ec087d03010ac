"""Pure decisions about progress: what a beat is, which time counts, what completes a module.

Progress is monotonous: what was seen, answered or passed stays so, whatever comes later and in
whatever order it arrives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lms.catalog.source import CompletionPolicy
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

SLACK = timedelta(seconds=10)
"""How far credited time may run ahead of the server's clock (network delay, rounding)."""

MAX_BEATS = 500
"""A request carries at most this many beats; the player sends 200."""

MAX_SEQ = 2**31 - 1
MAX_KEY = 200
"""Longest slide key; a longer one is no key of ours."""

MAX_SECONDS = 86_400.0 * 3
"""Unsent beats are kept for 72 hours, so no single one can claim more."""


class BeatKind(StrEnum):
    """What the player observed: a slide was opened, time went by, a slide was played out."""

    SLIDE = "slide"
    BEAT = "beat"
    END = "end"


@dataclass(frozen=True, slots=True)
class Beat:
    """One observation. ``seq`` counts from 1 in each launch; times are seconds.

    ``at`` is the learner's own clock and only orders events; it never earns time.
    """

    seq: int
    slide: str
    kind: BeatKind
    position: float = 0.0
    seconds: float = 0.0
    at: datetime | None = None


def read_beats(raw: object) -> tuple[Beat, ...]:
    """The beats of a request, by ``seq``; of a repeated ``seq`` only the first.

    Args:
        raw: decoded JSON, a list of ``{seq, slide, kind, position, seconds, at}``.

    Raises:
        DomainError: ``beat.malformed``; nothing of the request is taken.
    """
    if not isinstance(raw, list) or not 0 < len(raw) <= MAX_BEATS:
        raise _malformed()
    found: dict[int, Beat] = {}
    for item in raw:
        beat = _beat(item)
        found.setdefault(beat.seq, beat)
    return tuple(found[seq] for seq in sorted(found))


_KINDS = frozenset(member.value for member in BeatKind)


def _beat(item: object) -> Beat:
    if not isinstance(item, dict):
        raise _malformed()
    seq, slide, kind = item.get("seq"), item.get("slide"), item.get("kind")
    # True is an int in Python, and a beat number it is not.
    if type(seq) is not int or not 1 <= seq <= MAX_SEQ:
        raise _malformed()
    if not isinstance(slide, str) or not 0 < len(slide) <= MAX_KEY:
        raise _malformed()
    if not isinstance(kind, str) or kind not in _KINDS:
        raise _malformed()
    return Beat(
        seq=seq,
        slide=slide,
        kind=BeatKind(kind),
        position=_seconds(item.get("position", 0)),
        seconds=_seconds(item.get("seconds", 0)),
        at=_moment(item.get("at")),
    )


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _malformed()
    if not math.isfinite(value):
        raise _malformed()
    return min(max(float(value), 0.0), MAX_SECONDS)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _malformed() -> DomainError:
    return DomainError("beat.malformed", "The progress could not be read. Load the page again.")


def seen_at(beat: Beat, *, opened_at: datetime, now: datetime) -> datetime:
    """When a beat happened: the learner's clock, kept between the opening and now."""
    if beat.at is None:
        return now
    return min(max(beat.at, opened_at), now)


@dataclass(frozen=True, slots=True)
class Credit:
    """Seconds credited to each beat, and the person's clock after it."""

    seconds: tuple[float, ...]
    clock: datetime

    @property
    def total(self) -> float:
        return sum(self.seconds)


def credit(
    claims: Sequence[float], *, clock: datetime | None, opened_at: datetime, now: datetime
) -> Credit:
    """How much of the claimed time counts.

    No more than the wall clock moved since the person's last accounted moment (or since this
    launch was opened, if that was later) plus ``SLACK``. Because the clock belongs to the person
    and moves on by what was credited, two launches at once share one wall clock and the slack is
    given once, not once a beat. Beats that waited for the network are credited in full, because
    the clock stood still while they waited.
    """
    base = opened_at if clock is None else max(clock, opened_at)
    room = max(0.0, (now - base + SLACK).total_seconds())
    granted = []
    for claim in claims:
        part = math.floor(min(max(claim, 0.0), room) * 1000) / 1000
        room -= part
        granted.append(part)
    return Credit(tuple(granted), max(now, base + timedelta(seconds=sum(granted))))


@dataclass(frozen=True, slots=True)
class Observation:
    """A stored beat: what counts of it."""

    slide: str
    kind: BeatKind
    position: float
    seconds: float
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class SlideView:
    """What happened on one slide."""

    first_seen_at: datetime
    last_seen_at: datetime
    seconds: float
    times: int
    ended: bool


def slide_views(observations: Iterable[Observation]) -> dict[str, SlideView]:
    """Observations in any order, added up by slide."""
    views: dict[str, SlideView] = {}
    for seen in observations:
        times = 1 if seen.kind is BeatKind.SLIDE else 0
        ended = seen.kind is BeatKind.END
        was = views.get(seen.slide)
        if was is None:
            views[seen.slide] = SlideView(seen.seen_at, seen.seen_at, seen.seconds, times, ended)
        else:
            views[seen.slide] = SlideView(
                first_seen_at=min(was.first_seen_at, seen.seen_at),
                last_seen_at=max(was.last_seen_at, seen.seen_at),
                seconds=was.seconds + seen.seconds,
                times=was.times + times,
                ended=was.ended or ended,
            )
    return views


def latest(observations: Iterable[Observation]) -> Observation | None:
    """Where the person was last; among equal times the one that came later in the row."""
    found = None
    for seen in observations:
        if found is None or seen.seen_at >= found.seen_at:
            found = seen
    return found


class TickKind(StrEnum):
    """The rules a module may have (AS-6)."""

    SLIDES = "slides"
    CHECKS = "checks"
    SURVEYS = "surveys"
    QUIZ = "quiz"


@dataclass(frozen=True, slots=True)
class Tick:
    """One rule of a module: how much of it is done.

    For the quiz ``need`` is the pass mark and ``score`` the official score, both in percent.
    """

    kind: TickKind
    done: bool
    have: int
    need: int
    score: float | None = None

    @property
    def missing(self) -> int:
        """How many are still open; 0 when the rule is met."""
        return 0 if self.done else max(self.need - self.have, 1)


@dataclass(frozen=True, slots=True)
class ModuleState:
    """Where one person is in one module. ``score`` is the official one, in percent."""

    slides_seen: int = 0
    slides_total: int = 0
    checks_answered: int = 0
    checks_total: int = 0
    surveys_answered: int = 0
    surveys_total: int = 0
    has_quiz: bool = False
    pass_mark: int = 80
    passed: bool = False
    score: float | None = None


def completion_policy(stored: Mapping[str, object]) -> CompletionPolicy:
    """The policy kept with a module version; names it does not know are left out."""
    return CompletionPolicy(**{name: bool(stored[name]) for name in _POLICY & stored.keys()})


_POLICY = {field.name for field in fields(CompletionPolicy)}


def module_ticks(policy: CompletionPolicy, state: ModuleState) -> tuple[Tick, ...]:
    """The rules of a module with what is done of each; never empty.

    A rule about something the module does not have is no rule. Where nothing else is asked, the
    slides have to be seen, because a module that completes itself would prove nothing.
    """
    slides = Tick(
        TickKind.SLIDES,
        state.slides_seen >= state.slides_total,
        min(state.slides_seen, state.slides_total),
        state.slides_total,
    )
    ticks = []
    if policy.slides:
        ticks.append(slides)
    for wanted, kind, have, need in (
        (policy.checks, TickKind.CHECKS, state.checks_answered, state.checks_total),
        (policy.surveys, TickKind.SURVEYS, state.surveys_answered, state.surveys_total),
    ):
        if wanted and need:
            ticks.append(Tick(kind, have >= need, min(have, need), need))
    if policy.quiz and state.has_quiz:
        ticks.append(
            Tick(
                TickKind.QUIZ,
                state.passed,
                math.floor(state.score or 0),
                state.pass_mark,
                state.score,
            )
        )
    return tuple(ticks) or (slides,)


def is_complete(ticks: Collection[Tick]) -> bool:
    """Whether every rule is met."""
    return all(tick.done for tick in ticks)


def course_score(scores: Iterable[float | None]) -> float | None:
    """Mean of the official module scores in percent; None as long as there is none."""
    given = [score for score in scores if score is not None]
    return round(sum(given) / len(given), 1) if given else None


def minutes_left(minutes: int, seen: int, total: int) -> int:
    """About how many minutes of a module are left, at least one while a slide is open."""
    if total <= 0:
        return minutes
    left = max(total - seen, 0)
    return max(1, round(minutes * left / total)) if left else 0
