"""Password hashes: argon2id, and nothing else knows about it."""

from __future__ import annotations

import secrets
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.core.turn import step_aside

_gate = threading.Lock()
"""A hash keeps a whole processor busy and needs 19 MiB, so a process makes one at a time."""


_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None of them is taken for another when somebody copies it from paper."""


def make_password() -> str:
    """A new password of 16 characters in four groups (79 bits), to be handed over once."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


@lru_cache
def _hasher(memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)


@lru_cache
def _dummy(memory_kib: int) -> str:
    return _hasher(memory_kib).hash("no such account")


def hash_password(password: str, *, memory_kib: int) -> str:
    """The argon2id hash of a password (m as given, t=2, p=1: the OWASP minimum)."""
    with step_aside(), _gate:
        return _hasher(memory_kib).hash(password)


def verify_password(password_hash: str, password: str, *, memory_kib: int) -> bool:
    """Whether a password matches; an empty hash costs the same time and never matches."""
    with step_aside(), _gate:
        try:
            _hasher(memory_kib).verify(password_hash or _dummy(memory_kib), password)
        except (VerificationError, InvalidHashError):
            return False
    return bool(password_hash)


def needs_rehash(password_hash: str, *, memory_kib: int) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher(memory_kib).check_needs_rehash(password_hash)
