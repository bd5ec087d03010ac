"""Every message id of the kernel and of the text format has its Japanese, with the same values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from lms.core.i18n import catalogue

LMS = Path(__file__).parents[2] / "lms"
FILES = sorted([*LMS.glob("kernel/*.py"), *LMS.glob("catalog/**/*.py")])
VALUE = re.compile(r"%\(\w+\)s")


def marked_messages() -> list[str]:
    found: set[str] = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "N_"
            ):
                found.add(ast.literal_eval(node.args[0]))
    return sorted(found)


def test_there_are_messages() -> None:
    assert len(marked_messages()) > 100


@pytest.mark.parametrize("message", marked_messages())
def test_a_message_has_its_japanese(message: str) -> None:
    text = catalogue("ja").get(message)
    assert isinstance(text, str), message
    assert sorted(VALUE.findall(text)) == sorted(VALUE.findall(message))
