"""Pure decisions about certificates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_SIGNS = re.compile(r"[^A-Z0-9]")
_SERIES_LENGTH = 12


class CertificateState(StrEnum):
    """What the public may know about a certificate."""

    VALID = "valid"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether a certificate may be issued, and if not, why (English message id)."""

    allowed: bool
    reason: str = ""


def series(lg_code: str, course_code: str, course_id: int) -> str:
    """The series of a certificate number: five digits of the municipality and the course's code.

    With the municipality in it the number is unique on a server that many share. A course
    without a usable code is numbered by its key.
    """
    code = _SIGNS.sub("", course_code.upper()) or f"C{course_id}"
    return f"{lg_code[:5]}{code}"[:_SERIES_LENGTH]


def eligible(*, course_certifies: bool, completed_at: datetime | None) -> Eligibility:
    """Whether completing a course earns its certificate."""
    if not course_certifies:
        return Eligibility(allowed=False, reason="This course has no certificate.")
    if completed_at is None:
        return Eligibility(allowed=False, reason="The course is not completed yet.")
    return Eligibility(allowed=True)


def state_of(revoked_at: datetime | None) -> CertificateState:
    """The public state of a certificate."""
    return CertificateState.VALID if revoked_at is None else CertificateState.REVOKED
