"""How titles and lengths are shown."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from lms.core.i18n import use_locale
from lms.core.web.formats import heading, percent, running_time, score
from lms.kernel.tables import Kind, cell_text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("毎日の行動", "毎日の行動"),
        ("デジタル人材の育成プログラム", "デジタル<wbr>人材の育成<wbr>プログラム"),
        ("紙の教材: 守るもの", '紙の教材: <span class="ui-whole">守るもの</span>'),
        ("<b>: &", '&lt;b&gt;: <span class="ui-whole">&amp;</span>'),
        (Markup("a &amp; b"), "a &amp; b"),
        ("a &amp; b", "a &amp;amp; b"),
        ("題名: ", "題名: "),
    ],
)
def test_a_title_breaks_where_a_reader_would(title: str, shown: str) -> None:
    assert str(heading(title)) == shown


@pytest.mark.parametrize(
    ("seconds", "ja", "en"),
    [(45.9, "45秒", "45 s"), (72.4, "1分12秒", "1 min 12 s"), (3600, "60分0秒", "60 min 0 s")],
)
def test_a_length_is_told_to_the_second(seconds: float, ja: str, en: str) -> None:
    assert running_time(seconds) == ja
    with use_locale("en"):
        assert running_time(seconds) == en


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (0, "0%"), (75.0, "75%"), (66.7, "66.7%"), (100, "100%")]
)
def test_a_score_is_a_percentage_everywhere(value: float | None, text: str) -> None:
    assert score(value) == text


@pytest.mark.parametrize("value", [None, 0, 0.29, 2 / 3, 0.9996, 1])
def test_a_page_writes_a_percentage_like_its_files(value: float | None) -> None:
    in_a_file = "—" if value is None else cell_text(value, Kind.PERCENT)
    assert percent(value) == in_a_file
