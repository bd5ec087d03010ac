"""What all courses of a tree have to keep: the skill framework, the standard, the glossary.

Pure and frozen. ``courses/README.md`` describes ``curriculum.toml`` and ``glossary.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Skill:
    """An item of the framework; ``targets`` is the level each tier should reach (0 to 4)."""

    code: str
    title: str
    title_en: str = ""
    targets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standard:
    """What is asked of a module; 0 asks nothing.

    ``pool`` and ``checks`` are numbers of questions, ``exercise`` the tiers whose modules have a
    slide ``.exercise``, ``coverage`` the percentage of skills each tier must teach, ``sentence``
    the mean length of a script's sentences in characters.
    """

    pool: int = 0
    checks: int = 0
    exercise: tuple[str, ...] = ()
    coverage: float = 0.0
    sentence: float = 0.0


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary with the spellings that are not used for it."""

    name: str
    meaning: str
    english: str = ""
    avoided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The framework with its version, the standard and the glossary."""

    framework: str = ""
    version: str = ""
    standard: Standard = Standard()
    skills: tuple[Skill, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the framework the courses of a tier teach."""

    tier: str
    taught: int
    total: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> float:
        return 100 * self.taught / self.total if self.total else 100.0


def coverage(curriculum: Curriculum, tier: str, taught: frozenset[str]) -> Coverage:
    """Compare what a tier's modules teach with the skills that have a target there."""
    wanted = [skill.code for skill in curriculum.skills if skill.targets.get(tier, 0) > 0]
    missing = tuple(code for code in wanted if code not in taught)
    return Coverage(tier, len(wanted) - len(missing), len(wanted), missing)
