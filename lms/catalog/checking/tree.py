"""Checks of all courses together: programmes, questions asked twice, skills that nobody teaches."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lms.catalog import textformat
from lms.catalog.checking.slides import check_marks
from lms.catalog.curriculum import coverage
from lms.catalog.markup.findings import Findings
from lms.kernel import markdown
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from lms.catalog.checking.summaries import CourseSummary
    from lms.catalog.curriculum import Coverage, Curriculum
    from lms.catalog.programme import ProgrammeDocument
    from lms.catalog.source import Problem


def check_repeated(courses: Iterable[CourseSummary]) -> list[Problem]:
    """Report prompts that stand in two modules."""
    places: dict[str, list[str]] = defaultdict(list)
    for course in courses:
        for module in course.modules:
            for prompt in set(module.prompts):
                places[prompt].append(f"{course.tier}/{course.id}/{module.name}")
    findings = Findings(textformat.COURSE_FILE)
    for prompt, modules in sorted(places.items()):
        if len(modules) > 1:
            findings.warning(
                1,
                N_("%(modules)s ask the same: %(prompt)s"),
                modules=", ".join(modules),
                prompt=prompt[:40],
            )
    return list(findings.sorted())


def covered(curriculum: Curriculum, courses: Iterable[CourseSummary]) -> tuple[Coverage, ...]:
    """Return for each tier with courses how much of the framework they teach."""
    taught: dict[str, set[str]] = {}
    for course in courses:
        skills = taught.setdefault(course.tier, set())
        for module in course.modules:
            skills |= module.skills
    return tuple(coverage(curriculum, tier, frozenset(found)) for tier, found in taught.items())


def check_coverage(root: Path, curriculum: Curriculum, found: Iterable[Coverage]) -> list[Problem]:
    """Report tiers that teach less of the framework than the standard asks for."""
    findings = Findings(textformat.label(root, textformat.CURRICULUM_FILE))
    for each in found:
        if each.percent < curriculum.standard.coverage:
            findings.warning(
                1,
                N_("The tier %(tier)s teaches %(percent)s%% of the skills; missing: %(missing)s"),
                tier=each.tier,
                percent=round(each.percent),
                missing=", ".join(each.missing),
            )
    return list(findings.sorted())


def check_programmes(root: Path, courses: Collection[str]) -> list[Problem]:
    """Report what is wrong with programmes and what they name that does not exist."""
    read, problems = textformat.read_programmes(root)
    ids = {programme.id for _, programme in read}
    for file, programme in read:
        findings = Findings(file.as_posix())
        for course in programme.courses:
            if course.course not in courses:
                findings.error(1, N_("There is no course “%(id)s”."), id=course.course)
        for name in programme.prerequisites:
            if name not in ids:
                findings.error(1, N_("There is no programme “%(id)s”."), id=name)
        problems += findings.sorted()
        for document in programme.documents:
            problems += _check_document(file, document)
    return problems


def _check_document(file: Path, document: ProgrammeDocument) -> tuple[Problem, ...]:
    path = file.parent / textformat.DOCUMENTS_FOLDER / f"{document.id}.md"
    findings = Findings(path.as_posix())
    found = markdown.survey(document.text)
    for image in found.images:
        findings.error(image.line + 1, N_("A document to print has no pictures of its own."))
    check_marks(findings, found, 1)
    return findings.sorted()
