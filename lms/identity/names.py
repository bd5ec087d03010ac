"""What people sign in with: staff numbers and mail addresses, one of each name only. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.kernel.messages import N_
from lms.kernel.text import narrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = {
    "staff_no": (
        N_("The staff number %(name)s is taken."),
        N_("The staff number %(name)s is that of row %(line)s (%(other)s)."),
    ),
    "mail": (
        N_("The mail address %(name)s is taken."),
        N_("The mail address %(name)s is that of row %(line)s (%(other)s)."),
    ),
}


@dataclass(frozen=True, slots=True)
class Clash:
    """A name that somebody else has: which of a person's two, and why, in words."""

    kind: str
    message: str
    values: dict[str, object]


class Names:
    """The names that are taken, by whom: a row of a list, or (0) somebody who is there already."""

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        self._taken: dict[str, tuple[str, str, int]] = {}
        for staff_no, mail in people:
            self.take(staff_no, mail)

    def take(self, staff_no: str, mail: str, row: int = 0) -> None:
        """Keep the names of a person."""
        for kind, text in (("staff_no", staff_no), ("mail", mail)):
            if text:
                self._taken.setdefault(key_of(text), (kind, text, row))

    def clashes(self, staff_no: str, mail: str) -> Iterator[Clash]:
        """The names of a person that are taken."""
        for kind, text in (("staff_no", staff_no), ("mail", mail)):
            if not text or key_of(text) not in self._taken:
                continue
            other, theirs, row = self._taken[key_of(text)]
            taken, twice = _WORDS[kind]
            if other != kind:
                yield Clash(kind, N_("Somebody else signs in with “%(name)s”."), {"name": text})
            elif row:
                yield Clash(kind, twice, {"name": text, "line": row, "other": theirs})
            else:
                yield Clash(kind, taken, {"name": text})


def key_of(name: str) -> str:
    """Names that differ in capitals or width only are one to whoever types them."""
    return narrow(name).lower()
