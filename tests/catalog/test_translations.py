"""Checks of a translation beside its source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lms.catalog import textformat
from lms.catalog.checking.translations import merge_translation
from lms.catalog.markup import parsing
from tests.catalog.checked_module import FRONT, SLIDE, question

if TYPE_CHECKING:
    from lms.catalog.source import ModuleSource


def english() -> ModuleSource:
    return replace(parsing.parse(FRONT + SLIDE, file="m.en.md").source, lang="en")


def test_a_translation_takes_the_rules_of_its_source() -> None:
    source = parsing.parse(FRONT + SLIDE, file="m.md").source
    other = replace(english(), quiz=replace(source.quiz, pass_mark=10, draw=1), minutes=99)
    merged, problems = merge_translation(source, other, file="m.en.md")
    assert not problems
    assert (merged.quiz, merged.minutes, merged.lang) == (source.quiz, 5, "en")


def test_differences_of_a_translation_are_found() -> None:
    source = parsing.parse(FRONT + SLIDE, file="m.md").source
    text = FRONT.replace("lang: ja", "lang: en") + SLIDE
    text = text.replace("::: quiz q2 ", "::: quiz q9 ").replace("[x] 住所", "[ ] 住所", 1)
    text = text.replace("[ ] 税額", "[x] 税額", 1)
    parsed = parsing.parse(text, file="m.en.md")
    merged, problems = merge_translation(source, parsed.source, file="m.en.md", lines=parsed.lines)
    assert [str(problem) for problem in problems] == [
        "m.en.md:1: The translation lacks question “q2”.",
        "m.en.md:35: “c1” marks other options as right than the source.",
        "m.en.md:57: The source has no question “q9”.",
    ]
    assert merged.slides[0].questions[0].options[0].correct
    _, same = merge_translation(source, source, file="m.en.md")
    assert "same language" in str(same[0])


def test_a_translation_is_read_with_the_rules_of_its_module() -> None:
    files = {
        "module.md": (FRONT + SLIDE).encode(),
        "module.en.md": (
            FRONT.replace("lang: ja", "lang: en").replace("draw: 2", "draw: 1") + SLIDE
        ).encode(),
    }
    source, _ = textformat.read_module(files)
    assert source is not None
    translation, problems = textformat.read_translation(files, source)
    assert not problems
    assert translation is not None
    assert (translation.lang, translation.quiz.draw) == ("en", 2)
    assert textformat.read_translation({"module.md": b""}, source) == (None, [])
    wrong = {**files, "module.en.md": files["module.en.md"].replace(b"{#what}", b"{#why}")}
    translation, problems = textformat.read_translation(wrong, source)
    assert translation is None
    assert problems


def translated(old: str, new: str, source: str = FRONT + SLIDE) -> list[str]:
    text = source.replace("lang: ja", "lang: en")
    assert old in text
    ours = parsing.parse(source, file="m.md").source
    parsed = parsing.parse(text.replace(old, new, 1), file="m.en.md")
    found = merge_translation(ours, parsed.source, file="m.en.md", lines=parsed.lines)[1]
    return [str(problem) for problem in found]


ITEMS = """

---

# 追加 {#more}

::: quiz n1 type=numeric
何％ですか。
- = 80
:::

::: survey s1 type=single
役立ちましたか。
- はい
- いいえ
:::

::: survey s2 type=text
ご意見を。
:::
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- = 80", "- = 81", "“n1” has another number than the source."),
        ("type=numeric", "type=text", "“n1” differs from the source in its type or number"),
        ("- いいえ\n", "- いいえ\n- 不明\n", "“s1” differs from the source in its type or number"),
        ("survey s2", "survey s3", "The source has no survey item “s3”."),
        ("survey s2", "survey s3", "The translation lacks survey item “s2”."),
        ("quiz n1", "quiz n2", "The translation lacks question “n1”."),
        ("::: quiz q1", "::: quiz q7", "The source has no question “q7”."),
    ],
)
def test_a_translation_asks_the_same(old: str, new: str, message: str) -> None:
    source = FRONT + SLIDE.replace("\n---\n\n# 確認", ITEMS + "\n---\n\n# 確認")
    found = translated(old, new, source)
    assert any(message in problem for problem in found), found


def test_a_translation_keeps_the_order() -> None:
    source = FRONT + SLIDE
    found = translated(
        question("q1", 1) + "\n\n" + question("q2", 2),
        question("q2", 2) + "\n\n" + question("q1", 1),
        source,
    )
    assert found == ["m.en.md:1: The order differs from the source: q1, q2, q3"]
