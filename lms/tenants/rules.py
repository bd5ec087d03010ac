"""Pure decisions about municipalities."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LG_CODE_DIGITS = 6
_WEIGHTS = (6, 5, 4, 3, 2)


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
