"""Takes speaker notes apart: what is spoken, and the questions written below ``---quiz---``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from lms.authoring.findings import Finding, FindingCode, finding
from lms.authoring.markdown import without_signs
from lms.catalog.script import parse_script
from lms.catalog.source import Problem, QuestionSource, SurveySource
from lms.catalog.textformat import parse_module

QUIZ_MARK = "---quiz---"
"""The line in the notes after which questions stand in the format of ``::: quiz`` blocks."""

# PowerPoint turns two hyphens into a dash while one types.
_QUIZ_LINE = re.compile(r"^\s*[-‐–—―ーｰ─]+\s*(?:quiz|クイズ)\s*[-‐–—―ーｰ─]*\s*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[。！？!?])(?![」』）)】!！?？”\s]|$)")
_FRAME = "---\ntitle: quiz\n---\n\n# quiz {#s}\n\n"


@dataclass(frozen=True, slots=True)
class Speech:
    """What the notes of one slide hold."""

    script: str
    questions: tuple[QuestionSource, ...] = ()
    surveys: tuple[SurveySource, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_speech(notes: str, slide: int) -> Speech:
    """Split notes into narration, one sentence a line, and questions.

    A quiz that cannot be read is reported and left out; the narration is kept.

    Args:
        notes: the text of the notes, lines separated by newlines.
        slide: 1-based number, for the findings.
    """
    lines = notes.splitlines()
    mark = next((index for index, line in enumerate(lines) if _QUIZ_LINE.match(line)), None)
    script = one_sentence_a_line("\n".join(lines[:mark]))
    unclear = tuple(
        Finding(slide, FindingCode.SCRIPT, problem.values, problem.message)
        for problem in parse_script(script).problems
        if not problem.warning
    )
    if mark is None:
        return Speech(script, findings=unclear)
    quiz = "\n".join(_straightened(line) for line in lines[mark + 1 :])
    module, problems = parse_module(_FRAME + quiz + "\n", file="notes")
    if module is None or not module.slides:
        unread = tuple(_problem(p, slide) for p in problems if not p.warning)
        return Speech(script, findings=unclear + unread)
    read = module.slides[0]
    count = len(read.questions) + len(read.surveys)
    found = finding(slide, FindingCode.QUIZ, count=count)
    findings = (*unclear, found) if count else unclear
    return Speech(script, read.questions, read.surveys, findings)


def one_sentence_a_line(text: str) -> str:
    """Break narration after each sentence, so that a correction changes one line."""
    lines: list[str] = []
    for line in text.splitlines():
        clean = without_signs(line.replace("\t", " ")).strip()
        pieces = (piece.strip() for piece in _SENTENCE_END.split(clean))
        lines.extend(piece for piece in pieces if piece)
    return "\n".join(lines)


def _straightened(line: str) -> str:
    """Undo what an input method or PowerPoint does to the marks at the start of a line."""
    head = re.match(r"^[\s　]*(?:[：:]{3,}|[-－•・]\s*[\[［]|[-－]\s*[=＝]|[>＞]|\d+[.．])", line)
    if head is None:
        return line.replace("　", " ") if not line.strip() else line
    start = unicodedata.normalize("NFKC", head[0]).replace("•", "-").replace("・", "-")
    rest = line[head.end() :]
    if start.endswith("["):
        start = "- ["
        rest = re.sub(
            r"^([xXｘＸ✓ 　]?)[\]］]", lambda m: ("x" if m[1].strip() else " ") + "]", rest
        )
    elif ":::" in start:
        rest = unicodedata.normalize("NFKC", rest).replace("”", '"').replace("“", '"')
    return start + rest


def _problem(problem: Problem, slide: int) -> Finding:
    return Finding(slide, FindingCode.QUIZ_PROBLEM, problem.values, problem.message)
