"""The Markdown subset: safe HTML, readable tables, Japanese line breaks and emphasis."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.kernel import markdown


def html(text: str) -> str:
    return markdown.to_html(
        text,
        resolve_asset=lambda name: f"/media/{name}" if name.startswith("assets/") else None,
        fill_slot=lambda name: "<span class='slot'>青葉市</span>" if name == "name" else None,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**「重要」**です", "<strong>「重要」</strong>です"),
        ("これは**（注意）**です", "これは<strong>（注意）</strong>です"),
        ("**確認。**次へ", "<strong>確認。</strong>次へ"),
        ("*a* と_b_ と _c_", "<em>a</em> と_b_ と <em>c</em>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("`<b>`", "<code>&lt;b&gt;</code>"),
        ("一行目\n二行目", "一行目二行目"),
        ("one\ntwo", "one\ntwo"),
        ("一\\\n二", "一<br>二"),
        ("{{tenant.name}}の規程", '<span class="slot">青葉市</span>の規程'),
        ("{{tenant.other}}", "{{tenant.other}}"),
        (
            "[a](https://e.jp/?a=1&b)",
            '<a href="https://e.jp/?a=1&amp;b" rel="noopener noreferrer">a</a>',
        ),
        ("[a](#next)", '<a href="#next" rel="noopener noreferrer">a</a>'),
        ("[a](http://e.jp)", "a"),
        ("[a](JavaScript:alert(1))", "a"),
        ("[a](/admin)", "a"),
        ("[**a**](data:x)", "<strong>a</strong>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (
            '![代"替](assets/a.svg)',
            '<img src="/media/assets/a.svg" alt="代&quot;替" loading="lazy" decoding="async">',
        ),
        ("![代替](x.png)", '<span class="missing-image">代替</span>'),
    ],
)
def test_inline_text(text: str, expected: str) -> None:
    assert html(text) == f"<p>{expected}</p>\n"


def test_blocks() -> None:
    assert html("## 見出し") == "<h3>見出し</h3>\n"
    assert html("### 小") == "<h4>小</h4>\n"
    assert html("題\n---\n本文") == "<p>題</p>\n<hr>\n<p>本文</p>\n"
    assert html("3. c\n4. d") == '<ol start="3"><li>c</li>\n<li>d</li>\n</ol>\n'
    assert html("    字下げ") == "<p>字下げ</p>\n"
    assert html("```sh\n<a>\n```") == "<pre><code>&lt;a&gt;\n</code></pre>\n"
    assert html("[a]: https://e.jp\n[a]") == "<p>[a]: https://e.jp\n[a]</p>\n"


def test_tables_carry_scope_and_a_name() -> None:
    soup = BeautifulSoup(html("|  | 月 | 火 |\n|--|:-:|--:|\n| 朝 | 1 | 2 |"), "html5lib")
    assert [(th["scope"], th.text) for th in soup.find_all("th")] == [
        ("col", "月"),
        ("col", "火"),
        ("row", "朝"),
    ]
    frame = soup.find("div")
    assert frame is not None
    assert (frame["aria-label"], frame["tabindex"]) == ("月、火", "0")
    assert [cell.get("class") for cell in soup.find_all("td")][1:] == [
        ["align-center"],
        ["align-right"],
    ]
    plain = BeautifulSoup(html("| a | b |\n|---|---|\n| 1 | 2 |"), "html5lib")
    assert len(plain.find_all("th")) == 2


def test_plain_text_for_search() -> None:
    text = "## 見出し\n\n**太字**と\n続き\n\n- 一\n- 二\n\n"
    text += "| a | b |\n|---|---|\n| 1 |  |\n\n![図](x.png)"
    assert markdown.to_text(text) == "見出し\n太字と続き\n一\n二\na b\n1\n図"
    assert markdown.to_text("{{tenant.name}}の窓口", fill_slot=lambda _: "青葉市") == "青葉市の窓口"


def test_a_survey_names_lines() -> None:
    found = markdown.survey(
        "一\n![](a.png)\n\n- [x](#s)\n- <b> `<i>` [y](ftp:z)\n\n{{tenant.name}} **"
    )
    assert found.images == (markdown.Image("a.png", "", 1),)
    assert found.links == (("#s", 3),)
    assert found.refused_links == (("ftp:z", 4),)
    assert found.html == (("<b>", 4),)
    assert found.slots == (("name", 6),)
    assert found.stray_marks == (6,)


ATTACKS = [
    *("<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![x](javascript:alert(1))"),
    *('[a](https://e.jp" onclick="alert(1))', "<svg/onload=alert(1)>", "[a](data:text/html,x)"),
    *("<!--", "-->", "<a href='javascript:x'>", "&lt;script&gt;", "{{tenant.name}}", "\x00"),
    *("| a |\n|---|\n", "```\n", "> ", "- ", "# ", "<https://e.jp>", "<javascript:x>", "](", "**"),
]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=5)), max_size=6).map("".join))
def test_nothing_dangerous_comes_out(text: str) -> None:
    for tag in BeautifulSoup(html(text), "html5lib").find_all(True):
        assert tag.name not in {"script", "iframe", "svg", "style", "object", "form"}
        for name, value in tag.attrs.items():
            assert not name.startswith("on")
            if name in {"href", "src"}:
                assert re.match(r"https://|mailto:|#|/media/assets/", str(value), re.IGNORECASE), (
                    value
                )
    markdown.survey(text)
    markdown.to_text(text)
