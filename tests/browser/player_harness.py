"""A small server that shows the player's own templates, for the browser tests of the player.

It knows no database: one module in memory, the protocol of ``js/player/sync.js``, and faults.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile
from flask import Flask, Response, abort, jsonify, redirect, render_template, request, send_file
from PIL import Image, ImageDraw
from werkzeug.serving import make_server

from lms.assessment import drawing, responses
from lms.catalog.script import parse_script
from lms.catalog.source import HotspotSource
from lms.core.i18n import gettext, lang_attribute, localized, ngettext
from lms.core.web import formats
from lms.core.web.fragments import fragment
from lms.core.web.marks import Marks
from lms.core.web.static import StaticFiles
from lms.core.web.templating import Menu
from lms.kernel.ids import public_id
from lms.player import page_model, render, timeline
from lms.player.page_model import (
    NextKind,
    NextStep,
    OptionView,
    PictureView,
    PlayerSettings,
    PlayerUrls,
    QuestionView,
    ResultView,
    Resume,
    Tick,
)
from tests.browser.player_course import BODIES, FLOW, LAYOUTS, QUESTIONS, SCRIPTS, TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
SEED = 20261122


@dataclass
class Faults:
    """What goes wrong: ``status`` is answered by both addresses when set."""

    status: int = 0


@dataclass
class Memory:
    """Everything the server was told."""

    beats: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    received: int = 0
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    graded: int = 0
    launches: int = 0
    seen: set[str] = field(default_factory=set)
    resume: Resume | None = None
    audio: bool = True
    beacons: int = 0
    account: str = "account-1"
    read: list[str] = field(default_factory=list)


def tone(seconds: float) -> bytes:
    """Ogg/Opus with a quiet tone of the given length."""
    steps = np.arange(int(seconds * 24000)) / 24000
    sound = (0.05 * np.sin(2 * np.pi * 220 * steps)).astype(np.float32)
    out = io.BytesIO()
    soundfile.write(out, sound, 24000, format="OGG", subtype="OPUS")
    return out.getvalue()


def picture(width: int) -> bytes:
    """A slide as a picture: a head bar and two boxes."""
    height = width * 9 // 16
    image = Image.new("RGB", (width, height), "#ffffff")
    draw = ImageDraw.Draw(image)
    u = width // 32
    draw.rectangle((0, 0, width, 3 * u), fill="#1a3f8f")
    for x in (4 * u, 18 * u):
        draw.rounded_rectangle(
            (x, 6 * u, x + 10 * u, 13 * u), u // 2, fill="#e8f1fe", outline="#1a3f8f", width=4
        )
        draw.ellipse((x + 4 * u, 7 * u, x + 6 * u, 9 * u), fill="#1a3f8f")
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80)
    return out.getvalue()


def spoken(slide: str) -> timeline.Timeline:
    return timeline.silent_timeline(parse_script(SCRIPTS[slide]))


class Harness:
    """The server in a thread; ``url`` is where the player is."""

    def __init__(self, *, slow_speech: float = 4.0, port: int = 0) -> None:
        self.memory = Memory()
        self.faults = Faults()
        self.timelines = {slide: _faster(spoken(slide), slow_speech) for slide in TITLES}
        self.sounds = {slide: tone(line.duration) for slide, line in self.timelines.items()}
        self.pictures = {"slide.webp": picture(1600), "zoom.webp": picture(2400)}
        self.files = StaticFiles()
        self.app = self._app()
        self.server = make_server("127.0.0.1", port, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def page(self) -> Any:
        self.memory.launches += 1
        stops = {
            slide: [self._question(slide, item) for item in items]
            for slide, items in QUESTIONS.items()
        }
        learner = render.LearnerFacts(
            launch_id=f"launch-{self.memory.launches}",
            account=self.memory.account,
            stops=stops,
            seen=self.memory.seen,
            ticks=self._ticks(),
            completed=False,
            resume=self.memory.resume,
            next=NextStep(NextKind.QUIZ, "確認テストに進む", "/next"),
        )
        module = render.ModuleFacts(
            title="守るものと脅威を知る",
            course_title="情報セキュリティ基礎",
            course_url="/course",
            license="CC BY 4.0",
            voice_credit="HTS Voice “Mei” © 2009–2013 名古屋工業大学 CC BY 3.0",
        )
        urls = PlayerUrls("/", "/text", "/progress", "/answer", "/course")
        return render.player_page(
            module,
            [self._slide(name) for name in TITLES],
            learner,
            urls=urls,
            settings=PlayerSettings(),
        )

    def _slide(self, name: str) -> render.SlideFacts:
        silent = name == "summary" or not self.memory.audio
        shown = PictureView(
            "/assets/slide.webp", 1600, 900, "届出の種類を選ぶ二つのボタン", "/assets/zoom.webp"
        )
        return render.SlideFacts(
            id=name,
            title=TITLES[name],
            body_html=BODIES[name],
            layout=LAYOUTS.get(name, ""),
            timeline=timeline.to_json(self.timelines[name]),
            audio_url="" if silent else f"/audio/{name}.ogg",
            picture=shown if name == "map" else None,
            hotspots=(
                HotspotSource("転入の説明へ", "#what-we-keep", 0.125, 0.333, 0.3125, 0.39),
                HotspotSource(
                    "総務省の案内", "https://www.soumu.go.jp/", 0.5625, 0.333, 0.3125, 0.39
                ),
            )
            if name == "map"
            else (),
            description_html="<p>受付では本人を確かめ、処理では端末を守り、保管では鍵をかけます。</p>"
            if name == "what-we-keep"
            else "",
            source_note="総務省「地方公共団体における情報セキュリティポリシーに関するガイドライン」"
            if name in {"what-we-keep", "numbers"}
            else "",
            checked_on=date(2026, 11, 22),
            review_by=date(2027, 11, 30),
        )

    def _question(self, slide: str, item: dict[str, Any]) -> QuestionView:
        code, kind = item["id"], item["kind"]
        given = self.memory.answers.get(code)
        options = _shown(code, kind, "", item.get("options", ()))
        matches = _shown(code, kind, "m", item.get("matches", ()))
        return QuestionView(
            id=code,
            kind=kind,
            prompt=item["prompt"],
            key=public_id(),
            options=options,
            matches=matches,
            unit=item.get("unit", ""),
            slide=slide,
            survey=item.get("survey", False),
            low="分かりにくい" if kind == "scale" else "",
            high="分かりやすい" if kind == "scale" else "",
            response=given["response"] if given else None,
            result=ResultView(given["correct"], given["feedback_html"], retry=given["retry"])
            if given
            else None,
        )

    def _ticks(self) -> tuple[Tick, ...]:
        return (
            Tick("slides", "すべてのスライドを見る", self.memory.seen >= set(TITLES)),
            Tick("checks", "途中の問題にすべて答える", len(self.memory.answers) >= 9),
        )

    def _app(self) -> Flask:
        app = Flask("player_harness", template_folder=str(ROOT / "templates"))
        app.add_url_rule(
            "/learn/language", "identity.choose_language", lambda: "", methods=["POST"]
        )
        app.add_url_rule("/sign-out", "identity.sign_out", lambda: "", methods=["POST"])
        app.add_url_rule("/password", "identity.password", lambda: "")
        env = app.jinja_env
        env.add_extension("jinja2.ext.i18n")
        env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        env.trim_blocks = env.lstrip_blocks = True
        tenant = SimpleNamespace(
            name="青葉市", name_en="Aoba City", accent="", contact="内線 2345", wareki=False
        )
        env.globals.update(
            static=self.files.url,
            csrf_token=lambda: "token",
            fragment=fragment,
            remembered=lambda macro: macro,
            draw_icon=Marks(self.files.url).icon,
            draw_status=Marks(self.files.url).status,
            new_key=public_id,
            flashes=list,
            lang_attribute=lang_attribute,
            localized=localized,
            current=SimpleNamespace(
                tenant=tenant,
                actor=SimpleNamespace(name="青木 花", staff_no="1001"),
                locale="ja",
                version="test",
                place=(Menu(()), ""),
                nav=[],
                bottom_nav=[],
                path="/",
                inbox_count=0,
            ),
        )
        env.filters.update(formats.FILTERS)
        self._routes(app)
        return app

    def _routes(self, app: Flask) -> None:
        @app.after_request
        def _policy(response: Response) -> Response:
            response.headers["Content-Security-Policy"] = (
                "default-src 'self'; img-src 'self' data: blob:"
            )
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        @app.get("/")
        def _player() -> str:
            return render_template("player/module.html", page=self.page())

        @app.get("/text")
        def _text() -> str:
            return render_template("player/text.html", page=self.page())

        @app.get("/next")
        def _next() -> str:
            return "<!doctype html><title>next</title><h1>確認テスト</h1>"

        @app.get("/static/<build>/<path:name>")
        def _static(build: str, name: str) -> Response:
            if name not in self.files.files:
                abort(404)
            types = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
            return Response(
                self.files.files[name], mimetype=types.get(name.rsplit(".", 1)[-1], "text/plain")
            )

        @app.get("/audio/<name>.ogg")
        def _audio(name: str) -> Response:
            data = io.BytesIO(self.sounds[name])
            response = send_file(data, mimetype="audio/ogg", conditional=True, etag=name)
            response.headers["Cache-Control"] = "private, max-age=3600"
            return response

        @app.get("/assets/<name>")
        def _asset(name: str) -> Response:
            if name == "flow.svg":
                return Response(FLOW, mimetype="image/svg+xml")
            return Response(self.pictures[name], mimetype="image/webp")

        @app.post("/progress")
        def _progress() -> Any:
            self._check_csrf()
            if self.faults.status:
                return "", self.faults.status
            if request.is_json:
                launch, beats = request.get_json()["launch"], request.get_json()["beats"]
            elif "slide" in request.form:
                slide = request.form["slide"]
                self.memory.seen.add(slide)
                self.memory.read.append(slide)
                return redirect(f"/#read-{slide}", 303)
            else:
                launch, beats = request.form["launch"], json.loads(request.form["beats"])
                self.memory.beacons += 1
            return jsonify(self._take(launch, beats))

        @app.post("/answer")
        def _answer() -> Any:
            self._check_csrf()
            if self.faults.status:
                return "", self.faults.status
            if request.is_json:
                body = request.get_json()
                return jsonify(self._mark(body["question"], body["response"], body["key"]))
            code = request.form["question"]
            kind = _find(code)["kind"]
            answer = responses.from_form(kind, request.form.items(multi=True))
            self._mark(code, answer, request.form["_key"])
            return redirect(f"/#q-{code}", 303)

    def _check_csrf(self) -> None:
        if (request.headers.get("X-CSRF-Token") or request.form.get("csrf_token")) != "token":
            abort(400)

    def _take(self, launch: str, beats: list[dict[str, Any]]) -> dict[str, Any]:
        for beat in beats:
            self.memory.received += 1
            self.memory.beats.setdefault((launch, beat["seq"]), beat)
            self.memory.seen.add(beat["slide"])
            self.memory.resume = Resume(beat["slide"], beat["position"])
        return {
            "saved_at": "10:42",
            "acked_seq": max(beat["seq"] for beat in beats),
            "ticks": [{"id": tick.id, "done": tick.done} for tick in self._ticks()],
            "completed": all(tick.done for tick in self._ticks()),
        }

    def _mark(self, code: str, response: page_model.Response, key: str) -> dict[str, Any]:
        if key in self.memory.keys:
            return self.memory.keys[key]
        item = _find(code)
        ids = [str(n) for n in range(len(item.get("options", ())))]
        ids += [f"m{n}" for n in range(len(item.get("matches", ())))]
        stored = drawing.stored_response(response, ids, seed=SEED, code=code)
        right = item.get("key")
        if item["kind"] == "multiple" and isinstance(stored, list):
            stored = sorted(stored)
        correct = None if item.get("survey") else stored == right
        result = {
            "correct": correct,
            "points": "1" if correct else "0",
            "feedback_html": item.get("why", ""),
            "saved_at": "10:43",
            "retry": correct is False,
        }
        self.memory.keys[key] = result
        self.memory.graded += 1
        self.memory.answers[code] = {**result, "response": response}
        return result


def _shown(code: str, kind: str, prefix: str, texts: Sequence[str]) -> tuple[OptionView, ...]:
    stored = {f"{prefix}{number}": text for number, text in enumerate(texts)}
    order = drawing.arrange(list(stored), seed=SEED, code=code, kind=kind, right=list(stored))
    return tuple(OptionView(drawing.opaque_id(SEED, code, one), stored[one]) for one in order)


def _find(code: str) -> dict[str, Any]:
    return next(item for items in QUESTIONS.values() for item in items if item["id"] == code)


def _faster(line: timeline.Timeline, factor: float) -> timeline.Timeline:
    """The same timeline in a fraction of the time, so that the tests do not wait."""
    cues = tuple(
        timeline.Cue(
            cue.start / factor,
            cue.end / factor,
            cue.text,
            tuple((a / factor, b / factor, c, d) for a, b, c, d in cue.words),
        )
        for cue in line.cues
    )
    return timeline.Timeline(line.duration / factor, cues)
