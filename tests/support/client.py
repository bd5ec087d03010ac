"""A browser without a window: signs in, follows forms, and checks every page it sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

from lms.identity.service import open_login

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.cast import Person

JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


class Visitor:
    """One browser. ``locale`` chooses the language of the pages."""

    def __init__(self, app: Flask, person: Person | None = None, *, locale: str = "ja") -> None:
        self.app = app
        self.client = app.test_client()
        state = app.extensions["lms"]
        with self.client.session_transaction() as cookie:
            cookie["lang"] = locale
            cookie["csrf"] = "00" * 16
            if person is not None:
                with state.db.transaction(person.tenant_id) as session:
                    token = open_login(session, person.account_id, now=state.clock.now())
                cookie["t"] = person.tenant_id
                cookie["_user_id"] = token
        self.csrf = "00" * 32

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def visit(self, path: str, status: int = 200) -> BeautifulSoup:
        """Open a page and check what every page must be."""
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return check_page(response)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int = 303, **options: Any
    ) -> TestResponse:
        """Send a form with its token; by default a redirect is expected."""
        values = {"csrf_token": self.csrf, **(data or {})}
        response = self.client.post(path, data=values, **options)
        assert response.status_code == status, (
            f"{path}: {response.status_code}\n{response.get_data(as_text=True)[:2000]}"
        )
        return response

    def post_json(self, path: str, data: Any, *, status: int = 200, key: str = "") -> Any:
        """Send JSON as the page's scripts do; returns the decoded answer."""
        headers = {"X-CSRF-Token": self.csrf, "Accept": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        response = self.client.post(path, json=data, headers=headers)
        assert response.status_code == status, f"{path}: {response.status_code} {response.data!r}"
        return response.get_json(silent=True)


def check_page(response: TestResponse) -> BeautifulSoup:
    """What holds on every page: language, one heading, labels, unique ids, no inline code."""
    soup = BeautifulSoup(response.get_data(as_text=True), "html5lib")
    html = soup.find("html")
    assert html is not None
    assert html.get("lang") in {"ja", "en"}
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    assert soup.title is not None
    assert soup.title.get_text(strip=True)
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), (
        f"repeated ids: {sorted({i for i in ids if ids.count(i) > 1})}"
    )
    for tag in soup.find_all(True):
        inline = [name for name in tag.attrs if name.startswith("on") or name == "style"]
        assert not inline, f"inline code: {tag}"
        if tag.name == "script":
            assert tag.get("src") or tag.get("type") == "application/json", "inline script"
        assert tag.name != "style", "inline style"
    labelled = {label.get("for") for label in soup.find_all("label")}
    for field in soup.find_all(["input", "select", "textarea"]):
        if field.get("type") in {"hidden", "submit", "button"}:
            continue
        named = (
            field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        )
        assert named or field.get("id") in labelled, f"no label: {field}"
    for form in soup.find_all("form"):
        if form.get("method", "get").lower() == "post":
            assert form.find("input", attrs={"name": "csrf_token"}), (
                f"no token: {form.get('action')}"
            )
    for image in soup.find_all("img"):
        assert image.has_attr("alt"), f"no alternative text: {image}"
    return soup
