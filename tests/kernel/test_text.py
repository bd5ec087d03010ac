"""Names as they really occur (domain study G-2), and file names from anywhere."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.kernel.text import folded, name_unshowable, parts_of, safe_file_name, search_key


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("髙橋 結衣", "高橋結衣"),
        ("タカハシ ユイ", "たかはし ゆい"),
        ("ﾀｶﾊｼ ﾕｲ", "タカハシ　ユイ"),
        ("山﨑 健吾", "山崎"),
        ("德永 蓮", "徳永"),
        ("濵田 千尋", "濱田"),
        ("栁沢 光", "柳沢"),
        ("瀨戸 美咲", "瀬戸"),
        ("渡邉 翔", "渡辺"),
        ("渡邊 翔", "渡邉"),
        ("齋藤", "斎藤"),
        ("齊藤", "斉藤"),
        ("𠮷田 颯太", "吉田"),
        ("𣘺本 葵", "橋本"),
        ("槗本 凪", "橋本"),
        ("葛\U000e0100城 陸", "葛城"),
        ("辻\U000e0101 真由", "辻真由"),
        ("スミス ジョン・ポール", "すみすじょん"),
        ("ＤＸ推進課", "dx推進"),
        ("A−1", "A-1"),
        ("令和〜", "令和～"),
    ],
)
def test_a_name_is_found_by_its_other_forms(stored: str, typed: str) -> None:
    assert search_key(typed) in search_key(stored)


def test_different_names_stay_different() -> None:
    names = ["浜田", "浜口", "橋本", "高橋", "崎山", "辻", "さいとう", "大坂", "大阪"]
    assert len({search_key(name) for name in names}) == len(names)


@given(st.text(max_size=20))
@example("U¯")
def test_keys_are_final(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("研修 資料.pptx", "研修 資料.pptx"),
        ("../../etc/passwd", "_._etc_passwd"),
        ("C:\\a\\b.pptx", "C_a_b.pptx"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\x00b", "ab"),
        ("名前. ", "名前"),
        ("", "file"),
        ("???", "file"),
        ("は\u3099.pdf", "ば.pdf"),
    ],
)
def test_safe_file_names(text: str, expected: str) -> None:
    assert safe_file_name(text) == expected


@given(st.text(max_size=300))
def test_every_file_name_is_safe(text: str) -> None:
    name = safe_file_name(text)
    assert 0 < len(name.encode()) <= 180
    assert not set(name) & set('<>:"/\\|?*\0\n')
    assert name.strip(" .") == name
    assert safe_file_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_file_name("長" * 200 + ".pptx")
    assert name.endswith("長.pptx")
    assert len(name.encode()) <= 180


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("髙橋 𠮷野 葛\U000e0100城 😀 〓", ""),
        ("\ue000村 実さんに聞く", "〓村 実さ (U+E000)"),
        ("一行目\n二行目の\ue001\ue002", "二行目の〓〓 (U+E001), 行目の〓〓 (U+E002)"),
        ("\ue000と\ue000", "〓と〓 (U+E000)"),
        ("文字化け\ufffdです", "文字化け〓です (U+FFFD)"),
        ("\U000f0000", "〓 (U+F0000)"),
    ],
)
def test_characters_without_a_font_are_named_with_their_place(text: str, named: str) -> None:
    assert name_unshowable(text) == named


def test_only_the_first_of_many_are_named() -> None:
    named = name_unshowable("".join(map(chr, range(0xE000, 0xE100))))
    assert named.count("U+") == 8
    assert named.endswith(", …")


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("DX推進リーダー育成プログラム", ["DX推進", "リーダー", "育成", "プログラム"]),
        ("プロジェクト・アジャイル・プロダクト", ["プロジェクト・", "アジャイル・", "プロダクト"]),
        ("生成AIの基礎と安全な利用", ["生成AIの基礎と安全な利用"]),
        ("情報セキュリティ基礎", ["情報セキュリティ基礎"]),
        ("机の上の消しゴム印と領収書の控え", ["机の上の消しゴム印と領収書の控え"]),
        ("", [""]),
    ],
)
def test_parts_of_a_title(title: str, parts: list[str]) -> None:
    assert parts_of(title) == parts


@given(st.text())
def test_the_parts_are_the_title(title: str) -> None:
    assert "".join(parts_of(title)) == title
