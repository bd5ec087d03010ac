"""Pure decisions: what a beat is, which time counts, what completes a module."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.source import CompletionPolicy
from lms.core.web import formats
from lms.kernel.result import DomainError
from lms.learning import rules, words
from lms.learning.rules import Beat, BeatKind, ModuleState, Observation, TickKind

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def beat(**changed):
    return {"seq": 1, "slide": "s1", "kind": "beat", "position": 1, "seconds": 5, **changed}


class TestReadBeats:
    def test_a_batch_comes_in_order_and_each_number_once(self):
        raw = [beat(seq=3), beat(seq=1), beat(seq=3, slide="s2")]
        assert [(b.seq, b.slide) for b in rules.read_beats(raw)] == [(1, "s1"), (3, "s1")]

    @pytest.mark.parametrize(
        "raw",
        [
            None,
            [],
            {},
            "[]",
            [1],
            [beat(seq=0)],
            [beat(seq=-1)],
            [beat(seq=2**63)],
            [beat(seq=True)],
            [beat(seq="1")],
            [beat(seq=1.0)],
            [beat(slide="")],
            [beat(slide=None)],
            [beat(slide="x" * 201)],
            [beat(kind="passed")],
            [beat(kind=None)],
            [beat(seconds=math.nan)],
            [beat(position=math.inf)],
            [beat(seconds="5")],
            [beat(seconds=True)],
            [beat(), beat(seq=2, seconds=math.nan)],
            [beat()] * 501,
        ],
    )
    def test_nonsense_is_refused_as_a_whole(self, raw):
        with pytest.raises(DomainError) as refused:
            rules.read_beats(raw)
        assert refused.value.code == "beat.malformed"

    def test_negative_time_counts_nothing_and_huge_time_is_capped(self):
        beats = rules.read_beats([beat(seconds=-5, position=-1), beat(seq=2, seconds=1e300)])
        assert (beats[0].seconds, beats[0].position) == (0, 0)
        assert beats[1].seconds == rules.MAX_SECONDS

    @pytest.mark.parametrize("at", ["yesterday", 5, None, "2026-11-16T10:00:00"])
    def test_a_clock_that_cannot_be_read_is_no_clock(self, at):
        assert rules.read_beats([beat(at=at)])[0].at is None

    def test_the_moment_of_a_beat_stays_between_opening_and_now(self):
        opened = NOW - 60 * SECOND
        for at, expected in (
            (None, NOW),
            (opened - SECOND, opened),
            (NOW + SECOND, NOW),
            (NOW - SECOND, NOW - SECOND),
        ):
            one = Beat(1, "s1", BeatKind.BEAT, at=at)
            assert rules.seen_at(one, opened_at=opened, now=NOW) == expected


class TestCredit:
    def test_an_hour_claimed_after_half_a_minute_is_forty_seconds(self):
        opened = NOW - 30 * SECOND
        credit = rules.credit([3600], clock=None, opened_at=opened, now=NOW)
        assert credit.seconds == (40,)

    def test_what_waited_for_the_network_counts_in_full(self):
        opened = NOW - 7200 * SECOND
        claims = [15.0] * 480
        credit = rules.credit(claims, clock=opened, opened_at=opened, now=NOW)
        assert credit.seconds == tuple(claims)

    def test_two_launches_share_one_wall_clock(self):
        clock, total = None, 0.0
        for tick in range(1, 41):
            now = NOW + tick * 15 * SECOND
            for _launch in "ab":
                credit = rules.credit([15], clock=clock, opened_at=NOW, now=now)
                clock, total = credit.clock, total + credit.total
        assert total <= 600 + 10

    @given(
        st.lists(
            st.tuples(
                st.floats(0, 120),
                st.lists(st.floats(-10, 4000), min_size=1, max_size=5),
                st.booleans(),
            ),
            max_size=40,
        )
    )
    def test_credited_time_never_exceeds_the_wall_clock_and_never_shrinks(self, requests):
        now, clock, total = NOW, None, 0.0
        opened = {False: NOW, True: NOW}
        for pause, claims, second_window in requests:
            now += timedelta(seconds=pause)
            credit = rules.credit(claims, clock=clock, opened_at=opened[second_window], now=now)
            assert all(part >= 0 for part in credit.seconds)
            assert all(p <= max(c, 0) for p, c in zip(credit.seconds, claims, strict=True))
            assert clock is None or credit.clock >= clock
            clock, total = credit.clock, total + credit.total
            assert total <= (now - NOW).total_seconds() + 10 + 0.01

    def test_a_server_clock_that_stepped_back_credits_nothing(self):
        ahead = NOW + 3600 * SECOND
        credit = rules.credit([15], clock=ahead, opened_at=NOW, now=NOW)
        assert credit.seconds == (0,)
        assert credit.clock == ahead


observations = st.lists(
    st.builds(
        Observation,
        slide=st.sampled_from(["s1", "s2", "s3"]),
        kind=st.sampled_from(list(BeatKind)),
        position=st.floats(0, 60),
        seconds=st.floats(0, 15),
        seen_at=st.integers(0, 100).map(lambda n: NOW + n * SECOND),
    ),
    max_size=30,
)


class TestViews:
    @given(observations)
    def test_the_order_of_observations_does_not_matter(self, seen):
        forward, backward = rules.slide_views(seen), rules.slide_views(reversed(seen))
        assert forward.keys() == backward.keys()
        for key, view in forward.items():
            other = backward[key]
            assert (view.first_seen_at, view.last_seen_at) == (
                other.first_seen_at,
                other.last_seen_at,
            )
            assert (view.times, view.ended) == (other.times, other.ended)
            assert math.isclose(view.seconds, other.seconds, abs_tol=1e-6)

    @given(observations)
    def test_nobody_is_sent_back_to_an_earlier_moment(self, seen):
        last = rules.latest(seen)
        assert (last is None) == (not seen)
        assert all(last.seen_at >= each.seen_at for each in seen)


states = st.builds(
    ModuleState,
    slides_seen=st.integers(0, 20),
    slides_total=st.integers(1, 20),
    checks_answered=st.integers(0, 5),
    checks_total=st.integers(0, 5),
    surveys_answered=st.integers(0, 2),
    surveys_total=st.integers(0, 2),
    has_quiz=st.booleans(),
    passed=st.booleans(),
    score=st.none() | st.floats(0, 100),
)
policies = st.builds(CompletionPolicy, st.booleans(), st.booleans(), st.booleans(), st.booleans())


class TestCompletion:
    @given(policies, states)
    def test_a_module_always_asks_for_something(self, policy, state):
        assert rules.module_ticks(policy, state)

    @given(policies, states)
    def test_a_rule_that_is_open_says_how_much_is_missing(self, policy, state):
        for tick in rules.module_ticks(policy, state):
            assert (tick.missing == 0) == tick.done
            assert tick.have >= 0

    @given(policies, states, states)
    def test_more_progress_never_takes_a_tick_away(self, policy, state, more):
        later = ModuleState(
            slides_seen=max(state.slides_seen, more.slides_seen),
            slides_total=state.slides_total,
            checks_answered=max(state.checks_answered, more.checks_answered),
            checks_total=state.checks_total,
            surveys_answered=max(state.surveys_answered, more.surveys_answered),
            surveys_total=state.surveys_total,
            has_quiz=state.has_quiz,
            passed=state.passed or more.passed,
            score=state.score,
        )
        before = rules.module_ticks(policy, state)
        after = rules.module_ticks(policy, later)
        assert all(new.done or not old.done for old, new in zip(before, after, strict=True))

    def test_each_rule_is_named_when_it_is_open(self):
        every = CompletionPolicy(slides=True, checks=True, quiz=True, surveys=True)
        state = ModuleState(
            slides_seen=2,
            slides_total=3,
            checks_total=2,
            surveys_total=1,
            has_quiz=True,
            score=79.9,
        )
        ticks = rules.module_ticks(every, state)
        assert [(t.kind, t.done, t.have, t.need) for t in ticks] == [
            (TickKind.SLIDES, False, 2, 3),
            (TickKind.CHECKS, False, 0, 2),
            (TickKind.SURVEYS, False, 0, 1),
            (TickKind.QUIZ, False, 79, 80),
        ]
        assert not rules.is_complete(ticks)
        assert words.missing_text(ticks[3]) == (
            f"確認テストは{formats.score(79.9)}で、合格基準の{formats.score(80)}に届いていません。"
        )

    def test_a_rule_about_something_that_is_not_there_is_no_rule(self):
        ticks = rules.module_ticks(
            CompletionPolicy(slides=False, checks=True, quiz=True, surveys=True),
            ModuleState(slides_seen=1, slides_total=1),
        )
        assert [tick.kind for tick in ticks] == [TickKind.SLIDES]
        assert rules.is_complete(ticks)

    def test_unknown_names_in_a_stored_policy_are_left_out(self):
        assert rules.completion_policy({"checks": True, "colour": 1}) == CompletionPolicy(
            checks=True
        )

    @pytest.mark.parametrize(
        ("scores", "expected"), [([], None), ([None], None), ([80, None, 91.5], 85.8), ([70], 70)]
    )
    def test_the_score_of_a_course_is_the_mean_of_its_modules(self, scores, expected):
        assert rules.course_score(scores) == expected

    @pytest.mark.parametrize(
        ("seen", "total", "expected"), [(0, 18, 12), (11, 18, 5), (17, 18, 1), (18, 18, 0)]
    )
    def test_what_is_left_is_told_in_whole_minutes(self, seen, total, expected):
        assert rules.minutes_left(12, seen, total) == expected
