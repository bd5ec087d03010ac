"""Pure decisions about periods, units and duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def in_subtree(path: str, roots: Iterable[str]) -> bool:
    """Whether a unit path lies in one of the subtrees (a unit belongs to its own subtree)."""
    return any(path.startswith(root) for root in roots)


def topmost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that are not below another one of the same set, sorted."""
    found: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(root) for root in found):
            found.append(path)
    return tuple(found)
