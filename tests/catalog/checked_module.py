"""A module that is clean in every check, which tests spoil in one place."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 11, 22)

SENTENCES = "窓口では毎日、住民の大切な情報を預かり、決められた手順で扱っています。\n" * 7


def question(identifier: str, right: int = 0, *, longest: bool = False) -> str:
    options = ["住所の変更届", "税額の通知書", "職員の名簿類", "会議の資料集"]
    if longest:
        options[right] += "と、その写しおよび関係する記録のすべて"
    marked = [f"- [{'x' if index == right else ' '}] {text}" for index, text in enumerate(options)]
    return "\n".join(
        [
            f"::: quiz {identifier} type=single slide=what",
            f"{identifier}にあたるものはどれですか。",
            *marked,
            "> 手順書にあります。",
            ":::",
        ]
    )


FRONT = """---
title: 守るもの
title_en: Assets
summary: 概要です。
summary_en: Summary.
objectives: [説明できる]
lang: ja
minutes: 5
license: CC-BY-4.0
quiz:
  draw: 2
---

"""

SLIDE = f"""# 預かる情報 {{#what}}

- 住民の**「氏名」**です
- {{{{tenant.name}}}}の規程

![流れの図](assets/flow.svg)

::: script
{SENTENCES}:::

::: source checked=2026-11-22 review=2027-11-20
総務省の指針
:::

{question("c1")}

---

# 確認テスト {{#quiz .pool}}

{question("q1", 1)}

{question("q2", 2)}

{question("q3", 3)}
"""
