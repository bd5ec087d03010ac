"""Pieces of HTML that are the same for everybody, kept by what they were made from."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

from markupsafe import Markup

from lms.core.i18n import current_locale
from lms.core.recent import Recent
from lms.core.web.formats import wareki_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST = 2048
"""Pieces kept; a slide of the player has about five kilobytes."""

_pieces: Recent[tuple[str, str, bool, Hashable], Markup] = Recent(MOST)


def fragment(name: str, made_from: Hashable, caller: Callable[[], str]) -> Markup:
    """The block of a ``{% call %}``, made once for each name and all that it shows.

    Args:
        name: the place in the templates.
        made_from: frozen values, and everything the block shows must be in them, but for the
            language and the way the municipality writes dates. None keeps nothing, for pages of
            something that is still being written.
        caller: makes the block.
    """
    if made_from is None:
        return Markup(caller())  # noqa: S704 - a block of a template is markup
    key = (name, current_locale(), wareki_wanted(), made_from)
    found = _pieces.get(key)
    if found is None:
        found = Markup(caller())  # noqa: S704 - a block of a template is markup
        _pieces.put(key, found)
    return found


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
        self._results: Recent[Hashable, Markup] = Recent(MACRO_RESULTS)

    def __call__(self, *values: object, **named: object) -> Markup:
        """What the macro returns. Calls with a block, or with lists, are never remembered."""
        # A text and the same text as markup are equal, and so are 1 and True.
        types = (*map(type, values), *map(type, named.values()))
        if not _PLAIN.issuperset(types):
            return self._macro(*values, **named)
        key = (values, tuple(named.items()), types)
        found = self._results.get(key)
        if found is None:
            found = self._macro(*values, **named)
            self._results.put(key, found)
        return found
