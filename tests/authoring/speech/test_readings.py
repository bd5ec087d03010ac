"""How the front end reads: words of a town hall, marks in the script, dictionaries."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.authoring.speech.dictionary import (
    default_accent,
    dictionary_line,
    merged,
    mora_count,
    municipal_entries,
    pronunciation,
    reading,
)
from lms.authoring.speech.frontend import analyse, label_phoneme, relevant_entries
from lms.authoring.speech.moras import kana_of_phonemes, mouth_events
from lms.authoring.speech.provider import ReadingSource
from lms.catalog.script import Sentence, parse_script
from lms.catalog.source import ReadingEntry
from tests.support.kana import kana_of, transcript

READING_LIST = [
    line.split(",")
    for line in Path(__file__).with_name("reading_list.csv").read_text("utf-8").split()[1:]
]
"""Words of a town hall and how they are read, judged by hand."""


def sentence(text: str) -> Sentence:
    return parse_script(text).sentences[0]


def kana(text: str, word: str, readings: tuple[ReadingEntry, ...] = ()) -> str:
    spoken = sentence(text)
    first = spoken.display.index(word)
    tokens = analyse(spoken, readings).tokens
    return "".join(token.kana for token in tokens if first <= token.first < first + len(word))


@pytest.mark.parametrize(("word", "expected"), READING_LIST)
def test_words_of_a_town_hall_are_read_right(word: str, expected: str) -> None:
    assert kana(f"次に{word}を確認します。", word) == expected


def test_every_word_of_the_shipped_dictionary_is_found_in_a_sentence() -> None:
    wrong = [
        entry.surface
        for entry in municipal_entries()
        if kana(f"次に{entry.surface}について述べます。", entry.surface) != reading(entry.kana)
    ]
    assert wrong == []
    assert len(municipal_entries()) >= 300


def test_the_shipped_dictionary_is_sound() -> None:
    entries = municipal_entries()
    assert len({entry.surface for entry in entries}) == len(entries)
    assert [entry for entry in entries if not 0 <= entry.accent <= mora_count(entry.kana)] == []
    assert merged([entries]) == entries


def test_a_reading_in_the_script_counts_only_there() -> None:
    spoken = sentence("{御所市|おんところし}は御所市とは違います。")
    tokens = analyse(spoken, ()).tokens
    named = [token for token in tokens if "御所市" in spoken.display[token.first : token.last]]
    assert [(token.kana, token.source) for token in named] == [
        ("オントコロシ", ReadingSource.SCRIPT),
        ("ゴセシ", ReadingSource.MUNICIPAL),
    ]


def test_the_module_wins_over_the_municipal_dictionary() -> None:
    readings = (ReadingEntry("御所市", "イチ", 0), ReadingEntry("御所市", "ニ", 0))
    assert kana("次に御所市です。", "御所市", readings) == "ニ"


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("ＬＧＷＡＮを使います。", "ＬＧＷＡＮ", "エルジーワン"),
        ("DX推進課です。", "DX", "ディーエックス"),
        ("EMAILを送ります。", "EMAIL", "イーエムエーアイエル"),
        ("午後3時30分です。", "30分", "ジュップン"),
        ("4月1日付けです。", "1日", "ツイタチ"),
        ("2026年です。", "2026", "ニセンニジューロク"),
        ("10分の1です。", "10分", "ジューブン"),
        ("何人が見ましたか。", "何人", "ナンニン"),
        ("東村山市です。", "東村山", "ヒガシムラヤマ"),
    ],
)
def test_readings_in_context(text: str, word: str, expected: str) -> None:
    found = kana(text, word)
    assert found.endswith(expected)


def test_a_kanji_in_no_dictionary_does_not_stop_the_sentence() -> None:
    spoken = sentence("児童の児手と、龘という字です。")
    tokens = analyse(spoken, ()).tokens
    assert "".join(spoken.display[token.first : token.last] for token in tokens) == spoken.display


def test_only_entries_that_occur_in_a_sentence_concern_it() -> None:
    spoken = sentence("御所市のＤＸと、{枚方市|ひらかたし}のMAILです。")
    readings = (ReadingEntry("没", "ボツ"), ReadingEntry("AI", "アイ"))
    assert [entry.surface for entry in relevant_entries(spoken, readings)] == ["DX", "御所市"]


def test_invalid_entries_are_left_out() -> None:
    good = ReadingEntry("市", "いち")
    bad = [ReadingEntry("", "カナ"), ReadingEntry("町", "machi"), ReadingEntry("村", "ム,ラ")]
    assert merged([[good, *bad]]) == (good,)


def test_pronunciation_lengthens_vowels() -> None:
    assert pronunciation("こうかい") == "コーカイ"
    assert pronunciation("けいかく") == "ケーカク"
    assert pronunciation("おおさか") == "オーサカ"
    assert pronunciation("しゅうち") == "シューチ"
    assert pronunciation("こ・うし") == "コウシ"
    assert reading("こ・う し") == "コウシ"
    assert mora_count("きょうラッパ") == 5


def test_names_of_places_fall_before_their_last_element() -> None:
    assert default_accent("御所市", "ごせし") == 2
    assert default_accent("田原本町", "たわらもとちょう") == 5
    assert default_accent("町", "まち") == 0
    assert default_accent("山田", "やまだ") == 0


def test_a_dictionary_line_has_the_columns_of_the_engine() -> None:
    line = dictionary_line("ＤＸ", ReadingEntry("DX", "でぃーえっくす", 99))
    assert line == (
        "ＤＸ,1348,1348,-8000,名詞,固有名詞,一般,*,*,*,ＤＸ,ディーエックス,ディーエックス,6/6,*"
    )


def test_phonemes_become_kana_and_mouth_shapes() -> None:
    assert kana_of_phonemes(["d", "i", "i", "e", "cl", "k", "U", "s", "u"]) == "ディーエックス"
    assert kana_of_phonemes(["sh", "i", "N", "b", "u", "N"]) == "シンブン"
    phones = [(0.0, 0.1, "sil"), (0.1, 0.2, "m"), (0.2, 0.3, "a"), (0.3, 0.4, "k"), (0.4, 0.5, "N")]
    assert mouth_events(phones) == ((0.1, "m"), (0.2, "a"), (0.4, "n"), (0.5, "-"))


def test_guesses_can_be_underlined() -> None:
    script = parse_script("Zzyzxの{御所市|ごせし}は、DXです。")
    ((*words,),) = kana_of(script, ())
    by_surface = {word.surface: word.source for word in words}
    assert by_surface["Zzyzx"] is ReadingSource.GUESS
    assert by_surface["御所市"] is ReadingSource.SCRIPT
    assert by_surface["DX"] is ReadingSource.MUNICIPAL
    assert by_surface["、"] is ReadingSource.SIGN
    assert transcript([words]).endswith("ゴセシハ、ディーエックスデス。")


@settings(max_examples=60, deadline=None)
@example("ﾞ")
@given(
    st.text(alphabet="住民のDXは、「御所」10分！？ー々〇ｶﾞ\U00020bb7\ue800%'a ()\n…①é", min_size=1)
)
def test_any_sentence_is_divided_without_gaps(text: str) -> None:
    for spoken in parse_script(text).sentences:
        analysis = analyse(spoken, ())
        shown = "".join(spoken.display[token.first : token.last] for token in analysis.tokens)
        assert shown == spoken.display


@pytest.mark.parametrize(
    "text",
    [
        "私たちの職場には、住民の大切な情報が集まっています。",
        "「使える」と「使いこなせる」は違います（例を見てください）。",
        "Excel VBA で 2026年4月1日付けの 1,234件 を処理し、30分かかりました。",
        "えっ！？本当ですか…？",
    ],
)
def test_the_words_have_exactly_the_sounds_of_the_labels(text: str) -> None:
    for spoken in parse_script(text).sentences:
        analysis = analyse(spoken, ())
        planned = [name for token in analysis.tokens for name in token.phonemes]
        labels = [label_phoneme(label) for label in analysis.labels]
        assert planned == [name for name in labels if name not in {"sil", "pau"}]
