"""A published course, and a learner who sends beats to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories import MadeCourse, make_course, module_source
from tests.support.client import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Learner:
    """A browser in one module. ``open`` loads the page and so gets a new launch."""

    browser: Visitor
    course: MadeCourse
    index: int = 0
    launch: str = ""
    seq: int = 0

    def open(self, *, text: bool = False) -> Any:
        page = self.browser.visit(self.address + ("/text" if text else ""))
        self.launch = page.find("input", attrs={"name": "launch"})["value"]
        self.seq = 0
        return page

    @property
    def address(self) -> str:
        return self.course.learn(self.index)

    def beat(self, slide: str, seconds: float = 0, **more: Any) -> dict[str, Any]:
        self.seq += 1
        values = {"kind": "beat", "position": 1.5, **more}
        return {"seq": self.seq, "slide": slide, "seconds": seconds, **values}

    def send(self, *beats: dict[str, Any], status: int = 200) -> Any:
        body = {"launch": self.launch, "beats": list(beats)}
        return self.browser.post_json(f"{self.address}/progress", body, status=status)

    def see(self, *slides: str) -> Any:
        return self.send(*(self.beat(slide, kind="slide", position=0) for slide in slides))

    def answer(self, code: str, choice: str, *, status: int = 200) -> Any:
        page = self.browser.visit(self.address)
        form = page.find("form", attrs={"data-question": code})
        label = next(x for x in form.find_all("label") if x.get_text(strip=True) == choice)
        body = {
            "launch": self.launch,
            "question": code,
            "response": label.find("input")["value"],
            "key": f"{self.launch[:20]}-{code}",
        }
        return self.browser.post_json(
            f"{self.address}/answer", body, status=status, key=body["key"]
        )


@pytest.fixture
def course(database) -> MadeCourse:
    return make_course(database)


@pytest.fixture
def rich_course(database) -> MadeCourse:
    """Two modules: one with checks, a survey and a quiz, and one that is only to be seen."""
    return make_course(
        database,
        "rich",
        modules=(module_source(checks=True, survey=True), module_source("まとめ", quiz=0)),
    )


@pytest.fixture
def learner(visitor, cast, course) -> Callable[..., Learner]:
    """``learner(person)`` has opened the first module of ``course`` (or of another one)."""

    def open_as(person=None, made: MadeCourse | None = None, index: int = 0) -> Learner:
        found = Learner(visitor(person or cast.aoki), made or course, index)
        found.open()
        return found

    return open_as


def player_data(page: Any, name: str) -> Any:
    """A ``data-`` attribute of the player element."""
    value = page.find("lms-player").get(f"data-{name}")
    return json.loads(value) if value and re.match(r"[\[{]", value) else value
