"""All checks of courses at once: errors that prevent publishing, warnings, and a summary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from lms.catalog import textformat
from lms.catalog.checking import tree
from lms.catalog.checking.curriculum import check_curriculum
from lms.catalog.checking.questions import check_habits, check_pool, check_question
from lms.catalog.checking.slides import check_slide, spoken_length
from lms.catalog.checking.subject import Subject
from lms.catalog.checking.summaries import CourseSummary, ModuleSummary
from lms.catalog.checking.translations import merge_translation
from lms.catalog.curriculum import Coverage
from lms.catalog.markup.findings import Findings
from lms.catalog.script import parse_script
from lms.catalog.source import CourseSource, ModuleSource, Problem
from lms.catalog.textformat import MODULE_FILE, TRANSLATION_FILE, Folder
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from lms.catalog.curriculum import Curriculum
    from lms.catalog.markup.parsing import ParsedModule

CHARACTERS_PER_MINUTE = 300
WORDS_PER_MINUTE = 140
MINUTES_PER_QUESTION = 0.75
"""Reading, choosing and reading the explanation; the guide for the stated ``minutes``."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; ``text`` is what a terminal shows."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    courses: tuple[CourseSummary, ...]
    coverage: tuple[Coverage, ...] = ()

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Every finding, the size of each course and two totals, one a line."""
        lines = [
            f"{problem.line_in(translate)} [{translate(kind)}]"
            for kind, problems in ((N_("error"), self.errors), (N_("warning"), self.warnings))
            for problem in problems
        ]
        lines += [course.text(translate) for course in self.courses]
        lines += [_covered(each, translate) for each in self.coverage]
        totals = {"errors": len(self.errors), "warnings": len(self.warnings)}
        lines.append(translate(N_("errors: %(errors)s, warnings: %(warnings)s")) % totals)
        return "\n".join(lines)


def _covered(found: Coverage, translate: Callable[[str], str]) -> str:
    text = translate(N_("%(tier)s: %(taught)s of %(total)s skills taught (%(percent)s%%)")) % {
        "tier": found.tier,
        "taught": found.taught,
        "total": found.total,
        "percent": f"{found.percent:.0f}",
    }
    missing = translate(N_("missing: %(skills)s")) % {"skills": ", ".join(found.missing)}
    return f"{text}; {missing}" if found.missing else text


def check_module(
    source: ModuleSource,
    *,
    file: str,
    today: date,
    lines: Mapping[tuple[str, str], int] | None = None,
    readings: Collection[str] = (),
    assets: Collection[str] | None = None,
    curriculum: Curriculum | None = None,
    tier: str = "",
) -> tuple[Problem, ...]:
    """Check the content of a module, wherever it came from.

    Args:
        source: the module; it may be incomplete.
        file: its name for the problems.
        today: the day against which review dates are judged.
        lines: where its parts stand; without it problems name line 1.
        readings: surfaces of words with known readings (shipped and tenant dictionaries).
        assets: file names of the module folder; None skips the check that they exist.
        curriculum: what it has to keep besides, as a module of ``tier``.

    Returns:
        Errors and warnings in the order of lines.
    """
    subject = Subject(source, Findings(file), today, lines or {}, readings, assets)
    for slide in source.slides:
        check_slide(subject, slide)
    for question in source.questions:
        check_question(subject, question)
    check_habits(subject)
    check_pool(subject)
    _check_front(subject)
    if curriculum is not None:
        check_curriculum(subject, curriculum, tier)
    return subject.findings.sorted()


def _check_front(subject: Subject) -> None:
    source, findings = subject.source, subject.findings
    wanted = {"title_en": source.title_en, "summary": source.summary, "license": source.license}
    if subject.is_japanese:
        wanted["summary_en"] = source.summary_en
    for name, value in {**wanted, "objectives": source.objectives}.items():
        if not value:
            findings.warning(1, N_("“%(name)s” is missing."), name=name)
    estimate = estimated_minutes(source)
    if not source.minutes:
        findings.warning(1, N_("“%(name)s” is missing."), name="minutes")
    elif not estimate * 0.8 <= source.minutes <= estimate * 2.5:
        findings.warning(
            subject.line("field", "minutes"),
            N_("minutes: %(minutes)s stated, about %(estimate)s counted."),
            minutes=source.minutes,
            estimate=estimate,
        )


def script_length(source: ModuleSource) -> int:
    """Return the spoken characters (Japanese) or words of a module."""
    subject = Subject(source, Findings(""), date.min)
    return sum(spoken_length(subject, parse_script(slide.script)) for slide in source.slides)


def estimated_minutes(source: ModuleSource) -> int:
    """Return the time a learner needs: the spoken script and the questions that are asked."""
    speed = CHARACTERS_PER_MINUTE if source.lang.startswith("ja") else WORDS_PER_MINUTE
    asked = source.quiz.draw or len(source.pool)
    asked += len(source.checks)
    return ceil(script_length(source) / speed + asked * MINUTES_PER_QUESTION)


def check_folder(
    folder: Folder,
    today: date,
    *,
    readings: Collection[str] = (),
    curriculum: Curriculum | None = None,
    tier: str = "",
) -> tuple[list[Problem], ModuleSummary | None]:
    """Check one module folder with its translation.

    Returns:
        All problems, and the size of the module where one could be read.
    """
    assets = textformat.asset_names(folder)
    parsed = textformat.examine_module(folder)

    def check(found: ParsedModule, name: str) -> list[Problem]:
        unreadable = textformat.unreadable_sounds(folder, name, found)
        return unreadable + list(
            check_module(
                found.source,
                file=textformat.label(folder, name),
                today=today,
                lines=found.lines,
                readings=readings,
                assets=assets,
                curriculum=curriculum,
                tier=tier,
            )
        )

    problems = [*parsed.problems, *check(parsed, MODULE_FILE)]
    for name in sorted(textformat.MODULE_TEXTS & assets):
        problems += textformat.unshowable_text(folder, name)
    translation = None
    if TRANSLATION_FILE in assets:
        translation = textformat.examine_module(folder, TRANSLATION_FILE)
        problems += [problem for problem in translation.problems if problem not in parsed.problems]
        problems += check(translation, TRANSLATION_FILE)
        label = textformat.label(folder, TRANSLATION_FILE)
        problems += merge_translation(
            parsed.source, translation.source, file=label, lines=translation.lines
        )[1]
    if not parsed.source.slides:
        return problems, None
    return problems, _summary(folder, parsed.source, has_english=translation is not None)


def _summary(folder: Folder, source: ModuleSource, *, has_english: bool) -> ModuleSummary:
    return ModuleSummary(
        name=folder.name if isinstance(folder, Path) else "",
        title=source.title,
        minutes=source.minutes,
        estimate=estimated_minutes(source),
        slides=len(source.slides),
        questions=len(source.questions),
        surveys=sum(len(slide.surveys) for slide in source.slides),
        script_length=script_length(source),
        has_english=has_english,
        skills=frozenset(source.skills),
        prompts=tuple(question.prompt for question in source.questions),
    )


def check_courses(
    folders: Iterable[Path],
    today: date,
    *,
    readings: Collection[str] = (),
    curriculum: Curriculum | None = None,
) -> Report:
    """Check course folders with all their modules, each by itself."""
    problems: list[Problem] = []
    courses: list[CourseSummary] = []
    for folder in folders:
        course, found = textformat.read_course(folder)
        problems += [*found, *textformat.unshowable_text(folder, textformat.COURSE_FILE)]
        modules: list[ModuleSummary] = []
        for path in sorted(folder.glob(f"*/{MODULE_FILE}")):
            found, summary = check_folder(
                path.parent,
                today,
                readings=readings,
                curriculum=curriculum,
                tier=folder.parent.name,
            )
            problems += found
            if summary is not None:
                modules.append(summary)
        if course is not None:
            problems += check_languages(folder, course, modules)
        title = course.title if course is not None else ""
        courses.append(CourseSummary(folder.name, title, tuple(modules), folder.parent.name))
    return _report(problems, courses)


def check_languages(
    folder: Path, course: CourseSource, modules: Iterable[ModuleSummary]
) -> list[Problem]:
    """Report modules that are not there in a language that their course promises."""
    findings = Findings(textformat.label(folder, textformat.COURSE_FILE))
    if "en" in course.languages:
        for module in modules:
            if not module.has_english:
                findings.error(
                    1,
                    N_("The module “%(name)s” is promised in English, but has no translation."),
                    name=module.name,
                )
    return list(findings.sorted())


def check_tree(root: Path, today: date, *, readings: Collection[str] = ()) -> Report:
    """Check all courses below ``root`` (``courses/``), each by itself and all together."""
    curriculum, problems = textformat.read_curriculum(root)
    report = check_courses(
        textformat.iter_courses(root), today, readings=readings, curriculum=curriculum
    )
    problems = [*problems, *report.errors, *report.warnings]
    problems += tree.check_repeated(report.courses)
    problems += tree.check_programmes(root, [course.id for course in report.courses])
    covered: tuple[Coverage, ...] = ()
    if curriculum is not None:
        covered = tree.covered(curriculum, report.courses)
        problems += tree.check_coverage(root, curriculum, covered)
    return replace(_report(problems, report.courses), coverage=covered)


def _report(problems: Iterable[Problem], courses: Iterable[CourseSummary]) -> Report:
    found = tuple(problems)
    return Report(
        errors=tuple(problem for problem in found if not problem.warning),
        warnings=tuple(problem for problem in found if problem.warning),
        courses=tuple(courses),
    )
