"""The scripts as pages load them: an entry module and what it imports as one module.

The modules keep to a plain part of the language, so that joining needs no parser: one statement
``import { a, b } from "./c.js";`` or ``import "./c.js";`` a line, ``export`` only before a
declaration, and everything of the top level at the beginning of its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from lms.core.web.assets import AssetError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IMPORT = re.compile(
    r'^import (?:\{ (?P<names>\w+(?:, \w+)*) \} from )?"(?P<path>\.{1,2}/[\w./-]+)";$'
)
_DECLARATION = re.compile(
    r"^(?P<export>export )?(?:async )?(?:function\*?|const|let|var|class) (?P<name>[\w$]+)"
)
_PATTERN = re.compile(r"^(?:export )?(?:const|let|var) [\[{]")
_VARIABLES = re.compile(r"^(?:export )?(?:const|let|var) ")
_ENCLOSED = re.compile(
    r"""//.*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\([^()]*\)|\[[^][]*\]|\{[^{}]*\}"""
)
"""A comment, a text, or brackets with none inside them: commas there part no declarations."""
_LOADS = re.compile(r"\bimport\s*(?:\(|\.)")
_CAST = re.compile(r"/\*\*(?:[^*]|\*(?!/))*\*/ ?")
_QUOTES = frozenset("\"'`")


@dataclass(slots=True)
class _Module:
    """One file: its text without the words that only modules need, and the names it deals in."""

    name: str
    lines: list[str] = field(default_factory=list)
    imports: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)
    exported: set[str] = field(default_factory=set)

    def refuse(self, line: str, reason: str) -> NoReturn:
        raise AssetError(f"{self.name}: {reason}: {line.strip()}")


def bundle_js(root: Path, entry: str) -> bytes:
    """Join ``root/entry`` and everything it imports into one module (UTF-8).

    Each module stands after those it imports, which is the order in which a browser runs them.
    Comments and indentation go; what the scripts do stays the same.

    Raises:
        AssetError: an imported file or name is missing, modules import each other in a circle, two
            of them declare the same name, or one uses something that cannot be joined.
    """
    modules: dict[Path, _Module] = {}
    _collect(root.resolve(), (root / entry).resolve(), modules, ())
    owners: dict[str, str] = {}
    for module in modules.values():
        for name in sorted(module.declared):
            if name in owners:
                raise AssetError(f"{owners[name]} and {module.name} both declare {name}")
            owners[name] = module.name
    lines = (line.strip() for module in modules.values() for line in module.lines)
    return "".join(f"{line}\n" for line in lines if line).encode()


def _collect(root: Path, path: Path, done: dict[Path, _Module], above: tuple[Path, ...]) -> _Module:
    """Read a module after those it imports; ``done`` keeps them in the order of running."""
    if path in above:
        circle = [*above[above.index(path) :], path]
        raise AssetError("modules import each other: " + " → ".join(p.name for p in circle))
    if path not in done:
        module = _read(root, path)
        for target, names in module.imports:
            found = _collect(root, (path.parent / target).resolve(), done, (*above, path))
            if missing := sorted(set(names) - found.exported):
                raise AssetError(f"{found.name} has no {missing[0]}, which {module.name} imports")
        done[path] = module
    return done[path]


def _read(root: Path, path: Path) -> _Module:
    if not path.is_relative_to(root):
        raise AssetError(f"{path.name} is imported from outside the folder of scripts")
    module = _Module(path.relative_to(root).as_posix())
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AssetError(f"{module.name} is imported but does not exist") from error
    for line in _without_comments(module, source):
        if found := _IMPORT.match(line):
            names = tuple((found["names"] or "").split(", ")) if found["names"] else ()
            module.imports.append((found["path"], names))
            continue
        _note_names(module, line)
        module.lines.append(line.removeprefix("export "))
    return module


def _note_names(module: _Module, line: str) -> None:
    """Remember what a line declares; refuse what joining would change."""
    if line.startswith("import ") or _LOADS.search(line):
        module.refuse(line, 'an import that is not of the form import { a, b } from "./c.js";')
    if _PATTERN.match(line):
        module.refuse(line, "a declaration whose names cannot be read")
    found = _DECLARATION.match(line)
    if line.startswith("export") and not (found and found["export"]):
        module.refuse(line, "an export that is not a declaration with a name")
    if _VARIABLES.match(line) and _declares_several(line):
        module.refuse(line, "several names in one declaration")
    if found:
        module.declared.add(found["name"])
        if found["export"]:
            module.exported.add(found["name"])


def _declares_several(line: str) -> bool:
    """Whether a declaration of variables goes on behind a comma; only its first name is read."""
    before = ""
    while line != before:
        before, line = line, _ENCLOSED.sub("", line)
    return "," in re.split(r"[(\[{]", line, maxsplit=1)[0]


def _without_comments(module: _Module, source: str) -> Iterator[str]:
    """The lines without what is certainly a comment.

    That is whole lines, and ``/** … */`` casts with no quotation mark before them. A text over
    several lines is refused, because a line of it may look like anything.
    """
    opening = ""
    for line in source.split("\n"):
        text = line.strip()
        if opening:
            _comment, end, after = text.partition("*/")
            if after:
                module.refuse(line, "code behind the end of a comment")
            opening = "" if end else opening
        elif text.startswith("/*") and "*/" not in text:
            opening = line
        elif line.count("`") % 2 and not text.startswith(("//", "*")):
            module.refuse(line, "a text over several lines")
        elif not text.startswith("//"):
            yield _CAST.sub(_without_cast, line)
    if opening:
        module.refuse(opening, "a comment without an end")


def _without_cast(found: re.Match[str]) -> str:
    return found[0] if _QUOTES.intersection(found.string[: found.start()]) else ""
