"""The PDFs of a certificate: the official form in Japanese, and the English edition."""

from __future__ import annotations

import pypdfium2
import pytest
from pypdfium2 import raw
from sqlalchemy import delete, update

from lms.certification.models import Certificate
from lms.certification.service import RENDER_TASK
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.jobs.models import Job
from lms.jobs.running import Runtime, drain
from lms.wiring import load_tasks
from tests.support.client import JAPANESE


@pytest.fixture
def work_off(app, database, cast):
    """Make the documents that wait to be made, as the worker would."""
    load_tasks()
    state = app.extensions["lms"]

    def work():
        with database.transaction(cast.aoba) as session:
            session.execute(delete(Job).where(Job.task != RENDER_TASK))
        with database.transaction(LIBRARY_TENANT_ID) as session:
            session.execute(delete(Job))
        return drain(Runtime(state.db, state.files, state.settings, state.clock))

    return work


@pytest.fixture
def address(certificate, work_off):
    assert work_off() == 1
    return f"/certificates/{certificate[1]}"


def language_of(document):
    size = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = (raw.FPDF_WCHAR * (size // 2))()
    raw.FPDFCatalog_GetLanguage(document.raw, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def read(browser, path):
    """The text of a PDF of one page; its title, language and file name."""
    answer = browser.get(path)
    assert answer.mimetype == "application/pdf"
    with pypdfium2.PdfDocument(answer.get_data()) as document:
        assert raw.FPDFCatalog_IsTagged(document.raw)
        (page,) = document
        texts = [each for each in page.get_objects() if each.type == raw.FPDF_PAGEOBJ_TEXT]
        assert texts
        for each in texts:
            assert raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(each.raw))
        name = answer.headers["Content-Disposition"].partition('filename="')[2].partition('"')[0]
        title = document.get_metadata_dict()["Title"]
        return page.get_textpage().get_text_range(), title, language_of(document), name


def test_the_official_form_is_in_japanese(visitor, cast, certificate, address):
    text, title, language, name = read(visitor(cast.aoki, locale="en"), f"{address}.pdf")
    assert (language, name) == ("ja", f"{certificate[0]}.pdf")
    assert title == f"情報セキュリティ基礎 修了証書 {certificate[0]}"
    # The heading is set wide, which reads as blanks between its letters.
    assert "修了証書" in text.replace(" ", "")
    for words in (f"第 {certificate[0]} 号", "様", "証します", "令和8年11月16日"):
        assert words in text
    for words in ("情報セキュリティ基礎", "Course information-security", "確認できます"):
        assert words in text


def test_the_english_edition_is_in_english_but_for_names(visitor, cast, certificate, address):
    text, title, language, name = read(visitor(cast.aoki), f"{address}.pdf?lang=en")
    assert (language, name) == ("en", f"{certificate[0]}-en.pdf")
    assert title == f"Certificate: Course information-security {certificate[0]}"
    for words in (
        "Certificate of Completion",
        f"No. {certificate[0]}",
        "Course information-security",
        "is certified to have completed the whole of the course",
        "16 Nov 2026",
        "Verify with this QR code",
    ):
        assert words in text
    for stored in (cast.aoki.name, "青葉市長", "青葉市", "情報セキュリティ基礎"):
        text = text.replace(stored, "")
    assert not JAPANESE.search(text), text


@pytest.mark.parametrize(("locale", "first"), [("ja", ".pdf"), ("en", ".pdf?lang=en")])
def test_both_are_offered_the_one_of_the_reader_first(visitor, cast, address, locale, first):
    page = visitor(cast.aoki, locale=locale).visit(address).main
    links = [a["href"] for a in page.find_all("a") if ".pdf" in a["href"]]
    assert sorted(links) == [f"{address}.pdf", f"{address}.pdf?lang=en"]
    assert links[0] == f"{address}{first}"


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_english_edition_of_an_old_certificate_is_made_when_wanted(
    visitor, cast, database, address, work_off, locale
):
    with database.transaction(cast.aoba) as session:
        session.execute(update(Certificate).values(pdf_en_sha=""))
    browser = visitor(cast.aoki, locale=locale)
    assert browser.get(f"{address}.pdf?lang=en").headers["Location"] == address
    page = browser.visit(address).main
    assert page.find("a", href=f"{address}.pdf")
    assert not page.find("a", href=f"{address}.pdf?lang=en")
    browser.post(page.find("form")["action"])
    assert work_off() == 1
    assert browser.visit(address).main.find("a", href=f"{address}.pdf?lang=en")
    assert read(browser, f"{address}.pdf?lang=en")[2] == "en"
