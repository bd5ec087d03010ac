"""Published content, which never changes, kept in the memory of the process between requests.

A page of a course is asked for by thousands of people, and most of what it shows is the same for
all of them. What is kept belongs to one database and one municipality, is filled by read-only
sessions alone (they see nothing that may still be rolled back), and is bounded by number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from lms.core.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from sqlalchemy.orm import Session

_Value = TypeVar("_Value")

Place = tuple[int, Any]
"""The municipality, and the key inside it."""


class Kept:
    """What one database keeps, by kind; of each kind the entries used last."""

    def __init__(self) -> None:
        self._kinds: dict[str, Recent[Place, Any]] = {}

    def kind(self, kind: str, *, most: int) -> Recent[Place, Any]:
        """The entries of one kind; the first to ask says how many stay."""
        found = self._kinds.get(kind)
        return found if found is not None else self._kinds.setdefault(kind, Recent(most))


def kept(
    session: Session,
    kind: str,
    key: Hashable,
    make: Callable[[], _Value],
    *,
    most: int = 512,
    settled: Callable[[_Value], bool] | None = None,
) -> _Value:
    """The value for a key that names something immutable, made where it is not kept yet.

    Args:
        session: of a municipality; a platform session keeps nothing.
        kind: what it is, with its own bound.
        key: names it inside the municipality, such as the key of a published version.
        make: reads it; the value must be frozen and must not be None.
        most: how many of this kind stay.
        settled: tells whether a value will not change any more; others are made again.
    """
    tenant_id = session.info.get("tenant_id")
    store: Kept | None = session.info.get("kept")
    if store is None or tenant_id is None:
        return make()
    entries, place = store.kind(kind, most=most), (tenant_id, key)
    found: _Value | None = entries.get(place)
    if found is None:
        found = make()
        # An empty value is not kept: what it belongs to may not be there yet.
        if found and session.info["read_only"] and (settled is None or settled(found)):
            entries.put(place, found)
    return found


def kept_many(
    session: Session,
    kind: str,
    keys: Collection[int],
    make: Callable[[list[int]], dict[int, _Value]],
    *,
    most: int = 4096,
) -> dict[int, _Value]:
    """Like ``kept`` for many keys at once; those that are not kept yet are made together.

    ``make`` is given the missing keys and returns what it finds of them.
    """
    tenant_id = session.info.get("tenant_id")
    store: Kept | None = session.info.get("kept")
    if store is None or tenant_id is None:
        return make(list(keys))
    entries = store.kind(kind, most=most)
    held = entries.get_many((tenant_id, key) for key in keys)
    found: dict[int, _Value] = {key: value for (_tenant, key), value in held.items()}
    missing = [key for key in keys if key not in found]
    if missing:
        made = make(missing)
        found |= made
        if session.info["read_only"]:
            for key, value in made.items():
                entries.put((tenant_id, key), value)
    return found
