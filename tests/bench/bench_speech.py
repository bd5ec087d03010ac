"""What speech costs: run ``python -m tests.bench.bench_speech`` and read the table.

Speaks the first slides of the course library with every voice installed, then changes one
sentence. Processor seconds are those of this process, so other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import re
import resource
import time
from dataclasses import dataclass, replace
from pathlib import Path

from lms.authoring.speech.clips import MemoryClips
from lms.authoring.speech.frontend import analyse, label_phoneme
from lms.authoring.speech.narrate import narrate
from lms.authoring.speech.provider import available_voices
from lms.catalog.script import Part, Script, parse_script
from lms.player.captions import to_vtt
from lms.player.timeline import to_json

COURSES = Path(__file__).parents[2] / "courses"
_SCRIPT = re.compile(r"^::: script\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
_QUICK = {"openjtalk", "silent"}


@dataclass
class Measured:
    """Figures of one voice; seconds are processor seconds unless they are of sound."""

    voice: str
    slides: int = 0
    sentences: int = 0
    sound: float = 0.0
    fresh: float = 0.0
    kept: float = 0.0
    changed: float = 0.0
    changed_slide: float = 0.0
    audio: int = 0
    clips: int = 0
    timeline: int = 0
    captions: int = 0

    def row(self) -> str:
        minutes = self.sound / 60
        return (
            f"{self.voice:<20} {self.slides:>6} {self.sentences:>9} {self.sound:>8.1f}"
            f" {self.fresh / self.sound:>9.3f} {self.kept / self.sound:>9.3f}"
            f" {self.changed:>9.2f} ({self.changed_slide:>4.1f} s)"
            f" {self.audio / 1024 / minutes:>8.0f} {self.clips / 1024 / minutes:>8.0f}"
            f" {(self.timeline + self.captions) / 1024 / minutes:>8.1f}"
        )


HEADER = (
    f"{'voice':<20} {'slides':>6} {'sentences':>9} {'sound s':>8} {'CPU/s new':>9}"
    f" {'CPU/s old':>9} {'1 sentence changed':>18} {'KB/min':>8} {'clips':>8} {'texts':>8}"
)


def library_scripts() -> list[Script]:
    """Return the Japanese scripts of the course library, slide by slide."""
    files = sorted(COURSES.glob("*/*/*/module.md"))
    texts = [match[1] for file in files for match in _SCRIPT.finditer(file.read_text("utf-8"))]
    return [parse_script(text) for text in texts]


def measure(voice: str, scripts: list[Script]) -> Measured:
    """Speak every script twice, then one of them with its first sentence changed."""
    clips = MemoryClips()
    narrate(parse_script("はい。"), voice=voice, clips=MemoryClips())
    figures = Measured(voice, slides=len(scripts))
    start = time.process_time()
    for script in scripts:
        narration = narrate(script, voice=voice, clips=clips)
        figures.sentences += narration.synthesised
        figures.sound += narration.duration
        figures.audio += len(narration.audio)
        figures.timeline += len(to_json(narration.timeline).encode())
        figures.captions += len(to_vtt(narration.timeline).encode())
    figures.fresh = time.process_time() - start
    figures.clips = sum(len(clip) for clip in clips.clips.values())
    start = time.process_time()
    for script in scripts:
        assert narrate(script, voice=voice, clips=clips).synthesised == 0
    figures.kept = time.process_time() - start
    first, *rest = scripts[0].sentences
    new = replace(first, parts=(Part("この文だけを、いま直しました。"),))
    changed = replace(scripts[0], sentences=(new, *rest))
    start = time.process_time()
    narration = narrate(changed, voice=voice, clips=clips)
    figures.changed = time.process_time() - start
    assert narration.synthesised == 1
    figures.changed_slide = narration.duration
    return figures


def exact_sentences(scripts: list[Script]) -> tuple[int, int]:
    """Return how many sentences have exactly the sounds of their labels, and of how many."""
    exact = total = 0
    for sentence in (sentence for script in scripts for sentence in script.sentences):
        analysis = analyse(sentence, ())
        planned = [name for token in analysis.tokens for name in token.phonemes]
        labels = [label_phoneme(label) for label in analysis.labels]
        exact += planned == [name for name in labels if name not in {"sil", "pau"}]
        total += 1
    return exact, total


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slides", type=int, default=20, help="slides to speak")
    parser.add_argument("--slow-slides", type=int, default=2, help="slides for neural voices")
    parser.add_argument("--voice", action="append", help="only this voice (may be repeated)")
    options = parser.parse_args()
    scripts = [script for script in library_scripts() if script.sentences]
    voices = options.voice or [voice.id for voice in available_voices("ja")]
    print(HEADER)
    for voice in voices:
        count = options.slides if voice.partition("/")[0] in _QUICK else options.slow_slides
        print(measure(voice, scripts[:count]).row(), flush=True)
    exact, total = exact_sentences(scripts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"exactly timed sentences: {exact} of {total}; most memory: {peak:.0f} MB")
    print(
        "CPU/s: processor seconds per second of sound, new and when every clip was kept;"
        " KB/min: Opus file; clips: kept sentences; texts: timeline and WebVTT, not compressed"
    )


if __name__ == "__main__":
    main()
