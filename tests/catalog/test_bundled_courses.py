"""The courses that ship with the product keep the rules that authors are told to keep."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from lms.catalog import checks, textformat
from lms.catalog.markup.readings import HEADER
from lms.catalog.source import QuestionKind

COURSES = Path(__file__).parents[2] / "courses"
READ_ON = date(2026, 11, 27)
"""The day the sources were checked, so that this test does not fail merely because time passes."""

COURSE_FOLDERS = list(textformat.iter_courses(COURSES))
IDS = [folder.name for folder in COURSE_FOLDERS]


def test_each_tier_has_a_course() -> None:
    assert {folder.parent.name for folder in COURSE_FOLDERS} >= {"general", "dx-leader", "expert"}


def test_the_curriculum_has_no_errors_and_no_warnings() -> None:
    report = checks.check_tree(COURSES, READ_ON, readings=shipped_readings())
    assert not report.errors, str(report)
    assert not report.warnings, str(report)
    assert len(report.courses) == len(COURSE_FOLDERS) == 24
    assert {found.tier: found.missing for found in report.coverage} == {
        "general": (),
        "dx-leader": (),
        "expert": (),
    }


def shipped_readings() -> set[str]:
    """Surfaces of the dictionaries that ship with the speech engine."""
    folder = Path(__file__).parents[2] / "lms" / "authoring" / "speech"
    surfaces: set[str] = set()
    for path in folder.glob("**/*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        if text.startswith(",".join(HEADER)):
            entries, problems = textformat.read_readings(text, file=path.name)
            assert not problems, problems
            surfaces |= {entry.surface for entry in entries}
    return surfaces


@pytest.mark.parametrize("folder", COURSE_FOLDERS, ids=IDS)
def test_a_course_teaches_and_asks_enough(folder: Path) -> None:
    course, _ = textformat.read_course(folder)
    assert course is not None
    assert course.summary_en
    assert course.objective_en
    kinds: set[QuestionKind] = set()
    for name in course.modules:
        module, problems = textformat.read_module(folder / name)
        assert module is not None, problems
        assert 8 <= len(module.slides) <= 11, name
        assert len(module.pool) >= 8, name
        assert any(slide.surveys for slide in module.slides), name
        assert all(slide.review_by for slide in module.slides), name
        kinds |= {question.kind for question in module.pool}
        kinds |= {question.kind for slide in module.slides for question in slide.questions}
    assert kinds == set(QuestionKind)


@pytest.mark.parametrize(
    "file",
    sorted(COURSES.glob(f"*/*/*/{textformat.TRANSLATION_FILE}")),
    ids=lambda path: f"{path.parts[-3]}/{path.parts[-2]}",
)
def test_a_translation_leaves_nothing_in_japanese(file: Path) -> None:
    parsed = textformat.examine_module(file.parent, textformat.TRANSLATION_FILE)
    assert parsed.is_valid, parsed.problems
    japanese = re.compile(r"[ぁ-んァ-ヶ]")
    for slide in parsed.source.slides:
        assert not japanese.search(slide.title + slide.body), slide.id


@pytest.mark.parametrize(
    "path",
    sorted(COURSES.glob("*/*/*/assets/*.svg")),
    ids=lambda path: f"{path.parts[-3]}/{path.name}",
)
def test_a_drawing_is_passive(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.lstrip().startswith("<svg")
    assert "viewBox" in text
    assert not re.search(
        r"<script|<foreignObject|<!ENTITY|\son\w+=|javascript:", text, re.IGNORECASE
    )
    outside = re.findall(r"""(?:href|src)\s*=\s*["'](?!#)([^"']+)""", text)
    outside += re.findall(r"url\(\s*['\"]?(?!#)([^)]+)", text)
    assert not outside
