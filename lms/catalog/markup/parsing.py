"""A whole module: front matter, slides and the pool of questions at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.catalog.markup.findings import Findings
from lms.catalog.markup.frontmatter import FrontMatter, read_front_matter, split_front_matter
from lms.catalog.markup.lines import clean, has_control_characters, one_line
from lms.catalog.markup.scan import Section, scan
from lms.catalog.markup.slides import (
    Heading,
    Lines,
    SlideReader,
    read_checked_question,
    read_heading,
)
from lms.catalog.source import ModuleSource, Problem, QuestionSource, SlideSource
from lms.kernel.messages import N_

MAX_CHARACTERS = 2_000_000
"""A module of 500 full slides stays far below; what is larger is not a module."""


@dataclass(frozen=True, slots=True)
class ParsedModule:
    """What could be read, where it stands, and what is wrong with it.

    ``source`` may hold less than the file when ``problems`` has errors, so it is used for further
    checks only; ``lines`` maps things like ``("slide", id)`` to line numbers.
    """

    source: ModuleSource
    lines: Mapping[tuple[str, str], int]
    problems: tuple[Problem, ...]

    @property
    def is_valid(self) -> bool:
        """Whether the module may be loaded."""
        return all(problem.warning for problem in self.problems)


def parse(text: str, *, file: str) -> ParsedModule:
    """Read the text of ``module.md``; never raises, whatever the text is.

    Args:
        text: the whole file.
        file: its name for the problems.
    """
    findings = Findings(file)
    if len(text) > MAX_CHARACTERS:
        findings.error(1, N_("The file has more than %(most)s characters."), most=MAX_CHARACTERS)
        return ParsedModule(ModuleSource("", ()), {}, findings.sorted())
    for number, line in enumerate(text.split("\n"), start=1):
        if has_control_characters(line.removesuffix("\r")):
            findings.warning(number, N_("Control characters were ignored here."))
    lines = clean(text).split("\n")
    front_lines, taken = split_front_matter(lines, findings)
    front = read_front_matter(front_lines, findings) if taken > 1 else FrontMatter()
    sections = scan(lines[taken:], taken + 1, findings)
    places: Lines = {("field", key): line for key, line in front.lines.items()}
    slides: list[SlideSource] = []
    pool: list[QuestionSource] = []
    for position, section in enumerate(sections):
        heading = read_heading(section, findings)
        if heading.is_pool:
            if position != len(sections) - 1:
                findings.error(section.line, N_("The questions at the end are the last section."))
            places["pool", heading.id] = section.line
            pool.extend(_pool(section, findings, places))
        else:
            slides.append(_slide(section, heading, findings, places))
    source = _module(front, tuple(slides), tuple(pool))
    _check_ids(source, places, findings)
    return ParsedModule(source, places, findings.sorted())


def _slide(section: Section, heading: Heading, findings: Findings, places: Lines) -> SlideSource:
    if ("slide", heading.id) in places and heading.id:
        findings.error(section.line, N_("The id “%(id)s” is used twice."), id=heading.id)
    places["slide", heading.id] = section.line
    return SlideReader(heading, findings, places).read(section)


def _pool(section: Section, findings: Findings, places: Lines) -> list[QuestionSource]:
    for line in section.body:
        if line.text.strip(" \t"):
            findings.error(line.number, N_("The last section holds only ::: quiz blocks."))
            break
    questions: list[QuestionSource] = []
    for block in section.blocks:
        if block.name == "quiz":
            questions.append(read_checked_question(block, findings, places))
        else:
            findings.error(block.line, N_("The last section holds only ::: quiz blocks."))
    return questions


def _module(
    front: FrontMatter, slides: tuple[SlideSource, ...], pool: tuple[QuestionSource, ...]
) -> ModuleSource:
    texts = front.texts
    return ModuleSource(
        title=one_line(texts.get("title", "")),
        title_en=one_line(texts.get("title_en", "")),
        summary=texts.get("summary", ""),
        summary_en=texts.get("summary_en", ""),
        lang=texts.get("lang", "") or "ja",
        voice=one_line(texts.get("voice", "")),
        license=one_line(texts.get("license", "")),
        objectives=front.objectives,
        skills=front.skills,
        minutes=front.minutes,
        quiz=front.quiz,
        completion=front.completion,
        slides=slides,
        pool=pool,
    )


def _check_ids(source: ModuleSource, places: Lines, findings: Findings) -> None:
    """Ids are unique, and what a question or link refers to exists."""
    slide_ids = {slide.id for slide in source.slides}
    if not source.slides:
        findings.error(1, N_("The module has no slides."))
    seen: set[str] = set()
    items = [
        *((question.id, "question") for question in source.checks),
        *((survey.id, "survey") for slide in source.slides for survey in slide.surveys),
        *((question.id, "question") for question in source.pool),
    ]
    for identifier, kind in items:
        if identifier in seen and identifier:
            line = places.get((kind, identifier), 1)
            findings.error(line, N_("The id “%(id)s” is used twice."), id=identifier)
        seen.add(identifier)
    for question in source.questions:
        if question.slide and question.slide not in slide_ids:
            line = places.get(("question", question.id), 1)
            findings.error(line, N_("There is no slide “%(id)s”."), id=question.slide)
    for slide in source.slides:
        for hotspot in slide.hotspots:
            target = hotspot.target.removeprefix("#")
            if hotspot.target.startswith("#") and target not in slide_ids:
                line = places.get(("hotspots", slide.id), 1)
                findings.error(line, N_("There is no slide “%(id)s”."), id=target)
