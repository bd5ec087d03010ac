"""How titles are shown."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from lms.core.web.formats import heading


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
