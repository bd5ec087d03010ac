"""The files of the repository, as git knows them or would take them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def all_files() -> tuple[Path, ...]:
    """Every file that is in version control or new and not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (ROOT / name for name in listing.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def files(folder: str, *suffixes: str) -> list[Path]:
    """Own files below a folder with one of the suffixes; vendored and generated ones left out."""
    base = ROOT / folder
    return [
        path
        for path in all_files()
        if path.is_relative_to(base)
        and path.suffix in suffixes
        and "vendor" not in path.parts
        and "versions" not in path.parts
    ]


def name(path: Path) -> str:
    """How a finding names a file."""
    return path.relative_to(ROOT).as_posix()
