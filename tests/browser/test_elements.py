"""Elements that talk to a server: what is saved is counted, what is lost is sent again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response, jsonify, request
from playwright.sync_api import expect

from lms.core.web.static import STATIC_ROOT, StaticFiles
from tests.browser.chromium import chromium, heard, listen, wait_for
from tests.browser.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue
    from playwright.sync_api import Browser, Dialog, Page

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>t</title>
<link rel="icon" href="data:,">
<script type="module" src="/static/app.js"></script></head><body><main>{body}</main>
<div id="live" role="status" data-toasts></div></body></html>"""

AUTOSAVE = """<lms-autosave data-saved="保存済み {time}" data-saving="保存中"
 data-offline="オフラインです" data-failed="保存できません" data-conflict="ほかの人が変更しました"
 data-held="まだ進めません">
<form action="/save" method="post"><input type="hidden" name="revision" value="1">
<label>原稿 <textarea name="text"></textarea></label>
<button formaction="/list" formmethod="get" name="go" value="next">次へ</button></form>
<p data-state-text></p></lms-autosave>"""

COUNTDOWN = """<form id="quiz" action="/handed-in" method="get"></form>
<lms-countdown data-deadline="2026-11-22T10:06:00+09:00" data-now="2026-11-22T10:00:00+09:00"
 data-left="残り {time}" data-warn-5="残り5分です" data-warn-1="残り1分です" data-over="時間です"
 data-form="quiz"><span data-time></span></lms-countdown>"""

POLL = """<lms-progress-poll data-every="1" data-said="{said}">
<progress value="{done}" max="20"></progress><span data-text>{done} / 20</span>
</lms-progress-poll>"""

FILTER = """<form action="/list"><lms-autosubmit><label>所属 <select name="unit">
<option value="">すべて</option><option value="3">福祉部</option></select></label>
</lms-autosubmit></form>"""

UNSAVED = """<lms-unsaved><form action="/list"><input type="hidden" name="go" value="">
<label>題 <input name="title"></label></form></lms-unsaved>
<a href="/list?part=two" data-go="two">2</a>"""

COPY = """<lms-copy data-done="コピーしました"><span class="ui-copy__text">AOBA-1</span>
<button type="button" hidden>コピーする</button></lms-copy>"""

CONFIRM = """<form action="/list" novalidate><label>理由 <input name="why" required></label>
<lms-confirm data-question="取り消しますか。" data-yes="取り消す" data-no="やめる">
<button>送る</button></lms-confirm></form>"""

BODIES = {
    "confirm": CONFIRM,
    "autosave": AUTOSAVE,
    "countdown": COUNTDOWN,
    "filter": FILTER,
    "copy": COPY,
    "unsaved": UNSAVED,
}


@dataclass
class Bench:
    """A server that remembers what reached it."""

    address: str = ""
    saved: list[tuple[str, str, str]] = field(default_factory=list)
    answer: int = 200
    asked: int = 0


def _server(bench: Bench) -> Flask:
    app = Flask(__name__, static_folder=None)
    files = StaticFiles()

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        return Response(files.files[name], mimetype="text/javascript")

    @app.get("/page/<name>")
    def page(name: str) -> str:
        return PAGE.format(body=BODIES[name])

    @app.post("/save")
    def save() -> ResponseReturnValue:
        if bench.answer != 200:
            return jsonify(error="no"), bench.answer
        key = request.headers["Idempotency-Key"]
        bench.saved.append((key, request.form["revision"], request.form["text"]))
        return jsonify(revision=int(request.form["revision"]) + 1, saved_at="10:42")

    @app.get("/work")
    def work() -> ResponseReturnValue:
        bench.asked += 1
        if bench.asked == 3:
            return "", 503
        if bench.asked > 4:
            return PAGE.format(body="<h1>報告</h1>")
        said = "読み取り" if bench.asked == 1 else "画像化"
        return PAGE.format(body=POLL.format(said=said, done=bench.asked * 5))

    @app.get("/handed-in")
    @app.get("/list")
    def other() -> str:
        return PAGE.format(body=f"<h1>{request.full_path}</h1>")

    return app


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def bench() -> Iterator[Bench]:
    found = Bench()
    with served(_server(found)) as found.address:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def test_scripts_hide_nothing_of_the_window(page: Page) -> None:
    """In a joined file a name of the top level is seen by all of its modules."""
    declared = re.compile(
        r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE
    )
    texts = (path.read_text(encoding="utf-8") for path in (STATIC_ROOT / "js").rglob("*.js"))
    names = sorted({name for text in texts for name in declared.findall(text)})
    assert len(names) > 50
    assert page.evaluate("names => names.filter((name) => name in window)", names) == []


def _go(page: Page, bench: Bench, name: str) -> None:
    page.goto(f"{bench.address}/page/{name}")


def test_what_is_typed_is_saved_and_said(page: Page, bench: Bench) -> None:
    _go(page, bench, "autosave")
    page.fill("textarea", "不審なメールは開きません。")
    expect(page.locator("[data-state-text]")).to_have_text("保存済み 10:42")
    page.fill("textarea", "不審なメールは開かずに知らせます。")
    expect(page.locator("[name=revision]")).to_have_value("3")
    assert [(revision, text) for _, revision, text in bench.saved] == [
        ("1", "不審なメールは開きません。"),
        ("2", "不審なメールは開かずに知らせます。"),
    ]


def test_what_cannot_be_sent_waits_and_arrives_once(page: Page, bench: Bench) -> None:
    _go(page, bench, "autosave")
    page.context.set_offline(True)
    page.fill("textarea", "オフラインで書いた文")
    expect(page.locator("[data-state-text]")).to_have_text("オフラインです")
    assert bench.saved == []
    page.context.set_offline(False)
    expect(page.locator("[data-state-text]")).to_have_text("保存済み 10:42")
    page.wait_for_timeout(3000)
    assert [text for _, _, text in bench.saved] == ["オフラインで書いた文"]


def test_a_screen_reader_is_told_what_is_saved_and_what_waits(page: Page, bench: Bench) -> None:
    _go(page, bench, "autosave")
    listen(page)
    page.fill("textarea", "一つ目")
    wait_for(page, lambda: heard(page, unseen=True) == ["保存済み 10:42"])
    page.context.set_offline(True)
    page.fill("textarea", "二つ目")
    wait_for(page, lambda: heard(page, unseen=True)[1:] == ["オフラインです"])
    page.context.set_offline(False)
    wait_for(page, lambda: heard(page, unseen=True)[2:] == ["保存済み 10:42"])


def test_nobody_gets_on_without_what_was_typed_being_saved(page: Page, bench: Bench) -> None:
    _go(page, bench, "autosave")
    listen(page)
    page.context.set_offline(True)
    page.fill("textarea", "つながらない間に書いた文")
    page.get_by_role("button", name="次へ").click()
    wait_for(page, lambda: "まだ進めません" in heard(page))
    expect(page.locator("textarea")).to_have_value("つながらない間に書いた文")
    page.context.set_offline(False)
    expect(page.locator("[data-state-text]")).to_have_text("保存済み 10:42")
    page.fill("textarea", "つながってから直した文")
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url("**/list?*go=next")
    assert [(revision, text) for _, revision, text in bench.saved] == [
        ("1", "つながらない間に書いた文"),
        ("2", "つながってから直した文"),
    ]


def test_a_conflict_stops_saving_and_is_said(page: Page, bench: Bench) -> None:
    _go(page, bench, "autosave")
    bench.answer = 409
    page.fill("textarea", "a")
    expect(page.locator("[data-state-text]")).to_have_text("ほかの人が変更しました")
    bench.answer = 200
    page.fill("textarea", "b")
    page.wait_for_timeout(1500)
    assert bench.saved == []


def test_time_left_is_said_at_five_minutes_and_at_one(page: Page, bench: Bench) -> None:
    # The device's clock is an hour wrong on purpose; only the server's counts.
    page.clock.install(time="2026-11-22T11:00:00+09:00")
    page.clock.pause_at("2026-11-22T11:00:01+09:00")
    _go(page, bench, "countdown")
    page.clock.run_for(1000)
    expect(page.locator("[data-time]")).to_have_text("残り 5:59")
    page.clock.run_for(60_000)
    expect(page.locator("[data-toasts]")).to_have_text("残り5分です")
    page.clock.run_for(240_000)
    expect(page.locator("[data-toasts]")).to_have_text("残り1分です")
    assert page.locator("lms-countdown[data-urgent]").count() == 1
    page.clock.run_for(61_000)
    page.wait_for_url("**/handed-in*")


def test_long_work_is_followed_to_its_end(page: Page, bench: Bench) -> None:
    page.clock.install(time="2026-11-22T11:00:00+09:00")
    page.clock.pause_at("2026-11-22T11:00:01+09:00")
    page.goto(f"{bench.address}/work")
    listen(page)
    page.clock.run_for(1000)
    expect(page.locator("[data-text]")).to_have_text("10 / 20")
    expect(page.locator("progress")).to_have_attribute("value", "10")
    assert heard(page, unseen=True) == ["画像化"]
    page.clock.resume()
    expect(page.locator("h1")).to_have_text("報告")
    assert bench.asked == 6, "the page was not loaded again at the end"


def test_a_choice_sends_the_filter(page: Page, bench: Bench) -> None:
    _go(page, bench, "filter")
    page.select_option("select", "3")
    page.wait_for_url("**/list?unit=3")


def test_choices_by_keyboard_wait_for_the_button(page: Page, bench: Bench) -> None:
    _go(page, bench, "filter")
    page.focus("select")
    page.keyboard.press("ArrowDown")
    expect(page.locator("select")).to_have_value("3")
    page.wait_for_timeout(200)
    assert page.url.endswith("/page/filter")


def test_going_to_another_part_saves_this_one_first(page: Page, bench: Bench) -> None:
    _go(page, bench, "unsaved")
    page.click("a[data-go=two]")
    page.wait_for_url("**/list?part=two")
    _go(page, bench, "unsaved")
    page.fill("input[name=title]", "題")
    page.click("a[data-go=two]")
    page.wait_for_url("**/list?go=two&title=*")


def test_nobody_is_asked_about_what_cannot_be_sent(page: Page, bench: Bench) -> None:
    _go(page, bench, "confirm")
    page.click("text=送る")
    page.wait_for_url("**/list?why=")
    _go(page, bench, "confirm")
    page.fill("input", "誤発行")
    page.click("text=送る")
    page.get_by_role("dialog").get_by_role("button", name="取り消す").click()
    page.wait_for_url("**/list?why=%E8%AA%A4*")


def test_leaving_what_is_not_saved_is_asked_about(page: Page, bench: Bench) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    _go(page, bench, "unsaved")
    page.goto(f"{bench.address}/list")
    assert asked == []
    _go(page, bench, "unsaved")
    page.locator("input[name=title]").press_sequentially("題")
    page.goto(f"{bench.address}/list")
    assert asked == ["beforeunload"]


def test_a_number_is_copied(page: Page, bench: Bench) -> None:
    _go(page, bench, "copy")
    listen(page)
    page.click("button")
    wait_for(page, lambda: heard(page) == ["コピーしました"])
    assert page.evaluate("navigator.clipboard.readText()") == "AOBA-1"
