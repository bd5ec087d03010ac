"""The style sheet as one file: ``@import`` rules are replaced by what they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(
    r'^@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[\w.-]+)\))?;$', re.MULTILINE
)
_RELATIVE_URL = re.compile(r"url\((?![\"']?(?:data:|#|/))")
_SHORT = 3
_LIGHTEST_READABLE = 4.5


class AssetError(ValueError):
    """A style sheet or a script cannot be joined; the text names the file and the reason."""


def bundle_css(root: Path, name: str = "app.css") -> bytes:
    """Join ``root/name`` and everything it imports into one style sheet (UTF-8).

    An import with ``layer(x)`` becomes ``@layer x { … }``, as CSS Cascading and Inheritance 5
    (section 6.4.2) defines it; comments and indentation go. Each file may be imported once.

    Raises:
        AssetError: an imported file is missing, imported twice, or names another file with a
            relative ``url()``, whose meaning would change in the joined file.
    """
    seen: set[Path] = set()
    joined = _read(root / name, seen)
    return (joined + "\n").encode()


def _read(path: Path, seen: set[Path]) -> str:
    path = path.resolve()
    if path in seen:
        raise AssetError(f"{path.name} is imported twice")
    seen.add(path)
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AssetError(f"{path.name} is imported but does not exist") from error
    text = _COMMENT.sub("", source)

    def inline(found: re.Match[str]) -> str:
        body = _read(path.parent / found["path"], seen)
        return f"@layer {found['layer']} {{\n{body}\n}}" if found["layer"] else body

    text = _IMPORT.sub(inline, text)
    if "@import" in text:
        raise AssetError(f'{path.name} has an @import that is not of the form url("…") layer(…);')
    if _RELATIVE_URL.search(text):
        raise AssetError(f"{path.name} names a file by a relative url()")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def contrast_with_white(colour: str) -> float:
    """How well a colour stands out from white, from 1.0 (not at all) to 21.0 (black).

    Args:
        colour: three or six hexadecimal digits, without ``#``.

    The formula is "contrast ratio" of WCAG 2.2 with its relative luminance of sRGB.

    Raises:
        ValueError: ``colour`` is not made of three or six hexadecimal digits.
    """
    digits = "".join(c * 2 for c in colour) if len(colour) == _SHORT else colour
    if not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        raise ValueError(f"not a colour: {colour!r}")
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]  # noqa: PLR2004
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def theme_css(accent: str) -> str:
    """The style sheet that puts a municipality's colour in place of the standard blue.

    Args:
        accent: six hexadecimal digits. A colour too light for text on white (below 4.5:1) gives
            an empty style sheet, so that the standard stays.

    Raises:
        ValueError: ``accent`` is not a colour.
    """
    if contrast_with_white(accent) < _LIGHTEST_READABLE:
        return ""
    return f":root{{--ui-accent:#{accent}}}"
