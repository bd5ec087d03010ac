"""Pieces of HTML that are the same for everybody, kept by what they were made from."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from types import NoneType
from typing import TYPE_CHECKING

from markupsafe import Markup

from lms.core.i18n import current_locale

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST = 1024
"""Pieces kept; a slide of the player has about five kilobytes."""

_pieces: OrderedDict[tuple[str, str, Hashable], Markup] = OrderedDict()
_lock = Lock()


def fragment(name: str, made_from: Hashable, caller: Callable[[], str]) -> Markup:
    """The block of a ``{% call %}``, made once for each name, language and ``made_from``.

    Args:
        name: the place in the templates.
        made_from: frozen values, and everything the block shows must be in them. None keeps
            nothing, for pages of something that is still being written.
        caller: makes the block.
    """
    if made_from is None:
        return Markup(caller())  # noqa: S704 - a block of a template is markup
    key = (name, current_locale(), made_from)
    with _lock:
        found = _pieces.get(key)
        if found is not None:
            _pieces.move_to_end(key)
            return found
    made = Markup(caller())  # noqa: S704 - a block of a template is markup
    with _lock:
        _pieces[key] = made
        while len(_pieces) > MOST:
            _pieces.popitem(last=False)
    return made


_PLAIN = frozenset({str, Markup, int, float, bool, NoneType})
MACRO_RESULTS = 1024
"""Results kept of one macro in one language; most have less than a kilobyte."""


class Remembered:
    """A macro that shows nothing but its arguments, with its results by argument.

    For ``{% set name = remembered(name) %}`` after a macro; lists repeat the same few pieces for
    everybody. What it shows may depend on its arguments and on the language (every language has
    templates of its own), but neither on the reader, nor on the municipality (dates come as text,
    because they are written as it wants), nor on the moment.
    """

    def __init__(self, macro: Callable[..., Markup]) -> None:
        self._macro = macro
        self._results: OrderedDict[Hashable, Markup] = OrderedDict()
        self._lock = Lock()

    def __call__(self, *values: object, **named: object) -> Markup:
        """What the macro returns. Calls with a block, or with lists, are never remembered."""
        # A text and the same text as markup are equal, and so are 1 and True.
        types = (*map(type, values), *map(type, named.values()))
        if not _PLAIN.issuperset(types):
            return self._macro(*values, **named)
        key = (values, tuple(named.items()), types)
        with self._lock:
            found = self._results.get(key)
            if found is not None:
                self._results.move_to_end(key)
                return found
        made = self._macro(*values, **named)
        with self._lock:
            self._results[key] = made
            while len(self._results) > MACRO_RESULTS:
                self._results.popitem(last=False)
        return made
