"""A module in a second language: the same ids, and never another key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lms.catalog.markup.findings import Findings
from lms.catalog.source import (
    ModuleSource,
    OptionSource,
    Problem,
    QuestionKind,
    QuestionSource,
    SlideSource,
    SurveySource,
)
from lms.kernel.messages import N_

Lines = Mapping[tuple[str, str], int]

_MISSING = {
    "slide": N_("The translation lacks slide “%(id)s”."),
    "question": N_("The translation lacks question “%(id)s”."),
    "survey": N_("The translation lacks survey item “%(id)s”."),
}
_EXTRA = {
    "slide": N_("The source has no slide “%(id)s”."),
    "question": N_("The source has no question “%(id)s”."),
    "survey": N_("The source has no survey item “%(id)s”."),
}


def merge_translation(
    source: ModuleSource, translation: ModuleSource, *, file: str, lines: Lines | None = None
) -> tuple[ModuleSource, tuple[Problem, ...]]:
    """Check a translation against its source and give it the source's rules.

    Texts come from the translation; quiz rules, completion, points, marks of right options,
    tolerance, layout, hidden slides, imported positions and dates come from the source. So both
    languages are graded alike. Answers of text questions may differ, because they are words.

    Args:
        source: the module in its first language.
        translation: the module in another language.
        file: name of the translation's file, for the problems.
        lines: where its parts stand; see :class:`~lms.catalog.markup.parsing.ParsedModule`.

    Returns:
        The translation with the source's rules, and the differences that forbid using it.
    """
    merger = _Merger(Findings(file), lines or {})
    slides = merger.slides(source.slides, translation.slides)
    pool = merger.questions(source.pool, translation.pool, "")
    merged = replace(
        translation,
        slides=slides,
        pool=pool,
        minutes=source.minutes,
        skills=source.skills,
        quiz=source.quiz,
        completion=source.completion,
        license=translation.license or source.license,
    )
    if translation.lang == source.lang:
        merger.findings.error(
            merger.line("field", "lang"),
            N_("The translation has the same language as its source (%(lang)s)."),
            lang=source.lang,
        )
    return merged, merger.findings.sorted()


class _Merger:
    def __init__(self, findings: Findings, lines: Lines) -> None:
        self.findings = findings
        self._lines = lines

    def line(self, kind: str, name: str) -> int:
        return self._lines.get((kind, name), 1)

    def _same_ids(self, kind: str, wanted: Sequence[str], found: Sequence[str], where: str) -> None:
        place = self.line("slide", where) if where else 1
        missing = [name for name in wanted if name not in found]
        extra = [name for name in found if name not in wanted]
        for name in missing:
            self.findings.error(place, _MISSING[kind], id=name)
        for name in extra:
            self.findings.error(
                self.line(kind, name),
                _EXTRA[kind],
                id=name,
            )
        if not missing and not extra and list(wanted) != list(found):
            self.findings.error(
                place,
                N_("The order differs from the source: %(ids)s"),
                ids=", ".join(wanted),
            )

    def slides(
        self, wanted: Sequence[SlideSource], found: Sequence[SlideSource]
    ) -> tuple[SlideSource, ...]:
        """Merge slides by id; the result has the source's slides that are translated."""
        self._same_ids("slide", [one.id for one in wanted], [one.id for one in found], "")
        by_id = {slide.id: slide for slide in found}
        return tuple(self._slide(slide, by_id[slide.id]) for slide in wanted if slide.id in by_id)

    def _slide(self, wanted: SlideSource, found: SlideSource) -> SlideSource:
        return replace(
            found,
            layout=wanted.layout,
            hidden=wanted.hidden,
            pptx_id=wanted.pptx_id,
            picture=found.picture or wanted.picture,
            hotspots=found.hotspots or wanted.hotspots,
            checked_on=wanted.checked_on,
            review_by=wanted.review_by,
            source_note=found.source_note or wanted.source_note,
            questions=self.questions(wanted.questions, found.questions, wanted.id),
            surveys=self._surveys(wanted, found),
        )

    def _surveys(self, wanted: SlideSource, found: SlideSource) -> tuple[SurveySource, ...]:
        ids = [survey.id for survey in wanted.surveys]
        self._same_ids("survey", ids, [survey.id for survey in found.surveys], wanted.id)
        by_id = {survey.id: survey for survey in found.surveys}
        result: list[SurveySource] = []
        for survey in wanted.surveys:
            other = by_id.get(survey.id)
            if other is None:
                continue
            if (other.kind, len(other.options)) != (survey.kind, len(survey.options)):
                self.findings.error(
                    self.line("survey", survey.id),
                    N_("“%(id)s” differs from the source in its type or number of options."),
                    id=survey.id,
                )
            result.append(replace(other, steps=survey.steps, required=survey.required))
        return tuple(result)

    def questions(
        self, wanted: Sequence[QuestionSource], found: Sequence[QuestionSource], where: str
    ) -> tuple[QuestionSource, ...]:
        """Merge questions by id; the marks of right options are the source's."""
        self._same_ids("question", [one.id for one in wanted], [one.id for one in found], where)
        by_id = {question.id: question for question in found}
        return tuple(
            self._question(question, by_id[question.id])
            for question in wanted
            if question.id in by_id
        )

    def _question(self, wanted: QuestionSource, found: QuestionSource) -> QuestionSource:
        line = self.line("question", found.id)
        if found.kind is not wanted.kind or len(found.options) != len(wanted.options):
            self.findings.error(
                line,
                N_("“%(id)s” differs from the source in its type or number of options."),
                id=found.id,
            )
            return found
        if [one.correct for one in found.options] != [one.correct for one in wanted.options]:
            self.findings.error(
                line, N_("“%(id)s” marks other options as right than the source."), id=found.id
            )
        if wanted.kind is QuestionKind.NUMERIC and (found.answers, found.tolerance) != (
            wanted.answers,
            wanted.tolerance,
        ):
            self.findings.error(
                line, N_("“%(id)s” has another number than the source."), id=found.id
            )
        options: tuple[OptionSource, ...] = tuple(
            replace(theirs, correct=ours.correct)
            for ours, theirs in zip(wanted.options, found.options, strict=True)
        )
        return replace(
            found,
            options=options,
            points=wanted.points,
            slide=wanted.slide,
            skill=wanted.skill,
            tolerance=wanted.tolerance,
        )
