"""``kill -9`` in the middle of progress beats and quizzes: nothing lost, nothing counted twice.

The client repeats whatever was not acknowledged with the same key or number, as the pages do.
"""

from __future__ import annotations

import copy
import os
import random
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import insert, select

from lms.assessment.models import Attempt
from lms.assessment.values import QuestionKind, QuestionSource, QuizPolicy
from lms.core.db.engine import Database
from lms.core.storage import FileStore
from lms.learning.models import ProgressEvent
from lms.ops.verifying import verify_all
from tests.cast import PASSWORD
from tests.factories import make_course, module_source
from tests.faults.journal import Journal, check
from tests.faults.victim import Browser, Interrupted, Victim, fresh_key

if TYPE_CHECKING:
    from pathlib import Path

    from lms.core.settings import Settings
    from tests.cast import Cast
    from tests.factories import MadeCourse

ROUNDS = 30
QUESTIONS = 2
Step = Callable[[], None]


class Learner:
    """An endless series of requests; each step writes to the journal once it is acknowledged."""

    def __init__(self, browser: Browser, course: MadeCourse, rng: random.Random) -> None:
        self.journal = Journal()
        self._browser, self._course, self._rng = browser, course, rng
        self._launch = self._launch_id = self._attempt = ""
        self._seq = 0

    def open(self) -> None:
        """Open the player; its page carries the launch that beats are numbered in."""
        page = self._browser.get(self._course.learn())
        found = re.search(r'name="launch" value="([^"]+)"', page)
        assert found is not None
        self._launch = found[1]
        _, payload = URLSafeSerializer("-").loads_unsafe(self._launch)
        self._launch_id = payload[0]

    def steps(self) -> Iterator[Step]:
        """One request after the other; a step may be called again until it is answered."""
        while True:
            for slide in ("s1", "s2", "s3"):
                yield self._beat(slide, "slide")
                yield self._beat(slide, "end")
            yield self._start(fresh_key())
            for number in range(1, QUESTIONS + 1):
                for text in ("まだ迷っている", self._rng.choice(("正解", "不正解"))):
                    yield self._answer(f"q{number:02}", text, fresh_key())
            yield self._submit(fresh_key())

    def _beat(self, slide: str, kind: str) -> Step:
        self._seq += 1
        seq = self._seq
        beat = {"seq": seq, "slide": slide, "kind": kind, "position": 1.0, "seconds": 0.01}

        def send() -> None:
            body = {"launch": self._launch, "beats": [beat]}
            answer = self._browser.post_json(f"{self._course.learn()}/progress", body)
            assert answer["acked_seq"] == seq
            self.journal.beats.add((self._launch_id, seq))
            if kind == "slide":
                self.journal.arrivals[slide] += 1

        return send

    def _start(self, key: str) -> Step:
        def send() -> None:
            target = self._browser.post_form(f"{self._course.learn()}/quiz", {}, key=key)
            self._attempt = target.rstrip("/").rsplit("/", 1)[-1]
            self.journal.started.add(self._attempt)

        return send

    def _answer(self, code: str, text: str, key: str) -> Step:
        def send() -> None:
            path = f"{self._course.learn()}/quiz/{self._attempt}/answer"
            form = {"question": code, "kind": "text", "answer": text, "go": "review"}
            self._browser.post_form(path, form, key=key)
            self.journal.answers.setdefault((self._attempt, code), []).append(text)

        return send

    def _submit(self, key: str) -> Step:
        def send() -> None:
            path = f"{self._course.learn()}/quiz/{self._attempt}/submit"
            assert self._browser.post_form(path, {}, key=key).endswith("/result")
            self.journal.submitted.add(self._attempt)

        return send


def text_question(number: int) -> QuestionSource:
    return QuestionSource(
        id=f"q{number:02}",
        kind=QuestionKind.TEXT,
        prompt=f"設問{number}に答えてください。",
        answers=("正解",),
        slide="s1",
    )


@pytest.fixture
def course(settings: Settings) -> MadeCourse:
    from dataclasses import replace

    database = Database(settings)
    pool = tuple(text_question(number) for number in range(1, QUESTIONS + 1))
    module = replace(module_source(script=""), pool=pool, quiz=QuizPolicy(pass_mark=80))
    made = make_course(database, "endurance", modules=(module,))
    database.dispose()
    return made


def run_rounds(victim: Victim, learner: Learner, browser: Browser, rng: random.Random) -> int:
    """Kill the server ``ROUNDS`` times; returns how many requests were cut off.

    A request that was cut off is repeated after the restart, before anything else. However slow the
    machine is, something has been handed in at the end.
    """
    steps, cut_off = learner.steps(), 0
    step = next(steps)
    for _ in range(ROUNDS):
        timer = victim.kill_after(rng.uniform(0.005, 0.3))
        try:
            while True:
                step()
                step = next(steps)
        except Interrupted:
            cut_off += 1
        timer.join()
        victim.start()
        browser.connect()
    step()
    while not learner.journal.submitted:
        next(steps)()
    return cut_off


def test_nothing_acknowledged_is_lost_and_nothing_counted_twice(
    settings: Settings, cast: Cast, course: MadeCourse, tmp_path: Path
) -> None:
    seed = os.environ.get("LMS_TEST_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"seed {seed} (repeat with LMS_TEST_SEED={seed})")  # noqa: T201
    rng = random.Random(seed)  # noqa: S311
    victim = Victim(settings, tmp_path / "server.log")
    browser = Browser(victim)
    learner = Learner(browser, course, rng)
    try:
        victim.start()
        browser.connect()
        browser.sign_in(cast.aoba, cast.aoki.staff_no, PASSWORD)
        learner.open()
        cut_off = run_rounds(victim, learner, browser, rng)
    finally:
        victim.kill()
    journal = learner.journal
    print(f"{ROUNDS} rounds, {cut_off} requests cut off, {len(journal.beats)} beats,", end=" ")  # noqa: T201
    print(f"{len(journal.started)} attempts, {len(journal.submitted)} results acknowledged")  # noqa: T201
    assert cut_off == ROUNDS
    assert journal.beats
    assert journal.submitted
    database = Database(settings)
    try:
        _compare(database, settings, cast, journal)
    finally:
        database.dispose()


def _compare(database: Database, settings: Settings, cast: Cast, journal: Journal) -> None:
    def differences(what: Journal) -> list[str]:
        with database.session(cast.aoba, read_only=True) as session:
            return check(session, what, employee_id=cast.aoki.employee_id, questions=QUESTIONS)

    assert differences(journal) == []
    assert verify_all(settings, database, FileStore(settings.files_path)) == ()
    # The control: the same comparison must notice one lost write and one doubled row.
    never_sent = copy.deepcopy(journal)
    launch, seq = max(journal.beats)
    never_sent.beats.add((launch, seq + 1000))
    assert differences(never_sent) == [f"lost beat: ({launch!r}, {seq + 1000}) × 1"]
    with database.transaction(cast.aoba) as session:
        _double(session, ProgressEvent, {"seq": seq + 1})
    assert differences(journal) == [f"counted too often, beat: ({launch!r}, {seq + 1}) × 1"]
    with database.transaction(cast.aoba) as session:
        _double(session, Attempt, {"number": 10_000, "public_id": "0" * 20})
    assert f"counted too often, attempt: {'0' * 20} × 1" in differences(journal)


def _double(session: Any, model: Any, changed: dict[str, object]) -> None:
    """Insert the newest row once more, past every service."""
    table = model.__table__
    row = session.connection().execute(select(table).order_by(table.c.id.desc()).limit(1)).one()
    copied = {key: value for key, value in row._mapping.items() if key != "id"}
    session.connection().execute(insert(table).values(**copied | changed))
