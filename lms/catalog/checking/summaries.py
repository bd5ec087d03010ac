"""What the checks say of modules and courses besides findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class ModuleSummary:
    """Size of one module. ``minutes`` is what its author states, ``estimate`` what we count."""

    name: str
    title: str
    minutes: int
    estimate: int
    slides: int
    questions: int
    surveys: int
    script_length: int
    has_english: bool
    skills: frozenset[str] = frozenset()
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseSummary:
    """Size of one course."""

    id: str
    title: str
    modules: tuple[ModuleSummary, ...]
    tier: str = ""

    def text(self, translate: Callable[[str], str]) -> str:
        """The size of the course in a line."""
        message = N_(
            "%(id)s: modules %(modules)s, minutes %(minutes)s, slides %(slides)s, "
            "questions %(questions)s, script characters %(length)s"
        )
        return translate(message) % {
            "id": self.id,
            "modules": len(self.modules),
            "minutes": sum(module.minutes for module in self.modules),
            "slides": sum(module.slides for module in self.modules),
            "questions": sum(module.questions for module in self.modules),
            "length": sum(module.script_length for module in self.modules),
        }
