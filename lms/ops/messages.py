"""Whether every message of the source has its Japanese, and every Japanese its message."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import wtforms
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from lms.jobs.steps import STEP_WORDS

KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "DomainError": (2,),
    "ConflictError": (2,),
    "NavItem": (2,),
    "progress": (1,),
}
"""Function names whose string arguments (counted from 1) are message ids."""

_MAKERS = {"command", "group"}

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TAG = re.compile(r"</?[a-z]+")


def used_messages(root: Path) -> dict[str, str]:
    """Every message id of ``lms/`` and ``templates/`` with one place where it stands."""
    found: dict[str, str] = {}
    for folder, pattern, method in (
        ("lms", "**.py", "python"),
        ("templates", "**.html", "jinja2"),
        ("templates", "**.json", "jinja2"),
        ("templates", "**.txt", "jinja2"),
    ):
        base = root / folder
        options = {pattern: {"newstyle_gettext": "true", "trimmed": "true"}}
        for name, line, message, _comments, _context in extract_from_dir(
            base, [(pattern, method)], options, keywords=KEYWORDS
        ):
            key = message if isinstance(message, str) else message[0]
            if key:
                found.setdefault(key, f"{folder}/{name}:{line}")
    return found


def command_texts(root: Path) -> dict[str, str]:
    """The help of every command and option, which click takes from the source itself."""
    found: dict[str, str] = {}
    for path in sorted((root / "lms" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            texts: list[str | None]
            if isinstance(node, ast.FunctionDef):
                makers = [d.func for d in node.decorator_list if isinstance(d, ast.Call)]
                if not any(isinstance(m, ast.Attribute) and m.attr in _MAKERS for m in makers):
                    continue
                texts = [ast.get_docstring(node)]
            elif isinstance(node, ast.Call):
                texts = [
                    word.value.value
                    for word in node.keywords
                    if word.arg in {"help", "prompt"}
                    and isinstance(word.value, ast.Constant)
                    and isinstance(word.value.value, str)
                ]
            else:
                continue
            found |= {text: f"lms/cli/{path.name}:{node.lineno}" for text in texts if text}
    return found


def literals(root: Path) -> set[str]:
    """Every string of the source and of the libraries that speak to people.

    Among them are the message ids that reach gettext through a variable.
    """
    libraries = (Path(wtforms.__file__).parent, Path(click.__file__).parent)
    return {
        node.value
        for folder in (root / "lms", *libraries)
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def known_messages(root: Path) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Every Japanese message as ``id: (text, file)``, and what is wrong between the files."""
    known: dict[str, tuple[str, str]] = {}
    findings = []
    for path in sorted((root / "lms" / "locale" / "ja").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="ja", abort_invalid=True):
                if not message.id:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                text = message.string if isinstance(message.string, str) else message.string[0]  # type: ignore[index]
                if key in known and known[key][0] != text:
                    findings.append(f"{path.name}: “{key}” is another text in {known[key][1]}")
                known.setdefault(key, (text, path.name))
    return known, findings


def check(root: Path) -> list[str]:
    """Compare source and catalogues below ``root``; returns a sentence for each finding."""
    used = used_messages(root) | command_texts(root)
    known, findings = known_messages(root)
    for key, place in sorted(used.items(), key=lambda item: item[1]):
        said = STEP_WORDS.get(key, key)
        if said not in known or not known[said][0]:
            findings.append(f"{place}: no Japanese for “{key}”")
    elsewhere = literals(root)
    for key, (text, name) in known.items():
        if key not in used and key not in elsewhere:
            findings.append(f"{name}: “{key}” is used nowhere")
        if set(PLACEHOLDER.findall(key)) != set(PLACEHOLDER.findall(text)):
            findings.append(f"{name}: “{key}” has other placeholders in Japanese")
        if sorted(TAG.findall(key)) != sorted(TAG.findall(text)):
            findings.append(f"{name}: “{key}” has other tags in Japanese")
    return findings
