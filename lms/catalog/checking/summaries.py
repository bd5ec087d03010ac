"""What the checks say of modules and courses besides findings."""

from __future__ import annotations

from dataclasses import dataclass


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

    def __str__(self) -> str:
        minutes = sum(module.minutes for module in self.modules)
        slides = sum(module.slides for module in self.modules)
        questions = sum(module.questions for module in self.modules)
        length = sum(module.script_length for module in self.modules)
        return (
            f"{self.id}: {len(self.modules)} modules, {minutes} minutes, {slides} slides, "
            f"{questions} questions, {length} script characters"
        )
