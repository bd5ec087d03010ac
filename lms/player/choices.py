"""Choices without a giveaway: shuffled, with ids that do not tell the order of the source.

Everything here is pure. The same seed gives the same ids and the same order, so nothing has to be
stored besides the seed of the launch or attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from lms.player.page_model import OptionView, Response

_FIXED_ORDER = frozenset({"truefalse", "scale"})


def opaque_id(seed: str, question: str, option: str) -> str:
    """Return the id under which ``option`` is shown: ten hexadecimal digits (keyed BLAKE2b)."""
    key = blake2b(seed.encode(), digest_size=32).digest()
    text = f"{question}\0{option}".encode()
    return blake2b(text, key=key, digest_size=5).hexdigest()


def present(
    options: Sequence[tuple[str, str]], *, seed: str, question: str, kind: str, shuffle: bool = True
) -> tuple[OptionView, ...]:
    """Return the options as they are shown.

    Args:
        options: stored id and text, in the order of the source.
        seed: secret of the launch or attempt; a learner must not be able to guess it.
        question: id of the question.
        kind: a ``QuestionKind``; 正しい and 誤り always keep their order, and the items of an
            order question are never shown in the right order by chance.
        shuffle: the author's choice; an order question is shuffled all the same.
    """
    views = [OptionView(opaque_id(seed, question, stored), text) for stored, text in options]
    if kind in _FIXED_ORDER or (not shuffle and kind != "order"):
        return tuple(views)
    shuffled = sorted(views, key=lambda view: opaque_id(seed, question + "\0place", view.id))
    if kind == "order" and shuffled == views and len(views) > 1:
        shuffled = shuffled[1:] + shuffled[:1]
    return tuple(shuffled)


def stored_response(
    response: Response, stored_ids: Iterable[str], *, seed: str, question: str
) -> Response:
    """Return a browser's response with the stored ids in the place of the opaque ones.

    What is no known opaque id (a text, a number, a made-up id) comes back unchanged, to be judged
    by whoever grades it.
    """
    known = {opaque_id(seed, question, stored): stored for stored in stored_ids}
    return _translated(response, known)


def shown_response(
    response: Response, stored_ids: Iterable[str], *, seed: str, question: str
) -> Response:
    """The reverse of :func:`stored_response`: a stored answer for the page of another launch."""
    known = {stored: opaque_id(seed, question, stored) for stored in stored_ids}
    return _translated(response, known)


def _translated(response: Response, known: Mapping[str, str]) -> Response:
    if isinstance(response, str):
        return known.get(response, response)
    if isinstance(response, Mapping):
        return {known.get(left, left): known.get(right, right) for left, right in response.items()}
    return [known.get(item, item) for item in response]
