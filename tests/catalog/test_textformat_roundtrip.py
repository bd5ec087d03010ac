"""Files, editor and importer hold the same module: writing and reading lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lms.catalog import textformat
from lms.catalog.markup import parsing
from lms.catalog.markup.canonical import canonical_module
from lms.catalog.markup.lines import markdown_text, one_line, stuff, unstuff
from lms.catalog.source import (
    CourseSource,
    ModuleSource,
    OptionSource,
    QuestionKind,
    QuestionSource,
    ReadingEntry,
    SlideSource,
)
from tests.catalog import strategies

COURSES = Path(__file__).parents[2] / "courses"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.modules())
def test_reading_what_was_written_gives_the_same_module(module: ModuleSource) -> None:
    wanted = canonical_module(module)
    text = textformat.write_module(module)
    assert textformat.examine_text(text, file="module.md").source == wanted
    assume(strategies.is_usable(wanted))
    read, problems = textformat.parse_module(text, file="module.md")
    assert not [problem for problem in problems if not problem.warning], text
    assert read == wanted
    assert textformat.write_module(wanted) == text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.modules())
def test_the_canonical_form_is_final(module: ModuleSource) -> None:
    once = canonical_module(module)
    assert canonical_module(once) == once


@settings(max_examples=300, deadline=None)
@given(strategies.lines)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    parsing.parse(text, file="module.md")
    parsing.parse(f"---\ntitle: x\n---\n\n# a {{#a}}\n\n{text}", file="module.md")
    parsing.parse(f"---\n{text}\n---\n", file="module.md")


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_without_an_exception(data: st.DataObject) -> None:
    lines = _sample().split("\n")
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(lines) - 1))
        lines[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.lists(st.sampled_from(strategies.AWKWARD), max_size=2)
        )
    parsing.parse("\n".join(lines), file="module.md")


def _sample() -> str:
    path = COURSES / "general/information-security/01-assets-and-threats/module.md"
    return path.read_text(encoding="utf-8")


@settings(max_examples=300, deadline=None)
@given(strategies.lines)
def test_markdown_is_made_harmless_once(text: str) -> None:
    once = markdown_text(text, list_marks=True, numbers=True)
    assert markdown_text(once, list_marks=True, numbers=True) == once


@given(strategies.texts)
def test_stuffing_is_undone(text: str) -> None:
    line = text.replace("\n", " ")
    assert unstuff(stuff(line)) == line


@pytest.mark.parametrize("name", ["module.md", "module.en.md"])
def test_bundled_modules_are_in_canonical_form(name: str) -> None:
    paths = sorted(COURSES.glob(f"*/*/*/{name}"))
    assert paths
    for path in paths:
        parsed = parsing.parse(path.read_text(encoding="utf-8"), file=str(path))
        assert canonical_module(parsed.source) == parsed.source, path
        again, _ = textformat.parse_module(textformat.write_module(parsed.source), file="again")
        assert again == parsed.source, path


folders = st.from_regex(r"\A[a-z0-9]+(-[a-z0-9]+){0,2}\Z")


@settings(deadline=None, max_examples=40)
@given(
    st.builds(
        CourseSource,
        id=folders,
        tier=st.sampled_from(["general", "dx-leader", "expert"]),
        title=strategies.words,
        title_en=strategies.words,
        modules=st.lists(folders, min_size=1, max_size=3, unique=True).map(tuple),
        summary=strategies.texts,
        objective=strategies.texts,
        required=st.booleans(),
        open=st.booleans(),
        certificate=st.booleans(),
        certificate_title=strategies.texts,
        prerequisites=st.lists(folders, max_size=2).map(tuple),
        license=st.just("CC-BY-4.0"),
    )
)
def test_course_files_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, course: CourseSource
) -> None:
    root = tmp_path_factory.mktemp("course") / course.tier / course.id
    for name in course.modules:
        (root / name).mkdir(parents=True)
        (root / name / "module.md").touch()
    text = textformat.write_course(course)
    (root / "course.toml").write_text(text, encoding="utf-8", newline="")
    read, problems = textformat.read_course(root)
    assert not problems
    assert read is not None
    assert textformat.write_course(read) == text


@given(
    st.lists(
        st.builds(
            ReadingEntry,
            surface=strategies.words.map(one_line),
            kana=st.text("アイウエオカガキャッー", min_size=1, max_size=6).filter(
                lambda kana: kana[0] not in "ャッー"
            ),
            accent=st.just(1),
            note=st.sampled_from(["", "備考", 'a,"b"']),
        ),
        max_size=4,
        unique_by=lambda entry: entry.surface,
    )
)
def test_readings_are_read_back(entries: list[ReadingEntry]) -> None:
    text = textformat.write_readings(tuple(entries))
    read, problems = textformat.read_readings(text, file="readings.csv")
    assert not problems
    assert textformat.write_readings(read) == text


def test_an_arrow_inside_a_pair_is_kept_apart() -> None:
    pairs = (OptionSource("a => b", match="c => d"), OptionSource("e", match="f"))
    question = QuestionSource("m", QuestionKind.MATCH, "結んでください。", options=pairs)
    module = ModuleSource("題", (SlideSource("a", "題", questions=(question,)),))
    read, problems = textformat.parse_module(textformat.write_module(module), file="m.md")
    assert not problems
    assert read is not None
    assert read.slides[0].questions[0].options == (
        OptionSource("a \\=> b", match="c => d"),
        OptionSource("e", match="f"),
    )
