"""How large a narrated module is beside a video of the same talk.

Run ``python -m tests.bench.bench_size`` (needs LibreOffice and ffmpeg). The sample deck of twenty
slides is imported and narrated as the product does it. Then the same pictures and the same sound
become H.264 videos of 1280x720: of still slides, and with a moving presenter in the corner, which
is what a trainer would otherwise make, once as a clean drawing and once with a camera's grain.
"""

from __future__ import annotations

import argparse
import gzip
import math
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from lms.authoring.conversion import convert_deck
from lms.authoring.sample_decks import write_sample_decks
from lms.authoring.speech.clips import MemoryClips
from lms.authoring.speech.narrate import Narration, narrate
from lms.authoring.speech.provider import DEFAULT_VOICE
from lms.catalog.script import parse_script
from lms.core.web.static import StaticFiles
from lms.player.captions import to_vtt
from lms.player.timeline import to_json

FRAME = "1280x720"
FACE = 260
SWAY_FRAMES = 60


@dataclass
class Part:
    """One line of the table: bytes, and processor seconds of making sound or video."""

    name: str
    size: int
    seconds: float = 0.0


def gzipped(data: bytes) -> int:
    return len(gzip.compress(data, 9, mtime=0))


def processor_seconds() -> float:
    """Return what this process and the programs it ran have used."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    programs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + programs.ru_utime + programs.ru_stime


def player_size() -> int:
    """Return what the player's scripts and styles weigh on the wire."""
    sent = StaticFiles().packed
    return len(sent["player.js"]) + len(sent["player.css"])


def ffmpeg(*arguments: str) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments]
    subprocess.run(command, check=True)  # noqa: S603


def draw_presenter(folder: Path) -> None:
    """Draw one sway of a head that speaks, as pictures with a soft, photograph-like shading."""
    for number in range(SWAY_FRAMES):
        turn = math.sin(2 * math.pi * number / SWAY_FRAMES)
        mouth = 4 + 9 * abs(math.sin(2 * math.pi * 5 * number / SWAY_FRAMES))
        image = Image.new("RGB", (FACE, FACE), (206, 218, 232))
        draw = ImageDraw.Draw(image)
        x, y = FACE / 2 + 5 * turn, FACE * 0.42 + 2 * turn
        draw.ellipse((x - 110, 190, x + 110, 400), fill=(40, 62, 104))
        for ring in range(40):
            shade = ring * 1.2
            radius = 72 - ring
            draw.ellipse(
                (x - radius, y - radius * 1.25, x + radius, y + radius * 1.25),
                fill=(int(196 + shade), int(156 + shade), int(128 + shade)),
            )
        draw.pieslice((x - 76, y - 100, x + 76, y + 40), 180, 360, fill=(46, 34, 30))
        blink = 1 if number % 45 > 42 else 7
        for side in (-28, 28):
            draw.ellipse((x + side - 9, y - blink, x + side + 9, y + blink), fill=(250, 250, 250))
            draw.ellipse((x + side - 5, y - blink, x + side + 5, y + blink), fill=(30, 24, 20))
        draw.ellipse((x - 20, y + 48 - mouth, x + 20, y + 48 + mouth), fill=(128, 44, 48))
        image.filter(ImageFilter.GaussianBlur(0.8)).save(folder / f"face{number:03}.png")


def make_videos(work: Path, pictures: list[Path], talks: list[Narration]) -> list[Part]:
    """Return the videos' sizes and what encoding them took."""
    sounds = []
    for index, talk in enumerate(talks):
        sounds.append(work / f"{index:03}.ogg")
        sounds[-1].write_bytes(talk.audio)
    frames = "".join(
        f"file '{picture}'\nduration {talk.duration:.3f}\n"
        for picture, talk in zip(pictures, talks, strict=True)
    )
    (work / "slides.txt").write_text(f"{frames}file '{pictures[-1]}'\n", "utf-8")
    (work / "sounds.txt").write_text("".join(f"file '{sound}'\n" for sound in sounds), "utf-8")
    draw_presenter(work)
    seconds = f"{sum(talk.duration for talk in talks):.3f}"
    slides = ["-f", "concat", "-safe", "0", "-i", str(work / "slides.txt")]
    sound = ["-f", "concat", "-safe", "0", "-i", str(work / "sounds.txt")]
    face = ["-stream_loop", "-1", "-framerate", "30", "-i", str(work / "face%03d.png")]
    coding = ["-r", "30", "-t", seconds, "-c:v", "libx264", "-preset", "medium", "-crf", "23"]
    coding += ["-c:a", "aac", "-b:a", "128k", "-ac", "1"]
    fit = f"scale={FRAME},format=yuv420p"
    parts = []
    overlay = f"[0]{fit},fps=30[s];[2]{{grain}}[f];[s][f]overlay=W-w-16:H-h-16[v]"
    chosen = ["-map", "[v]", "-map", "1:a"]
    for name, inputs, filters in (
        ("video, still slides", [], ["-vf", fit]),
        (
            "video, drawn presenter",
            face,
            ["-filter_complex", overlay.format(grain="null"), *chosen],
        ),
        (
            "video, presenter on camera",
            face,
            ["-filter_complex", overlay.format(grain="noise=alls=5:allf=t"), *chosen],
        ),
    ):
        target = work / "video.mp4"
        start = processor_seconds()
        ffmpeg(*slides, *sound, *inputs, *filters, *coding, str(target))
        parts.append(Part(name, target.stat().st_size, processor_seconds() - start))
    return parts


def make_module(
    work: Path, voice: str, most: int
) -> tuple[list[Part], list[Path], list[Narration]]:
    """Import and narrate the sample deck; return its parts, pictures and sound."""
    deck = write_sample_decks(work)[0]
    conversion = convert_deck(deck, work, file_name=deck.name)
    slides = [slide for slide in conversion.source.slides if slide.picture and slide.script]
    slides = slides[: most or None]
    pictures = [conversion.files[slide.picture.src] for slide in slides if slide.picture]
    start = processor_seconds()
    clips = MemoryClips()
    talks = [narrate(parse_script(slide.script), voice=voice, clips=clips) for slide in slides]
    spoken = processor_seconds() - start
    texts = [to_json(talk.timeline) + to_vtt(talk.timeline) for talk in talks]
    bodies = [slide.title + slide.body + slide.script for slide in slides]
    parts = [
        Part("pictures, WebP 1600", sum(file.stat().st_size for file in pictures)),
        Part("sound, Opus 16 kbit/s", sum(len(talk.audio) for talk in talks), spoken),
        Part("timelines and captions, gzip", sum(gzipped(text.encode()) for text in texts)),
        Part("text of the slides, gzip", sum(gzipped(body.encode()) for body in bodies)),
        Part("player, gzip", player_size()),
    ]
    return parts, pictures, talks


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voice", default=DEFAULT_VOICE)
    parser.add_argument("--slides", type=int, default=0, help="only the first slides (0: all)")
    options = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-size-") as folder:
        work = Path(folder)
        parts, pictures, talks = make_module(work, options.voice, options.slides)
        module = Part("narrated module", sum(p.size for p in parts), sum(p.seconds for p in parts))
        videos = make_videos(work, pictures, talks)
    sound = sum(talk.duration for talk in talks)
    print(f"{len(talks)} slides, {sound:.0f} s of {options.voice}")
    print(f"{'part':<32}{'KB':>9}{'CPU s':>8}{'% of last':>11}")
    for part in [*parts, module, *videos]:
        share = 100 * part.size / videos[-1].size
        print(f"{part.name:<32}{part.size / 1024:>9.0f}{part.seconds:>8.0f}{share:>11.1f}")
    print(f"module is {100 * module.size / videos[0].size:.1f} % of the video of still slides")
    print(f"wall clock {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
