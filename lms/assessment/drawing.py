"""Drawing questions from a pool and shuffling what is shown, by a stored seed. Pure.

Every choice follows from the seed, so nothing is stored besides it and a page that is opened
again looks the same. Order comes from a keyed hash instead of a random generator because it must
stay the same in every release of Python.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from lms.assessment.values import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from lms.assessment.responses import Response

ID_BYTES = 6


def _mark(seed: int, *parts: str) -> str:
    """Twelve hexadecimal digits that depend on the seed and every part (keyed BLAKE2b)."""
    key = seed.to_bytes(8, "big", signed=True)
    return blake2b("\0".join(parts).encode(), key=key, digest_size=ID_BYTES).hexdigest()


def draw(
    pool: Sequence[str],
    count: int,
    *,
    seed: int,
    shuffle: bool = True,
    seen: Collection[str] = (),
) -> list[str]:
    """Return the questions of an attempt in the order in which they are shown.

    Args:
        pool: distinct question codes in the author's order.
        count: how many to take; 0 or more than there are takes all.
        seed: the stored seed of the attempt.
        shuffle: False keeps the author's order among the drawn ones.
        seen: codes of earlier attempts; others are preferred, so that a repeat is no memory test.
    """
    size = min(count, len(pool)) if count > 0 else len(pool)
    lots = {code: _mark(seed, "draw", code) for code in pool}
    drawn = sorted(pool, key=lambda code: (code in seen, lots[code]))[:size]
    if shuffle:
        return sorted(drawn, key=lambda code: _mark(seed, "place", code))
    return [code for code in pool if code in set(drawn)]


def opaque_id(seed: int, code: str, stored: str) -> str:
    """The id under which a stored option is shown in one attempt.

    Stored ids are random, so neither they nor the order of the author can be found from it.
    """
    return _mark(seed, "id", code, stored)


def check_seed(employee_id: int, quiz_id: int) -> int:
    """The seed of a person's checks; it must be known before anything is written.

    It need not be secret: the stored ids it shuffles are random and never shown.
    """
    return int(_mark(0, "checks", str(employee_id), str(quiz_id))[:7], 16)


def arrange(
    ids: Sequence[str],
    *,
    seed: int,
    code: str,
    kind: str,
    shuffle: bool = True,
    right: Sequence[str] = (),
) -> list[str]:
    """Return stored option ids in the order in which they are shown.

    正しい and 誤り always keep their order. The items of an order question are always shuffled and
    never shown in the right order (``right``) by chance, which would be an answer without thought.
    """
    if kind == QuestionKind.TRUE_FALSE:
        return list(ids)
    if not shuffle and kind not in {QuestionKind.ORDER, QuestionKind.MATCH}:
        return list(ids)
    shown = sorted(ids, key=lambda stored: _mark(seed, "option", code, stored))
    if kind == QuestionKind.ORDER and shown == list(right) and len(shown) > 1:
        shown = shown[1:] + shown[:1]
    return shown


def stored_response(response: Response, stored: Iterable[str], *, seed: int, code: str) -> Response:
    """Return a response from the browser with stored ids in the place of the shown ones.

    What is no id of this question stays as it is, to be refused or graded as text.
    """
    return _translated(response, {opaque_id(seed, code, one): one for one in stored})


def shown_response(response: Response, stored: Iterable[str], *, seed: int, code: str) -> Response:
    """The reverse of :func:`stored_response`."""
    return _translated(response, {one: opaque_id(seed, code, one) for one in stored})


def _translated(response: Response, ids: Mapping[str, str]) -> Response:
    def one(value: object) -> str:
        # A made-up value of another type is passed on, and refused where shapes are checked.
        return ids.get(value, value) if isinstance(value, str) else value  # type: ignore[return-value]

    if isinstance(response, list):
        return [one(item) for item in response]
    if isinstance(response, dict):
        return {one(left): one(right) for left, right in response.items()}
    return one(response)
