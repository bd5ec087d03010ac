"""Reading ``course.toml``: values, and every mistake at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lms.catalog import textformat

if TYPE_CHECKING:
    from pathlib import Path


def write_course(root: Path, text: str, *modules: str) -> Path:
    folder = root / "general" / "security"
    for name in modules:
        (folder / name).mkdir(parents=True)
        (folder / name / "module.md").touch()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return folder


COURSE = """id = "security"
tier = "general"
title = "題"
title_en = "Title"
modules = ["01-a"]
[certificate]
enabled = true
"""


def test_a_course_is_read(tmp_path: Path) -> None:
    folder = write_course(tmp_path, COURSE, "01-a")
    course, problems = textformat.read_course(folder)
    assert not problems
    assert course is not None
    assert (course.id, course.modules, course.certificate) == ("security", ("01-a",), True)
    assert list(textformat.iter_courses(tmp_path)) == [folder]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("enabled = true", "enabled = 1", "7: “1”: write true or false."),
        ("enabled = true", "seal = true", "7: “seal” is not known here. Known: enabled"),
        ('tier = "general"', 'tier = "all"', "2: “all”: write one of general, dx-leader, expert."),
        ('title = "題"', "title = 5", "3: Write a text here, not a list or a table."),
        ('["01-a"]', '["01-a", "01-a"]', "5: “01-a” is given twice."),
        ('["01-a"]', '["01 a"]', "5: “01 a”: write small letters, digits and - only."),
        ('["01-a"]', '["02-b"]', "1: The module “02-b” has no module.md."),
        ('["01-a"]', '["02-b"]', "1: The folder “01-a” is not listed in modules."),
        ('"security"', '"other"', "1: The id “other” must be the name of its folder, “security”."),
        ('title_en = "Title"', "", "1: “title_en” is missing."),
        ("modules =", "modules", "5: This is not TOML:"),
    ],
)
def test_a_mistake_in_a_course_is_reported(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    folder = write_course(tmp_path, COURSE.replace(old, new), "01-a")
    course, problems = textformat.read_course(folder)
    assert course is None
    found = [str(problem).partition("course.toml:")[2] for problem in problems]
    assert any(problem.startswith(message) for problem in found), found
