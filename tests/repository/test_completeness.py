"""What is declared is used, and what is used is declared."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from lms import wiring
from lms.core.audit import AuditAction
from lms.jobs import registry
from lms.ops import messages
from tests.repository.files import ROOT, all_files, files, name

VENDORS = [path for path in all_files() if path.name == "vendor.toml"]


def test_every_message_has_its_japanese_and_is_used() -> None:
    assert messages.check(ROOT) == []


def test_no_count_stands_before_a_noun_that_is_always_in_the_plural() -> None:
    """“1 modules”: a page asks ``ngettext``, a command writes “Modules: 1”."""
    nouns = "attempts|completions|courses|days|departments|electives|employees|enrolments|errors"
    nouns += "|faults|files|minutes|modules|pages|questions|rows|scripts|seconds|slides|warnings"
    # A limit is never one.
    counted = re.compile(rf"%\((?!limit|least|most)\w+\)s ({nouns})\b")
    found = []
    for path in sorted((ROOT / "lms" / "locale" / "ja").glob("*.po")):
        with path.open("rb") as source:
            found += [
                entry.id
                for entry in read_po(source, locale="ja")
                if isinstance(entry.id, str) and counted.search(entry.id)
            ]
    assert found == ["The recording is longer than %(minutes)s minutes. Divide the slide."]


def test_every_audit_action_is_recorded_somewhere() -> None:
    source = "\n".join(
        path.read_text("utf-8") for path in files("lms", ".py") if path.name != "audit.py"
    )
    unused = [action.name for action in AuditAction if f"AuditAction.{action.name}" not in source]
    assert unused == []


def test_every_tasks_module_is_wired_and_every_periodic_task_exists() -> None:
    modules = {
        name(path).removesuffix(".py").replace("/", ".")
        for path in files("lms", ".py")
        if path.name == "tasks.py"
    }
    assert modules == set(wiring.TASK_MODULES)
    wiring.load_tasks()
    known = set(registry.task_names())
    assert {entry.task for entry in wiring.SCHEDULE} <= known
    assert [task for task in known if not registry.get_task(task).title] == []


@pytest.mark.parametrize("listing", VENDORS, ids=name)
def test_vendored_files_are_what_the_list_says(listing: Path) -> None:
    told = {
        f"{package['folder']}/{entry['path']}": entry["integrity"]
        for package in tomllib.loads(listing.read_text("utf-8"))["package"]
        for entry in package["file"]
    }
    there = {
        path.relative_to(listing.parent).as_posix()
        for path in all_files()
        if path.is_relative_to(listing.parent) and path != listing
    }
    assert set(told) == there
    for file, integrity in told.items():
        digest = hashlib.sha512((listing.parent / file).read_bytes()).digest()
        assert integrity == f"sha512-{base64.b64encode(digest).decode()}", file


def test_locks_pin_what_the_lists_name_and_name_no_server() -> None:
    for lock in ("requirements", "requirements-dev", "requirements-speech"):
        pinned = (ROOT / f"{lock}.lock").read_text("utf-8")
        for line in (ROOT / f"{lock}.in").read_text("utf-8").splitlines():
            if "==" in line:
                package, version = re.sub(r"\[.*\]", "", line).lower().split("==")
                assert f"\n{package}=={version} " in "\n" + pinned.lower(), line
        assert not re.search(
            r"^\s*(-i|--index|--extra-index|--find-links|-f) ", pinned, re.MULTILINE
        )
        assert "://" not in pinned


def test_slices_import_only_downwards() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert answer.returncode == 0, answer.stdout[-3000:]
