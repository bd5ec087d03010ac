"""Pieces of HTML that are the same for everybody, kept by what they were made from."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
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
