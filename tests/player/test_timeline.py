import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.script import parse_script
from lms.player.timeline import (
    Cue,
    Timeline,
    from_json,
    join,
    shift,
    silent_timeline,
    spread,
    to_json,
)

ONE = Timeline(
    2.0, (Cue(0.25, 1.5, "一です", ((0.25, 1.0, 0, 1), (1.0, 1.5, 1, 3))),), ((0.5, "i"),)
)


def test_joined_timelines_follow_one_another() -> None:
    whole = join([0.5, ONE, 0.25, ONE])
    assert whole.duration == 4.75
    assert [cue.start for cue in whole.cues] == [0.75, 3.0]
    assert whole.cues[1].words[0] == (3.0, 3.75, 0, 1)
    assert whole.mouth == ((1.0, "i"), (3.25, "i"))
    assert shift(ONE, 0.5) == join([0.5, ONE])


def test_the_json_form_is_the_one_the_player_reads() -> None:
    assert to_json(ONE) == (
        '{"v":1,"duration":2,"cues":[{"s":0.25,"e":1.5,"t":"一です",'
        '"w":[[0.25,1,0,1],[1,1.5,1,3]]}],"mouth":[[0.5,"i"]]}'
    )
    assert from_json(to_json(ONE)) == ONE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"v":2,"duration":1,"cues":[]}',
        '{"v":1,"duration":1,"cues":[{"s":0}]}',
        '{"v":1,"duration":1,"cues":[{"s":1,"e":0,"t":""}]}',
        '{"v":1,"duration":9,"cues":[{"s":3,"e":4,"t":""},{"s":1,"e":2,"t":""}]}',
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="timeline"):
        from_json(text)


def test_three_hundred_characters_take_a_minute() -> None:
    sentence = "職員は住民の大切な情報を毎日のように扱っていますので。"
    script = parse_script("\n".join([sentence] * 12))
    characters = 12 * (len(sentence) - 1)
    assert silent_timeline(script).duration == pytest.approx(characters / 300 * 60)


def test_pauses_and_speed_change_the_estimate() -> None:
    plain = silent_timeline(parse_script("住民の情報です。\n次です。"))
    paused = silent_timeline(parse_script("住民の情報です。[[pause 1350ms]]\n次です。"))
    slow = silent_timeline(parse_script("[[rate 0.5]]住民の情報です。\n次です。"))
    assert paused.duration - plain.duration == pytest.approx(1.0)
    assert slow.cues[0].end == pytest.approx(2 * plain.cues[0].end)


@given(st.text())
def test_estimated_words_cover_the_text(text: str) -> None:
    words = spread(text, 1.0, 3.0)
    assert "".join(text[first:last] for _, _, first, last in words) == text
    if text:
        assert words[0][0] == 1.0
        assert words[-1][1] == pytest.approx(3.0)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(words))


@given(st.lists(st.text(alphabet="住民のDXで、。「」\n abc<>&")))
def test_what_was_written_once_is_read_and_written_the_same(lines: list[str]) -> None:
    written = to_json(silent_timeline(parse_script("\n".join(lines))))
    assert to_json(from_json(written)) == written
    assert json.loads(written)["v"] == 1
