"""Identifiers that people and addresses may carry."""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from dataclasses import dataclass

from lms.kernel.messages import N_
from lms.kernel.result import DomainError

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
"""Ten bits as two characters; every row that is written needs an identifier."""

_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SERIES = re.compile(r"[A-Z0-9]{1,12}", re.ASCII)
_NUMBER = re.compile(
    r"(?P<year>\d{4})-(?P<series>[A-Z0-9]{1,12})-(?P<serial>\d{6,9})-(?P<check>[0-9A-Z])", re.ASCII
)
_HYPHENS = re.compile(r"[‐‑‒–—―−ー_]")
_MAX_SERIAL = 999_999_999


def public_id() -> str:
    """Return a new 20-character identifier that sorts by time of making.

    Lower-case Crockford base 32 (https://www.crockford.com/base32.html): the first nine
    characters are milliseconds since 1970, the other eleven are 55 random bits. Within one
    millisecond the order is random.
    """
    number = int(time.time() * 1000) << 55 | secrets.randbits(55)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(90, -1, -10)])


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """A certificate number: fiscal year of issue, series (a course or tier code) and serial.

    ``str()`` gives ``2026-G2-000123-K``; the last sign is a check character over the rest, which
    finds every single wrong sign and nearly every exchange of two.
    """

    fiscal_year: int
    series: str
    serial: int

    def __str__(self) -> str:
        body = f"{self.fiscal_year:04d}-{self.series}-{self.serial:06d}"
        return f"{body}-{check_character(body)}"


def check_character(text: str) -> str:
    """Return the ISO/IEC 7064 MOD 37,36 check character of the letters and digits of ``text``."""
    size = len(_CHECK_ALPHABET)
    total = size
    for char in text:
        if char not in _CHECK_ALPHABET:
            continue
        total = (total + _CHECK_ALPHABET.index(char)) % size or size
        total = total * 2 % (size + 1)
    return _CHECK_ALPHABET[(size + 1 - total) % size]


def certificate_number(fiscal_year: int, series: str, serial: int) -> str:
    """Return the number of a certificate, such as ``2026-G2-000123-K``.

    Args:
        fiscal_year: year of issue (2026 for 令和8年度).
        series: code of the course or tier; 1 to 12 capital letters and digits.
        serial: counted from 1 within the series of that year.

    Raises:
        ValueError: a part does not fit the format.
    """
    fits = 1000 <= fiscal_year <= 9999 and 1 <= serial <= _MAX_SERIAL  # noqa: PLR2004 - four digits
    if not fits or not _SERIES.fullmatch(series):
        message = f"not a certificate number: {fiscal_year!r}, {series!r}, {serial!r}"
        raise ValueError(message)
    return str(CertificateNumber(fiscal_year, series, serial))


def parse_certificate_number(text: str, *, field: str | None = None) -> CertificateNumber:
    """Read a certificate number as people type it: any case, full-width signs, any dash, blanks.

    Raises:
        DomainError: ``certificate.format`` for another shape, ``certificate.check`` when the
            check character does not fit (a sign was mistyped).
    """
    normal = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text).upper())
    match = _NUMBER.fullmatch("".join(normal.split()))
    if match is None:
        raise DomainError(
            "certificate.format",
            N_("“%(value)s” is not a certificate number. It looks like 2026-01202G2-000123-K."),
            field,
            value=text.strip()[:40],
        )
    number = CertificateNumber(int(match["year"]), match["series"], int(match["serial"]))
    if str(number) != match[0]:
        raise DomainError(
            "certificate.check",
            N_("“%(value)s”: a character is wrong. Compare the number with the certificate."),
            field,
            value=text.strip()[:40],
        )
    return number
