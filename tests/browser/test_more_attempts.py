"""From the last failed attempt to one more, in two real browsers: employee and personnel section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lms.assessment.values import QuizPolicy
from tests.browser.chromium import chromium, violations
from tests.browser.keyboard import Keyboard
from tests.browser.site import running_site
from tests.conftest import START
from tests.factories import make_course, module_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.site import Site
    from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

TITLE = "一度だけの単元"


@pytest.fixture(scope="module")
def site(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("attempts") / "home"
    with chromium() as browser, running_site(template, home, browser, START) as running:
        yield running


@pytest.fixture
def enter(site: Site) -> Iterator[Callable[[str], Page]]:
    """``enter(role)``: a browser of its own for somebody with this role."""
    contexts = []

    def enter(role: str) -> Page:
        context = site.browser.new_context(base_url=site.address, locale="ja-JP")
        context.add_cookies([site.cookie(role, "ja")])  # type: ignore[list-item]
        contexts.append(context)
        return site.watched(context.new_page())

    yield enter
    for context in contexts:
        context.close()
    assert site.problems == []


def hand_in_nothing(page: Page, button: str) -> None:
    """Start the quiz and hand it in without an answer."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("button", name="確認して提出する", exact=True).click()
    page.get_by_role("button", name="提出する", exact=True).click()


def test_one_more_attempt_from_asking_to_taking_it(
    site: Site, enter: Callable[[str], Page]
) -> None:
    policy = QuizPolicy(attempts=1)
    source = module_source(TITLE, policy=policy, quiz=1)
    made = make_course(
        site.app.extensions["lms"].db, "once", tenant_id=site.cast.aoba, modules=(source,)
    )
    employee, personnel = enter("employee"), enter("hr")
    employee.goto(f"{made.learn()}/quiz")
    hand_in_nothing(employee, "確認テストを始める")
    expect(employee.get_by_text("追加の受験は、人事担当が認めます。")).to_be_visible()

    personnel.goto(f"/hr/people/{site.cast.aoki.employee_public_id}")
    keys = Keyboard(personnel)
    keys.go(personnel.get_by_role("link", name=f"追加の受験を1回認める — {TITLE}"), "**/attempts/*")
    keys.write(personnel.locator("#reason"), "受験の途中で通信が切れたため")
    keys.press(personnel.get_by_role("button", name="追加の受験を1回認める"))
    expect(personnel.get_by_text("追加の受験を1回認めました。", exact=False).first).to_be_visible()
    row = personnel.locator("#granted tbody tr").filter(has_text=TITLE)
    expect(row).to_contain_text("未受験")
    assert violations(personnel) == []

    employee.goto(f"{made.learn()}/quiz")
    expect(employee.get_by_text("追加の受験が1回認められました")).to_be_visible()
    assert violations(employee) == []
    hand_in_nothing(employee, "もう一度受ける")
    expect(employee.get_by_text("すべて使いました", exact=False).first).to_be_visible()
    personnel.reload()
    expect(row).to_contain_text("受験済み")
