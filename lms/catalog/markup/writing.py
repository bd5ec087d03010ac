"""Writing a module as text: one canonical form, with clean differences between versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.catalog.markup.attributes import write_attributes
from lms.catalog.markup.canonical import canonical_module
from lms.catalog.markup.frontmatter import write_front_matter
from lms.catalog.markup.lines import stuff
from lms.catalog.markup.slides import POOL_CLASS, POOL_ID
from lms.catalog.source import (
    HotspotSource,
    ModuleSource,
    OptionSource,
    PictureSource,
    QuestionKind,
    QuestionSource,
    SlideSource,
    SurveyKind,
    SurveySource,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_POOL_TITLES = {"ja": "確認テスト", "en": "Quiz"}
_DEFAULT_STEPS = 5


def write_module(source: ModuleSource) -> str:
    """Return the text of ``module.md``.

    Reading it gives the canonical form of ``source`` (without ``readings``, which have a file of
    their own).
    """
    source = canonical_module(source)
    parts = [write_front_matter(source)]
    parts += [_slide(slide) for slide in source.slides]
    if source.pool:
        title = _POOL_TITLES.get(source.lang, _POOL_TITLES["en"])
        blocks = [_question(question) for question in source.pool]
        parts.append("\n\n".join([f"# {title} {{#{POOL_ID} .{POOL_CLASS}}}", *blocks]))
    head, *slides = parts
    return head + "\n\n---\n\n".join(slides) + "\n"


def _slide(slide: SlideSource) -> str:
    attributes = [f"#{slide.id}"]
    if slide.layout:
        attributes.append(f".{slide.layout}")
    if slide.pptx_id is not None:
        attributes.append(f"pptx={slide.pptx_id}")
    if slide.hidden:
        attributes.append("hidden")
    return "\n\n".join([f"# {slide.title} {{{' '.join(attributes)}}}", *_blocks(slide)])


def _blocks(slide: SlideSource) -> Iterator[str]:
    if slide.body:
        yield slide.body
    if slide.picture is not None:
        yield _picture(slide.picture)
    if slide.hotspots:
        yield _block("hotspots", "\n".join(_hotspot(hotspot) for hotspot in slide.hotspots))
    if slide.description:
        yield _block("description", slide.description)
    if slide.script:
        yield _block("script", _stuffed(slide.script))
    if slide.audio:
        yield _block("audio" + write_attributes({"src": slide.audio}), "")
    if slide.source_note:
        dates = {
            "checked": slide.checked_on.isoformat() if slide.checked_on else "",
            "review": slide.review_by.isoformat() if slide.review_by else "",
        }
        yield _block("source" + write_attributes(dates), _stuffed(slide.source_note))
    for question in slide.questions:
        yield _question(question)
    for survey in slide.surveys:
        yield _survey(survey)


def _block(head: str, content: str) -> str:
    return f"::: {head}\n{content}\n:::" if content else f"::: {head}\n:::"


def _stuffed(text: str) -> str:
    return "\n".join(stuff(line) for line in text.split("\n"))


def _picture(picture: PictureSource) -> str:
    head = "picture" + write_attributes({"src": picture.src, "zoom": picture.zoom})
    return _block(head + (" decorative" if picture.decorative else ""), _stuffed(picture.alt))


def _hotspot(hotspot: HotspotSource) -> str:
    label = hotspot.label.replace("\\", "\\\\").replace("]", "\\]")
    place = " ".join(repr(value) for value in (hotspot.x, hotspot.y, hotspot.w, hotspot.h))
    return f"- [{label}]({hotspot.target}) {place}"


def _question(question: QuestionSource) -> str:
    head = f"quiz {question.id}" + write_attributes(
        {
            "type": question.kind.value,
            "points": str(question.points),
            "unit": question.unit,
            "slide": question.slide,
            "skill": question.skill,
        }
    )
    lines = [question.prompt] if question.prompt else []
    for number, option in enumerate(question.options, start=1):
        lines.append(_option(question.kind, number, option))
        if option.feedback:
            lines += _quoted(option.feedback, "  ")
    lines += [_answer(question, answer) for answer in question.answers]
    if question.explanation:
        lines += _quoted(question.explanation, "")
    return _block(head, "\n".join(lines))


def _quoted(text: str, indent: str) -> list[str]:
    return [f"{indent}> {line}" if line else f"{indent}>" for line in text.split("\n")]


def _option(kind: QuestionKind, number: int, option: OptionSource) -> str:
    if kind is QuestionKind.ORDER:
        return f"{number}. {option.text}"
    if kind is QuestionKind.MATCH:
        return f"- {option.text} => {option.match}"
    return f"- [{'x' if option.correct else ' '}] {option.text}"


def _answer(question: QuestionSource, answer: str) -> str:
    if question.kind is QuestionKind.NUMERIC and question.tolerance != "0":
        return f"- = {answer} +- {question.tolerance}"
    return f"- = {answer}"


def _survey(survey: SurveySource) -> str:
    steps = "" if survey.steps == _DEFAULT_STEPS else str(survey.steps)
    head = f"survey {survey.id}" + write_attributes(
        {"type": survey.kind.value, "steps": steps, "low": survey.low, "high": survey.high}
    )
    lines = [survey.prompt] if survey.prompt else []
    if survey.kind is not SurveyKind.SCALE:
        lines += [f"- {option}" for option in survey.options]
    return _block(head + (" required" if survey.required else ""), "\n".join(lines))
