"""Calls that belong in one place only."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.repository.files import ROOT, files, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOCKS = {"now", "utcnow", "today"}
CLOCK_FILES = {
    "lms/kernel/clock.py",
    "lms/core/db/base.py",  # The default of created_at for rows that nobody dates.
    "lms/core/audit.py",  # The default of an audit row's time.
}
COMMIT_FILES = {"lms/core/web/slice.py", "lms/core/db/engine.py", "lms/core/db/schema.py"}


def calls(path: Path) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call with the name of what is called and of what it is called on."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value
            on = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            yield node, node.func.attr, on
        elif isinstance(node.func, ast.Name):
            yield node, node.func.id, ""


def places(wanted: str) -> list[str]:
    """``file:line`` of every forbidden call of one kind."""
    return [
        f"{name(path)}:{node.lineno}"
        for path in files("lms", ".py")
        for node, called, on in calls(path)
        if KINDS[wanted](name(path), called, on)
    ]


KINDS = {
    "the time is an argument": lambda file, called, on: (
        called in CLOCKS and on in {"datetime", "date"} and file not in CLOCK_FILES
    ),
    "only the door and the database commit": lambda file, called, on: (
        called == "commit" and "session" in on and file not in COMMIT_FILES
    ),
    "SQL text only in core.db": lambda file, called, on: (
        called == "text" and on in {"", "sqlalchemy", "sa"} and not file.startswith("lms/core/db/")
    ),
}


@pytest.mark.parametrize("rule", KINDS)
def test_a_call_belongs_in_one_place(rule: str) -> None:
    assert places(rule) == []


def test_tables_are_reached_through_models() -> None:
    found = [
        f"{name(path)}:{node.lineno}"
        for path in files("lms", ".py")
        if not name(path).startswith("lms/core/db/")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "__table__"
    ]
    assert found == []


def test_services_know_no_web() -> None:
    found = [
        f"{name(path)}:{node.lineno}"
        for path in files("lms", ".py")
        if path.stem in {"service", "queries", "models", "access", "rules", "tasks"}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flask")
    ]
    assert found == []


def test_the_rules_find_what_they_forbid(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text("datetime.now(UTC)\nself.session.commit()\ntext('SELECT 1')\n")
    seen = [(called, on) for _, called, on in calls(sample)]
    file = ROOT / "lms" / "x.py"
    hits = [rule for rule, kind in KINDS.items() for c, o in seen if kind(name(file), c, o)]
    assert sorted(hits) == sorted(KINDS)
