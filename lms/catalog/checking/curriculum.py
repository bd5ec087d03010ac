"""Checks of a module against the curriculum it belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lms.catalog.script import parse_script
from lms.kernel.messages import N_
from lms.kernel.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.catalog.checking.subject import Subject
    from lms.catalog.curriculum import Curriculum

_ABBREVIATION = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*", re.ASCII)
_ADDRESS = re.compile(r"\]\([^)]*\)|https?://\S+|\{\{[^}]*\}\}|\[\[[^\]]*\]\]|`[^`]*`")


def check_curriculum(subject: Subject, curriculum: Curriculum, tier: str) -> None:
    """Report where a module falls short of what its curriculum asks of it."""
    _check_skills(subject, curriculum)
    _check_size(subject, curriculum, tier)
    _check_terms(subject, curriculum)
    if subject.is_japanese and curriculum.standard.sentence:
        _check_sentences(subject, curriculum.standard.sentence)


def _check_skills(subject: Subject, curriculum: Curriculum) -> None:
    source = subject.source
    known = {skill.code for skill in curriculum.skills}
    if not source.skills:
        subject.findings.warning(1, N_("“%(name)s” is missing."), name="skills")
    for code in source.skills:
        if code not in known:
            line = subject.line("field", "skills")
            subject.findings.error(line, N_("There is no skill “%(code)s”."), code=code)
    for question in source.questions:
        if question.skill and question.skill not in known:
            line = subject.line("question", question.id)
            subject.findings.error(line, N_("There is no skill “%(code)s”."), code=question.skill)


def _check_size(subject: Subject, curriculum: Curriculum, tier: str) -> None:
    source, standard = subject.source, curriculum.standard
    counts = (
        ("pool", len(source.pool), standard.pool),
        ("checks", len(source.checks), standard.checks),
    )
    for name, count, wanted in counts:
        if count < wanted:
            subject.findings.warning(
                subject.line("pool", "quiz"),
                N_("%(name)s: questions: %(count)s; the curriculum asks for %(wanted)s."),
                name=name,
                count=count,
                wanted=wanted,
            )
    if tier in standard.exercise and all(slide.layout != "exercise" for slide in source.slides):
        subject.findings.warning(1, N_("The module has no exercise (a slide .exercise)."))


def _check_sentences(subject: Subject, most: float) -> None:
    lengths = [
        len(sentence.display)
        for slide in subject.source.slides
        for sentence in parse_script(slide.script).sentences
    ]
    if lengths and sum(lengths) / len(lengths) > most:
        subject.findings.warning(
            1,
            N_("Sentences have %(mean)s characters on average; up to %(most)s are easy to hear."),
            mean=round(sum(lengths) / len(lengths), 1),
            most=round(most),
        )


def _check_terms(subject: Subject, curriculum: Curriculum) -> None:
    """Report spellings that the glossary avoids, and abbreviations that it does not explain."""
    if not curriculum.terms or not subject.is_japanese:
        return
    avoided = {word: term.name for term in curriculum.terms for word in term.avoided}
    known = {folded(term.name) for term in curriculum.terms}
    known |= {
        folded(part) for term in curriculum.terms for part in _ABBREVIATION.findall(term.name)
    }
    reported: set[str] = set()
    for line, text in _texts(subject):
        plain = _ADDRESS.sub(" ", text)
        for word, name in avoided.items():
            if word not in reported and word in plain and word in plain.replace(name, " "):
                reported.add(word)
                subject.findings.warning(
                    line,
                    N_("“%(word)s”: the glossary has “%(name)s” for it."),
                    word=word,
                    name=name,
                )
        for match in _ABBREVIATION.finditer(plain):
            word = match[0]
            if word in reported or folded(word) in known:
                continue
            reported.add(word)
            subject.findings.warning(
                line, N_("“%(word)s” is not in the glossary; explain it there."), word=word
            )


def _texts(subject: Subject) -> Iterator[tuple[int, str]]:
    """Give every text that a learner reads or hears, with its line."""
    source = subject.source
    for slide in source.slides:
        yield subject.line("slide", slide.id), slide.title
        yield subject.line("body", slide.id), slide.body
        yield subject.line("script-text", slide.id), slide.script
        yield subject.line("description", slide.id), slide.description
    for question in source.questions:
        line = subject.line("question", question.id)
        yield line, question.prompt
        yield line, question.explanation
        for option in question.options:
            yield line, option.text
            yield line, option.feedback
