"""Pure decisions about municipalities."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_LG_CODE_DIGITS = 6
_WEIGHTS = (6, 5, 4, 3, 2)
_LONGEST = 100
_HOSTNAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)
_ACCENT = re.compile(r"#?([0-9a-f]{6})")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_YES, _NO = {"yes", "on", "true", "1"}, {"no", "off", "false", "0", ""}

COLUMNS = ("name", "name_en", "hostname", "accent")
TEXTS = ("contact_desk", "contact_phone", "contact_mail", "issuer")
SWITCHES = ("wareki", "scores_in_appraisal")
KEYS = (*COLUMNS, *TEXTS, *SWITCHES)
"""What an operator can change of a municipality, besides ``slot.NAME``."""
SLOT = "slot."


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """The settings column of a tenant, with its defaults."""

    contact_desk: str = ""
    contact_phone: str = ""
    contact_mail: str = ""
    wareki: bool = False
    scores_in_appraisal: bool = False
    """成績を人事評価に使用する; the default statement says it is not (AS-9)."""
    issuer: str = ""
    """Name on certificates, for example 青葉市長."""
    slots: dict[str, str] = field(default_factory=dict)


def parse_settings(raw: Mapping[str, Any]) -> TenantSettings:
    """Settings from the stored mapping; unknown keys of newer releases are ignored."""
    known = {f.name for f in fields(TenantSettings)}
    return TenantSettings(**{k: v for k, v in raw.items() if k in known})


def lg_code_valid(code: str) -> bool:
    """Whether a six-digit 全国地方公共団体コード carries the right check digit.

    Source: weights 6 5 4 3 2 over the first five digits, check = (11 - sum mod 11) mod 10.
    """
    if len(code) != _LG_CODE_DIGITS or not code.isascii() or not code.isdigit():
        return False
    total = sum(int(d) * w for d, w in zip(code, _WEIGHTS, strict=False))
    return (11 - total % 11) % 10 == int(code[5])


@dataclass(frozen=True, slots=True)
class TenantChange:
    """New values of a municipality, checked: of its columns, of its settings, of its slots."""

    columns: dict[str, str | None] = field(default_factory=dict)
    settings: dict[str, str | bool] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    """An empty text takes the slot away."""


def parse_changes(assignments: Iterable[str], *, slots: Collection[str]) -> TenantChange:
    """Read assignments such as ``accent=0b5a50`` or ``slot.portal=あおばネット``.

    Args:
        assignments: what an operator typed, each ``KEY=VALUE``.
        slots: the names that course texts know.

    Raises:
        DomainError: one of them cannot be used; the text says how to write it.
    """
    change = TenantChange()
    for assignment in assignments:
        key, sign, value = assignment.partition("=")
        key, value = key.strip().replace("-", "_"), value.strip()
        if not sign:
            raise DomainError(
                "tenant.assignment", "Write KEY=VALUE instead of “%(text)s”.", text=assignment
            )
        if len(value) > _LONGEST or not value.isprintable():
            raise DomainError(
                "tenant.text",
                "%(key)s must be one line of at most %(most)s characters.",
                key=key,
                most=_LONGEST,
            )
        _put(change, key, value, slots)
    return change


def _put(change: TenantChange, key: str, value: str, slots: Collection[str]) -> None:
    if key in COLUMNS:
        change.columns[key] = _column(key, value)
    elif key in SWITCHES:
        change.settings[key] = _switch(key, value)
    elif key in TEXTS:
        if key == "contact_mail" and value and not _MAIL.fullmatch(value):
            raise DomainError(
                "tenant.mail",
                "contact_mail must look like jinzai@city.example.jp, not “%(value)s”.",
                value=value,
            )
        change.settings[key] = value
    elif key.startswith(SLOT):
        name = key.removeprefix(SLOT)
        if name not in slots:
            raise DomainError(
                "tenant.slot",
                "Course texts know no slot “%(name)s”. There are: %(known)s.",
                name=name,
                known=", ".join(slots),
            )
        change.slots[name] = value
    else:
        raise DomainError(
            "tenant.key",
            "There is no setting “%(key)s”. There are: %(known)s.",
            key=key,
            known=", ".join((*KEYS, f"{SLOT}NAME")),
        )


def _column(key: str, value: str) -> str | None:
    if key == "name" and not value:
        raise DomainError("tenant.name", "The municipality needs a name.")
    if key == "accent" and value:
        found = _ACCENT.fullmatch(value.lower())
        if found is None:
            raise DomainError(
                "tenant.accent",
                "accent must be a colour of six hexadecimal digits such as 0b5a50, not "
                "“%(value)s”. Leave it empty for the standard blue.",
                value=value,
            )
        return found[1]
    if key == "hostname":
        if value and not _HOSTNAME.fullmatch(value.lower()):
            raise DomainError(
                "tenant.hostname",
                "hostname must be a host name alone, such as lms.city.example.jp, not “%(value)s”.",
                value=value,
            )
        return value.lower() or None
    return value


def _switch(key: str, value: str) -> bool:
    if value.lower() not in _YES | _NO:
        raise DomainError(
            "tenant.switch",
            "%(key)s must be yes or no, not “%(value)s”.",
            key=key,
            value=value,
        )
    return value.lower() in _YES
