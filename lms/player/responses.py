"""Answers of the player's plain forms, brought into the shape the script sends as JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lms.player.page_model import Response

ORDER_FIELD = "order-"
MATCH_FIELD = "match-"


def from_form(kind: str, fields: Iterable[tuple[str, str]]) -> Response:
    """Return the response in a posted form (see ``templates/player/_question.html``).

    Args:
        kind: a ``QuestionKind`` or ``SurveyKind``.
        fields: names and values as they were posted; unknown names are ignored.

    Returns:
        Option ids for ``multiple`` and ``order`` (by the places chosen; on a tie the order of the
        page), left id → right id for ``match``, otherwise the one value, empty if none was given.
    """
    pairs = list(fields)
    answers = [value for name, value in pairs if name == "answer"]
    if kind == "multiple":
        return answers
    if kind == "order":
        places = [(_place(v), n.removeprefix(ORDER_FIELD)) for n, v in _named(pairs, ORDER_FIELD)]
        return [option for _, option in sorted(places, key=lambda pair: pair[0])]
    if kind == "match":
        return {n.removeprefix(MATCH_FIELD): v for n, v in _named(pairs, MATCH_FIELD) if v}
    return answers[0].strip() if answers else ""


def _named(pairs: list[tuple[str, str]], prefix: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in pairs if name.startswith(prefix)]


def _place(value: str) -> float:
    return int(value) if value.isascii() and value.isdigit() else float("inf")
