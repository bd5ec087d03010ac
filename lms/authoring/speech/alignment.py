"""Which words are spoken when: an engine's sounds laid over the words of the text. Pure."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.authoring.speech.provider import Phone, Token
    from lms.player.timeline import Word

Times = tuple[float, float]
"""Start and end in seconds."""

_SILENT = frozenset({"pau", "sil"})


def phones_of(names: Sequence[str], seconds: Sequence[float]) -> tuple[Phone, ...]:
    """Return sounds one after another, each as long as its entry in ``seconds``."""
    ends = list(accumulate(seconds))
    starts = [0.0, *ends[:-1]]
    return tuple(zip(starts, ends, names, strict=True))


def words_of(tokens: Sequence[Token], phones: Sequence[Phone], duration: float) -> tuple[Word, ...]:
    """Return when each word is spoken; together they cover the tokens' text without gaps.

    Where the sounds are not those of the tokens, time is shared out by the number of sounds.

    Args:
        tokens: the words of a sentence, covering its text.
        phones: the sounds made, pauses included; may be empty.
        duration: length of the sound in seconds.
    """
    spoken = [phone for phone in phones if phone[2] not in _SILENT]
    planned = [name for token in tokens for name in token.phonemes]
    exact = planned == [name for _, _, name in spoken]
    begin = spoken[0][0] if spoken else 0.0
    finish = spoken[-1][1] if spoken else duration
    times: list[Times] = []
    passed = 0
    for token in tokens:
        count = len(token.phonemes)
        if exact and count:
            times.append((spoken[passed][0], spoken[passed + count - 1][1]))
        else:
            times.append(share((begin, finish), passed, count, len(planned)))
        passed += count
    return grouped(tokens, times)


def share(whole: Times, passed: int, count: int, total: int) -> Times:
    """Return the part of a stretch of time that belongs to ``count`` sounds after ``passed``."""
    begin, finish = whole
    length = (finish - begin) / (total or 1)
    return begin + length * passed, begin + length * (passed + count)


def grouped(tokens: Sequence[Token], times: Sequence[Times]) -> tuple[Word, ...]:
    """Return words from tokens: particles, endings and signs belong to the word before them.

    Args:
        tokens: the words of a sentence, covering its text.
        times: when each of them is spoken; that of signs is not used.
    """
    words: list[Word] = []
    for group in _groups(tokens):
        indices = [index for index in group if tokens[index].phonemes] or group
        start, end = times[indices[0]][0], times[indices[-1]][1]
        words.append((start, end, tokens[group[0]].first, tokens[group[-1]].last))
    return tuple(words)


def _groups(tokens: Sequence[Token]) -> list[list[int]]:
    """Return the places of tokens that are highlighted together.

    A token that leans on the word before it joins that word; an opening bracket waits for the
    word after it.
    """
    groups: list[list[int]] = []
    for index, token in enumerate(tokens):
        waiting = bool(groups) and not any(tokens[item].phonemes for item in groups[-1])
        if groups and (token.attached or waiting):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
