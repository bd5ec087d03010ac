"""Reading one slide: heading, body and blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lms.catalog.markup.attributes import Attributes, is_identifier, read_attributes
from lms.catalog.markup.faults import Fault, hotspot_faults, question_faults, survey_faults
from lms.catalog.markup.findings import Findings
from lms.catalog.markup.lines import markdown_text, one_line, plain_text, unstuff
from lms.catalog.markup.questions import read_question, read_survey
from lms.catalog.source import (
    HotspotSource,
    PictureSource,
    QuestionSource,
    SlideSource,
    SurveySource,
)
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lms.catalog.markup.scan import Block, Section

LAYOUTS = ("title", "section", "statement", "compare", "exercise", "summary")
POOL_CLASS = "pool"
POOL_ID = "quiz"

_HOTSPOT = re.compile(
    r"^- \[(?P<label>(?:[^\]\\]|\\.)*)\]\((?P<target>\S*)\)"
    r"[ \t]+(?P<x>\S+)[ \t]+(?P<y>\S+)[ \t]+(?P<w>\S+)[ \t]+(?P<h>\S+)$"
)
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,20})?(?:e-\d{1,3})?", re.ASCII)
_FILE = re.compile(r"(?!/)(?!.*(?:^|/)\.\.?(?:/|$))[^\\:\x00-\x1f?#]+")

Lines = dict[tuple[str, str], int]
"""Where things stand: ``("slide", id)``, ``("script", slide id)``, ``("question", id)`` …"""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a slide's heading line says."""

    title: str
    id: str
    layout: str
    is_pool: bool
    hidden: bool
    pptx_id: int | None


def is_file_name(text: str) -> bool:
    """Tell whether ``text`` is a path inside the module folder, with ``/`` between its parts."""
    return _FILE.fullmatch(text) is not None and "//" not in text and not text.endswith("/")


def read_heading(section: Section, findings: Findings) -> Heading:
    """Read ``# Heading {#slide-id .layout pptx=259 hidden}``."""
    text, braces = _split_heading(section.heading or "")
    title = one_line(text)
    attributes = read_attributes(braces, section.line, findings)
    ids = [word.removeprefix("#") for word in attributes.words if word.startswith("#")]
    classes = [word.removeprefix(".") for word in attributes.words if word.startswith(".")]
    attributes.words[:] = [word for word in attributes.words if word[0] not in "#."]
    attributes.expect(
        ("pptx",), ("hidden",), allowed=", ".join(f".{name}" for name in LAYOUTS) + ", pptx, hidden"
    )
    if section.heading is not None:
        _check_heading(title, ids, classes, section.line, findings)
    pptx = attributes.whole("pptx", 0, low=1, high=2**31 - 1) if "pptx" in attributes.values else 0
    return Heading(
        title=title,
        id=ids[0] if ids else "",
        layout=next((name for name in classes if name in LAYOUTS), ""),
        is_pool=POOL_CLASS in classes,
        hidden="hidden" in attributes.words,
        pptx_id=pptx or None,
    )


def _split_heading(heading: str) -> tuple[str, str]:
    """Return the text and what stands in the braces at the end of the line."""
    start = heading.rfind("{")
    if not heading.endswith("}") or start < 0:
        return heading, ""
    return heading[:start], heading[start + 1 : -1]


def _check_heading(
    title: str, ids: list[str], classes: list[str], line: int, findings: Findings
) -> None:
    if not title:
        findings.error(line, N_("The slide has no heading text."))
    if len(ids) != 1:
        findings.error(line, N_("A slide needs one id: # Heading {#slide-id}"))
    elif not is_identifier(ids[0]):
        findings.error(
            line,
            N_("The id “%(id)s” may hold only letters a–z, digits, - and _ (at most 64)."),
            id=ids[0],
        )
    elif ids[0] == POOL_ID and POOL_CLASS not in classes:
        findings.error(line, N_("The id “quiz” is kept for the questions at the end."))
    for name in classes:
        if name not in LAYOUTS and name != POOL_CLASS:
            findings.error(
                line,
                N_("“%(name)s” is not known here. Known: %(allowed)s"),
                name=f".{name}",
                allowed=", ".join(f".{layout}" for layout in (*LAYOUTS, POOL_CLASS)),
            )
    if len(classes) > 1:
        findings.error(line, N_("A slide has one layout class only."))


@dataclass(slots=True)
class SlideReader:
    """Builds one slide out of a section; ``lines`` is filled on the way."""

    heading: Heading
    findings: Findings
    lines: Lines
    _slide: SlideSource = field(init=False)
    _questions: list[QuestionSource] = field(default_factory=list)
    _surveys: list[SurveySource] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def read(self, section: Section) -> SlideSource:
        """Return the slide."""
        self._slide = SlideSource(
            id=self.heading.id,
            title=self.heading.title,
            layout=self.heading.layout,
            hidden=self.heading.hidden,
            pptx_id=self.heading.pptx_id,
            body=markdown_text("\n".join(line.text for line in section.body)),
        )
        if section.body:
            self.lines["body", self.heading.id] = section.body[0].number
        for block in section.blocks:
            self._block(block)
        return replace(self._slide, questions=tuple(self._questions), surveys=tuple(self._surveys))

    def _block(self, block: Block) -> None:
        if block.name == "quiz":
            self._questions.append(read_checked_question(block, self.findings, self.lines))
            return
        if block.name == "survey":
            survey = read_survey(block, self.findings)
            self.lines["survey", survey.id] = block.line
            report(survey_faults(survey), block.line, self.findings)
            self._surveys.append(survey)
            return
        reader = self._readers().get(block.name)
        if reader is None:
            self.findings.error(
                block.line,
                N_("“%(name)s” is not known here. Known: %(allowed)s"),
                name=block.name,
                allowed=", ".join((*self._readers(), "quiz", "survey")),
            )
            return
        if block.name in self._seen:
            self.findings.error(
                block.line, N_("A slide has one block “%(name)s” only."), name=block.name
            )
        self._seen.add(block.name)
        self.lines[block.name, self.heading.id] = block.line
        reader(block, read_attributes(block.attributes, block.line, self.findings))

    def _readers(self) -> dict[str, Callable[[Block, Attributes], None]]:
        return {
            "script": self._script,
            "source": self._source,
            "description": self._description,
            "picture": self._picture,
            "hotspots": self._hotspots,
            "audio": self._audio,
        }

    def _script(self, block: Block, attributes: Attributes) -> None:
        attributes.expect((), allowed="—")
        first = next((line.number for line in block.lines if line.text.strip(" \t")), block.line)
        self.lines["script-text", self.heading.id] = first
        self._slide = replace(self._slide, script=_plain(block))

    def _description(self, block: Block, attributes: Attributes) -> None:
        attributes.expect((), allowed="—")
        text = markdown_text("\n".join(line.text for line in block.lines))
        self._slide = replace(self._slide, description=text)

    def _source(self, block: Block, attributes: Attributes) -> None:
        attributes.expect(("checked", "review"), allowed="checked, review")
        self._slide = replace(
            self._slide,
            source_note=_plain(block),
            checked_on=attributes.day("checked"),
            review_by=attributes.day("review"),
        )
        if not self._slide.source_note:
            self.findings.error(block.line, N_("The source is empty."))

    def _picture(self, block: Block, attributes: Attributes) -> None:
        attributes.expect(("src", "zoom"), ("decorative",), allowed="src, zoom, decorative")
        picture = PictureSource(
            src=self._file(block, attributes, "src", required=True),
            zoom=self._file(block, attributes, "zoom", required=False),
            alt=one_line(_plain(block)),
            decorative="decorative" in attributes.words,
        )
        if picture.decorative and picture.alt:
            self.findings.error(
                block.line, N_("A decorative picture has no alternative text; remove one of both.")
            )
        self._slide = replace(self._slide, picture=picture)

    def _audio(self, block: Block, attributes: Attributes) -> None:
        attributes.expect(("src",), allowed="src")
        self._slide = replace(
            self._slide, audio=self._file(block, attributes, "src", required=True)
        )
        if _plain(block):
            self.findings.error(block.line, N_("Nothing is written inside this block."))

    def _hotspots(self, block: Block, attributes: Attributes) -> None:
        attributes.expect((), allowed="—")
        hotspots: list[HotspotSource] = []
        for line in block.lines:
            text = line.text.strip(" \t")
            if not text:
                continue
            match = _HOTSPOT.match(text)
            if match is None or not all(_NUMBER.fullmatch(match[name]) for name in "xywh"):
                self.findings.error(
                    line.number, N_("Write links as: - [text](#slide-id) 0.1 0.2 0.3 0.05")
                )
                continue
            hotspot = HotspotSource(
                re.sub(r"\\(.)", r"\1", match["label"]),
                match["target"],
                *(float(match[name]) for name in "xywh"),
            )
            report(hotspot_faults(hotspot), line.number, self.findings)
            hotspots.append(hotspot)
        self._slide = replace(self._slide, hotspots=tuple(hotspots))

    def _file(self, block: Block, attributes: Attributes, key: str, *, required: bool) -> str:
        name = attributes.text(key)
        if required and not name:
            self.findings.error(block.line, N_("“%(name)s” is missing."), name=key)
        elif name and not is_file_name(name):
            self.findings.error(
                block.line,
                N_("“%(file)s” is not a file inside the module folder."),
                file=name,
            )
        return name


def _plain(block: Block) -> str:
    return plain_text("\n".join(unstuff(line.text) for line in block.lines))


def read_checked_question(block: Block, findings: Findings, lines: Lines) -> QuestionSource:
    """Read a question, note its line and report what makes it unusable."""
    question = read_question(block, findings)
    lines["question", question.id] = block.line
    report(question_faults(question), block.line, findings)
    return question


def report(faults: Iterable[Fault], line: int, findings: Findings) -> None:
    """Turn faults into errors at ``line``."""
    for message, values in faults:
        findings.error(line, message, **values)
