"""Whole journeys by keyboard alone, over HTTP, in real Chromium: nobody needs a mouse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pptx import Presentation

from lms.jobs.running import Runtime, drain
from lms.wiring import load_tasks
from tests.browser.chromium import chromium
from tests.browser.keyboard import Keyboard
from tests.browser.site import running_site
from tests.cast import PASSWORD
from tests.conftest import START
from tests.factories import RIGHT, make_course, module_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.browser.site import Site
    from tests.cast import Cast, Person

pytestmark = [pytest.mark.browser, pytest.mark.office, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def site(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("journeys") / "home"
    with chromium() as browser, running_site(template, home, browser, START) as running:
        work_off(running)
        yield running


@pytest.fixture
def sign_in(site: Site) -> Iterator[Callable[[Person], Keyboard]]:
    """``sign_in(person)``: a browser in which that person has signed in, by keyboard."""
    contexts = []

    def enter(person: Person) -> Keyboard:
        context = site.browser.new_context(
            base_url=site.address, locale="ja-JP", viewport={"width": 1366, "height": 768}
        )
        contexts.append(context)
        page = site.watched(context.new_page())
        page.goto("/")
        keys = Keyboard(page)
        keys.choose(page.locator("select[name=tenant]"), "青葉市")
        keys.write(page.locator("input[name=name]"), person.staff_no)
        keys.write(page.locator("input[name=password]"), PASSWORD)
        keys.go(page.get_by_role("button", name="サインイン", exact=True), "**/")
        return keys

    yield enter
    for context in contexts:
        context.close()
    assert site.problems == []


def work_off(site: Site) -> None:
    """Do what waits in the background, as the worker would."""
    state = site.app.extensions["lms"]
    load_tasks()
    drain(Runtime(state.db, state.files, state.settings, state.clock))


def test_an_employee_gets_from_signing_in_to_the_certificate(
    site: Site, sign_in: Callable[[Person], Keyboard]
) -> None:
    state = site.app.extensions["lms"]
    make_course(state.db, "by-keys", title="鍵盤で学ぶ", modules=(module_source("一つだけの単元"),))
    keys = sign_in(site.cast.aoki)
    page = keys.page
    keys.go(page.get_by_role("navigation").get_by_role("link", name="コース"), "**/courses")
    keys.go(page.get_by_role("link", name="鍵盤で学ぶ", exact=True), "**/courses/*")
    keys.go(page.get_by_role("link", name="受講を始める"), "**/learn/**")

    expect(page.locator(".player[data-ready]")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text("1 / 3")
    page.keyboard.press("Space")
    for _ in range(3):  # It goes on by itself too.
        page.keyboard.press("n")
    expect(page.locator("[data-count]")).to_have_text("3 / 3")
    expect(page.locator("[data-tick][data-done=true]").first).to_be_visible()
    keys.go(page.get_by_role("link", name="確認テスト"), "**/quiz")

    keys.go(page.get_by_role("button", name="確認テストを始める"), "**/quiz/*")
    for number in (1, 2):
        keys.press(page.get_by_role("radio").first, "Space")
        right = page.get_by_role("radio", name=RIGHT)
        while not right.is_checked():
            page.keyboard.press("ArrowDown")
        page.locator('[data-state-text][data-state="saved"]').wait_for()
        with page.expect_navigation():
            keys.press(page.get_by_role("button", name="次へ" if number == 1 else "回答の確認へ"))
    keys.go(page.get_by_role("button", name="提出する"), "**/result")
    keys.go(page.get_by_role("link", name="次に進む"), "**/finished")
    keys.go(page.get_by_role("link", name="修了証書を見る"), "**/record#certificates")
    keys.go(page.get_by_role("link", name="鍵盤で学ぶ").last, "**/certificates/*")
    with page.expect_navigation():
        keys.press(page.get_by_role("button", name="いますぐ作成する"))
    work_off(site)
    page.reload()
    with page.expect_download() as download:
        keys.press(page.get_by_role("link", name="修了証書をダウンロードする"))
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_trainer_gets_from_a_deck_to_a_published_module(
    site: Site, sign_in: Callable[[Person], Keyboard], tmp_path: Path
) -> None:
    keys = sign_in(site.cast.endo)
    page = keys.page
    menu = page.get_by_role("navigation", name="メインメニュー")
    keys.go(menu.get_by_role("link", name="教材"), "**/author")
    with page.expect_file_chooser() as chooser:
        keys.press(page.locator("input[type=file]"))
    chooser.value.set_files(_deck(tmp_path))
    keys.go(page.get_by_role("button", name="アップロードして作成する"), "**/author/imports/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("窓口の手順.pptx")
    work_off(site)
    expect(page.get_by_role("heading", level=1)).to_contain_text("取り込みの報告")

    keys.go(page.get_by_role("link", name="2. 申請書を受け取る"), "**/author/drafts/*?slide=*")
    keys.write(page.get_by_label("読み上げ原稿"), "申請書を、両手で受け取ります。")
    with page.expect_navigation():
        keys.press(page.get_by_role("link", name="1. 窓口の手順"))
    expect(page.get_by_label("タイトル")).to_have_value("窓口の手順")
    keys.go(page.get_by_role("link", name="公開する"), "**/publish")
    keys.choose(page.get_by_label("コース", exact=False).first, "新しいコース")
    keys.write(page.get_by_label("新しいコースの名前"), "鍵盤で作ったコース")
    keys.go(page.get_by_role("button", name="公開する"), "**/author/drafts/*")
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).first).to_be_visible()
    expect(page.get_by_text("公開しました")).to_be_visible()


def _deck(folder: Path) -> Path:
    """Two slides with titles and notes."""
    deck = folder / "窓口の手順.pptx"
    shown = Presentation()
    for title in ("窓口の手順", "申請書を受け取る"):
        slide = shown.slides.add_slide(shown.slide_layouts[5])
        slide.shapes.title.text = title
        slide.notes_slide.notes_text_frame.text = f"{title}。ていねいに進めます。"
    shown.save(str(deck))
    return deck


def test_the_personnel_section_finds_a_person_and_takes_the_list_away(
    site: Site, sign_in: Callable[[Person], Keyboard]
) -> None:
    keys = sign_in(site.cast.ono)
    page = keys.page
    menu = page.get_by_role("navigation", name="メインメニュー")
    keys.go(menu.get_by_role("link", name="受講状況", exact=True), "**/hr")
    keys.go(page.get_by_role("link", name="市民部", exact=True), "**/hr?*unit=*")
    keys.go(page.get_by_role("link", name="職員を見る 市民課"), "**/hr/people?*unit=*")

    keys.choose(page.get_by_label("状態"), "未着手")
    keys.go(page.get_by_role("button", name="絞り込む"), "**state=not_started*")
    expect(page.get_by_role("row").filter(has_text="木村 剛").first).to_be_visible()
    keys.go(page.get_by_role("link", name="氏名"), "**sort=name*")
    keys.go(page.get_by_role("link", name=re.compile("状態: 未着手 ?外す")), "**sort=name*")
    expect(page.get_by_label("状態")).to_have_value("")
    with page.expect_download() as download:
        keys.press(page.get_by_text("書き出す", exact=True).locator("xpath=ancestor::summary"))
        keys.press(page.get_by_role("link", name="CSV(UTF-8)"))
    assert "青木 花" in download.value.path().read_text("utf-8-sig")

    keys.go(page.get_by_role("link", name="青木 花").first, "**/hr/people/*")
    keys.go(page.get_by_role("link", name="閲覧履歴").first, "**/history/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("青木 花さんの閲覧履歴")


def test_a_mistyped_certificate_number_is_corrected_where_it_stands(site: Site) -> None:
    context = site.browser.new_context(base_url=site.address, locale="ja-JP")
    page = site.watched(context.new_page())
    page.goto("/verify?number=2026-01202C1-000001-9")
    number = page.get_by_label("修了証書の番号")
    expect(number).to_be_focused()
    expect(number).to_have_accessible_description(re.compile("誤った文字があります"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("2026-01202C1-000999-U")
    page.keyboard.press("Enter")
    expect(number).to_have_accessible_description(re.compile("見つかりませんでした"))
    expect(number).to_be_focused()
    context.close()
    assert site.problems == []


def test_a_course_is_assigned_to_a_department(
    site: Site, sign_in: Callable[[Person], Keyboard]
) -> None:
    state = site.app.extensions["lms"]
    make_course(state.db, "to-assign", title="割り当てるコース", open_to_all=False)
    keys = sign_in(site.cast.ono)
    page = keys.page
    menu = page.get_by_role("navigation", name="メインメニュー")
    keys.go(menu.get_by_role("link", name="割当"), "**/hr/campaigns")
    keys.go(page.get_by_role("link", name="コースを割り当てる"), "**/new")
    keys.choose(page.get_by_label("コース"), "割り当てるコース")
    keys.press(page.get_by_role("checkbox", name="市民課"), "Space")
    keys.write(page.get_by_label("依頼の理由"), "鍵盤だけで依頼します。")
    keys.go(page.get_by_role("button", name="割り当てる"), "**/hr/campaigns/*")
    expect(page.get_by_text("コースを割り当てました")).to_be_visible()
    work_off(site)
    asked = sign_in(site.cast.kimura).page
    expect(asked.get_by_role("heading", name="割り当てるコース").first).to_be_visible()

    keys.press(page.get_by_role("button", name="割当を取り消す"))
    dialog = page.get_by_role("dialog")
    keys.go(dialog.get_by_role("button", name="割当を取り消す"), "**/hr/campaigns")


def test_the_language_is_chosen_and_the_session_ended(
    site: Site, sign_in: Callable[[Person], Keyboard]
) -> None:
    keys = sign_in(site.cast.ueda)
    page = keys.page
    with page.expect_navigation():
        keys.press(page.get_by_role("button", name="English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    keys.press(page.locator("header summary"))
    keys.go(page.get_by_role("button", name="Sign out"), "**/sign-in*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
