"""Random modules for property tests: every kind of question and text that looks like structure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from lms.catalog.markup.faults import question_faults, survey_faults
from lms.catalog.markup.slides import LAYOUTS
from lms.catalog.source import (
    CompletionPolicy,
    Feedback,
    GradePolicy,
    HotspotSource,
    ModuleSource,
    OptionSource,
    PictureSource,
    QuestionKind,
    QuestionSource,
    QuizPolicy,
    SlideSource,
    SurveyKind,
    SurveySource,
)

AWKWARD = [
    *("---", "----", "***", ":::", "::: script", ":::: quiz q9 type=single", "# 見出し {#x}", "#"),
    *(
        "## 小見出し",
        "```",
        "```python",
        "~~~~",
        "    code",
        "> 引用",
        "- [x] 正",
        "- [ ] 誤",
        "- 項目",
    ),
    *("1. 一", "12) 二", "- = 80", "a => b", "\\=> b", "=>", "{御所市|ごせし}", "[[pause 600ms]]"),
    *(
        "{{tenant.name}}",
        "\\",
        "\\---",
        "\\\\:::",
        '"',
        "'",
        "　",
        "𠮷野家",
        "葛\U000e0100城",
        "〓",
    ),
    *(
        "\u2028",
        "\x85",
        "\x00",
        "\r\n",
        "\r",
        "\t",
        "\x0b",
        "\ufeff",
        "|",
        "| a | b |",
        "|---|---|",
    ),
    *(
        "yes",
        "null",
        "2026",
        "2026-11-22",
        "a: b",
        "!tag",
        "&anchor",
        "*alias",
        "%x",
        "@x",
        "`",
        "{",
    ),
    *(
        "}",
        "[",
        "]",
        "](x)",
        "![代替](assets/a.svg)",
        "<b>",
        "&amp;",
        "ｶﾀｶﾅ",
        "①",
        "",
        " ",
        "\n",
        "\n\n",
    ),
]

_pieces = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=6),
    st.sampled_from(["役所", "情報セキュリティ", "確認します。", "A", "DX"]),
)
texts = st.lists(_pieces, max_size=7).map("".join)
lines = st.lists(_pieces, max_size=7).map("\n".join)
words = st.tuples(st.sampled_from(["語", "a", "1", "＝"]), texts).map("".join)
identifiers = st.from_regex(r"\A[a-z0-9][a-zA-Z0-9_-]{0,8}\Z").filter(lambda name: name != "quiz")
files = st.from_regex(r"\Aassets/[a-zあ-ん0-9_ -]{1,8}\.(svg|png)\Z").filter(
    lambda name: "  " not in name and " ." not in name
)
dates = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
fractions = st.floats(min_value=0, max_value=1, allow_nan=False).map(lambda value: round(value, 6))
decimals = (
    st.decimals(allow_nan=False, allow_infinity=False, places=2)
    .map(lambda value: str(abs(value)))
    .filter(lambda text: "E" not in text)
)


@st.composite
def options(draw: st.DrawFn, kind: QuestionKind) -> tuple[OptionSource, ...]:
    count = 2 if kind is QuestionKind.TRUE_FALSE else draw(st.integers(2, 5))
    made = [
        OptionSource(
            text=f"{number}{draw(texts)}",
            feedback=draw(lines),
            match=draw(words) if kind is QuestionKind.MATCH else "",
        )
        for number in range(count)
    ]
    if kind in {QuestionKind.SINGLE, QuestionKind.TRUE_FALSE}:
        right = {draw(st.integers(0, count - 1))}
    elif kind is QuestionKind.MULTIPLE:
        right = draw(st.sets(st.integers(0, count - 1), min_size=1))
    else:
        right = set()
    return tuple(replace(option, correct=index in right) for index, option in enumerate(made))


@st.composite
def questions(draw: st.DrawFn, identifier: str, slide_ids: list[str]) -> QuestionSource:
    kind = draw(st.sampled_from(list(QuestionKind)))
    question = QuestionSource(
        id=identifier,
        kind=kind,
        prompt=draw(words) + "\n" + draw(lines),
        points=draw(st.integers(0, 10)),
        explanation=draw(lines),
        slide=draw(st.sampled_from(["", *slide_ids])),
        skill=draw(st.sampled_from(["", "L-HOW-4", "一般"])),
    )
    if kind is QuestionKind.TEXT:
        answers = draw(st.lists(words, min_size=1, max_size=3))
        return replace(question, answers=tuple(answers))
    if kind is QuestionKind.NUMERIC:
        return replace(
            question,
            answers=(draw(decimals),),
            tolerance=draw(st.one_of(st.just("0"), decimals)),
            unit=draw(texts),
        )
    return replace(question, options=draw(options(kind)))


@st.composite
def surveys(draw: st.DrawFn, identifier: str) -> SurveySource:
    kind = draw(st.sampled_from(list(SurveyKind)))
    choices = kind in {SurveyKind.SINGLE, SurveyKind.MULTIPLE}
    count = draw(st.integers(2, 4)) if choices else 0
    return SurveySource(
        id=identifier,
        kind=kind,
        prompt=draw(words),
        options=tuple(f"{number}{draw(texts)}" for number in range(count)),
        low=draw(texts),
        high=draw(texts),
        steps=draw(st.integers(2, 11)),
        required=draw(st.booleans()),
    )


@st.composite
def slides(draw: st.DrawFn, identifier: str, slide_ids: list[str], used: list[str]) -> SlideSource:
    source_note = draw(st.one_of(st.just(""), words))
    picture = None
    if draw(st.booleans()):
        decorative = draw(st.booleans())
        picture = PictureSource(
            src=draw(files),
            zoom=draw(st.one_of(st.just(""), files)),
            alt="" if decorative else draw(texts),
            decorative=decorative,
        )
    hotspot = st.builds(
        HotspotSource,
        label=words,
        target=st.sampled_from([f"#{slide_ids[0]}", "https://example.jp/a(b)", "mailto:a@b.jp"]),
        x=fractions,
        y=fractions,
        w=fractions,
        h=fractions,
    )
    return SlideSource(
        id=identifier,
        title=draw(words),
        body=draw(lines),
        script=draw(lines),
        layout=draw(st.sampled_from(["", *LAYOUTS])),
        picture=picture,
        hotspots=tuple(draw(st.lists(hotspot, max_size=2))),
        description=draw(lines),
        source_note=source_note,
        checked_on=draw(st.one_of(st.none(), dates)) if source_note else None,
        review_by=draw(st.one_of(st.none(), dates)) if source_note else None,
        questions=tuple(draw(questions(name, slide_ids)) for name in used if name.startswith("q")),
        surveys=tuple(draw(surveys(name)) for name in used if name.startswith("s")),
        audio=draw(st.one_of(st.just(""), files)),
        pptx_id=draw(st.one_of(st.none(), st.integers(1, 2**31 - 1))),
        hidden=draw(st.booleans()),
    )


@st.composite
def modules(draw: st.DrawFn) -> ModuleSource:
    slide_ids = draw(st.lists(identifiers, min_size=1, max_size=3, unique=True))
    items = iter(range(1000))
    made = []
    for slide_id in slide_ids:
        used = [
            f"{draw(st.sampled_from('qs'))}{next(items)}" for _ in range(draw(st.integers(0, 2)))
        ]
        made.append(draw(slides(slide_id, slide_ids, used)))
    pool = [draw(questions(f"p{next(items)}", slide_ids)) for _ in range(draw(st.integers(0, 3)))]
    return ModuleSource(
        title=draw(words),
        slides=tuple(made),
        title_en=draw(texts),
        summary=draw(lines),
        summary_en=draw(texts),
        objectives=tuple(draw(st.lists(texts, max_size=3))),
        lang=draw(st.sampled_from(["ja", "en", "pt-BR"])),
        minutes=draw(st.integers(0, 1000)),
        voice=draw(texts),
        license=draw(texts),
        skills=tuple(draw(st.lists(words, max_size=2))),
        pool=tuple(pool),
        quiz=draw(
            st.builds(
                QuizPolicy,
                draw=st.integers(0, 20),
                pass_mark=st.integers(0, 100),
                attempts=st.integers(0, 9),
                time_limit=st.integers(0, 90),
                shuffle=st.booleans(),
                feedback=st.sampled_from(list(Feedback)),
                grade=st.sampled_from(list(GradePolicy)),
            )
        ),
        completion=draw(st.builds(CompletionPolicy)),
    )


def is_usable(module: ModuleSource) -> bool:
    """Whether cleaning left every question and survey item something to ask."""
    asked = [question for slide in module.slides for question in slide.questions]
    items = [survey for slide in module.slides for survey in slide.surveys]
    return not any(
        [fault for question in (*asked, *module.pool) for fault in question_faults(question)]
        + [fault for survey in items for fault in survey_faults(survey)]
    )
