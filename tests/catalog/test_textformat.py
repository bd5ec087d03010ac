"""Reading module files: values, and every mistake at its true line."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from lms.catalog import textformat
from lms.catalog.markup import parsing
from lms.catalog.source import (
    HotspotSource,
    ModuleSource,
    OptionSource,
    PictureSource,
    QuestionKind,
    QuestionSource,
    SlideSource,
    SurveyKind,
)

FRONT = "---\ntitle: 題\n---\n\n"


def read(body: str, front: str = FRONT) -> ModuleSource:
    source, problems = textformat.parse_module(front + body, file="module.md")
    assert not problems, [str(problem) for problem in problems]
    assert source is not None
    return source


def problems_of(body: str, front: str = FRONT) -> list[str]:
    _, problems = textformat.parse_module(front + body, file="module.md")
    return [str(problem).removeprefix("module.md:") for problem in problems]


def test_the_example_of_the_format_description_is_read() -> None:
    readme = (Path(__file__).parents[2] / "courses/README.md").read_text(encoding="utf-8")
    text = readme.split("```markdown\n")[1].split("\n```")[0]
    text = text.replace("…\n:::", "どれですか。\n- [x] 一\n- [ ] 二\n:::")
    source, problems = textformat.parse_module(text, file="module.md")
    assert not problems
    assert source is not None
    slide = source.slides[0]
    assert source.title == "守るものと脅威を知る"
    assert (source.quiz.draw, source.quiz.pass_mark) == (6, 80)
    assert slide.id == "what-we-keep"
    assert slide.body.endswith("(assets/flow.svg)")
    assert slide.script.split("\n")[1] == "[[pause 600ms]]"
    assert (slide.checked_on, slide.review_by) == (date(2026, 11, 22), date(2027, 11, 30))
    assert slide.questions[0].options[0] == OptionSource(
        "離席するときに画面をロックする",
        correct=True,
        feedback="見てよい人だけが見られる状態を保つ行動です。",
    )
    assert slide.questions[0].explanation == "機密性は、許された人だけが情報に触れられることです。"
    assert [question.id for question in source.pool] == ["q01"]


def test_all_kinds_of_questions_are_read() -> None:
    source = read(
        """# 題 {#a}

::: quiz t type=text skill=L-HOW-4
何の略ですか。
- = LGWAN
- = 総合行政ネットワーク
:::

::: quiz n type=numeric unit=% points=2 slide=a
何％ですか。
- = 80 ± 5
> 八割です。
:::

::: quiz o type=order
順に並べてください。
1. 切る
2. 触らない
3. 知らせる
:::

::: quiz m type=match
結んでください。
- `a \\=> b` => 写像
- 右 => 左 => 中
:::

::: quiz f type=truefalse
次のメールを読んでください。

> 至急ご確認ください。

- [ ] 正しい
- [x] 誤り
  > 急がせる文面は
  > 疑います。
:::
"""
    )
    text, number, order, match, truth = source.slides[0].questions
    assert text.answers == ("LGWAN", "総合行政ネットワーク")
    assert (number.answers, number.tolerance, number.unit, number.points) == (("80",), "5", "%", 2)
    assert [option.text for option in order.options] == ["切る", "触らない", "知らせる"]
    assert match.kind is QuestionKind.MATCH
    assert [(o.text, o.match) for o in match.options] == [
        ("`a \\=> b`", "写像"),
        ("右", "左 => 中"),
    ]
    assert truth.prompt.endswith("> 至急ご確認ください。")
    assert truth.options[1].feedback == "急がせる文面は\n疑います。"


def test_imported_slides_and_surveys_are_read() -> None:
    source = read(
        """# 目次 {#menu .section pptx=259 hidden}

::: picture src=assets/001.webp zoom=assets/001@2x.webp
目次の画面。
:::

::: hotspots
- [次へ \\] 進む](#menu) 0.10 0.20 0.30 0.05
:::

::: audio src="assets/声 1.ogg"
:::

::: survey s1 type=scale steps=7 low="とても むずかしい" high=やさしい required
分かりやすさは。
:::

::: survey s2 type=multiple
役立つものは。
- 図
- 例
:::
"""
    )
    slide = source.slides[0]
    assert (slide.layout, slide.pptx_id, slide.hidden) == ("section", 259, True)
    assert slide.picture == PictureSource("assets/001.webp", "目次の画面。", "assets/001@2x.webp")
    assert slide.hotspots == (HotspotSource("次へ ] 進む", "#menu", 0.1, 0.2, 0.3, 0.05),)
    assert slide.audio == "assets/声 1.ogg"
    scale, multiple = slide.surveys
    assert (scale.kind, scale.steps, scale.low, scale.required) == (
        SurveyKind.SCALE,
        7,
        "とても むずかしい",
        True,
    )
    assert multiple.options == ("図", "例")


def test_structure_inside_code_and_after_a_backslash_is_text() -> None:
    source = read(
        """# 題 {#a}

```sh
# 注釈
---
::: script
```

::: script
\\::: これは文です。
\\# これも。
:::
"""
    )
    assert source.slides[0].body == "```sh\n# 注釈\n---\n::: script\n```"
    assert source.slides[0].script == "::: これは文です。\n# これも。"


def test_front_matter_values_are_what_is_written() -> None:
    source = read("# a {#a}", "---\ntitle: 2026\ntitle_en: No\nsummary: null と yes\n---\n")
    assert (source.title, source.title_en, source.summary) == ("2026", "No", "null と yes")


QUIZ = "# 題 {#a}\n\n::: quiz q1 type=%s\n問い\n%s\n:::\n"

MISTAKES = [
    ("", "1: The module has no slides."),
    ("本文だけ\n", "5: A slide begins with its heading: # Heading {#slide-id}"),
    ("# 題\n", "5: A slide needs one id: # Heading {#slide-id}"),
    ("# {#a}\n", "5: The slide has no heading text."),
    ("# 題 {#a b=c}\n", "5: “b” is not known here. Known: .title, .section, .statement"),
    ("# 題 {#い}\n", "5: The id “い” may hold only letters a–z, digits, - and _ (at most 64)."),
    ("# 題 {#a .wide}\n", "5: “.wide” is not known here."),
    ("# 題 {#a pptx=x}\n", "5: pptx=x: write a whole number from 1"),
    ("# 題 {#quiz}\n", "5: The id “quiz” is kept for the questions at the end."),
    ("# 題 {#a}\n\n---\n\n# 題 {#a}\n", "9: The id “a” is used twice."),
    ("# 題 {#a}\n\n# 題 {#b}\n", "7: A line --- is missing before this slide."),
    ("# 題 {#a}\n\n# 小見出し\n", "7: Only the slide itself has a heading with one #; use ##."),
    ("# 題 {#a}\n\n```\ncode\n", "7: This code is not closed; end it with the same marks."),
    ("# 題 {#a}\n\n:::\n", "7: This ::: ends nothing."),
    ("# 題 {#a}\n\n::: script\n文。\n\n---\n\n# 題 {#b}\n", "7: The block “script” is not closed"),
    ("# 題 {#a}\n\n::: scrpt\n文。\n:::\n", "7: “scrpt” is not known here. Known: script, source"),
    ("# 題 {#a}\n\n::: script\n一。\n:::\n\n::: script\n二。\n:::\n", "11: A slide has one block"),
    ("# 題 {#a}\n\n::: source checked=2026-13-01\nx\n:::\n", "7: checked=2026-13-01: write a date"),
    ("# 題 {#a}\n\n::: source when=x\nx\n:::\n", "7: “when” is not known here. Known: checked"),
    ("# 題 {#a}\n\n::: source\n:::\n", "7: The source is empty."),
    ('# 題 {#a}\n\n::: source checked="2026\nx\n:::\n', '7: “checked="2026” is not an attribute'),
    ("# 題 {#a}\n\n::: picture\nalt\n:::\n", "7: “src” is missing."),
    ("# 題 {#a}\n\n::: picture src=../x.png\nalt\n:::\n", "7: “../x.png” is not a file inside"),
    ("# 題 {#a}\n\n::: picture src=x.png decorative\nalt\n:::\n", "7: A decorative picture has no"),
    ("# 題 {#a}\n\n::: hotspots\n- [x](#a) 1 2\n:::\n", "8: Write links as: - [text](#slide-id)"),
    ("# 題 {#a}\n\n::: hotspots\n- [x](#b) 0 0 1 1\n:::\n", "7: There is no slide “b”."),
    ("# 題 {#a}\n\n::: hotspots\n- [x](#a) 0 0 1 1.5\n:::\n", "8: Position and size of a link"),
    ("# 題 {#a}\n\n::: hotspots\n- [x](ftp:a) 0 0 1 1\n:::\n", "8: “ftp:a”: a link leads to"),
    ("# 題 {#a}\n\n::: quiz type=single\n:::\n", "7: An id is missing"),
    (QUIZ % ("singel", "- [x] 一\n- [ ] 二"), "7: type=singel: write one of single, multiple"),
    (QUIZ % ("single slide=b", "- [x] 一\n- [ ] 二"), "7: There is no slide “b”."),
    (QUIZ % ("single", "- [x] 一\n- [x] 二"), "7: Exactly one option must be marked right; 2 are."),
    (QUIZ % ("single", "- [x] 一"), "7: The question needs at least two options."),
    (QUIZ % ("single", "- [x] 一\n- [ ] 1\n- [ ] １"), "7: The option “１” stands there twice."),
    (QUIZ % ("single", "- 一\n- [x] 二\n- [ ] 三"), "9: An option begins with - [x] (right)"),
    (QUIZ % ("single", "- [x] 一\n- [ ] 二\nなお"), "11: After the answers only an explanation"),
    (QUIZ % ("single", "- [x] 一\n> 説明\n- [ ] 二"), "11: The explanation (> …) comes after"),
    (QUIZ % ("multiple", "- [ ] 一\n- [ ] 二"), "7: At least one option must be marked right."),
    (
        QUIZ % ("truefalse", "- [x] 一\n- [ ] 二\n- [ ] 三"),
        "7: A true/false question has exactly two",
    ),
    (QUIZ % ("match", "- 一 => 1\n- 二"), "10: A pair is written - left => right"),
    (QUIZ % ("text", "- 一"), "9: An accepted answer is written - = answer"),
    (QUIZ % ("text", ""), "7: The question has no accepted answer"),
    (QUIZ % ("numeric", "- = 八十"), "7: “八十” is not a number."),
    (QUIZ % ("numeric", "- = 80 +- -1"), "7: “-1”: the range cannot be negative."),
    (
        QUIZ % ("single unit=%", "- [x] 一\n- [ ] 二"),
        "7: “unit” belongs to numeric questions only.",
    ),
    ("# 題 {#a}\n\n::: survey s type=single\n問い\n:::\n", "7: The survey item needs at least two"),
    (
        "# 題 {#a}\n\n::: survey s type=scale steps=1\n問い\n:::\n",
        "7: steps=1: write a whole number",
    ),
    ("# 題 {#a}\n\n::: survey s type=text\n:::\n", "7: The survey item has no prompt."),
    ("# 確認 {#quiz .pool}\n\n---\n\n# 題 {#a}\n", "5: The questions at the end are the last"),
    ("# 題 {#a}\n\n---\n\n# 確認 {#quiz .pool}\n\n文\n", "11: The last section holds only"),
]


@pytest.mark.parametrize(("body", "message"), MISTAKES)
def test_a_mistake_is_reported_at_its_line(body: str, message: str) -> None:
    found = problems_of(body)
    assert any(problem.startswith(message) for problem in found), found


MISTAKES += [
    ("# 題 {#a #b}\n", "5: A slide needs one id: # Heading {#slide-id}"),
    ("# 題 {#a .title .summary}\n", "5: A slide has one layout class only."),
    ("# 題 {#a}\n\n::: audio src=a.ogg\n文\n:::\n", "7: Nothing is written inside this block."),
    ("# 題 {#a}\n\n::: hotspots\n- [](#a) 0 0 1 1\n:::\n", "8: A link on the picture has no text."),
    ("# 題 {#a}\n\n::: quiz い type=single\n:::\n", "7: The id “い” may hold only letters"),
    ("# 題 {#a}\n\n::: survey s type=stars\n問い\n:::\n", "7: type=stars: write one of scale"),
    ("# 題 {#a}\n\n::: survey s type=scale\n問い\n- 一\n:::\n", "7: Only single and multiple"),
    ("# 題 {#a}\n\n::: survey s type=single\n問\n- 一\n- 一\n文\n:::\n", "11: The options (- …)"),
    ("# 題 {#a}\n\n::: survey s type=single\n問\n- 一\n- 一\n:::\n", "7: The option “一” stands"),
    (
        "# 題 {#a}\n\n::: quiz q type=single\n- [x] 1\n- [ ] 二\n:::\n",
        "7: The question has no",
    ),
    (QUIZ % ("numeric", "- = 8o"), "7: “8o” is not a number."),
    (QUIZ % ("numeric", "- = 1\n- = 2"), "7: A numeric question has exactly one number"),
    (QUIZ % ("text", "- = 一\n  > 解説"), "10: Feedback (an indented >) stands directly under"),
    (QUIZ % ("single", "- [x]\n- [ ] 二"), "7: An option is empty."),
    (QUIZ % ("match", "- 一 =>\n- 二 => 2"), "7: A pair has no right side."),
    (QUIZ % ("order", "1. 一"), "7: The question needs at least two options."),
    ("# 題 {#a}\n\n::: script fast\n文。\n:::\n", "7: “fast” is not known here."),
    ("# 題 {#a}\n\n---\n\n# 確認 {#quiz .pool}\n\n::: script\n:::\n", "11: The last section holds"),
]

FRONT_MISTAKES = [
    ("本文", "1: The file begins with --- and its front matter"),
    ("---\ntitle: x\n", "1: The front matter is not closed with a line ---"),
    ("---\nsummary: x\n---\n", "2: “title” is missing."),
    ("---\ntitle: [x\n---\n", "2: This is not YAML:"),
    ("---\ntitle: x\nauthor: y\n---\n", "3: “author” is not known here. Known: title"),
    ("---\ntitle: x\ntitle: y\n---\n", "3: “title” is given twice."),
    (
        "---\ntitle: x\nminutes: たくさん\n---\n",
        "3: “たくさん”: write a whole number from 0 to 1000.",
    ),
    ("---\ntitle: x\nquiz:\n  pass: 101\n---\n", "4: “101”: write a whole number from 0 to 100."),
    ("---\ntitle: x\nquiz:\n  grade: mean\n---\n", "4: “mean”: write one of first, best, latest."),
    ("---\ntitle: x\ncompletion:\n  quiz: 1\n---\n", "4: “1”: write true or false."),
    ("---\ntitle: x\nlang: 日本語\n---\n", "3: “日本語” is not a language; write ja or en."),
    ("---\ntitle: [a]\n---\n", "2: Write a text here, not a list or a table."),
    ("---\ntitle: " + "[" * 5000 + "\n---\n", "2: This is not YAML: reader"),
    ("---\n\n---\n", "1: “title” is missing."),
    ("---\n- a\n---\n", "2: Write “key: value” lines here."),
]


@pytest.mark.parametrize(("front", "message"), FRONT_MISTAKES)
def test_a_mistake_in_the_front_matter_is_reported_at_its_line(front: str, message: str) -> None:
    found = problems_of("# 題 {#a}\n", front)
    assert any(problem.startswith(message) for problem in found), found


def test_all_mistakes_are_reported_at_once() -> None:
    found = problems_of(
        "# 題 {#a b}\n\n::: nope\n:::\n\n---\n\n# 題 {#a}\n\n::: quiz q type=x\n:::\n"
    )
    assert [int(problem.split(":")[0]) for problem in found] == [5, 7, 12, 14, 14, 14, 14]


def test_a_module_with_errors_is_not_returned_but_can_be_examined() -> None:
    text = FRONT + "# 題 {#a}\n\n::: nope\n:::\n"
    assert textformat.parse_module(text, file="module.md")[0] is None
    assert parsing.parse(text, file="module.md").source.slides[0].id == "a"


def test_long_files_are_read_in_linear_time() -> None:
    body = "# 題 {#a}\n" + "```x\n~~~~y\n" * 20_000 + "# b {#b}\n"
    started = time.process_time()
    parsing.parse(FRONT + body, file="module.md")
    assert time.process_time() - started < 5


def test_a_module_is_read_from_a_folder_and_from_uploaded_files(tmp_path: Path) -> None:
    files = {
        "module.md": (FRONT + "# 題 {#a}\n").encode("utf-8-sig"),
        "readings.csv": "表層,よみ,核,備考\nLGWAN,えるじーわん,3,\n".encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    from_files, no_problems = textformat.read_module(files)
    assert (from_files, no_problems) == textformat.read_module(tmp_path)
    assert from_files is not None
    assert from_files.readings[0].kana == "エルジーワン"


def test_a_file_in_another_encoding_is_reported() -> None:
    source, problems = textformat.read_module({"module.md": "---\ntitle: 題".encode("cp932")})
    assert source is None
    assert str(problems[0]) == "module.md:2: The file is not UTF-8; save it as UTF-8."
    assert str(textformat.read_module({})[1][0]) == "module.md:1: The file is missing."


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("DX,ディーエックス,9,", "2: “9”: write a whole number from 0 to 6."),
        ("DX,DX,0,", "2: “DX”: write the reading in kana only."),
        (",ディー,0,", "2: “表層” is missing."),
        ("DX,ディー,0,\nDX,ディー,0,", "3: “DX” is given twice."),
        ("DX", "2: A row has the four cells"),
    ],
)
def test_wrong_readings_are_reported(row: str, message: str) -> None:
    _, problems = textformat.read_readings(f"表層,よみ,核,備考\n{row}\n", file="r.csv")
    assert str(problems[0]).startswith(f"r.csv:{message}"), problems


def test_an_unfinished_draft_is_kept_completely() -> None:
    draft = ModuleSource(
        title="題",
        slides=(
            SlideSource("s1", "", hotspots=(HotspotSource("a", "http://x", 0.0, 0.0, 1.0, 1.0),)),
            SlideSource("s2", "t", questions=(QuestionSource("q", QuestionKind.SINGLE, ""),)),
        ),
    )
    text = textformat.write_module(draft)
    assert textformat.parse_module(text, file="draft")[0] is None
    assert textformat.examine_text(text, file="draft").source == draft


@pytest.mark.parametrize(
    "line",
    ["# " + " " * 60_000 + "x", "# {" * 30_000, "{" * 60_000, "> " * 30_000, "[" * 60_000],
)
def test_a_hostile_line_costs_little(line: str) -> None:
    started = time.process_time()
    parsing.parse(f"{FRONT}# 題 {{#a}}\n\n{line}\n\n---\n\n{line}", file="module.md")
    assert time.process_time() - started < 3


def test_a_file_that_is_too_large_is_refused() -> None:
    (problem,) = textformat.parse_module("x" * 2_000_001, file="m.md")[1]
    assert str(problem) == "m.md:1: The file has more than 2000000 characters."


def test_options_may_go_on_in_the_next_line() -> None:
    order = read(QUIZ % ("order", "1. 一の\n   続き\n2. 二")).slides[0].questions[0]
    assert [option.text for option in order.options] == ["一の続き", "二"]
    match = read(QUIZ % ("match", "- 左 => 右の\n  続き\n- 上 => 下")).slides[0].questions[0]
    assert match.options[0].match == "右の続き"
