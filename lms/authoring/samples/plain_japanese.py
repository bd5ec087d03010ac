"""「窓口でのやさしい日本語」: a deck of 12 slides as the citizens' section would make it."""

from __future__ import annotations

from lms.authoring.pptx.canvas import DeckCanvas, SlideCanvas
from lms.authoring.pptx.palette import AMBER, GREY, INK, MIST, RED, SAND, TEAL, Style
from lms.authoring.samples import pictures
from lms.authoring.samples.pages import HEAD, LIGHT, ROSE, SMALL, Pages

TITLE = "窓口でのやさしい日本語"

_GUIDELINE = "https://www.moj.go.jp/isa/support/portal/plainjapanese_guideline.html"


def draw(notes: dict[int, str]) -> DeckCanvas:
    """Give the finished deck; ``notes`` is the narration by slide number."""
    deck = DeckCanvas(
        font="BIZ UDPゴシック", accent=TEAL, title=TITLE, author="青葉市 市民部市民課"
    )
    drawing = _Drawing(Pages(deck, notes))
    drawing.opening()
    menu = drawing.menu()
    targets = [drawing.why()]
    drawing.survey()
    targets.append(drawing.scissors())
    targets.append(drawing.words())
    drawing.politeness()
    drawing.first_check()
    targets.append(drawing.writing())
    drawing.asking()
    drawing.second_check()
    drawing.closing()
    labels = ("なぜ必要か", "はさみの法則", "言い換えの練習", "書いて伝える")
    for index, (label, target) in enumerate(zip(labels, targets, strict=True)):
        row, column = divmod(index, 2)
        menu.button((7.0 + column * 2.95, 2.2 + row * 1.7, 2.75, 1.35), label, target)
    return deck


class _Drawing:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def opening(self) -> None:
        slide = self._pages.slide(TITLE)
        slide.title_page(
            TITLE,
            "短く言う・はっきり言う・確かめる",
            ["青葉市 市民部市民課", "窓口職員研修(令和8年度)"],
        )
        slide.picture(
            (8.3, 4.75, 4.4, 2.48),
            pictures.town(),
            "夕暮れの山あいの町。家々の窓に明かりがともっている。",
        )
        slide.transition()

    def menu(self) -> SlideCanvas:
        slide = self._pages.slide("今日のめあて", content=True)
        slide.bullets(
            (0.6, 1.7, 6.0, 4.6),
            [
                (0, "なぜ必要かを自分の言葉で言える"),
                (0, "窓口の言葉を短く言い換えられる"),
                (0, "伝わったかを確かめられる"),
            ],
            26,
        )
        slide.text((7.0, 1.6, 5.7, 0.5), ["見たいところへ進めます"], Style(18, color=GREY))
        return slide

    def why(self) -> SlideCanvas:
        slide = self._pages.slide("なぜ、やさしい日本語なのか")
        slide.picture(
            (0.6, 1.65, 6.6, 3.84),
            pictures.counter(),
            "窓口で来庁者と職員が笑顔で話している。二人の上に吹き出しがある。",
        )
        for index, (head, line) in enumerate(
            (
                ("英語が得意とは限らない", "窓口には、いろいろな国の方が来る"),
                ("日本語を少しずつ覚えている", "言い方を変えるだけで伝わる"),
                ("翻訳の機械の土台になる", "元の文がわかりやすいほど正しく訳される"),
            )
        ):
            y = 1.65 + index * 1.32
            slide.shape(
                "round",
                (7.5, y, 5.2, 1.2),
                [head, line],
                Style(18, align="left", anchor="middle"),
                fill=LIGHT,
            )
        slide.text(
            (0.6, 5.8, 12.1, 1.0),
            ["外国から来た方にも、高齢の方にも、子どもにも"],
            Style(26, bold=True, color=TEAL, align="center"),
        )
        return slide

    def survey(self) -> None:
        slide = self._pages.slide("窓口で困ったこと")
        slide.chart(
            "column",
            (0.6, 1.5, 8.4, 5.2),
            [
                "言葉がむずかしい",
                "話すのが速い",
                "何を書くか\nわからない",
                "どこへ行くか\nわからない",
            ],
            {"人": (46, 31, 28, 19)},
            title="100人に聞いた、窓口で困ったこと(いくつでも)",
            number_format='0"人"',
            alt="窓口で困ったこと。言葉がむずかしい46人、話すのが速い31人、何を書くかわからない28人、どこへ行くかわからない19人。",
        )
        slide.shape(
            "round",
            (9.3, 2.3, 3.4, 2.6),
            ["上の二つは", "今日から", "変えられる"],
            Style(24, bold=True, color=TEAL, align="center", anchor="middle", spacing=1.4),
            fill=SAND,
        )
        slide.text((9.3, 6.2, 3.4, 0.5), ["※架空の青葉市の例"], SMALL)

    def scissors(self) -> SlideCanvas:
        slide = self._pages.slide("はさみの法則")
        slide.steps(
            (0.6, 1.9, 11.8, 1.7),
            ("は\nはっきり", "さ\nさいごまで", "み\nみじかく"),
            alt="はっきり、さいごまで、みじかく。頭の文字をつなぐと「はさみ」になる三つの矢羽根",
        )
        for index, line in enumerate(
            ("声をはっきり\n口を見せて", "「です」「ます」で\n言い切る", "一つの文に\n一つのこと")
        ):
            slide.text(
                (0.9 + index * 3.95, 3.8, 3.4, 1.2), line.split("\n"), Style(22, align="center")
            )
        slide.shape(
            "box",
            (0.6, 5.3, 5.7, 1.3),
            ["× 雨が降りそうですので、", "　 お気を付けいただければと…"],
            Style(20, anchor="middle", color=RED),
            fill=ROSE,
        )
        slide.shape(
            "box",
            (7.0, 5.3, 5.7, 1.3),
            ["○ 雨が降ります。", "　 傘を持って行ってください。"],
            Style(20, anchor="middle", bold=True, color=TEAL),
            fill=LIGHT,
        )
        return slide

    def words(self) -> SlideCanvas:
        slide = self._pages.slide("窓口の言葉を言い換える")
        slide.table(
            (0.6, 1.65, 12.1, 4.5),
            [
                ["窓口の言葉", "やさしい言い方"],
                ["記入する", "書く"],
                ["持参する", "持って来る"],
                ["不要です", "いりません"],
                ["本日中に", "今日の午後5時までに"],
                ["手数料", "お金(手続きのために払います)"],
            ],
            (4, 6),
            22,
        )
        slide.text(
            (0.6, 6.35, 12.1, 0.6),
            ["印刷された言葉は、見せてから意味を言い添える"],
            Style(22, bold=True, color=TEAL),
        )
        return slide

    def politeness(self) -> None:
        slide = self._pages.slide("ていねいさは、表情と声でも伝わる")
        rows = (
            ("お掛けになってお待ちください", "ここに座って、待ってください"),
            ("できないことはありません", "できます"),
            ("こちらでは承っておりません", "ここではできません。\n3番の窓口でできます"),
        )
        for index, (before, after) in enumerate(rows):
            y = 1.75 + index * 1.55
            slide.shape(
                "round",
                (0.6, y, 5.2, 1.25),
                [before],
                Style(20, align="center", anchor="middle"),
                fill=ROSE,
            )
            slide.shape("arrow", (6.05, y + 0.35, 0.85, 0.55), fill=TEAL)
            slide.shape(
                "round",
                (7.15, y, 5.55, 1.25),
                after.split("\n"),
                Style(20, bold=True, align="center", anchor="middle"),
                fill=LIGHT,
            )
        slide.text(
            (0.6, 6.35, 12.1, 0.6),
            ["できないときは、次にどうすればよいかを言う"],
            Style(22, bold=True, color=TEAL),
        )

    def first_check(self) -> None:
        slide = self._pages.slide("確認 1　前の住所を書いてもらう", content=True)
        slide.bullets(
            (0.6, 1.6, 12.1, 3.0),
            [
                (0, "転入の届けに来た方がいる"),
                (0, "書類に、前の住所が書かれていない"),
                (0, "いちばん伝わる言い方はどれか"),
            ],
            26,
        )
        slide.shape(
            "round",
            (0.6, 4.9, 12.1, 1.2),
            ["どこに・何を・どうする"],
            Style(32, bold=True, color=TEAL, align="center", anchor="middle"),
            fill=SAND,
        )

    def writing(self) -> SlideCanvas:
        slide = self._pages.slide("書いて伝えるこつ")
        slide.picture((0.6, 1.6, 3.1, 4.05), pictures.notice(plain=False), "")
        slide.picture(
            (4.4, 1.6, 3.1, 4.05),
            pictures.notice(plain=True),
            "大きな見出し、封筒の絵、三つに分けたすることが並ぶお知らせ",
        )
        slide.shape("arrow", (3.78, 3.35, 0.55, 0.5), fill=TEAL)
        slide.text(
            (0.6, 5.75, 3.1, 0.5), ["直す前"], Style(20, bold=True, color=RED, align="center")
        )
        slide.text(
            (4.4, 5.75, 3.1, 0.5), ["直した後"], Style(20, bold=True, color=TEAL, align="center")
        )
        slide.text(
            (7.9, 1.6, 4.9, 4.8),
            [
                "① することを先に書く",
                "② いつまでに・どこで",
                "③ 漢字にふりがな",
                "④ 西暦も添える",
                "⑤ 午前・午後を付ける",
                "⑥ 電話番号を大きく",
            ],
            Style(24, bold=True, spacing=1.55),
        )
        return slide

    def asking(self) -> None:
        slide = self._pages.slide("伝わったかを確かめる")
        slide.shape("round", (0.6, 1.7, 5.8, 0.8), ["答えが「はい」になる聞き方"], HEAD, fill=GREY)
        slide.shape(
            "box",
            (0.6, 2.5, 5.8, 1.6),
            ["わかりましたか?"],
            Style(28, align="center", anchor="middle"),
            fill=MIST,
        )
        slide.shape("round", (6.9, 1.7, 5.8, 0.8), ["行動を聞く"], HEAD, fill=TEAL)
        slide.shape(
            "box",
            (6.9, 2.5, 5.8, 1.6),
            ["次に、どこへ行きますか?"],
            Style(28, bold=True, align="center", anchor="middle"),
            fill=LIGHT,
        )
        group = slide.group("言葉以外の手段。地図に印を付ける、実物を見せる、指で数える。")
        for index, words in enumerate(("地図に\n印を付ける", "実物を\n見せる", "指で\n数える")):
            slide.shape(
                "oval",
                (1.3 + index * 4.0, 4.6, 2.7, 1.7),
                words.split("\n"),
                Style(20, bold=True, align="center", anchor="middle"),
                fill=SAND,
                line=AMBER,
                parent=group,
            )

    def second_check(self) -> None:
        slide = self._pages.slide("確認 2　窓口での順番", content=True)
        slide.bullets(
            (0.6, 1.6, 12.1, 3.8),
            [
                (0, "確かめる"),
                (0, "相手の様子を見る"),
                (0, "短く、はっきり言う"),
                (0, "伝えることをしぼる"),
            ],
            26,
        )
        slide.button((0.6, 5.7, 3.6, 0.8), "前のスライドへ", "previous", fill=GREY)
        slide.button((4.6, 5.7, 3.6, 0.8), "最初に戻る", "first", fill=GREY)

    def closing(self) -> None:
        slide = self._pages.slide("まとめ", content=True)
        slide.bullets(
            (0.6, 1.6, 12.1, 3.3),
            [
                (0, "はっきり・さいごまで・みじかく"),
                (0, "見せてから言い換える"),
                (0, "次の行動を聞いて確かめる"),
            ],
            28,
        )
        slide.link_text(
            (0.6, 5.0, 12.1, 1.1),
            [
                ("参考: 出入国在留管理庁・文化庁 ", ""),
                ("在留支援のためのやさしい日本語ガイドライン", _GUIDELINE),
            ],
            Style(20, color=INK),
        )
        slide.text(
            (0.6, 6.3, 12.1, 0.6),
            ["やさしい日本語は、相手を思う気持ちから"],
            Style(24, bold=True, color=TEAL),
        )
