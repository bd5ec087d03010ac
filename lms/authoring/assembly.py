"""Builds the module out of what the readers found: slides, links, narration, findings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.authoring import markdown
from lms.authoring.deck import (
    FIRST,
    LAST,
    NEXT,
    PREVIOUS,
    Box,
    Deck,
    DeckLink,
    DeckSlide,
    PdfFacts,
    PdfLink,
)
from lms.authoring.findings import Finding, FindingCode, finding
from lms.authoring.slidenotes import Speech, read_speech
from lms.catalog.markup.canonical import canonical_module
from lms.catalog.source import (
    HotspotSource,
    ModuleSource,
    PictureSource,
    QuestionSource,
    SlideSource,
    SurveySource,
)
from lms.kernel.text import name_unshowable

_CHARACTERS_A_MINUTE = 330
"""Speed of narration in Japanese, kana and kanji mixed (measured: 2,142 characters in 414 s)."""

_SECONDS_A_QUESTION = 40
_PLACES = 4
_NEAR = 0.08
"""How far the edges of a link in the PDF may be from its shape, as a sum over four edges."""

_ALT_LENGTH = 500
_COUNTED = (
    FindingCode.ANIMATIONS,
    FindingCode.TRANSITION,
    FindingCode.VIDEO,
    FindingCode.AUDIO,
    FindingCode.OLE,
    FindingCode.COMMENTS,
    FindingCode.CONTROLS,
    FindingCode.LINKED,
    FindingCode.UNREADABLE,
    FindingCode.ALT,
    FindingCode.SMARTART,
    FindingCode.ALT_AUTOMATIC,
    FindingCode.CHART,
)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a module is made of.

    ``pages`` maps slide numbers to the page of the PDF that shows them; ``pictures`` maps slide
    numbers to the relative names of screen and zoom picture; ``notes`` replaces speaker notes by
    slide number where a notes file was given.
    """

    deck: Deck
    file_stem: str
    pages: Mapping[int, int] = field(default_factory=dict)
    pdf: PdfFacts | None = None
    pictures: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    max_hotspots: int = 200
    max_text: int = 20_000


def slide_id(pptx_id: int) -> str:
    """Give the slide id for PowerPoint's ``sldId``; it stays when slides are moved or edited."""
    return f"s{pptx_id}"


def assemble(material: Material) -> tuple[ModuleSource, tuple[Finding, ...]]:
    """Give the module and its report, slide by slide."""
    deck = material.deck
    findings: list[Finding] = []
    slides: list[SlideSource] = []
    used: set[str] = set()
    japanese = _is_japanese(deck)
    for number, slide in enumerate(deck.slides, 1):
        speech = read_speech(material.notes.get(number, slide.notes), number)
        questions, surveys, renamed = _unique(speech, used, number)
        findings += _slide_findings(slide, number, speech, material)
        findings += [*speech.findings, *renamed]
        title = markdown.one_line(slide.title)
        fallback = f"スライド {number}" if japanese else f"Slide {number}"
        slides.append(
            SlideSource(
                id=slide_id(slide.pptx_id),
                title=title or fallback,
                body=slide.body,
                script=speech.script,
                picture=_picture(slide, number, material, title or fallback),
                hotspots=_hotspots(number, material),
                questions=questions,
                surveys=surveys,
                pptx_id=slide.pptx_id,
                hidden=slide.hidden,
            )
        )
    unused = sorted(set(material.notes) - set(range(1, len(slides) + 1)))
    findings += [finding(None, FindingCode.NOTES_UNUSED, number=number) for number in unused]
    title = markdown.one_line(deck.title) or markdown.one_line(material.file_stem) or "-"
    source = ModuleSource(
        title=title,
        slides=tuple(slides),
        lang="ja" if japanese else "en",
        minutes=_minutes(slides),
    )
    # In canonical form the module is the same after being written to files and read back.
    return canonical_module(source), tuple(findings)


def _slide_findings(
    slide: DeckSlide, number: int, speech: Speech, material: Material
) -> list[Finding]:
    found = [
        finding(number, code, count=slide.counts[code.value])
        if code is not FindingCode.TRANSITION
        else finding(number, code)
        for code in _COUNTED
        if slide.counts.get(code.value)
    ]
    found += [
        finding(number, FindingCode.LINK, label=label or "-", target=target[:200])
        for label, target in slide.lost_links[: material.max_hotspots]
    ]
    found += _unshowable(slide, number, material)
    if slide.hidden:
        found.append(finding(number, FindingCode.HIDDEN))
    if not slide.titled:
        found.append(finding(number, FindingCode.TITLE))
    if not speech.script:
        found.append(finding(number, FindingCode.NOTES))
    if slide.text_cut:
        found.append(finding(number, FindingCode.TEXT_CUT, limit=material.max_text))
    if slide.notes_cut and number not in material.notes:
        found.append(finding(number, FindingCode.NOTES_CUT, limit=material.max_text))
    if len(slide.links) > material.max_hotspots:
        found.append(finding(number, FindingCode.LINKS_CUT, limit=material.max_hotspots))
    if material.pictures and number not in material.pictures and not slide.hidden:
        found.append(finding(number, FindingCode.PICTURE))
    return found


def _unshowable(slide: DeckSlide, number: int, material: Material) -> list[Finding]:
    """外字 of the slide's text, of what is spoken on it, and of what its pictures are called."""
    texts = {
        FindingCode.GAIJI: [slide.title, slide.body, *(link.label for link in slide.links)],
        FindingCode.GAIJI_NOTES: [material.notes.get(number, slide.notes)],
        FindingCode.GAIJI_ALT: slide.alts,
    }
    found = []
    for code, parts in texts.items():
        lines = [line for part in parts for line in part.replace("\\", "").splitlines()]
        if named := name_unshowable("\n".join(map(markdown.without_signs, lines))):
            found.append(finding(number, code, characters=named))
    return found


def _picture(slide: DeckSlide, number: int, material: Material, title: str) -> PictureSource | None:
    """The text of the slide stands beside the picture, so its alternative is what text lacks."""
    names = material.pictures.get(number)
    if names is None:
        return None
    alt = " ".join(slide.alts)[:_ALT_LENGTH] or title
    return PictureSource(src=names[0], zoom=names[1], alt=markdown.one_line(alt))


def _hotspots(number: int, material: Material) -> tuple[HotspotSource, ...]:
    deck, slide = material.deck, material.deck.slides[number - 1]
    page = material.pages.get(number)
    annotations = list(material.pdf.links[page - 1]) if material.pdf and page else []
    spots: dict[tuple[str, Box], HotspotSource] = {}
    for link in slide.links:
        target = _target(link.target, number, deck.slides)
        if target is None:
            continue
        box = _matching(link, target, annotations, material) or link.box
        label = link.label or _label(target, deck) or target
        spot = HotspotSource(
            label=label,
            target=target,
            x=round(box.x, _PLACES),
            y=round(box.y, _PLACES),
            w=round(min(box.w, 1 - box.x), _PLACES),
            h=round(min(box.h, 1 - box.y), _PLACES),
        )
        spots.setdefault((target, box), spot)
    return tuple(spots.values())[: material.max_hotspots]


def _target(target: str, number: int, slides: Sequence[DeckSlide]) -> str | None:
    """Give ``#slide-id`` or the address; jumps pass over hidden slides as PowerPoint does."""
    kind, _, value = target.partition(":")
    if kind == "slide":
        return f"#{slide_id(int(value))}"
    if kind != "jump":
        return target
    visible = [n for n, slide in enumerate(slides, 1) if not slide.hidden]
    candidates = {
        FIRST: visible[:1],
        LAST: visible[-1:],
        NEXT: [n for n in visible if n > number][:1],
        PREVIOUS: [n for n in visible if n < number][-1:],
    }[value]
    return f"#{slide_id(slides[candidates[0] - 1].pptx_id)}" if candidates else None


def _matching(
    link: DeckLink, target: str, annotations: list[PdfLink], material: Material
) -> Box | None:
    """Find the rectangle of a link in the PDF and take it out of ``annotations``.

    A shape's link is there once, close to the shape. A text's link is there once per line, inside
    the shape; the lines are joined.
    """
    same = [
        annotation
        for annotation in annotations
        if _same_target(annotation.target, target, material) or not annotation.target
    ]
    if link.text_run:
        lines = [one for one in same if one.target and one.box.inside(link.box)]
        if not lines:
            return None
        box = lines[0].box
        annotations.remove(lines[0])
        for one in lines[1:]:
            # Only lines that touch belong to one link; the same address may stand twice.
            if abs(one.box.y - box.y - box.h) < one.box.h / 2:
                box = box.union(one.box)
                annotations.remove(one)
        return box.clipped()
    near = [(one.box.distance(link.box), index) for index, one in enumerate(same)]
    if not near or min(near)[0] > _NEAR:
        return None
    found = same[min(near)[1]]
    annotations.remove(found)
    return found.box.clipped()


def _same_target(found: str, target: str, material: Material) -> bool:
    if target.startswith("#"):
        kind, _, page = found.partition(":")
        if kind != "page" or not page.isdigit():
            return False
        number = next((n for n, p in material.pages.items() if p == int(page)), None)
        return (
            number is not None
            and target == f"#{slide_id(material.deck.slides[number - 1].pptx_id)}"
        )
    return found.rstrip("/").casefold() == target.rstrip("/").casefold()


def _label(target: str, deck: Deck) -> str:
    """A button without text is called like the slide it leads to."""
    for slide in deck.slides:
        if target == f"#{slide_id(slide.pptx_id)}":
            return slide.title
    return ""


def _unique(
    speech: Speech, used: set[str], number: int
) -> tuple[tuple[QuestionSource, ...], tuple[SurveySource, ...], list[Finding]]:
    """Question ids are keys of answers, so each is used once in a module."""
    renamed: list[Finding] = []

    def fresh(identifier: str) -> str:
        name, suffix = identifier, 2
        while name in used:
            name, suffix = f"{identifier}-{suffix}", suffix + 1
        if name != identifier:
            renamed.append(finding(number, FindingCode.QUIZ_RENAMED, id=identifier, new=name))
        used.add(name)
        return name

    questions = tuple(replace(one, id=fresh(one.id)) for one in speech.questions)
    surveys = tuple(replace(one, id=fresh(one.id)) for one in speech.surveys)
    return questions, surveys, renamed


def _is_japanese(deck: Deck) -> bool:
    texts = "".join(slide.title + slide.body + slide.notes for slide in deck.slides)
    return any("぀" <= char <= "ヿ" for char in texts) or not texts.isascii() or not texts


def _minutes(slides: Sequence[SlideSource]) -> int:
    shown = [slide for slide in slides if not slide.hidden]
    characters = sum(len(slide.script) for slide in shown)
    questions = sum(len(slide.questions) + len(slide.surveys) for slide in shown)
    return round(characters / _CHARACTERS_A_MINUTE + questions * _SECONDS_A_QUESTION / 60 + 0.5)
