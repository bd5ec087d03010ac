"""Draws the pictures of the sample decks: screens, scenes and a view of the town, without text.

Everything is drawn four times as large and reduced, so that edges are smooth. Nothing depends on
installed fonts, so the files are the same everywhere.
"""

from __future__ import annotations

import math
import random
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

_SCALE = 3
_NAVY, _SKY, _PAPER, _LINE = (26, 63, 143), (222, 233, 250), (255, 255, 255), (186, 197, 214)
_INK, _TEAL, _GOLD, _RED = (60, 70, 86), (11, 107, 87), (224, 160, 48), (184, 50, 50)
_SKIN, _WOOD, _WALL, _LEAF = (244, 208, 176), (176, 128, 84), (246, 240, 230), (96, 150, 92)

Box = tuple[float, float, float, float]


class _Pen:
    """Draws in the coordinates of the finished picture."""

    def __init__(self, width: int, height: int, ground: tuple[int, int, int]) -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * _SCALE, height * _SCALE), ground)
        self._draw = ImageDraw.Draw(self.image)

    def box(
        self,
        box: Box,
        fill: tuple[int, int, int],
        *,
        radius: float = 0,
        line: tuple[int, int, int] | None = None,
    ) -> None:
        x, y, w, h = (value * _SCALE for value in box)
        self._draw.rounded_rectangle(
            (x, y, x + w, y + h), radius * _SCALE, fill, line, 2 * _SCALE if line else 0
        )

    def oval(self, box: Box, fill: tuple[int, int, int]) -> None:
        x, y, w, h = (value * _SCALE for value in box)
        self._draw.ellipse((x, y, x + w, y + h), fill)

    def shape(self, points: list[tuple[float, float]], fill: tuple[int, int, int]) -> None:
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill)

    def stroke(
        self, points: list[tuple[float, float]], color: tuple[int, int, int], width: float
    ) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._draw.line(scaled, color, round(width * _SCALE), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            half = width * _SCALE / 2
            self._draw.ellipse((x - half, y - half, x + half, y + half), color)

    def png(self) -> bytes:
        target = BytesIO()
        self.image.resize(self.size, Image.Resampling.LANCZOS).save(target, "PNG", optimize=True)
        return target.getvalue()


def _writing(pen: _Pen, box: Box, lines: int, color: tuple[int, int, int] = _LINE) -> None:
    """Grey bars in place of text."""
    x, y, w, h = box
    pitch = h / lines
    for index in range(lines):
        width = w * (0.62 if index == lines - 1 else (0.97, 0.88, 0.93)[index % 3])
        pen.box((x, y + index * pitch, width, pitch * 0.42), color, radius=pitch * 0.2)


def _check(pen: _Pen, x: float, y: float, size: float, color: tuple[int, int, int]) -> None:
    pen.oval((x, y, size, size), color)
    points = [(0.27, 0.52), (0.44, 0.68), (0.74, 0.34)]
    pen.stroke([(x + a * size, y + b * size) for a, b in points], _PAPER, size * 0.1)


def laptop() -> bytes:
    """A laptop showing a document with an approval mark, for the cover; 720 × 480."""
    pen = _Pen(720, 480, _PAPER)
    pen.box((110, 50, 500, 330), _INK, radius=22)
    pen.box((130, 70, 460, 290), _SKY, radius=8)
    pen.box((230, 96, 260, 250), _PAPER, radius=6, line=_LINE)
    pen.box((256, 122, 150, 18), _NAVY, radius=9)
    _writing(pen, (256, 164, 208, 130), 5)
    _check(pen, 420, 250, 96, _TEAL)
    pen.shape([(60, 384), (660, 384), (700, 430), (20, 430)], (140, 150, 168))
    pen.box((20, 428, 680, 14), _INK, radius=7)
    return pen.png()


def form_screen() -> bytes:
    """The drafting screen: menu, four fields, buttons; 1200 × 760."""
    pen = _Pen(1200, 760, (240, 243, 248))
    pen.box((0, 0, 1200, 64), _NAVY)
    pen.box((28, 20, 190, 24), (200, 214, 240), radius=12)
    pen.oval((1140, 16, 32, 32), (200, 214, 240))
    pen.box((0, 64, 220, 696), _PAPER)
    pen.box((20, 90, 180, 52), (44, 98, 204), radius=8)
    pen.box((56, 108, 108, 16), _PAPER, radius=8)
    for index in range(5):
        pen.oval((26, 178 + index * 60, 20, 20), _LINE)
        pen.box((60, 180 + index * 60, 120, 16), _LINE, radius=8)
    pen.box((260, 96, 900, 600), _PAPER, radius=10, line=_LINE)
    for y, height in ((130, 44), (220, 44), (310, 190), (546, 60)):
        pen.box((296, y - 4, 92, 18), _INK, radius=9)
        pen.box((420, y - 16, 700, height), (250, 251, 253), radius=6, line=_LINE)
    pen.box((436, 124, 420, 18), (120, 132, 150), radius=9)
    pen.box((436, 214, 170, 18), (120, 132, 150), radius=9)
    pen.shape([(1084, 218), (1104, 218), (1094, 230)], _INK)
    _writing(pen, (436, 316, 640, 160), 6, (150, 160, 176))
    for index in range(2):
        pen.box((440 + index * 190, 546, 168, 28), _SKY, radius=6)
    pen.box((790, 634, 150, 44), _PAPER, radius=8, line=_NAVY)
    pen.box((970, 634, 150, 44), (44, 98, 204), radius=8)
    pen.box((1010, 650, 70, 12), _PAPER, radius=6)
    pen.box((830, 650, 70, 12), _NAVY, radius=6)
    return pen.png()


def approval_screen() -> bytes:
    """The approver's screen: list on the left, document and two buttons on the right."""
    pen = _Pen(1200, 760, (240, 243, 248))
    pen.box((0, 0, 1200, 64), _NAVY)
    pen.box((28, 20, 190, 24), (200, 214, 240), radius=12)
    pen.box((24, 88, 400, 648), _PAPER, radius=10, line=_LINE)
    for index in range(6):
        y = 108 + index * 102
        pen.box((40, y, 368, 86), _SKY if index == 1 else (248, 250, 253), radius=8)
        pen.oval((56, y + 16, 14, 14), _RED if index < 2 else _LINE)  # noqa: PLR2004 - unread
        pen.box((84, y + 16, 250, 16), _INK, radius=8)
        pen.box((84, y + 50, 170, 12), _LINE, radius=6)
    pen.box((448, 88, 728, 648), _PAPER, radius=10, line=_LINE)
    pen.box((484, 124, 380, 24), _INK, radius=12)
    _writing(pen, (484, 180, 640, 250), 8)
    pen.box((484, 470, 300, 84), (250, 246, 236), radius=8, line=_GOLD)
    pen.box((560, 502, 190, 16), _GOLD, radius=8)
    pen.box((506, 490, 34, 42), _GOLD, radius=4)
    pen.box((700, 640, 200, 60), _PAPER, radius=10, line=_RED)
    pen.box((756, 662, 90, 16), _RED, radius=8)
    pen.box((930, 640, 210, 60), _TEAL, radius=10)
    pen.box((990, 662, 90, 16), _PAPER, radius=8)
    return pen.png()


def home_office() -> bytes:
    """A laptop with a lock on a desk by a window, for working away from the office."""
    pen = _Pen(900, 620, _WALL)
    pen.box((80, 60, 300, 260), (150, 196, 236), radius=6)
    pen.oval((250, 90, 70, 70), (255, 232, 160))
    pen.shape([(80, 320), (80, 250), (170, 200), (280, 270), (380, 220), (380, 320)], _LEAF)
    for x in (76, 224, 372):
        pen.box((x, 56, 12, 270), _PAPER)
    for y in (54, 184, 314):
        pen.box((76, y, 308, 12), _PAPER)
    pen.box((0, 470, 900, 30), _WOOD)
    pen.box((60, 500, 36, 120), _WOOD)
    pen.box((800, 500, 36, 120), _WOOD)
    pen.box((380, 230, 340, 220), _INK, radius=16)
    pen.box((396, 246, 308, 188), _SKY, radius=6)
    pen.box((340, 450, 420, 22), (140, 150, 168), radius=10)
    pen.box((505, 330, 90, 76), _GOLD, radius=10)
    arc = [
        (550 + 28 * math.cos(a / 20 * math.pi), 330 - 42 * math.sin(a / 20 * math.pi))
        for a in range(21)
    ]
    pen.stroke(arc, _INK, 10)
    pen.oval((541, 352, 18, 18), _INK)
    pen.box((140, 400, 70, 74), (205, 92, 70), radius=8)
    pen.oval((120, 300, 110, 110), _LEAF)
    pen.oval((96, 340, 80, 70), (120, 170, 110))
    return pen.png()


def counter() -> bytes:
    """A visitor and a clerk talking at a counter, with speech bubbles; 1100 × 640."""
    pen = _Pen(1100, 640, _WALL)
    pen.box((0, 0, 1100, 120), (226, 218, 202))
    pen.box((420, 36, 260, 56), _TEAL, radius=8)
    pen.box((470, 56, 160, 16), _PAPER, radius=8)
    _person(pen, 210, 250, (88, 108, 160), (50, 40, 36))
    _person(pen, 790, 230, (120, 60, 84), (80, 56, 40))
    pen.box((0, 470, 1100, 34), _WOOD)
    pen.box((0, 504, 1100, 136), (150, 106, 68))
    pen.box((470, 420, 170, 56), _PAPER, radius=4, line=_LINE)
    _writing(pen, (486, 432, 130, 36), 3)
    pen.box((330, 150, 190, 96), _PAPER, radius=28, line=_LINE)
    pen.shape([(345, 226), (395, 240), (318, 276)], _PAPER)
    pen.box((560, 150, 210, 96), (232, 246, 240), radius=28, line=_TEAL)
    pen.shape([(740, 232), (690, 240), (792, 276)], (232, 246, 240))
    pen.box((362, 184, 126, 14), _LINE, radius=7)
    pen.box((362, 210, 80, 14), _LINE, radius=7)
    pen.box((594, 184, 142, 14), _TEAL, radius=7)
    pen.box((594, 210, 92, 14), _TEAL, radius=7)
    return pen.png()


def _person(
    pen: _Pen, x: float, y: float, clothes: tuple[int, int, int], hair: tuple[int, int, int]
) -> None:
    pen.box((x - 40, y + 100, 200, 240), clothes, radius=70)
    pen.box((x + 36, y + 70, 48, 60), _SKIN, radius=16)
    pen.oval((x - 4, y - 44, 128, 134), hair)
    pen.oval((x + 6, y - 26, 108, 118), _SKIN)
    pen.shape([(x + 2, y + 6), (x + 60, y - 40), (x + 118, y + 6), (x + 60, y - 8)], hair)
    pen.oval((x + 36, y + 20, 11, 13), _INK)
    pen.oval((x + 74, y + 20, 11, 13), _INK)
    smile = [(x + 44 + t, y + 56 + 9 * math.sin(t / 32 * math.pi)) for t in range(0, 33, 4)]
    pen.stroke(smile, (168, 84, 72), 4)


def notice(*, plain: bool) -> bytes:
    """A paper notice: crowded, or with a picture, few words and large letters; 520 × 680."""
    pen = _Pen(520, 680, (236, 239, 244))
    pen.box((36, 24, 448, 632), _PAPER, radius=4, line=_LINE)
    if not plain:
        pen.box((70, 60, 380, 18), _INK, radius=6)
        _writing(pen, (70, 96, 380, 380), 26, (150, 158, 172))
        _writing(pen, (70, 490, 380, 130), 9, (150, 158, 172))
        return pen.png()
    pen.box((70, 62, 380, 50), _TEAL, radius=10)
    pen.box((130, 80, 260, 16), _PAPER, radius=8)
    pen.box((70, 140, 380, 170), _SKY, radius=10)
    pen.box((180, 176, 160, 104), _PAPER, radius=6, line=_NAVY)
    pen.stroke([(182, 180), (260, 236), (338, 180)], _NAVY, 5)
    for index in range(3):
        y = 346 + index * 84
        _check(pen, 76, y, 44, _TEAL)
        pen.box((140, y + 12, 270 - 40 * index, 22), _INK, radius=11)
    pen.box((70, 600, 220, 18), _NAVY, radius=9)
    return pen.png()


def town() -> bytes:
    """A view of a small town at dusk with the grain of a photograph; 1280 × 720."""
    chance = random.Random(20260401)  # noqa: S311 - the same town every time
    pen = _Pen(1280, 720, (250, 220, 190))
    for y in range(720):
        share = y / 720
        color = (int(120 + 130 * share), int(160 + 60 * share), int(214 - 30 * share))
        pen.box((0, y, 1280, 1.4), color)
    for base, tone in ((330, (134, 150, 176)), (400, (104, 124, 150)), (460, (74, 98, 112))):
        points = [(0.0, 720.0)]
        points += [
            (x, base - 60 * math.sin(x / 190 + base) - 26 * math.sin(x / 71))
            for x in range(0, 1281, 8)
        ]
        pen.shape([*points, (1280.0, 720.0)], tone)
    x = 0.0
    while x < 1280:  # noqa: PLR2004 - the width of the picture
        width, height = chance.uniform(46, 104), chance.uniform(60, 210)
        top = 640 - height
        shade = chance.randint(52, 96)
        pen.box((x, top, width, height + 90), (shade, shade + 10, shade + 26))
        for row in range(int(height // 30)):
            for column in range(int(width // 24)):
                if chance.random() < 0.55:  # noqa: PLR2004 - more than half the lights are on
                    window = (x + 8 + column * 24, top + 12 + row * 30, 11, 14)
                    pen.box(window, (252, 222, chance.randint(130, 180)))
        x += width + chance.uniform(2, 10)
    pen.box((0, 664, 1280, 56), (44, 50, 60))
    photo = pen.image.resize(pen.size, Image.Resampling.LANCZOS)
    grain = Image.frombytes("L", pen.size, chance.randbytes(pen.size[0] * pen.size[1]))
    grain = grain.filter(ImageFilter.GaussianBlur(0.8)).convert("RGB")
    target = BytesIO()
    Image.blend(photo, grain, 0.05).save(target, "JPEG", quality=88)
    return target.getvalue()
