"""Public ids and certificate numbers."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.ids import (
    CertificateNumber,
    certificate_number,
    check_character,
    parse_certificate_number,
    public_id,
)
from lms.kernel.result import DomainError

numbers = st.builds(
    CertificateNumber,
    fiscal_year=st.integers(1000, 9999),
    series=st.from_regex(r"\A[A-Z0-9]{1,6}\Z"),
    serial=st.integers(1, 999_999_999),
)


def test_public_ids_are_unique_and_sort_by_time() -> None:
    first = public_id()
    time.sleep(0.002)
    later = [public_id() for _ in range(1000)]
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{20}", made) for made in later)
    assert len({first, *later}) == 1001
    assert first < min(later)


def test_the_check_character_is_that_of_the_standard() -> None:
    # ISO/IEC 7064 MOD 37,36 as used by GRid: A1-2425G-ABC1234002-M.
    assert check_character("A12425GABC1234002") == "M"


@given(numbers)
def test_numbers_are_read_back(number: CertificateNumber) -> None:
    text = certificate_number(number.fiscal_year, number.series, number.serial)
    assert parse_certificate_number(text) == number


@given(numbers, st.data())
def test_a_mistyped_character_is_found(number: CertificateNumber, data: st.DataObject) -> None:
    text = str(number)
    place = data.draw(st.sampled_from([i for i, char in enumerate(text) if char != "-"]))
    same_class = "0123456789" if text[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    other = data.draw(st.sampled_from(same_class.replace(text[place], "")))
    with pytest.raises(DomainError):
        parse_certificate_number(text[:place] + other + text[place + 1 :])


def test_numbers_are_read_as_people_type_them() -> None:
    text = certificate_number(2026, "G2", 123)
    wide = text.translate({ord(char): ord(char) + 0xFEE0 for char in text})
    for typed in (text.lower(), f" {text} ", wide, text.replace("-", "−"), text.replace("-", "ー")):
        assert parse_certificate_number(typed) == CertificateNumber(2026, "G2", 123)


@pytest.mark.parametrize("text", ["", "2026", "2026-G2-12-A", "2026-g_2-000123-A", "一二三"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        parse_certificate_number(text, field="number")
    assert (caught.value.code, caught.value.field) == ("certificate.format", "number")


@pytest.mark.parametrize(
    ("year", "series", "serial"), [(26, "G", 1), (2026, "g", 1), (2026, "G", 0)]
)
def test_impossible_parts_are_refused(year: int, series: str, serial: int) -> None:
    with pytest.raises(ValueError, match="not a certificate number"):
        certificate_number(year, series, serial)
