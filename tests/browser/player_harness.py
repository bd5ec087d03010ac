"""A small server that shows the player's own templates, for the browser tests of the player.

It knows nothing of the database: one module, kept in memory, with a progress and an answer
address that keep the protocol of ``lms/static/js/player/sync.js``. Faults can be switched on.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import soundfile
from flask import Flask, Response, abort, jsonify, redirect, render_template, request, send_file
from PIL import Image, ImageDraw
from werkzeug.serving import make_server

from lms.catalog.script import parse_script
from lms.catalog.source import HotspotSource
from lms.core.i18n import gettext, localized, ngettext
from lms.core.web import formats
from lms.core.web.static import StaticFiles
from lms.kernel.ids import public_id
from lms.player import choices, render, responses, timeline
from lms.player.page_model import (
    NextKind,
    NextStep,
    PictureView,
    PlayerSettings,
    PlayerUrls,
    QuestionView,
    ResultView,
    Resume,
    Tick,
)
from lms.player.page_model import (
    Response as Answer,
)

ROOT = Path(__file__).parents[2]
SEED = "launch-seed"
FLOW = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 360" font-family="sans-serif" '
    'text-anchor="middle" font-size="34" fill="#1a3f8f"><g fill="#fff" stroke="#1a3f8f" '
    'stroke-width="4"><rect x="90" y="10" width="300" height="80" rx="12"/><rect x="90" y="140" '
    'width="300" height="80" rx="12"/><rect x="90" y="270" width="300" height="80" rx="12"/></g>'
    '<text x="240" y="62">受付</text><text x="240" y="192">処理</text>'
    '<text x="240" y="322">保管・廃棄</text></svg>'
)
BODIES = {
    "opening": "<p>役所が預かる情報と、いま起きている脅威を知る</p>",
    "what-we-keep": (
        "<ul><li>住民の<strong>氏名・住所・税額</strong></li><li>職員の人事と給与</li>"
        "<li>入札と契約の予定価格</li><li>道路や上下水道の図面</li></ul>"
        '<p><img src="/assets/flow.svg" alt="情報の流れ。受付、処理、保管と廃棄の三段階。"></p>'
    ),
    "map": "<p>届出の種類を選ぶ</p><ul><li>転入</li><li>転出</li></ul>",
    "compare": (
        "<h3>よい例</h3><ul><li>離席するときに画面をロックする</li><li>宛先を二人で確かめる</li></ul>"
        "<h3>よくない例</h3><ul><li>付箋にパスワードを書く</li><li>私物のUSBメモリーを使う</li></ul>"
    ),
    "numbers": (
        "<table><thead><tr><th>年度</th><th>相談</th><th>事故</th></tr></thead><tbody>"
        "<tr><td>令和6年度</td><td>42件</td><td>3件</td></tr>"
        "<tr><td>令和7年度</td><td>61件</td><td>2件</td></tr>"
        "<tr><td>令和8年度</td><td>80件</td><td>1件</td></tr></tbody></table>"
    ),
    "summary": (
        "<ul><li>守るものを知る</li><li>気づいたらすぐ連絡する</li><li>一人で抱えない</li></ul>"
    ),
}
SCRIPTS = {
    "opening": "これから、私たちが預かる情報を守る方法を学びます。\n五分ほどで終わります。",
    "what-we-keep": (
        "私たちの職場には、住民の大切な情報が集まっています。\n"
        "氏名や住所だけでなく、税額や家族の事情まで知る立場にあります。\n"
        "図を見てください。\n情報は、受付、処理、保管、廃棄の順に流れます。"
    ),
    "map": "届出の種類によって、扱う情報が変わります。\nボタンを押すと、その説明へ移ります。",
    "compare": "よい例と、よくない例を比べます。\n𠮷田さんの机には、付箋が貼ってありました。",
    "numbers": "相談は年々ふえ、事故は減っています。\n早く相談することが、事故を防ぎます。",
    "summary": "最後に、三つのことを思い出してください。\n守るものを知り、すぐ連絡し、一人で抱えないことです。",
}
TITLES = {
    "opening": "情報セキュリティ基礎",
    "what-we-keep": "役所が預かる情報",
    "map": "届出の種類と扱う情報",
    "compare": "机まわりの良い例とよくない例",
    "numbers": "相談がふえると事故が減る",
    "summary": "今日のまとめ",
}
LAYOUTS = {"opening": "title", "compare": "compare", "summary": "summary"}
QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "what-we-keep": [
        {
            "id": "c1",
            "kind": "single",
            "prompt": "機密性を守る行動はどれですか。",
            "options": [
                "離席するときに画面をロックする",
                "毎日バックアップを取る",
                "予備の回線を用意する",
            ],
            "key": "0",
            "why": "<p>機密性は、許された人だけが情報に触れられることです。</p>",
        },
        {
            "id": "s1",
            "kind": "scale",
            "prompt": "ここまでの説明は分かりやすかったですか。",
            "survey": True,
        },
    ],
    "map": [
        {
            "id": "c2",
            "kind": "multiple",
            "prompt": "住民票の写しを渡す前に確かめることをすべて選んでください。",
            "options": ["請求した人の本人確認", "請求の理由", "窓口の混み具合"],
            "key": ["0", "1"],
            "why": "<p>本人確認と請求の理由は、法律が定める確認事項です。</p>",
        }
    ],
    "compare": [
        {
            "id": "c3",
            "kind": "truefalse",
            "prompt": "付箋にパスワードを書いて画面に貼ってもよい。",
            "options": ["正しい", "誤り"],
            "key": "1",
            "why": "<p>離席中に誰でも読めてしまいます。</p>",
        },
        {
            "id": "c4",
            "kind": "text",
            "prompt": "自治体専用の閉じたネットワークの名前を英字で答えてください。",
            "key": "LGWAN",
            "why": "<p>総合行政ネットワーク(LGWAN)です。</p>",
        },
    ],
    "numbers": [
        {
            "id": "c5",
            "kind": "numeric",
            "prompt": "令和8年度の相談は何件でしたか。",
            "unit": "件",
            "key": "80",
            "why": "<p>表の一番下の行にあります。</p>",
        },
        {
            "id": "c6",
            "kind": "order",
            "prompt": "事故に気づいたときの順番に並べてください。",
            "options": ["端末をネットワークから外す", "上司と担当課に連絡する", "記録を残す"],
            "key": ["0", "1", "2"],
            "why": "<p>被害を広げないことが先です。</p>",
        },
    ],
    "summary": [
        {
            "id": "c7",
            "kind": "match",
            "prompt": "言葉と意味を結んでください。",
            "options": ["機密性", "完全性", "可用性"],
            "matches": ["許された人だけが使える", "内容が正しい", "必要なときに使える"],
            "key": {"0": "m0", "1": "m1", "2": "m2"},
            "why": "<p>三つを合わせて情報セキュリティの三要素といいます。</p>",
        },
        {
            "id": "s2",
            "kind": "text",
            "prompt": "もっと知りたいことがあれば書いてください。",
            "survey": True,
        },
    ],
}


@dataclass
class Faults:
    """What goes wrong: ``status`` is answered by both addresses when set."""

    status: int = 0
    slow: float = 0.0


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
        self.locale_ready = threading.Lock()
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
            account="account-1",
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
        options = [(str(n), text) for n, text in enumerate(item.get("options", ()))]
        matches = [(f"m{n}", text) for n, text in enumerate(item.get("matches", ()))]
        return QuestionView(
            id=code,
            kind=kind,
            prompt=item["prompt"],
            key=public_id(),
            options=choices.present(options, seed=SEED, question=code, kind=kind),
            matches=choices.present(matches, seed=SEED, question=code, kind=kind),
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
            new_key=public_id,
            flashes=list,
            localized=localized,
            current=SimpleNamespace(
                tenant=tenant,
                actor=None,
                locale="ja",
                version="test",
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
                return redirect(f"/#slide-{slide}", 303)
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

    def _mark(self, code: str, response: Answer, key: str) -> dict[str, Any]:
        if key in self.memory.keys:
            return self.memory.keys[key]
        item = _find(code)
        ids = [str(n) for n in range(len(item.get("options", ())))]
        ids += [f"m{n}" for n in range(len(item.get("matches", ())))]
        stored = choices.stored_response(response, ids, seed=SEED, question=code)
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


if __name__ == "__main__":
    import sys

    harness = Harness(
        slow_speech=float(sys.argv[2]) if len(sys.argv) > 2 else 1.0, port=int(sys.argv[1])
    )
    print(harness.url)  # noqa: T201 - a server for the hand
    harness.thread.join()
