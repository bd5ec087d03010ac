"""青葉市: its departments and about 120 people. Invented, and the same at every making. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

UNITS: tuple[tuple[str, str, str, str | None], ...] = (
    ("01", "市長公室", "Mayor's Office", None),
    ("0101", "秘書広報課", "Secretariat and Public Relations", "01"),
    ("0102", "政策企画課", "Policy Planning", "01"),
    ("02", "総務部", "General Affairs", None),
    ("0201", "総務課", "General Affairs Division", "02"),
    ("0202", "人事課", "Personnel", "02"),
    ("020201", "人事係", "Personnel Section", "0202"),
    ("020202", "人材育成係", "Staff Development Section", "0202"),
    ("0203", "情報政策課", "Information Policy", "02"),
    ("020301", "基盤係", "Infrastructure Section", "0203"),
    ("020302", "DX推進係", "DX Promotion Section", "0203"),
    ("03", "財務部", "Finance", None),
    ("0301", "財政課", "Budget", "03"),
    ("0302", "市民税課", "Resident Tax", "03"),
    ("0303", "納税課", "Tax Payment", "03"),
    ("04", "市民部", "Citizens", None),
    ("0401", "市民課", "Citizen Services", "04"),
    ("040101", "窓口係", "Counter Section", "0401"),
    ("040102", "戸籍係", "Family Register Section", "0401"),
    ("040103", "マイナンバー係", "My Number Section", "0401"),
    ("0402", "保険年金課", "Insurance and Pensions", "04"),
    ("05", "福祉部", "Welfare", None),
    ("0501", "福祉総務課", "Welfare General", "05"),
    ("0502", "高齢介護課", "Elderly Care", "05"),
    ("0503", "こども保育課", "Children and Nursery", "05"),
    ("06", "建設部", "Construction", None),
    ("0601", "土木課", "Public Works", "06"),
    ("0602", "都市計画課", "City Planning", "06"),
    ("20", "教育委員会事務局", "Board of Education", None),
    ("2001", "教育総務課", "Education General", "20"),
    ("2002", "中央図書館", "Central Library", "20"),
)
"""Code, Japanese name, English name, code of the unit above; three levels."""

PLACES = (
    ("0101", 4), ("0102", 4), ("0201", 5), ("020201", 4), ("020202", 3), ("020301", 4),
    ("020302", 4), ("0301", 5), ("0302", 6), ("0303", 5), ("040101", 8), ("040102", 5),
    ("040103", 5), ("0402", 8), ("0501", 5), ("0502", 8), ("0503", 9), ("0601", 7),
    ("0602", 5), ("2001", 5), ("2002", 6),
)  # fmt: skip
"""How many people belong to which unit, besides the named ones."""

FAMILY = (
    ("髙橋", "タカハシ"), ("山﨑", "ヤマサキ"), ("德永", "トクナガ"), ("濵田", "ハマダ"), ("渡邉", "ワタナベ"),
    ("齋藤", "サイトウ"), ("佐々木", "ササキ"), ("五十嵐", "イガラシ"), ("森下", "モリシタ"), ("西川", "ニシカワ"),
    ("大友", "オオトモ"), ("小泉", "コイズミ"), ("石橋", "イシバシ"), ("長谷", "ナガタニ"), ("村瀬", "ムラセ"),
    ("今野", "コンノ"), ("片桐", "カタギリ"), ("本間", "ホンマ"), ("宮里", "ミヤサト"), ("三枝", "サエグサ"),
    ("浅井", "アサイ"), ("川原", "カワハラ"), ("古谷", "フルヤ"), ("堀内", "ホリウチ"), ("辻本", "ツジモト"),
)  # fmt: skip
GIVEN = (
    ("結衣", "ユイ"), ("健吾", "ケンゴ"), ("蓮", "レン"), ("千尋", "チヒロ"), ("翔", "ショウ"), ("美咲", "ミサキ"),
    ("颯太", "ソウタ"), ("葵", "アオイ"), ("大輔", "ダイスケ"), ("陽子", "ヨウコ"), ("直樹", "ナオキ"), ("彩", "アヤ"),
    ("拓也", "タクヤ"), ("由美", "ユミ"), ("浩二", "コウジ"), ("真奈", "マナ"), ("悠斗", "ユウト"), ("恵子", "ケイコ"),
    ("航", "ワタル"), ("あかり", "アカリ"), ("亮", "リョウ"), ("智子", "トモコ"),
)  # fmt: skip
RANKS = (
    ("主事", 70, 35), ("主任", 60, 27), ("係長", 50, 20), ("課長補佐", 45, 9), ("会計年度任用職員", 90, 9),
)  # fmt: skip
"""Name, order (lower is higher), share in percent."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person to be made. ``roles`` are ``Role`` values, each with the unit it is limited to."""

    staff_no: str
    name: str
    kana: str
    unit: str
    rank: str
    rank_order: int
    joined_on: date
    tier: str = "general"
    head: bool = False
    concurrent: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    key: str = ""


NAMED = (
    DemoPerson("0000101", "青木 花", "アオキ ハナ", "040101", "主事", 70, date(2023, 4, 1), key="learner"),
    DemoPerson("0000102", "上田 誠", "ウエダ マコト", "0402", "主任", 60, date(2016, 4, 1), "dx-leader", key="leader"),
    DemoPerson("0000103", "遠藤 恵", "エンドウ メグミ", "020302", "係長", 50, date(2010, 4, 1), "expert",
               roles=(("trainer", ""),), key="trainer"),
    DemoPerson("0000104", "小野 里奈", "オノ リナ", "020202", "係長", 50, date(2011, 4, 1),
               roles=(("hr", ""),), key="hr"),
    DemoPerson("0000105", "加藤 実", "カトウ ミノル", "0201", "課長補佐", 45, date(2005, 4, 1),
               roles=(("auditor", ""),), key="auditor"),
    DemoPerson("0000106", "木村 剛", "キムラ ツヨシ", "0401", "課長", 40, date(2000, 4, 1), head=True,
               roles=(("unit-head", "0401"),), key="head"),
    DemoPerson("0000107", "久保田 学", "クボタ マナブ", "020301", "主任", 60, date(2014, 4, 1), "expert",
               roles=(("trainer", ""),)),
    DemoPerson("0000108", "小林 薫", "コバヤシ カオル", "0203", "課長", 40, date(1999, 4, 1), head=True,
               concurrent="0102", roles=(("unit-head", "0203"), ("tenant-admin", "")), key="admin"),
    DemoPerson("0000109", "𠮷田 凪", "ヨシダ ナギ", "0502", "主任", 60, date(2017, 4, 1)),
    DemoPerson("0000110", "グエン ティ ハー", "グエン ティ ハー", "0501", "会計年度任用職員", 90, date(2024, 4, 1)),
)  # fmt: skip
"""People whose sign-in is printed, and names that are hard for machines."""


def people(seed: int = 20260401) -> list[DemoPerson]:
    """Everybody of the demo municipality, the named ones first."""
    rng = random.Random(seed)  # noqa: S311 - the same town at every making
    found = list(NAMED)
    number = 201
    for unit, count in PLACES:
        for place in range(count):
            family, given = rng.choice(FAMILY), rng.choice(GIVEN)
            rank, order, _share = rng.choices(RANKS, [r[2] for r in RANKS])[0]
            head = place == 0 and len(unit) == 4
            if head:
                rank, order = "課長", 40
            found.append(
                DemoPerson(
                    staff_no=f"{number:07d}",
                    name=f"{family[0]} {given[0]}",
                    kana=f"{family[1]} {given[1]}",
                    unit=unit,
                    rank=rank,
                    rank_order=order,
                    joined_on=date(rng.randint(1998, 2025), 4, 1),
                    tier=rng.choices(("general", "dx-leader", "expert"), (88, 9, 3))[0],
                    head=head,
                    concurrent="020302" if rng.random() < 0.03 and unit != "020302" else "",
                    roles=(("unit-head", unit),) if head else (),
                )
            )
            number += 1
    return found
