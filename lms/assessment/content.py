"""Questions as they are stored: what may be shown, and the key that may not. Pure.

An author's question becomes two mappings. ``body`` holds what every learner may see, ``key`` the
right answers and everything that gives them away. Options get random ids that are kept from one
version to the next as long as their text stays, so answers of different versions can be counted
together and an id says nothing about the author's order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from lms.assessment.values import QuestionKind, QuestionSource, SurveyKind, SurveySource
from lms.kernel import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

RenderText = Callable[[str], str]
"""Turns the Markdown of a prompt or explanation into safe HTML."""

_T = TypeVar("_T")
CHOICES = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE})
SURVEY_PREFIX = "survey-"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one question in one language. ``options`` maps a stored id to its text."""

    prompt: str
    prompt_html: str
    options: Mapping[str, str] = field(default_factory=dict)
    matches: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What may be shown. ``options`` and ``matches`` are stored ids in the author's order.

    For ``order`` and ``match`` the author's order is the answer, so there the ids are sorted.
    """

    options: tuple[str, ...]
    matches: tuple[str, ...]
    steps: int
    required: bool
    texts: Mapping[str, Texts]

    def text(self, locale: str) -> Texts:
        """The texts in a language; Japanese where the question was not translated."""
        return self.texts[self.lang(locale)]

    def lang(self, locale: str) -> str:
        """The language of ``text``."""
        return locale if self.texts.get(locale) else "ja"

    @property
    def units(self) -> frozenset[str]:
        """The word after a number, in every language in which the question is asked."""
        return frozenset(texts.unit for texts in self.texts.values() if texts.unit)


@dataclass(frozen=True, slots=True)
class Key:
    """The right answer.

    ``right`` holds option ids (``order``: in the right order), ``pairs`` left id to right id,
    ``answers`` the accepted texts or the one number. ``explanation`` and ``feedback`` (by option
    id) are HTML by language.
    """

    right: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    tolerance: str = "0"
    explanation: Mapping[str, str] = field(default_factory=dict)
    feedback: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def explain(self, locale: str) -> str:
        """The explanation as HTML, in Japanese where there is no translation."""
        return self.explanation.get(locale) or self.explanation.get("ja", "")

    def comment(self, locale: str, option: str) -> str:
        """What the author says about one option, as HTML; empty where nothing is said."""
        here = self.feedback.get(locale, {}).get(option, "")
        return here or self.feedback.get("ja", {}).get(option, "")


def render_text(text: str) -> str:
    """Markdown as safe HTML, without pictures and slots (the default of publishing)."""
    return markdown.to_html(text, resolve_asset=lambda _name: None, fill_slot=lambda _name: "")


def question_content(
    source: QuestionSource,
    english: QuestionSource | None,
    *,
    new_id: Callable[[], str],
    known: Mapping[str, str],
    render: RenderText = render_text,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return ``body`` and ``key`` of a question as JSON values.

    Args:
        source: the question in Japanese.
        english: its translation with the same number of options, or None.
        new_id: makes a random id.
        known: ids of the version before, by side and text (see :func:`known_ids`).
        render: Markdown to safe HTML.
    """
    known = dict(known)
    lefts = [_option_id(known, "options", option.text, new_id) for option in source.options]
    rights = _right_ids(source, known, new_id)
    matches = list(dict.fromkeys(rights.values()))
    hidden_order = source.kind in {QuestionKind.ORDER, QuestionKind.MATCH}
    languages = {"ja": source} | ({"en": english} if english is not None else {})
    body = {
        "options": sorted(lefts) if hidden_order else lefts,
        "matches": sorted(matches),
        "steps": 0,
        "required": True,
        "texts": {
            locale: _question_texts(each, lefts, source, rights, render)
            for locale, each in languages.items()
        },
    }
    answers = [text for each in languages.values() for text in each.answers]
    key = {
        "right": _right_options(source, lefts),
        "pairs": {
            left: rights[option.match]
            for left, option in zip(lefts, source.options, strict=True)
            if option.match
        },
        "answers": list(dict.fromkeys(answers)),
        "tolerance": source.tolerance,
        "explanation": {
            locale: render(each.explanation)
            for locale, each in languages.items()
            if each.explanation
        },
        "feedback": {
            locale: {
                left: render(option.feedback)
                for left, option in zip(lefts, each.options, strict=False)
                if option.feedback
            }
            for locale, each in languages.items()
        },
    }
    return body, key


def survey_content(
    source: SurveySource,
    english: SurveySource | None,
    *,
    new_id: Callable[[], str],
    known: Mapping[str, str],
    render: RenderText = render_text,
) -> dict[str, Any]:
    """Return ``body`` of a survey item as JSON values; a survey has no key."""
    known = dict(known)
    ids = [_option_id(known, "options", text, new_id) for text in source.options]
    languages = {"ja": source} | ({"en": english} if english is not None else {})
    return {
        "options": ids,
        "matches": [],
        "steps": source.steps if source.kind is SurveyKind.SCALE else 0,
        "required": source.required,
        "texts": {
            locale: {
                "prompt": markdown.to_text(each.prompt),
                "prompt_html": render(each.prompt),
                "options": dict(
                    zip(ids, map(_line, _padded(each.options, source.options)), strict=True)
                ),
                "low": each.low,
                "high": each.high,
            }
            for locale, each in languages.items()
        },
    }


def known_ids(body: Mapping[str, Any]) -> dict[str, str]:
    """The option ids of a stored question by side and Japanese text, to be used again."""
    texts = body["texts"]["ja"]
    return {
        f"{side}\0{text}": option
        for side in ("options", "matches")
        for option, text in texts.get(side, {}).items()
    }


def read_body(raw: Mapping[str, Any]) -> Body:
    """Return a stored body."""
    return Body(
        options=tuple(raw["options"]),
        matches=tuple(raw["matches"]),
        steps=raw["steps"],
        required=raw["required"],
        texts={locale: Texts(**values) for locale, values in raw["texts"].items()},
    )


def read_key(raw: Mapping[str, Any]) -> Key:
    """Return a stored key."""
    return Key(
        right=tuple(raw["right"]),
        pairs=raw["pairs"],
        answers=tuple(raw["answers"]),
        tolerance=raw["tolerance"],
        explanation=raw["explanation"],
        feedback=raw["feedback"],
    )


def _option_id(known: dict[str, str], side: str, text: str, new_id: Callable[[], str]) -> str:
    # Taken out, so that two options of the same text never share one id.
    return known.pop(f"{side}\0{_line(text)}", "") or new_id()


def _right_ids(
    source: QuestionSource, known: dict[str, str], new_id: Callable[[], str]
) -> dict[str, str]:
    """Right side of each pair to its id; equal texts are one choice (sorting into groups)."""
    rights: dict[str, str] = {}
    for option in source.options:
        if option.match and option.match not in rights:
            rights[option.match] = _option_id(known, "matches", option.match, new_id)
    return rights


def _right_options(source: QuestionSource, lefts: Sequence[str]) -> list[str]:
    if source.kind is QuestionKind.ORDER:
        return list(lefts)
    if source.kind not in CHOICES:
        return []
    return [left for left, option in zip(lefts, source.options, strict=True) if option.correct]


def _question_texts(
    each: QuestionSource,
    lefts: Sequence[str],
    source: QuestionSource,
    rights: Mapping[str, str],
    render: RenderText,
) -> dict[str, Any]:
    options = _padded(each.options, source.options)
    return {
        "prompt": markdown.to_text(each.prompt),
        "prompt_html": render(each.prompt),
        "options": {left: _line(option.text) for left, option in zip(lefts, options, strict=True)},
        "matches": {
            rights[own.match]: _line(option.match or own.match)
            for own, option in zip(source.options, options, strict=True)
            if own.match
        },
        "unit": each.unit or source.unit,
    }


def _padded(translated: Sequence[_T], source: Sequence[_T]) -> list[_T]:
    """The translation, filled up from the source where it is shorter and cut where it is longer."""
    return [*translated[: len(source)], *source[len(translated) :]]


def _line(text: str) -> str:
    return " ".join(markdown.to_text(text).split("\n")) or text
