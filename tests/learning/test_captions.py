"""Captions as files, and the sound of the pages that need no script."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import update

from lms.app import create_app
from lms.catalog.models import Narration
from lms.core.tenancy import LIBRARY_TENANT_ID
from tests.factories import give_speech, make_course, module_source, translate_module
from tests.support.client import Visitor

SPOKEN = "これは読み上げる原稿です。"


@pytest.fixture
def spoken_course(app, database):
    """A course of the library in both languages, with its speech."""
    made = translate_module(database, make_course(database), 0)
    with database.transaction(LIBRARY_TENANT_ID) as session:
        give_speech(session, app.extensions["lms"].files)
    return made


def unpacked(answer) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


class TestCaptions:
    def test_a_slide_has_its_captions_in_each_language(self, visitor, cast, spoken_course):
        browser = visitor(cast.aoki)
        answer = browser.get(f"{spoken_course.learn()}/captions/ja/s2.vtt")
        assert answer.content_type == "text/vtt; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.text.startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:0")
        assert SPOKEN in answer.text
        english = browser.get(f"{spoken_course.learn()}/captions/en/s2.vtt")
        assert "This is spoken." in english.text
        for path in ("ja/s9.vtt", "de/s2.vtt", "ja/s2.txt"):
            browser.visit(f"{spoken_course.learn()}/captions/{path}", 404)

    def test_a_module_is_one_file_of_them_all_and_one_for_each(self, visitor, cast, spoken_course):
        answer = visitor(cast.endo).get(f"{spoken_course.learn()}/captions/ja.zip")
        assert "attachment" in answer.headers["Content-Disposition"]
        files = unpacked(answer)
        assert list(files) == ["00-all.vtt", "01-s1.vtt", "02-s2.vtt", "03-s3.vtt"]
        whole = files["00-all.vtt"]
        assert whole.count(SPOKEN) == 3
        assert [line for line in whole.splitlines() if line.startswith("NOTE")] == [
            f"NOTE {number:02} スライド{number}の題" for number in (1, 2, 3)
        ]
        assert [line for line in whole.splitlines() if line.isdecimal()] == list("123456")

    def test_there_are_none_before_the_speech_is_made(self, visitor, cast, database):
        made = make_course(database)
        browser = visitor(cast.endo)
        browser.visit(f"{made.learn()}/captions/ja/s1.vtt", 404)
        page = browser.visit(f"{made.learn()}/captions/ja.zip", 422)
        assert "3枚のうち0枚" in page.get_text()
        assert "この言語の音声がない" in browser.visit(f"{made.learn()}/captions/en.zip", 422).text

    def test_they_are_for_those_who_may_take_the_module(self, app, visitor, cast, database):
        closed = make_course(database, "closed", tenant_id=cast.aoba, open_to_all=False)
        with database.transaction(cast.aoba) as session:
            give_speech(session, app.extensions["lms"].files)
        for path in ("ja/s1.vtt", "ja.zip"):
            address = f"{closed.learn()}/captions/{path}"
            for person in (cast.aoki, cast.ono, cast.kubo, cast.kitayama):
                visitor(person).visit(address, 404)
            assert visitor(cast.endo).get(address).status_code == 200
            assert visitor().get(address).headers["Location"].startswith("/sign-in")

    def test_statements_stay_within_the_budget(self, visitor, cast, spoken_course, statements):
        browser = visitor(cast.aoki)
        for path in ("ja/s1.vtt", "ja.zip"):
            with statements(most=12):
                assert browser.get(f"{spoken_course.learn()}/captions/{path}").status_code == 200

    def test_trainers_find_the_files_on_the_page_of_the_course(
        self, visitor, cast, database, spoken_course, statements
    ):
        links = '[aria-labelledby="captions-title"] a'
        browser = visitor(cast.endo)
        with statements(most=12):
            found = [link["href"] for link in browser.visit(spoken_course.url).select(links)]
        expected = [f"{spoken_course.learn()}/captions/{lang}.zip" for lang in ("ja", "en")]
        assert found == expected
        assert [browser.get(address).status_code for address in found] == [200, 200]
        assert visitor(cast.aoki).visit(spoken_course.url).select(links) == []
        with database.transaction(LIBRARY_TENANT_ID) as session:
            voiceless = update(Narration).where(Narration.lang == "en").values(audio_sha="")
            session.execute(voiceless)
        assert [a["href"] for a in browser.visit(spoken_course.url).select(links)] == expected[:1]
        assert "この言語の音声がない" in browser.visit(expected[1], 422).text


class TestSoundWithoutScript:
    def test_each_spoken_slide_has_its_sound_beside_its_words(self, visitor, cast, spoken_course):
        page = visitor(cast.aoki).visit(f"{spoken_course.learn()}/text")
        sounds = page.select(".player-slide__script audio")
        assert len(sounds) == 3
        for number, sound in enumerate(sounds, start=1):
            assert sound.has_attr("controls")
            assert sound["preload"] == "none"
            name = page.find(id=sound["aria-labelledby"])
            assert name.get_text() == f"スライド{number}の音声、3秒"
            assert SPOKEN in sound.find_parent(class_="player-slide__script").get_text()

    def test_the_player_has_it_only_where_there_is_no_script(self, visitor, cast, spoken_course):
        page = visitor(cast.aoki).visit(spoken_course.learn())
        assert len(page.select("noscript audio")) == 3
        assert len(page.select("audio")) == 4

    def test_until_the_speech_is_made_nothing_is_offered(self, visitor, cast, database):
        made = make_course(database, modules=(module_source(),))
        assert visitor(cast.aoki).visit(f"{made.learn()}/text").select("audio") == []

    def test_a_server_that_signs_anew_offers_addresses_that_play(
        self, app, settings, clock, cast, spoken_course
    ):
        def sound(browser):
            return browser.visit(f"{spoken_course.learn()}/text").find("audio")["src"]

        old = sound(Visitor(app, cast.aoki))
        answer = Visitor(app, cast.aoki).get(old, headers={"Range": "bytes=0-1"})
        assert (answer.status_code, answer.data) == (206, b"so")
        restarted = create_app(replace(settings, secret_key="k" * 64), clock=clock)
        browser = Visitor(restarted, cast.aoki)
        assert browser.get(old).status_code == 404
        assert browser.get(sound(browser)).data == b"sound"
        restarted.extensions["lms"].db.dispose()
