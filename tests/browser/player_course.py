"""The module the player is tested with: slides of every layout and questions of every kind."""

from __future__ import annotations

from typing import Any

FLOW = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 360" font-family="sans-serif" '
    'text-anchor="middle" font-size="34" fill="#1a3f8f"><g fill="#fff" stroke="#1a3f8f" '
    'stroke-width="4"><rect x="90" y="10" width="300" height="80" rx="12"/><rect x="90" y="140" '
    'width="300" height="80" rx="12"/><rect x="90" y="270" width="300" height="80" rx="12"/></g>'
    '<text x="240" y="62">受付</text><text x="240" y="192">処理</text>'
    '<text x="240" y="322">保管・廃棄</text></svg>'
)
BODIES = {
    "opening": "<p>役所が預かる情報と、いま起きている脅威を知る</p>",
    "what-we-keep": (
        "<ul><li>住民の<strong>氏名・住所・税額</strong></li><li>職員の人事と給与</li>"
        "<li>入札と契約の予定価格</li><li>道路や上下水道の図面</li></ul>"
        '<p><img src="/assets/flow.svg" alt="情報の流れ。受付、処理、保管と廃棄の三段階。"></p>'
    ),
    "map": "<p>届出の種類を選ぶ</p><ul><li>転入</li><li>転出</li></ul>",
    "compare": (
        "<h3>よい例</h3><ul><li>離席するときに画面をロックする</li><li>宛先を二人で確かめる</li></ul>"
        "<h3>よくない例</h3><ul><li>付箋にパスワードを書く</li><li>私物のUSBメモリーを使う</li></ul>"
    ),
    "numbers": (
        "<table><thead><tr><th>年度</th><th>相談</th><th>事故</th></tr></thead><tbody>"
        "<tr><td>令和6年度</td><td>42件</td><td>3件</td></tr>"
        "<tr><td>令和7年度</td><td>61件</td><td>2件</td></tr>"
        "<tr><td>令和8年度</td><td>80件</td><td>1件</td></tr></tbody></table>"
    ),
    "summary": (
        "<ul><li>守るものを知る</li><li>気づいたらすぐ連絡する</li><li>一人で抱えない</li></ul>"
    ),
}
SCRIPTS = {
    "opening": "これから、私たちが預かる情報を守る方法を学びます。\n五分ほどで終わります。",
    "what-we-keep": (
        "私たちの職場には、住民の大切な情報が集まっています。\n"
        "氏名や住所だけでなく、税額や家族の事情まで知る立場にあります。\n"
        "図を見てください。\n情報は、受付、処理、保管、廃棄の順に流れます。"
    ),
    "map": "届出の種類によって、扱う情報が変わります。\nボタンを押すと、その説明へ移ります。",
    "compare": "よい例と、よくない例を比べます。\n𠮷田さんの机には、付箋が貼ってありました。",
    "numbers": "相談は年々ふえ、事故は減っています。\n早く相談することが、事故を防ぎます。",
    "summary": "最後に、三つのことを思い出してください。\n守るものを知り、すぐ連絡し、一人で抱えないことです。",
}
TITLES = {
    "opening": "情報セキュリティ基礎",
    "what-we-keep": "役所が預かる情報",
    "map": "届出の種類と扱う情報",
    "compare": "机まわりの良い例とよくない例",
    "numbers": "相談がふえると事故が減る",
    "summary": "今日のまとめ",
}
LAYOUTS = {"opening": "title", "compare": "compare", "summary": "summary"}
QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "what-we-keep": [
        {
            "id": "c1",
            "kind": "single",
            "prompt": "機密性を守る行動はどれですか。",
            "options": [
                "離席するときに画面をロックする",
                "毎日バックアップを取る",
                "予備の回線を用意する",
            ],
            "key": "0",
            "why": "<p>機密性は、許された人だけが情報に触れられることです。</p>",
        },
        {
            "id": "s1",
            "kind": "scale",
            "prompt": "ここまでの説明は分かりやすかったですか。",
            "survey": True,
        },
    ],
    "map": [
        {
            "id": "c2",
            "kind": "multiple",
            "prompt": "住民票の写しを渡す前に確かめることをすべて選んでください。",
            "options": ["請求した人の本人確認", "請求の理由", "窓口の混み具合"],
            "key": ["0", "1"],
            "why": "<p>本人確認と請求の理由は、法律が定める確認事項です。</p>",
        }
    ],
    "compare": [
        {
            "id": "c3",
            "kind": "truefalse",
            "prompt": "付箋にパスワードを書いて画面に貼ってもよい。",
            "options": ["正しい", "誤り"],
            "key": "1",
            "why": "<p>離席中に誰でも読めてしまいます。</p>",
        },
        {
            "id": "c4",
            "kind": "text",
            "prompt": "自治体専用の閉じたネットワークの名前を英字で答えてください。",
            "key": "LGWAN",
            "why": "<p>総合行政ネットワーク(LGWAN)です。</p>",
        },
    ],
    "numbers": [
        {
            "id": "c5",
            "kind": "numeric",
            "prompt": "令和8年度の相談は何件でしたか。",
            "unit": "件",
            "key": "80",
            "why": "<p>表の一番下の行にあります。</p>",
        },
        {
            "id": "c6",
            "kind": "order",
            "prompt": "事故に気づいたときの順番に並べてください。",
            "options": ["端末をネットワークから外す", "上司と担当課に連絡する", "記録を残す"],
            "key": ["0", "1", "2"],
            "why": "<p>被害を広げないことが先です。</p>",
        },
    ],
    "summary": [
        {
            "id": "c7",
            "kind": "match",
            "prompt": "言葉と意味を結んでください。",
            "options": ["機密性", "完全性", "可用性"],
            "matches": ["許された人だけが使える", "内容が正しい", "必要なときに使える"],
            "key": {"0": "m0", "1": "m1", "2": "m2"},
            "why": "<p>三つを合わせて情報セキュリティの三要素といいます。</p>",
        },
        {
            "id": "s2",
            "kind": "text",
            "prompt": "もっと知りたいことがあれば書いてください。",
            "survey": True,
        },
    ],
}
