"""Set a fresh machine up: system packages, virtual environment, nothing else.

Run with the system's Python before anything is installed, so it uses the standard library only:
``python3 lms/ops/setup.py run`` (to use the product) or ``… test`` (to test it too).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
EXACTLY = ("--no-deps", "--require-hashes")
"""The locks name every package, so pip need not look for any: Debian 12's pip answers a demand such
as ``coverage[toml]`` with the newest release, which the lock does not know. The voice moreover
names a large dictionary that it does not need."""


@dataclass(frozen=True)
class Need:
    """System packages for one ability of the product.

    ``program`` or ``library`` tell that the ability is there although the packages are not.
    """

    ability: str
    packages: tuple[str, ...]
    program: str = ""
    needed: bool = False
    for_tests: bool = False


NEEDS = (
    Need("the virtual environment", ("python3-venv",), needed=True),
    Need(
        "certificates as PDF",
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk",
         "fonts-morisawa-bizud-gothic", "fonts-morisawa-bizud-mincho"),
    ),
    Need(
        "pictures of PowerPoint slides (a PDF beside the deck still works)",
        ("libreoffice-impress-nogui", "bubblewrap", "fonts-ipaexfont"),
    ),
    Need("the quick encoder (narration takes half as long again)", ("libopus0",)),
    Need("the tests on PostgreSQL", ("postgresql",), for_tests=True),
    Need("the tests in a browser", ("chromium",), program="chromium", for_tests=True),
    Need("the tests of PDF files", ("poppler-utils",), program="pdftotext", for_tests=True),
    Need("the comparison with video", ("ffmpeg",), program="ffmpeg", for_tests=True),
    Need("the tests of scripts", ("nodejs",), program="node", for_tests=True),
)  # fmt: skip


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def is_installed(package: str) -> bool:
    """Whether dpkg knows the package as installed."""
    answer = subprocess.run(  # noqa: S603
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],  # noqa: S607
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return answer.stdout.strip() == "installed"


def is_met(need: Need) -> bool:
    """Whether the ability is there."""
    if need.program and shutil.which(need.program):
        return True
    if need.needed and _can_make_environments():
        return True
    if shutil.which("dpkg-query") is None:
        return False
    return all(is_installed(package) for package in need.packages)


def _can_make_environments() -> bool:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian leaves it out of python3
    except ImportError:
        return False
    return True


def apt_prefix() -> list[str] | None:
    """How apt may be called here without asking anybody; None when it may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)  # noqa: S607
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def install_packages(*, for_tests: bool) -> list[Need]:
    """Install what is missing where that is allowed; returns what is still missing."""
    missing = [n for n in NEEDS if (for_tests or not n.for_tests) and not is_met(n)]
    prefix = apt_prefix()
    if not missing or prefix is None:
        return missing
    packages = [package for need in missing for package in need.packages]
    say(f"Installing system packages: {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300", "-qq"]
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*prefix, "apt-get", *wait, "update"], check=False, env=quiet)  # noqa: S603
    install = [*prefix, *keep, "apt-get", *wait, "install", "-y", "--no-install-recommends"]
    for need in missing:
        # One after another, so that a package this release lacks does not stop the others.
        subprocess.run([*install, *need.packages], check=False, env=quiet,  # noqa: S603
                       stdout=subprocess.DEVNULL)  # fmt: skip
    return [need for need in missing if not is_met(need)]


def report_missing(missing: list[Need]) -> None:
    """Say in one line what to install and what stays switched off without it.

    Raises:
        SystemExit: the product cannot be set up without it.
    """
    if not missing:
        return
    packages = " ".join(package for need in missing for package in need.packages)
    off = ", ".join(need.ability for need in missing)
    say(f"Please run: sudo apt-get install {packages}   (without it stays off: {off})")
    if any(need.needed for need in missing):
        raise SystemExit(1)


def locks(*, for_tests: bool) -> list[str]:
    """The lock files to install, in this order."""
    found = ["requirements.lock", "requirements-speech.lock"]
    return [*found, "requirements-dev.lock"] if for_tests else found


def install_environment(folder: Path, *, for_tests: bool) -> bool:
    """Make the virtual environment and install the locks that changed; False when none did."""
    python = folder / "bin" / "python"
    changed = False
    for name in locks(for_tests=for_tests):
        stamp = folder / f".{name}.stamp"
        wanted = _stamp(ROOT / name)
        if python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            continue
        if not python.exists():
            say(f"Making the virtual environment {folder}")
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)  # noqa: S603
        say(f"Installing {name}")
        subprocess.run(  # noqa: S603
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check",
             "--no-input", *EXACTLY, "-r", str(ROOT / name)],
            check=True,
        )  # fmt: skip
        stamp.write_text(wanted, encoding="ascii")
        changed = True
    return changed


def _stamp(lock: Path) -> str:
    tag = sysconfig.get_config_var("SOABI") or sys.version
    return f"{tag} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=("run", "test"))
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    options = parser.parse_args()
    if sys.version_info < OLDEST:
        raise SystemExit("Python 3.11 or newer is needed; choose one with: make PYTHON=python3.11")
    for_tests = options.purpose == "test"
    report_missing(install_packages(for_tests=for_tests))
    install_environment(options.venv.resolve(), for_tests=for_tests)


if __name__ == "__main__":
    main()
