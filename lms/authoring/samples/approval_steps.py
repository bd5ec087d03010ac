"""The chapters of the e-approval deck that show how it is done: slides 8 to 17."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.authoring.pptx.palette import AMBER, MIST, NAVY, RED, SAND, TEAL, WHITE, Style
from lms.authoring.samples import pictures
from lms.authoring.samples.pages import HEAD, LIGHT, ROSE, SMALL, Pages

if TYPE_CHECKING:
    from lms.authoring.pptx.canvas import SlideCanvas

_CARD = Style(18, spacing=1.25, font="游ゴシック")
_CENTER = Style(18, align="center", anchor="middle")


def drafting(pages: Pages) -> SlideCanvas:
    """Slides 8 to 11: fields, titles, attachments, consultation. Gives the first of them."""
    slide = pages.slide("起案する ① 入力は四つ")
    slide.picture(
        (0.6, 1.6, 8.0, 5.07),
        pictures.form_screen(),
        "起案画面。上から件名、決裁区分、本文、添付の四つの欄があり、右下に下書き保存と提出のボタンがある。",
    )
    for index, (x, y) in enumerate(((2.75, 2.28), (2.75, 2.88), (2.75, 3.5), (2.75, 5.05))):
        slide.shape(
            "oval",
            (x, y, 0.46, 0.46),
            [str(index + 1)],
            Style(18, bold=True, color=WHITE, align="center", anchor="middle"),
            fill=RED,
        )
    slide.text(
        (8.9, 1.8, 4.0, 3.4),
        ["1 件名", "2 決裁区分", "3 本文", "4 添付"],
        Style(26, bold=True, spacing=1.5),
    )
    slide.text(
        (8.9, 4.9, 4.0, 1.6),
        ["下書き保存 = 自分だけに見える", "提出 = 最初の承認者に届く"],
        _CARD,
    )
    first = slide

    slide = pages.slide("起案する ② 件名の書き方")
    slide.shape("round", (0.6, 1.7, 5.8, 0.8), ["探しにくい件名"], HEAD, fill=RED)
    slide.shape(
        "box",
        (0.6, 2.5, 5.8, 2.6),
        ["回答について", "【至急】確認依頼", "防災訓練 その2"],
        Style(24, align="center", anchor="middle", spacing=1.5),
        fill=ROSE,
    )
    slide.shape("round", (6.9, 1.7, 5.8, 0.8), ["探しやすい件名"], HEAD, fill=TEAL)
    slide.shape(
        "box",
        (6.9, 2.5, 5.8, 2.6),
        ["令和8年度", "青葉市防災訓練の", "実施について"],
        Style(24, bold=True, align="center", anchor="middle", spacing=1.5),
        fill=LIGHT,
    )
    slide.text(
        (0.6, 5.4, 12.1, 1.5),
        ["いつ・何を・どうする(30文字くらい)", "個人の名前は入れない"],
        Style(24, bold=True, color=NAVY, spacing=1.4),
    )

    slide = pages.slide("起案する ③ 添付の約束")
    slide.table(
        (0.6, 1.65, 12.1, 3.9),
        [
            ["約束", "よい例", "避ける例"],
            ["形式", "案文はPDF、計算は表計算のまま", "数表を画像で付ける"],
            ["名前", "R8防災訓練_予算内訳.xlsx", "資料1.xlsx"],
            ["容量", "1件20MBまで(写真は縮める)", "原寸の写真を10枚"],
        ],
        (1.5, 5, 4),
        20,
    )
    slide.shape(
        "round",
        (0.6, 5.85, 12.1, 0.9),
        ["パスワードをかけたファイルは付けない"],
        Style(22, bold=True, color=RED, align="center", anchor="middle"),
        fill=ROSE,
    )

    slide = pages.slide("起案する ④ 合議を同時に聞く")
    group = slide.group("起案した課から財政課と法務担当へ同時に届き、どちらも決裁権者へ進む図")
    for place, label, color in (
        ((0.8, 3.2, 2.8, 1.2), "起案した課", NAVY),
        ((5.2, 1.9, 2.9, 1.2), "財政課", TEAL),
        ((5.2, 4.5, 2.9, 1.2), "法務担当", TEAL),
        ((9.7, 3.2, 2.8, 1.2), "決裁権者", NAVY),
    ):
        slide.shape("round", place, [label], HEAD, fill=color, parent=group)
    for start, end in (
        ((3.65, 3.6), (5.15, 2.6)),
        ((3.65, 4.0), (5.15, 5.0)),
        ((8.15, 2.6), (9.65, 3.6)),
        ((8.15, 5.0), (9.65, 4.0)),
    ):
        slide.connector(start, end)
    slide.text(
        (0.6, 6.1, 12.1, 0.8),
        ["意見が分かれたら起案者が調整し、理由を意見欄に残す"],
        Style(22, bold=True, align="center"),
    )
    return first


def approving(pages: Pages) -> SlideCanvas:
    """Slides 12 and 13: approving, absence. Gives the first of them."""
    slide = pages.slide("承認する・差し戻す")
    slide.picture((0.6, 1.6, 7.4, 4.69), pictures.approval_screen(), "")
    slide.text(
        (8.3, 1.6, 4.5, 2.9),
        [
            "確かめる三つの点",
            "□ 根拠は正しいか",
            "□ 数字は合っているか",
            "□ 住民に伝わる文章か",
        ],
        Style(22, bold=True, spacing=1.4),
    )
    slide.shape(
        "round",
        (8.3, 4.7, 4.4, 1.6),
        ["差し戻すときは", "どこを・なぜ・どう直すか"],
        Style(20, bold=True, color=RED, align="center", anchor="middle", spacing=1.3),
        fill=ROSE,
    )
    first = slide

    slide = pages.slide("決裁権者が不在のとき")
    for x, head, color, lines in (
        (0.6, "代決", NAVY, ("規程で決められた人が", "代わりに決裁する", "急いで待てないとき")),
        (
            6.9,
            "後閲",
            AMBER,
            ("代決した文書を", "本来の決裁権者が後で確認", "自動で一覧に入る"),
        ),
    ):
        slide.shape("round", (x, 1.8, 5.8, 0.9), [head], HEAD, fill=color)
        slide.shape(
            "box",
            (x, 2.7, 5.8, 2.4),
            lines,
            Style(22, align="center", anchor="middle", spacing=1.4),
            fill=SAND if color == AMBER else MIST,
        )
    slide.text(
        (0.6, 5.5, 12.1, 1.2),
        [
            "前例のない案件・重要な案件は代決できないことがあります",
            "出張と休暇の予定は早めに登録",
        ],
        Style(20, bold=True, spacing=1.4),
    )
    return first


def first_check(pages: Pages) -> SlideCanvas:
    """Slide 14: the first check."""
    slide = pages.slide("確認 1　気づいたときの直し方", content=True)
    slide.bullets(
        (0.6, 1.6, 12.1, 3.0),
        [
            (0, "防災訓練の起案を提出した"),
            (0, "添付した予算の表に、古い数字が残っていた"),
            (0, "文書はいま、係長の承認待ち"),
        ],
        26,
    )
    slide.shape(
        "round",
        (0.6, 4.9, 12.1, 1.2),
        ["あなたなら、どうしますか?"],
        Style(30, bold=True, color=NAVY, align="center", anchor="middle"),
        fill=SAND,
    )
    return slide


def special_cases(pages: Pages) -> SlideCanvas:
    """Slides 15 to 17: urgency, mistakes, telework. Gives the first of them."""
    slide = pages.slide("急ぎの案件の進め方")
    group = slide.group(
        "今日中に必要か、決裁権者が席にいるか、代決できるかを順に確かめる判断の流れ"
    )
    questions = ("今日中に\n必要か", "決裁権者は\n席にいるか", "代決\nできるか")
    answers = ("通常の流れ", "至急で提出し\nひと声かける", "代決して後閲")
    for index, (question, answer) in enumerate(zip(questions, answers, strict=True)):
        x = 0.7 + index * 4.1
        slide.shape(
            "diamond",
            (x, 1.6, 3.3, 2.2),
            question.split("\n"),
            Style(18, bold=True, align="center", anchor="middle"),
            fill=MIST,
            line=NAVY,
            parent=group,
        )
        slide.shape(
            "round",
            (x + 0.25, 4.75, 2.8, 1.1),
            answer.split("\n"),
            _CENTER,
            fill=LIGHT,
            line=TEAL,
            parent=group,
        )
        slide.connector((x + 1.65, 3.85), (x + 1.65, 4.7))
        slide.text(
            (x + 1.75, 3.95, 1.3, 0.5),
            ["いいえ" if index == 0 else "はい"],
            Style(16, bold=True, color=TEAL),
        )
        if index:
            slide.connector((x - 0.75, 2.7), (x - 0.05, 2.7))
            slide.text(
                (x - 0.85, 2.15, 1.1, 0.5),
                ["はい" if index == 1 else "いいえ"],
                Style(16, bold=True, color=NAVY),
            )
    slide.text(
        (0.6, 6.15, 12.1, 0.6),
        ["どれにも当てはまらないときは、総務課へ。口頭の了解だけで済ませない。"],
        Style(20, bold=True, color=RED),
    )
    first = slide

    slide = pages.slide("よくある差し戻しの理由")
    slide.chart(
        "pie",
        (0.6, 1.5, 7.2, 5.3),
        [
            "添付の不足・取り違え",
            "決裁区分の選び間違い",
            "日付・金額の誤り",
            "文章がわかりにくい",
        ],
        {"件数": (42, 25, 18, 15)},
        title="差し戻し100件の内訳",
        number_format='0"件"',
        alt="差し戻しの理由。添付の不足や取り違えが42件、決裁区分の選び間違いが25件、日付や金額の誤りが18件、文章のわかりにくさが15件。",
    )
    slide.shape(
        "round",
        (8.2, 2.1, 4.5, 2.9),
        ["提出する前に", "① 添付を一度開く", "② 決裁区分の表を見る"],
        Style(24, bold=True, color=NAVY, anchor="middle", spacing=1.5),
        fill=SAND,
    )
    slide.text((8.2, 6.2, 4.5, 0.5), ["※架空の青葉市の例"], SMALL)

    slide = pages.slide("テレワーク・出張先での決裁", content=True)
    slide.bullets(
        (0.6, 1.6, 6.6, 4.9),
        [
            (0, "使うのは貸与された端末だけ"),
            (0, "庁内への安全な接続を使う"),
            (0, "人目のある場所で開かない"),
            (0, "印刷しない"),
            (0, "席を立つときは画面をロック"),
        ],
        26,
    )
    slide.picture(
        (7.5, 1.7, 5.2, 3.58),
        pictures.home_office(),
        "窓辺の机に置いたノートパソコン。画面に錠前の印が出ている。",
    )
    slide.text(
        (7.5, 5.4, 5.2, 1.1),
        ["件名だけでも", "個人の事情がわかることがあります"],
        Style(18, color=RED, bold=True),
    )
    return first
