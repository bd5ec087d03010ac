import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.script import (
    LONGEST_SENTENCE,
    MAX_PAUSE_MS,
    SENTENCE_PAUSE_MS,
    Part,
    parse_script,
    plain_text,
    sentence_key,
)

WHOLE = ["{御所市|ごせし}", "[[pause 600ms]]", "[[rate 0.9]]"]
SIGNS = [*"「」()。！?…\n ", "\r\n", "住民", "DX"]
BROKEN = ["[[", "]]", "{", "|", "}", "{{", "}}", "\ud800", "\x00"]
WELL_MARKED = st.lists(st.sampled_from([*WHOLE, *SIGNS])).map("".join)
MARKED_TEXT = st.lists(st.sampled_from([*WHOLE, *SIGNS, *BROKEN])).map("".join)


def shown(text: str) -> list[str]:
    return [sentence.display for sentence in parse_script(text).sentences]


def messages(text: str) -> list[str]:
    return [str(problem) for problem in parse_script(text).problems]


def test_sentences_end_after_japanese_stops_and_at_line_ends() -> None:
    text = "一つ目です。二つ目ですか？ 三つ目！？\n四つ目\n\n五つ目です。"
    assert shown(text) == ["一つ目です。", "二つ目ですか？", "三つ目！？", "四つ目", "五つ目です。"]


def test_brackets_keep_a_sentence_together() -> None:
    text = "「はい。\nいいえ。」と答えます（例です。）。次です。"
    assert shown(text) == ["「はい。いいえ。」と答えます（例です。）。", "次です。"]


def test_a_bracket_left_open_protects_nothing() -> None:
    assert shown("「開いたまま。次です。") == ["「開いたまま。", "次です。"]
    assert shown("1) 起案します。2) 決裁します。") == ["1) 起案します。", "2) 決裁します。"]


def test_english_lines_stay_whole() -> None:
    text = "Ver. 2.5 is e.g. safe.\nReally? Yes."
    assert shown(text) == ["Ver. 2.5 is e.g. safe.", "Really?", "Yes."]


def test_a_reading_is_spoken_and_the_text_is_shown() -> None:
    (sentence,) = parse_script("来月から{御所市|ごせし}でも始まります。").sentences
    assert sentence.parts == (
        Part("来月から"),
        Part("御所市", "ごせし"),
        Part("でも始まります。"),
    )
    assert sentence.display == "来月から御所市でも始まります。"
    assert sentence.spoken == "来月からごせしでも始まります。"


def test_a_pause_replaces_the_ordinary_one_and_several_add_up() -> None:
    script = parse_script("[[pause 200ms]]\n一。\n[[pause 600ms]][[pause 50ms]]\n二。\n三。")
    assert [sentence.pause_before_ms for sentence in script.sentences] == [200, 0, 0]
    assert [sentence.pause_after_ms for sentence in script.sentences] == [
        650,
        SENTENCE_PAUSE_MS,
        SENTENCE_PAUSE_MS,
    ]


def test_a_pause_inside_a_sentence_divides_it() -> None:
    script = parse_script("答えは[[pause 800ms]]三番です。")
    assert [(item.display, item.pause_after_ms) for item in script.sentences] == [
        ("答えは", 800),
        ("三番です。", SENTENCE_PAUSE_MS),
    ]


def test_a_speed_counts_until_the_end() -> None:
    script = parse_script("一。[[rate 0.9]]二。\n三。[[rate 1.2]]四。")
    assert [sentence.rate for sentence in script.sentences] == [1.0, 0.9, 0.9, 1.2]


def test_every_bad_mark_is_reported_with_its_line() -> None:
    text = (
        "一{名|name}。\n二{名}。\n[[rate 9]]三。\n[[puase 1ms]]{|よみ}四。\n{{tenant.name}}五。\n……"
    )
    assert messages(text) == [
        ":1: The reading in {名|name} is not kana.",
        ":2: A brace stands alone; a reading is written {表記|よみ}.",
        ":2: A brace stands alone; a reading is written {表記|よみ}.",
        ":3: A speed is between 0.5 and 2.0.",
        ":4: Unknown mark: [[puase 1ms]].",
        ":4: The reading {|よみ} has no text to show.",
        ":5: A slot cannot be used in a script: {{tenant.name}}.",
        ":6: “……” has no word to speak.",
    ]
    assert shown(text) == ["一名。", "二{名}。", "三。", "四。", "五。"]


def test_too_long_a_pause_is_cut_and_reported() -> None:
    script = parse_script("一。[[pause 60000ms]]")
    assert script.sentences[0].pause_after_ms == MAX_PAUSE_MS
    assert len(script.problems) == 1


def test_lines_point_into_the_source() -> None:
    script = parse_script("\n\n一。\n二。三。")
    assert [sentence.line for sentence in script.sentences] == [3, 4, 4]


def test_plain_text_has_no_marks() -> None:
    script = parse_script("{御所市|ごせし}です。[[pause 1ms]]\n次 です。")
    assert plain_text(script) == "御所市です。\n次 です。"


def test_the_key_follows_the_sound_and_not_the_pauses() -> None:
    def key(text: str, voice: str = "openjtalk/mei", version: str = "1") -> str:
        return sentence_key(parse_script(text).sentences[0], voice, version)

    same = key("市です。")
    assert same == key("[[pause 900ms]]市です。[[pause 5ms]]")
    others = {
        same,
        key("市でした。"),
        key("{市|いち}です。"),
        key("[[rate 0.9]]市です。"),
        key("市です。", voice="kokoro/jf_alpha"),
        key("市です。", version="2"),
    }
    assert len(others) == 6


@given(st.one_of(st.text(), MARKED_TEXT))
def test_any_text_can_be_parsed(text: str) -> None:
    script = parse_script(text)
    for sentence in script.sentences:
        assert sentence.display.strip() == sentence.display != ""
        assert "\n" not in sentence.display
        assert 0 <= sentence.pause_after_ms <= MAX_PAUSE_MS
        sentence_key(sentence, "silent", "1")
    shown = plain_text(script)
    # Text joined around a mark may itself look like one: "[{[0]]|よみ}" shows "[[0]]".
    if "[[" not in shown and "{" not in shown:
        assert parse_script(shown).sentences or not script.sentences


@given(WELL_MARKED)
def test_every_spoken_character_is_in_one_sentence(text: str) -> None:
    words = [char for char in text if char in "住民御所市DX"]
    kept = [char for char in plain_text(parse_script(text)) if char in "住民御所市DX"]
    assert kept == words


@pytest.mark.parametrize(
    "text",
    [
        "あ" * 20_000,
        "窓口で確かめて、" * 2_500,
        "「" + "かっこの中、" * 200 + "」",
        "{御所市|ごせし}" * 2_000,
        "{御所市|ごせし}の、" * 2_000,
        "a" * 299 + "{御所市|ごせし}" + "b" * 400,
        "word " * 4_000,
    ],
)
def test_a_sentence_without_end_is_cut_and_loses_nothing(text: str) -> None:
    script = parse_script(text)
    assert script.problems == ()
    longest = max(len(sentence.spoken) for sentence in script.sentences)
    assert longest <= LONGEST_SENTENCE
    whole = "".join(sentence.display for sentence in script.sentences)
    assert whole.replace(" ", "") == text.replace("|ごせし}", "").replace("{", "").replace(" ", "")


def test_a_cut_is_made_after_a_comma() -> None:
    script = parse_script("窓口で確かめて、" * 100)
    assert {sentence.display[-1] for sentence in script.sentences} == {"、"}


def test_a_reading_of_a_whole_text_is_reported() -> None:
    script = parse_script("{" + "長" * 9_000 + "|" + "な" * 9_000 + "}")
    assert [problem.values[1] for problem in script.problems] == [("most", "100")]
    assert len(script.sentences[0].spoken) == 100
