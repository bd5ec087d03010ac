import html
import itertools
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.script import parse_script
from lms.player.captions import join_vtt, to_vtt
from lms.player.timeline import Cue, Timeline, silent_timeline

LONG = (
    "会計年度任用職員を含むすべての職員が、情報セキュリティポリシーに関するガイドラインに"
    "したがって、毎日の仕事を進めなければなりません。"
)
STAMP = r"(\d\d):([0-5]\d):([0-5]\d)\.(\d{3})"


def blocks(vtt: str) -> list[tuple[int, int, list[str]]]:
    """Check the grammar of https://www.w3.org/TR/webvtt1/#syntax and return the cues."""
    head, *rest = vtt.removesuffix("\n").split("\n\n")
    assert head == "WEBVTT"
    found = []
    for number, block in enumerate(rest, 1):
        identifier, timing, *payload = block.split("\n")
        assert identifier == str(number)
        match = re.fullmatch(f"{STAMP} --> {STAMP}", timing)
        assert match is not None
        h1, m1, s1, t1, h2, m2, s2, t2 = (int(part) for part in match.groups())
        start, end = ((h1 * 60 + m1) * 60 + s1) * 1000 + t1, ((h2 * 60 + m2) * 60 + s2) * 1000 + t2
        assert start < end
        assert payload
        for line in payload:
            assert line.strip() == line != ""
            assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", line)
        found.append((start, end, payload))
    return found


def width(line: str) -> float:
    text = html.unescape(line)
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def test_a_short_sentence_is_one_cue() -> None:
    timeline = Timeline(4.0, (Cue(0.5, 3723.25, "住民の情報です。"),))
    assert to_vtt(timeline) == "WEBVTT\n\n1\n00:00:00.500 --> 01:02:03.250\n住民の情報です。\n"


def test_lines_break_between_phrases_and_are_balanced() -> None:
    ((_, _, lines), *_) = blocks(to_vtt(Timeline(9.0, (Cue(0, 9, LONG),)), max_chars=36))
    assert lines == [
        "会計年度任用職員を含むすべての職員が、情報セキュリティポリシーに",
        "関するガイドラインにしたがって、毎日の仕事を進めなければなりません。",
    ]


def test_a_long_sentence_becomes_cues_timed_by_its_words() -> None:
    half = LONG.index("ガイドライン")
    words = ((0.0, 8.0, 0, half), (8.0, 9.0, half, len(LONG)))
    found = blocks(to_vtt(Timeline(9.0, (Cue(0, 9, LONG, words),)), max_chars=20, lines=2))
    assert len(found) == 2
    assert found[0][0] == 0
    assert found[0][1] == found[1][0]
    assert found[0][1] > 6000
    assert found[1][1] == 9000


def test_markup_is_escaped_and_line_breaks_are_removed() -> None:
    text = "a --> b & <c>\n\nd"
    assert blocks(to_vtt(Timeline(1.0, (Cue(0, 1, text),))))[0][2] == [
        "a --&gt; b &amp; &lt;c&gt; d"
    ]


def test_no_line_begins_with_a_closing_sign() -> None:
    found = blocks(
        to_vtt(Timeline(1.0, (Cue(0, 1, "アイウエオカキクケコ、サシスセソ。"),)), max_chars=10)
    )
    assert [line[0] for _, _, lines in found for line in lines if line[0] in "、。"] == []


@given(st.text(alphabet="職員は、住民の「情報」を<&>守るDX ab\n。-"), st.integers(8, 30))
def test_captions_of_any_script_are_valid_and_whole(text: str, max_chars: int) -> None:
    timeline = silent_timeline(parse_script(text))
    found = blocks(to_vtt(timeline, max_chars=max_chars))
    assert all(len(lines) <= 2 for _, _, lines in found)
    assert all(width(line) <= max_chars for _, _, lines in found for line in lines)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))
    caption = "".join(html.unescape(line) for _, _, lines in found for line in lines)
    spoken = "".join(cue.text for cue in timeline.cues)
    assert "".join(caption.split()) == "".join(spoken.split())


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_cue_leaves_no_block(text: str) -> None:
    assert to_vtt(Timeline(1.0, (Cue(0, 1, text),))) == "WEBVTT\n"


def test_recordings_in_a_row_are_timed_one_after_another() -> None:
    first = Timeline(4.0, (Cue(0.5, 3.0, "一つ目。"),))
    second = Timeline(2.5, (Cue(0.25, 2.0, "二つ目。"),))
    assert join_vtt([("01 始め --> \n終わり", first), ("02 次", second)]) == (
        "WEBVTT\n\nNOTE 01 始め → 終わり\n\n1\n00:00:00.500 --> 00:00:03.000\n一つ目。\n\n"
        "NOTE 02 次\n\n2\n00:00:04.250 --> 00:00:06.000\n二つ目。\n"
    )
