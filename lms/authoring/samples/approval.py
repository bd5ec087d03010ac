"""「はじめての電子決裁」: a deck of 20 slides as the general affairs section would make it."""

from __future__ import annotations

from lms.authoring.pptx.canvas import DeckCanvas, SlideCanvas
from lms.authoring.pptx.palette import GREY, INK, NAVY, RED, SAND, TEAL, Style
from lms.authoring.samples import approval_steps, pictures
from lms.authoring.samples.pages import HEAD, LIGHT, ROSE, SMALL, Pages

TITLE = "はじめての電子決裁"


def draw(notes: dict[int, str]) -> DeckCanvas:
    """Give the finished deck; ``notes`` is the narration by slide number."""
    deck = DeckCanvas(font="メイリオ", accent=NAVY, title=TITLE, author="青葉市 総務部総務課")
    add_slides(deck, notes)
    return deck


def add_slides(deck: DeckCanvas, notes: dict[int, str]) -> None:
    """Add all twenty slides to a deck, which may have slides already."""
    pages = Pages(deck, notes)
    _opening(pages)
    menu = _menu(pages)
    chapters = [_reasons(pages), _overview(pages)]
    chapters += [approval_steps.drafting(pages), approval_steps.approving(pages)]
    check = approval_steps.first_check(pages)
    chapters += [approval_steps.special_cases(pages), _keeping(pages, menu)]
    _connect(menu, chapters, check)


def _opening(pages: Pages) -> None:
    """Draw the cover."""
    slide = pages.slide(TITLE)
    slide.title_page(
        TITLE,
        "書く・確かめる・送る　三つの手順を身につける",
        ["青葉市 総務部総務課 文書係", "全職員研修(令和8年度)"],
    )
    slide.picture(
        (9.0, 4.75, 3.7, 2.47),
        pictures.laptop(),
        "承認の印が付いた文書を表示するノートパソコン",
    )
    slide.transition()


def _menu(pages: Pages) -> SlideCanvas:
    """Draw the overview; its buttons are added when their slides exist."""
    slide = pages.slide("今日の流れ")
    slide.text(
        (0.7, 1.5, 12, 0.6), ["ボタンを押すと、そのまとまりへ進みます。"], Style(20, color=GREY)
    )
    return slide


def _connect(menu: SlideCanvas, chapters: list[SlideCanvas], check: SlideCanvas) -> None:
    """Add the buttons that jump to the chapters and to the first check."""
    labels = (
        "1 なぜ変えるのか",
        "2 流れと役割",
        "3 起案する",
        "4 承認する",
        "5 困ったとき",
        "6 保存とまとめ",
    )
    for index, (label, chapter) in enumerate(zip(labels, chapters, strict=True)):
        row, column = divmod(index, 3)
        menu.button((0.75 + column * 4.05, 2.35 + row * 1.75, 3.75, 1.4), label, chapter)
    menu.button((9.6, 6.2, 3.1, 0.7), "確認問題へ", check, fill=TEAL)


def _reasons(pages: Pages) -> SlideCanvas:
    """Slides 3 to 5: why, compared, measured. Gives the first of them."""
    slide = pages.slide("なぜ電子決裁なのか", content=True)
    slide.bullets(
        (0.6, 1.6, 7.4, 5.0),
        [
            (0, "待つ時間を減らす"),
            (1, "机の上で止まる日数: 一部署あたり約1日"),
            (0, "どこにあるかが見える"),
            (1, "電話で探さない"),
            (0, "決めた経緯を確かに残す"),
            (1, "誰が、いつ、なぜ"),
        ],
    )
    slide.shape("round", (8.4, 1.8, 4.3, 1.1), ["紙の起案(5部署)"], HEAD, fill=GREY)
    slide.shape(
        "box",
        (8.4, 2.9, 4.3, 1.2),
        ["待つ 約5日"],
        Style(28, bold=True, align="center", anchor="middle"),
        fill=SAND,
    )
    slide.shape("down", (10.15, 4.2, 0.8, 0.55), fill=NAVY)
    slide.shape("round", (8.4, 4.85, 4.3, 1.0), ["電子の起案"], HEAD, fill=NAVY)
    slide.shape(
        "box",
        (8.4, 5.85, 4.3, 0.9),
        ["届くのは押した瞬間"],
        Style(22, bold=True, color=NAVY, align="center", anchor="middle"),
    )
    first = slide

    slide = pages.slide("紙と電子のちがい")
    slide.table(
        (0.6, 1.65, 12.1, 4.4),
        [
            ["くらべる点", "紙の決裁", "電子決裁"],
            ["回し方", "人が運ぶ", "画面で届く"],
            ["いまの居場所", "電話で探す", "一覧に出る"],
            ["直し方", "差し替え(前の版は残らない)", "誰がいつ直したかが残る"],
            ["決める権限", "規程のとおり", "規程のとおり(変わらない)"],
            ["残す責任", "公文書として保存", "公文書として保存(変わらない)"],
        ],
        (2, 4, 4),
        20,
    )
    slide.text(
        (0.6, 6.3, 12, 0.6),
        ["道具が変わっても、決裁の重みは同じです。"],
        Style(22, bold=True, color=NAVY),
    )

    slide = pages.slide("決裁までの日数はどう変わったか")
    slide.chart(
        "bar",
        (0.6, 1.5, 8.2, 5.0),
        ["税務課", "建設課", "福祉課"],
        {"紙": (4, 8, 6), "電子": (2, 3, 2)},
        title="起案から決裁までの平均日数",
        number_format='0"日"',
        alt="三つの課の平均日数。福祉課は6日が2日、建設課は8日が3日、税務課は4日が2日になった。",
    )
    slide.shape(
        "round",
        (9.1, 2.0, 3.6, 2.4),
        ["短くなったのは", "運ぶ時間と待つ時間", "確かめる時間は減らさない"],
        Style(18, align="center", anchor="middle", spacing=1.4),
        fill=SAND,
    )
    slide.text((9.1, 6.1, 3.7, 0.5), ["※架空の青葉市の例"], SMALL)
    return first


def _overview(pages: Pages) -> SlideCanvas:
    """Slides 6 and 7: steps and roles. Gives the first of them."""
    slide = pages.slide("電子決裁の全体の流れ")
    slide.steps(
        (0.6, 2.0, 11.8, 1.5),
        ("起案", "確認", "合議", "決裁", "施行"),
        alt="起案、確認、合議、決裁、施行の五つの段階が左から右へ続く流れ図",
    )
    for index, words in enumerate(
        (
            "担当者が\n案を作る",
            "係長などが\n内容を見る",
            "関係する課に\n聞く",
            "権限を持つ人が\n決める",
            "通知や公告を\n出す",
        )
    ):
        slide.text(
            (0.55 + index * 2.36, 3.65, 2.3, 1.1), words.split("\n"), Style(18, align="center")
        )
    slide.shape(
        "round",
        (0.6, 5.2, 12.1, 1.1),
        ["どの段階でも戻せます。早く直すほど、みんなの手間が減ります。"],
        Style(22, bold=True, color=TEAL, align="center", anchor="middle"),
        fill=LIGHT,
    )
    first = slide

    slide = pages.slide("四つの役割")
    slide.table(
        (0.6, 1.65, 12.1, 3.9),
        [
            ["役割", "すること", "例"],
            ["起案者", "案を作り、資料をそろえる", "担当者"],
            ["承認者", "途中で内容を確かめる", "係長・課長補佐"],
            ["決裁権者", "最後に決める", "課長・部長・市長"],
            ["施行者", "決まったことを外へ出す", "担当者"],
        ],
        (2, 5, 3),
        20,
    )
    slide.shape(
        "round",
        (0.6, 5.85, 12.1, 0.9),
        ["自分が起案したものを、自分一人で決裁することはできません。"],
        Style(20, bold=True, color=RED, align="center", anchor="middle"),
        fill=ROSE,
    )
    return first


def _keeping(pages: Pages, menu: SlideCanvas) -> SlideCanvas:
    """Slides 18 to 20: keeping, the second check, closing. Gives the first of them."""
    slide = pages.slide("決裁が終わった文書の保存")
    slide.table(
        (0.6, 1.65, 12.1, 3.4),
        [
            ["文書の例", "保存期間", "期間が来たら"],
            ["条例の制定", "30年", "歴史資料として移す"],
            ["契約", "5年", "廃棄を判断する"],
            ["軽易な照会", "1年", "廃棄を判断する"],
        ],
        (4, 2, 4),
        20,
    )
    slide.text(
        (0.6, 5.3, 12.1, 1.2),
        ["起案のときに分類を正しく選ぶ", "個人の共有フォルダーに別の原本を作らない"],
        Style(24, bold=True, color=NAVY, spacing=1.4),
    )
    slide.text((0.6, 6.75, 6, 0.45), ["※架空の青葉市の例"], SMALL)
    first = slide

    slide = pages.slide("確認 2　正しいものをすべて選ぶ", content=True)
    slide.bullets(
        (0.6, 1.6, 12.1, 2.7),
        [
            (0, "差し戻すときの理由"),
            (0, "急ぐときの端末"),
            (0, "件名の個人名"),
            (0, "添付のパスワード"),
        ],
        26,
    )
    slide.shape(
        "round",
        (0.6, 4.35, 12.1, 1.0),
        ["正しいものは、一つとは限りません"],
        Style(26, bold=True, color=NAVY, align="center", anchor="middle"),
        fill=SAND,
    )
    slide.button((0.6, 5.8, 3.6, 0.8), "前のスライドへ", "previous", fill=GREY)

    slide = pages.slide("まとめと問い合わせ先", content=True)
    slide.bullets(
        (0.6, 1.6, 7.0, 3.3),
        [
            (0, "書く・確かめる・送る"),
            (0, "件名は いつ・何を・どうする"),
            (0, "提出の前に添付を一度開く"),
            (0, "差し戻しには理由を書く"),
        ],
        26,
    )
    slide.picture(
        (8.3, 1.65, 4.4, 2.93),
        pictures.laptop(),
        "承認の印が付いた文書を表示するノートパソコン",
    )
    slide.link_text(
        (0.6, 5.1, 12.1, 0.7),
        [
            ("公文書のきまりは ", ""),
            ("e-Gov 法令検索", "https://laws.e-gov.go.jp/"),
            (" で「公文書等の管理に関する法律」を検索", ""),
        ],
        Style(20, color=INK),
    )
    slide.link_text(
        (0.6, 5.75, 8.0, 0.7),
        [
            ("操作の相談: 総務課 文書係 ", ""),
            ("bunsho@aoba.example", "mailto:bunsho@aoba.example"),
        ],
        Style(20, color=INK),
    )
    slide.button((9.6, 6.1, 3.1, 0.75), "もくじに戻る", menu)
    return first
