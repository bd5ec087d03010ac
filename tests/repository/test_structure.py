"""The shape of the repository: what may lie where, and how long it may be."""

from __future__ import annotations

import ast

from tests.repository.files import ROOT, all_files, files, name

FOLDERS = {"lms", "courses", "migrations", "templates", "tests"}
COMPANIONS = {
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.ja.md",
    "README.md",
    "pyproject.toml",
    "requirements-dev.in",
    "requirements-dev.lock",
    "requirements-speech.in",
    "requirements-speech.lock",
    "requirements.in",
    "requirements.lock",
    "wsgi.py",
}
LONGEST = 400
"""A longer file is split by noun."""
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "X" * 3)
OF_ONE_MACHINE = tuple(
    f"/{a}/{b}" for a, b in (("work", "main"), ("work", "shared"), ("opt", "wheels"))
)


def test_only_the_known_folders_and_companions_at_the_top() -> None:
    tops = {path.relative_to(ROOT).parts for path in all_files()}
    folders = {parts[0] for parts in tops if len(parts) > 1 and not parts[0].startswith(".")}
    assert folders <= FOLDERS
    assert {parts[0] for parts in tops if len(parts) == 1} <= COMPANIONS


def test_no_file_is_long() -> None:
    found = files("lms", ".py", ".js", ".css") + files("tests", ".py") + files("templates", ".html")
    long = {name(p): n for p in found if (n := len(p.read_text("utf-8").splitlines())) > LONGEST}
    assert long == {}


def test_packages_hold_a_docstring_and_nothing_else() -> None:
    findings = []
    for path in files("lms", ".py"):
        if path.name != "__init__.py":
            continue
        body = ast.parse(path.read_text("utf-8")).body
        is_version = path.parent.name == "lms"
        if not body or ast.get_docstring(ast.Module(body, [])) is None:
            findings.append(f"{name(path)} says nothing")
        if len(body) > (3 if is_version else 1):
            findings.append(f"{name(path)} holds code")
    assert findings == []


def test_no_empty_file() -> None:
    empty = [name(p) for p in all_files() if p.stat().st_size == 0 and p.name != "__init__.py"]
    assert empty == []


def test_nothing_is_left_unfinished_or_bound_to_one_machine() -> None:
    findings = []
    for path in all_files():
        text = path.read_text("utf-8", errors="ignore") if path.stat().st_size < 2_000_000 else ""
        if "vendor" in path.parts or path.suffix in {".lock", ".woff2", ".png", ".webp"}:
            continue
        findings += [
            f"{name(path)} has {word}" for word in OF_ONE_MACHINE + UNFINISHED if word in text
        ]
    assert findings == []


def test_every_task_of_the_makefile_says_what_it_does() -> None:
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    phony = {line.split()[1] for line in lines if line.startswith(".PHONY:")}
    told = {line.split(":")[0] for line in lines if "## " in line and not line.startswith("\t")}
    assert phony == told


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")
