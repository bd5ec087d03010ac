"""Checks of one slide: pictures, links, slots, script, sources."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from lms.catalog.markdown import SLOT_LABELS
from lms.catalog.markup.slides import is_file_name
from lms.catalog.script import Script, parse_script, plain_text
from lms.kernel import markdown
from lms.kernel.messages import N_
from lms.kernel.text import folded

if TYPE_CHECKING:
    from lms.catalog.checking.subject import Subject
    from lms.catalog.markup.findings import Findings
    from lms.catalog.source import SlideSource

SCRIPT_CHARACTERS = (200, 350)
"""Spoken characters of a Japanese slide without marks: about 40 to 70 seconds (CV-5)."""

SCRIPT_WORDS = (75, 200)
"""Spoken words of a slide in another language, for about the same time."""

SENTENCE_CHARACTERS = 80
SENTENCE_WORDS = 35
REVIEW_DAYS = 400
"""A review date lies at most about a year ahead (CV-3)."""

_ABBREVIATION = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-&/.][A-Za-z0-9]+)*", re.ASCII)


def check_slide(subject: Subject, slide: SlideSource) -> None:
    """Report what is wrong with one slide."""
    _check_text(subject, slide.body, subject.line("body", slide.id), slide)
    description = subject.line("description", slide.id) + 1
    _check_text(subject, slide.description, description, slide)
    _check_pictures(subject, slide)
    if slide.hidden:
        return
    if not slide.body and slide.picture is None:
        subject.findings.warning(
            subject.line("slide", slide.id), N_("The slide shows nothing but its heading.")
        )
    _check_script(subject, slide)
    _check_review(subject, slide)


def _check_text(subject: Subject, text: str, line: int, slide: SlideSource) -> None:
    """Check what a Markdown text refers to; its first line stands at ``line``."""
    found = markdown.survey(text)
    for image in found.images:
        check_asset(subject, image.src, line + image.line)
        if not image.alt.strip():
            subject.findings.error(
                line + image.line,
                N_("Slide “%(id)s”: the picture %(file)s has no alternative text."),
                id=slide.id,
                file=image.src,
            )
    check_references(subject, found, line)


def check_references(subject: Subject, found: markdown.Survey, line: int) -> None:
    """Report HTML, links to nothing, unknown slots and stray marks of a text at ``line``."""
    slides = {slide.id for slide in subject.source.slides}
    for target, offset in found.refused_links:
        subject.findings.error(
            line + offset,
            N_("“%(target)s”: a link leads to #slide-id, https:// or mailto:"),
            target=target,
        )
    for target, offset in found.links:
        if target.startswith("#") and target[1:] not in slides:
            subject.findings.error(line + offset, N_("There is no slide “%(id)s”."), id=target[1:])
    check_marks(subject.findings, found, line)


def check_marks(findings: Findings, found: markdown.Survey, line: int) -> None:
    """Report HTML, unknown slots and stray marks of any text whose first line is ``line``."""
    for tag, offset in found.html:
        findings.error(line + offset, N_("HTML is not used in slides: %(text)s"), text=tag[:60])
    for name, offset in found.slots:
        if name not in SLOT_LABELS:
            findings.error(
                line + offset,
                N_("There is no slot “%(name)s”. Slots: %(allowed)s"),
                name=name,
                allowed=", ".join(SLOT_LABELS),
            )
    for offset in found.stray_marks:
        findings.warning(
            line + offset, N_("The marks ** are shown here; bold text needs them at both ends.")
        )


def check_asset(subject: Subject, name: str, line: int) -> None:
    """Report a file name that leads out of the module or to nothing."""
    if not is_file_name(name):
        subject.findings.error(
            line, N_("“%(file)s” is not a file inside the module folder."), file=name
        )
    elif subject.assets is not None and name not in subject.assets:
        subject.findings.error(line, N_("The file %(file)s is missing."), file=name)


def _check_pictures(subject: Subject, slide: SlideSource) -> None:
    if slide.audio:
        check_asset(subject, slide.audio, subject.line("audio", slide.id))
    picture = slide.picture
    if picture is None:
        return
    line = subject.line("picture", slide.id)
    for name in filter(None, (picture.src, picture.zoom)):
        check_asset(subject, name, line)
    if not picture.alt and not picture.decorative:
        subject.findings.error(
            line,
            N_("Slide “%(id)s”: the picture %(file)s has no alternative text."),
            id=slide.id,
            file=picture.src,
        )


def _check_script(subject: Subject, slide: SlideSource) -> None:
    line = subject.line("script-text", slide.id)
    script = parse_script(slide.script)
    for problem in script.problems:
        report = subject.findings.warning if problem.warning else subject.findings.error
        report(line + problem.line - 1, problem.message, **dict(problem.values))
    if not script.sentences:
        if slide.audio:
            # Captions and transcript are made from the script; without it nobody could read along.
            subject.findings.error(
                subject.line("audio", slide.id),
                N_("Slide “%(id)s” has no script, so its recording is not played."),
                id=slide.id,
            )
        else:
            subject.findings.warning(
                subject.line("slide", slide.id),
                N_("Slide “%(id)s” has no script, so nothing is spoken."),
                id=slide.id,
            )
        return
    length = spoken_length(subject, script)
    least, most = SCRIPT_CHARACTERS if subject.is_japanese else SCRIPT_WORDS
    if not least <= length <= most and slide.layout != "title":
        subject.findings.warning(
            subject.line("script", slide.id),
            N_("Slide “%(id)s”: the script has a length of %(length)s; good are %(low)s–%(high)s."),
            id=slide.id,
            length=length,
            low=least,
            high=most,
        )
    _check_sentences(subject, script, line)
    if subject.is_japanese:
        _check_readings(subject, script, line)


def spoken_length(subject: Subject, script: Script) -> int:
    """Return the characters without blanks of a Japanese script, or the words of another."""
    text = plain_text(script)
    if subject.is_japanese:
        return sum(not char.isspace() for char in text)
    return len(text.split())


def _check_sentences(subject: Subject, script: Script, line: int) -> None:
    most = SENTENCE_CHARACTERS if subject.is_japanese else SENTENCE_WORDS
    for sentence in script.sentences:
        text = sentence.display
        length = len(text) if subject.is_japanese else len(text.split())
        if length > most:
            subject.findings.warning(
                line + sentence.line - 1,
                N_("A sentence with a length of %(length)s is hard to follow by ear; use two."),
                length=length,
            )


def _check_readings(subject: Subject, script: Script, line: int) -> None:
    """Report abbreviations in Latin letters whose reading nobody has given."""
    own = {entry.surface for entry in subject.source.readings}
    known = sorted({folded(word) for word in (*own, *subject.readings)}, key=len, reverse=True)
    reported: set[str] = set()
    for sentence in script.sentences:
        for part in sentence.parts:
            if part.reading:
                continue
            text = folded(part.text)
            for word in known:
                text = text.replace(word, " ")
            for match in _ABBREVIATION.finditer(text):
                word = match[0]
                if len(word) == 1 or word in reported:
                    continue
                reported.add(word)
                subject.findings.warning(
                    line + sentence.line - 1,
                    N_("“%(word)s” has no reading; add it to readings.csv."),
                    word=word.upper(),
                )


def _check_review(subject: Subject, slide: SlideSource) -> None:
    line = subject.line("source", slide.id)
    if not slide.source_note:
        subject.findings.warning(
            subject.line("slide", slide.id),
            N_("Slide “%(id)s” names no source (::: source)."),
            id=slide.id,
        )
        return
    if slide.checked_on is None:
        subject.findings.warning(line, N_("The source does not say when it was checked."))
    elif slide.checked_on > subject.today:
        subject.findings.error(line, N_("The source was checked on a day in the future."))
    if slide.review_by is None:
        subject.findings.warning(line, N_("The source does not say when to look at it again."))
    elif slide.review_by < subject.today:
        subject.findings.warning(
            line,
            N_("Slide “%(id)s” had to be looked at again by %(day)s."),
            id=slide.id,
            day=slide.review_by.isoformat(),
        )
    elif slide.checked_on and slide.review_by - slide.checked_on > timedelta(days=REVIEW_DAYS):
        subject.findings.warning(
            line, N_("The review date lies more than a year after the check of the source.")
        )
