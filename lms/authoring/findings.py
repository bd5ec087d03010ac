"""What an import kept, lost or could not find: the lines of the import report. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lms.kernel.messages import N_


class FindingKind(StrEnum):
    """How serious a line of the report is for the author."""

    LOST = "lost"
    """Something of the deck is not in the module."""
    MISSING = "missing"
    """The deck lacks something that learners need."""
    REPLACED = "replaced"
    """Something was put in place of something else."""
    NOTE = "note"
    """Worth knowing; nothing to repair."""


class FindingCode(StrEnum):
    """Stable identifiers of report lines, for filters, tests and the API."""

    ANIMATIONS = "animations"
    TRANSITION = "transition"
    VIDEO = "video"
    AUDIO = "audio"
    OLE = "ole"
    COMMENTS = "comments"
    MACROS = "macros"
    CONTROLS = "controls"
    LINKED = "linked"
    LINK = "link"
    UNREADABLE = "unreadable"
    TEXT_CUT = "text-cut"
    NOTES_CUT = "notes-cut"
    LINKS_CUT = "links-cut"
    PICTURE = "picture"
    PICTURES = "pictures"
    SANDBOX = "sandbox"
    QUIZ_PROBLEM = "quiz-problem"
    NOTES = "notes"
    SCRIPT = "script"
    NOTES_UNUSED = "notes-unused"
    ALT = "alt"
    TITLE = "title"
    SMARTART = "smartart"
    FONT = "font"
    FONT_EMBEDDED = "font-embedded"
    ALT_AUTOMATIC = "alt-automatic"
    QUIZ_RENAMED = "quiz-renamed"
    FORMAT = "format"
    REPAIRED = "repaired"
    HIDDEN = "hidden"
    QUIZ = "quiz"
    CHART = "chart"
    PDF = "pdf"
    PDF_SHAPE = "pdf-shape"
    GAIJI = "gaiji"
    GAIJI_NOTES = "gaiji-notes"
    GAIJI_ALT = "gaiji-alt"


_LOST, _MISSING = FindingKind.LOST, FindingKind.MISSING
_REPLACED, _NOTE = FindingKind.REPLACED, FindingKind.NOTE

CATALOGUE: dict[FindingCode, tuple[FindingKind, str]] = {
    FindingCode.ANIMATIONS: (
        _LOST,
        N_("Animation steps not played: %(count)s. The slide shows its final state."),
    ),
    FindingCode.TRANSITION: (_LOST, N_("The transition between slides is not played.")),
    FindingCode.VIDEO: (
        _LOST,
        N_("Videos not played: %(count)s. Only their still picture is shown."),
    ),
    FindingCode.AUDIO: (_LOST, N_("Sounds not played: %(count)s.")),
    FindingCode.OLE: (
        _LOST,
        N_("Embedded documents not opened: %(count)s. Only their picture is shown."),
    ),
    FindingCode.COMMENTS: (_LOST, N_("Review comments left out: %(count)s.")),
    FindingCode.MACROS: (_LOST, N_("The macros of the deck were removed without being opened.")),
    FindingCode.CONTROLS: (_LOST, N_("Form controls that are only drawn: %(count)s.")),
    FindingCode.LINKED: (
        _LOST,
        N_("Linked files not fetched: %(count)s. Insert them into the deck instead of linking."),
    ),
    FindingCode.LINK: (_LOST, N_("The link “%(label)s” (%(target)s) cannot be followed here.")),
    FindingCode.UNREADABLE: (
        _LOST,
        N_("Shapes not read: %(count)s. They are in the picture but not in the text."),
    ),
    FindingCode.TEXT_CUT: (_LOST, N_("The text was cut after %(limit)s characters.")),
    FindingCode.NOTES_CUT: (
        _LOST,
        N_("The notes were cut after %(limit)s characters. Spread them over several slides."),
    ),
    FindingCode.LINKS_CUT: (_LOST, N_("Only the first %(limit)s links were kept.")),
    FindingCode.PICTURE: (_LOST, N_("There is no picture of this slide; its text is shown.")),
    FindingCode.PICTURES: (
        _LOST,
        N_("Making the pictures failed. Your file is kept. Try again, or add a PDF of the deck."),
    ),
    FindingCode.SANDBOX: (
        _LOST,
        N_(
            "This server cannot open decks in isolation, so no pictures were made. "
            "Add a PDF of the deck, or ask the administrator to install bubblewrap and LibreOffice."
        ),
    ),
    FindingCode.QUIZ_PROBLEM: (
        _LOST,
        N_("A quiz written in the notes could not be read."),
    ),
    FindingCode.SCRIPT: (_LOST, N_("A mark in the notes was not understood; it is not spoken.")),
    FindingCode.NOTES: (_MISSING, N_("There are no notes, so nothing is spoken on this slide.")),
    FindingCode.NOTES_UNUSED: (
        _LOST,
        N_("The notes file has text for slide %(number)s, which does not exist."),
    ),
    FindingCode.ALT: (_MISSING, N_("Pictures without alternative text: %(count)s.")),
    FindingCode.TITLE: (_MISSING, N_("The slide has no title; its first words are used.")),
    FindingCode.SMARTART: (
        _MISSING,
        N_(
            "Diagrams whose text could not be read: %(count)s. "
            "Describe them in the alternative text."
        ),
    ),
    FindingCode.FONT: (_REPLACED, N_("The font %(font)s was replaced by %(replacement)s.")),
    FindingCode.FONT_EMBEDDED: (
        _REPLACED,
        N_("Fonts stored in the deck are not used; installed fonts were used instead."),
    ),
    FindingCode.ALT_AUTOMATIC: (
        _NOTE,
        N_("Alternative texts written by a program: %(count)s. Check them."),
    ),
    FindingCode.QUIZ_RENAMED: (
        _REPLACED,
        N_("The question id %(id)s was used twice; this one is now %(new)s."),
    ),
    FindingCode.FORMAT: (
        _NOTE,
        N_("The file was converted from %(format)s first. Check the slides."),
    ),
    FindingCode.REPAIRED: (
        _REPLACED,
        N_("The file could not be read as it is and was converted first. Check each slide."),
    ),
    FindingCode.HIDDEN: (_NOTE, N_("The slide is hidden; learners do not see it.")),
    FindingCode.QUIZ: (_NOTE, N_("Questions taken from the notes: %(count)s.")),
    FindingCode.CHART: (_NOTE, N_("Charts given a data table for screen readers: %(count)s.")),
    FindingCode.PDF: (_NOTE, N_("The pictures come from the PDF you added.")),
    FindingCode.PDF_SHAPE: (
        _NOTE,
        N_(
            "The pages of the PDF have another shape than the slides. "
            "Check that they belong together."
        ),
    ),
    FindingCode.GAIJI: (
        _LOST,
        N_(
            "Characters that only the computer of their author has cannot be shown here: "
            "%(characters)s. Write a standard character or kana instead, or show it in a picture."
        ),
    ),
    FindingCode.GAIJI_NOTES: (
        _LOST,
        N_(
            "Characters in the notes that can neither be spoken nor shown in captions: "
            "%(characters)s. Write a standard character or kana instead."
        ),
    ),
    FindingCode.GAIJI_ALT: (
        _LOST,
        N_(
            "Characters in alternative texts that can neither be read aloud nor shown: "
            "%(characters)s. Write a standard character or kana instead."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the import report.

    ``slide`` is the 1-based number of the slide in the deck, ``None`` for the whole deck.
    ``values`` are the named values of the message. ``text`` is a message id of its own where the
    catalogue's is too general: a problem of the text format says itself what is wrong.
    """

    slide: int | None
    code: FindingCode
    values: tuple[tuple[str, str], ...] = ()
    text: str = ""

    @property
    def kind(self) -> FindingKind:
        """How serious it is."""
        return CATALOGUE[self.code][0]

    @property
    def message(self) -> str:
        """The English message id, with ``%(name)s`` places for ``values``."""
        return self.text or CATALOGUE[self.code][1]

    def __str__(self) -> str:
        return self.message % dict(self.values) if self.values else self.message


def finding(slide: int | None, code: FindingCode, **values: object) -> Finding:
    """Make a finding from plain values."""
    return Finding(slide, code, tuple((name, str(value)) for name, value in values.items()))
