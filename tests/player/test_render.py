"""The page model: what it makes of stored slides, timelines and questions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lms.catalog.script import parse_script
from lms.catalog.source import HotspotSource
from lms.player import timeline
from lms.player.page_model import PlayerSettings, PlayerUrls, QuestionView, ResultView, Resume
from lms.player.render import LearnerFacts, ModuleFacts, SlideFacts, player_page

URLS = PlayerUrls("/m", "/m/text", "/m/progress", "/m/answer", "/c")
MODULE = ModuleFacts("守るもの", "情報セキュリティ", "/c")


def _page(slides: list[SlideFacts], **learner: object):
    facts = LearnerFacts(launch_id="L", account="A", **{"stops": {}, **learner})
    return player_page(MODULE, slides, facts, urls=URLS, settings=PlayerSettings())


def _spoken(script: str) -> str:
    return timeline.to_json(timeline.silent_timeline(parse_script(script)))


@pytest.mark.parametrize(("sound", "credit"), [("/a.ogg", "HTS Voice"), ("", "")])
def test_a_voice_is_credited_where_it_speaks(sound: str, credit: str) -> None:
    slides = [SlideFacts("a", "題"), SlideFacts("b", "題", audio_url=sound)]
    module = replace(MODULE, voice_credit="HTS Voice")
    facts = LearnerFacts(launch_id="L", account="A", stops={})
    page = player_page(module, slides, facts, urls=URLS, settings=PlayerSettings())
    assert page.voice_credit == credit


def test_a_spoken_slide_lasts_as_long_as_its_timeline() -> None:
    text = _spoken("おはようございます。今日は二つのことを学びます。")
    page = _page([SlideFacts("a", "題", timeline=text, audio_url="/a.ogg")])
    slide = page.slides[0]
    assert slide.duration == pytest.approx(json.loads(text)["duration"], abs=0.001)
    assert slide.sentences == ("おはようございます。", "今日は二つのことを学びます。")
    assert not slide.silent
    assert page.duration == slide.duration


def test_a_slide_without_speech_stays_long_enough_to_be_read() -> None:
    short, long, endless = _page(
        [
            SlideFacts("a", "題", body_html="<p>短い</p>"),
            SlideFacts("b", "題", body_html=f"<p>{'字' * 160}</p>"),
            SlideFacts("c", "題", body_html=f"<p>{'字' * 9999}</p>"),
        ]
    ).slides
    assert (short.duration, long.duration, endless.duration) == (5.0, 20.0, 60.0)
    assert short.silent


def test_word_offsets_are_those_of_the_browser() -> None:
    line = timeline.Timeline(
        2.0, (timeline.Cue(0.0, 2.0, "𠮷田さん", ((0, 1, 0, 2), (1, 2, 2, 4))),)
    )
    slide = _page([SlideFacts("a", "題", timeline=timeline.to_json(line))]).slides[0]
    assert json.loads(slide.timing_json) == [[0, 200, 0, 100, 0, 3, 0, 100, 0, 2]]


def test_a_broken_timeline_is_not_played() -> None:
    with pytest.raises(ValueError, match="not a timeline"):
        _page([SlideFacts("a", "題", timeline="{}")])


def test_a_module_needs_a_slide() -> None:
    with pytest.raises(ValueError, match="without slides"):
        _page([])


def test_links_lead_to_slides_of_this_module_or_out_of_it() -> None:
    spots = tuple(
        HotspotSource(label, target, 0.1, 0.2, 0.3, 0.4)
        for label, target in (("次", "#b"), ("なし", "#gone"), ("外", "https://example.jp/"))
    )
    page = _page([SlideFacts("a", "題", hotspots=spots), SlideFacts("b", "題")])
    shown = page.slides[0].hotspots
    assert [(spot.href, spot.slide) for spot in shown] == [
        ("#slide-b", "b"),
        ("https://example.jp/", ""),
    ]


def test_resume_is_dropped_when_the_slide_is_gone() -> None:
    slides = [SlideFacts("a", "題")]
    assert _page(slides, resume=Resume("gone", 3)).resume is None
    assert _page(slides, resume=Resume("a", 3)).resume == Resume("a", 3)


def test_questions_come_before_surveys_and_are_counted() -> None:
    stops = {
        "a": (
            QuestionView("s", "scale", "分かりましたか", "k1", survey=True),
            QuestionView(
                "q1", "single", "どれ", "k2", response="x", result=ResultView(correct=True)
            ),
            QuestionView("q2", "single", "どれ", "k3"),
        )
    }
    page = _page([SlideFacts("a", "題")], stops=stops, seen={"a"})
    assert [stop.id for stop in page.slides[0].stops] == ["q1", "q2", "s"]
    assert (page.right, len(page.graded), page.open_count) == (1, 2, 2)
    assert page.slides[0].seen
