"""What a curriculum asks of its modules: each shortfall is found, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lms.catalog import checks, textformat
from lms.catalog.curriculum import Curriculum, Skill, Standard, Term, coverage
from lms.catalog.markup import parsing
from tests.catalog.checked_module import FRONT, SLIDE, TODAY

if TYPE_CHECKING:
    from pathlib import Path

FRAMEWORK = """framework = "DSS"
version = "1.2"

[standard]
pool = 2
exercise = ["expert"]
coverage = 90

[[skill]]
code = "L-1"
title = "データ"
general = 2
expert = 0

[[skill]]
code = "L-2"
title = "AI"
general = 1
expert = 3
"""
GLOSSARY = "用語,説明,英語,使わない表記\nサーバー,計算機。,server,サーバ機|鯖\nAI,人工知能。,AI,\n"
CURRICULUM = Curriculum(
    "DSS",
    "1.2",
    Standard(pool=2, checks=0, exercise=("expert",), sentence=40),
    (Skill("L-1", "データ", "", {"general": 2}), Skill("L-2", "AI", "", {"general": 1})),
    (
        Term("サーバー", "計算機。", "server", ("サーバ機",)),
        Term("AI", "人工知能。"),
        Term("J-LIS", "機構。"),
    ),
)
GOOD = FRONT.replace("lang: ja", "lang: ja\nskills: [L-1]")


def findings(
    old: str = "", new: str = "", *, tier: str = "general", curriculum: Curriculum = CURRICULUM
) -> list[str]:
    text = GOOD + SLIDE
    assert old in text
    parsed = parsing.parse(text.replace(old, new, 1) if old else text, file="m.md")
    assert parsed.is_valid, [str(problem) for problem in parsed.problems]
    found = checks.check_module(
        parsed.source, file="m.md", today=TODAY, lines=parsed.lines, curriculum=curriculum,
        tier=tier, assets={"assets/flow.svg"},
    )  # fmt: skip
    return [("W " if problem.warning else "E ") + str(problem) for problem in found]


def test_a_module_that_keeps_everything_has_no_findings() -> None:
    assert findings() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[L-1]", "[L-9]", "E m.md:8: There is no skill “L-9”."),
        ("skills: [L-1]\n", "", "W m.md:1: “skills” is missing."),
        ("slide=what", "slide=what skill=L-7", "There is no skill “L-7”."),
        ("の規程", "のサーバ機", "“サーバ機”: the glossary has “サーバー” for it."),
        ("の規程", "のAIとRPA", "W m.md:17: “RPA” is not in the glossary"),
    ],
)
def test_a_shortfall_is_found(old: str, new: str, message: str) -> None:
    (found,) = findings(old, new)
    assert message in found


def test_the_standard_is_asked_for() -> None:
    (exercise,) = findings(tier="expert")
    assert "has no exercise" in exercise
    high = replace(CURRICULUM, standard=Standard(pool=50, checks=3, sentence=10))
    found = " ".join(findings(curriculum=high))
    assert "pool: " in found
    assert "checks: " in found
    assert "on average; up to 10 are easy to hear" in found


def test_a_word_inside_its_own_term_is_no_other_spelling() -> None:
    short = replace(CURRICULUM, terms=(Term("サーバー", "計算機。", "server", ("サーバ",)),))
    assert findings("の規程", "のサーバー", curriculum=short) == []
    assert len(findings("の規程", "のサーバー、サーバ", curriculum=short)) == 1


def test_an_abbreviation_inside_a_term_is_explained_with_it() -> None:
    assert findings("の規程", "のJ-LISの規程") == []


def test_addresses_and_marks_are_no_abbreviations() -> None:
    assert findings("の規程", "の[規程](https://a.jp/PDF)と`SUM`") == []


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def course(name: str, *, more: str = "") -> str:
    return (
        f'id = "{name}"\ntier = "general"\ntitle = "題"\ntitle_en = "T"\nmodules = ["01-a"]\n{more}'
    )


def test_a_tree_is_checked_as_a_whole(tmp_path: Path) -> None:
    write(tmp_path, "curriculum.toml", FRAMEWORK)
    write(tmp_path, "glossary.csv", GLOSSARY)
    for name in ("one", "two"):
        more = 'languages = ["ja", "en"]\n' if name == "two" else ""
        write(tmp_path, f"general/{name}/course.toml", course(name, more=more))
        write(tmp_path, f"general/{name}/01-a/module.md", GOOD + SLIDE)
        write(tmp_path, f"general/{name}/01-a/assets/flow.svg", "<svg/>")
    programme = (
        'id = "p"\ntitle = "道"\ntitle_en = "P"\nsummary = "s"\naudience = "a"\n'
        'prerequisites = ["none"]\n[[course]]\nid = "one"\n[[course]]\nid = "three"\n'
        '[[document]]\nfile = "d.md"\ntitle = "紙"\ntitle_en = "D"\n'
    )
    write(tmp_path, "programmes/p/programme.toml", programme)
    write(tmp_path, "programmes/p/documents/d.md", "![図](a.svg)\n\n<b>太字</b> {{tenant.mayor}}\n")
    report = checks.check_tree(tmp_path, TODAY)
    errors = "\n".join(map(str, report.errors))
    assert "The module “01-a” is promised in English, but has no translation." in errors
    assert "There is no course “three”." in errors
    assert "There is no programme “none”." in errors
    assert "d.md:1: A document to print has no pictures" in errors
    assert "d.md:3: HTML is not used" in errors
    assert "There is no slot “mayor”" in errors
    assert "There is no course “one”" not in errors
    warnings = "\n".join(map(str, report.warnings))
    assert "general/one/01-a, general/two/01-a ask the same" in warnings
    assert "The tier general teaches 50% of the skills; missing: L-2" in warnings
    (found,) = report.coverage
    assert (found.taught, found.total) == (1, 2)
    assert "general: 1 of 2 skills taught (50%); missing: L-2" in report.text()


def test_what_is_wrong_in_the_curriculum_is_reported_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, "curriculum.toml", FRAMEWORK.replace('title = "AI"', 'name = "AI"'))
    write(tmp_path, "glossary.csv", GLOSSARY + "AI,また,,\n短い行\n")
    curriculum, problems = textformat.read_curriculum(tmp_path)
    found = "\n".join(map(str, problems))
    assert curriculum is not None
    assert "curriculum.toml:17: “name” is not known here." in found
    assert "curriculum.toml:15: “title” is missing." in found
    assert "glossary.csv:4: “AI” is given twice." in found
    assert "glossary.csv:5: A row has the four cells" in found
    assert textformat.read_curriculum(tmp_path / "none") == (None, [])


def test_a_tier_without_targets_is_covered() -> None:
    found = coverage(CURRICULUM, "expert", frozenset())
    assert (found.percent, found.missing) == (100.0, ())
