"""Identifiers that people and addresses may carry."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def public_id() -> str:
    """A new 20-character identifier that sorts by time of making (lower-case Crockford base32).

    The first nine characters are milliseconds since 1970, the rest 55 random bits.
    """
    return _base32(int(time.time() * 1000), 9) + _base32(secrets.randbits(55), 11)
