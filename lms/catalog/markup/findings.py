"""Collecting problems while reading, so that an author sees all of them at once."""

from __future__ import annotations

from lms.catalog.source import Problem


class Findings:
    """Problems of one file in the order in which they were found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def error(self, line: int, message: str, **values: object) -> None:
        """Record something that prevents publishing. ``message`` is an English message id."""
        self._add(line, message, values, warning=False)

    def warning(self, line: int, message: str, **values: object) -> None:
        """Record something an author should look at."""
        self._add(line, message, values, warning=True)

    def _add(self, line: int, message: str, values: dict[str, object], *, warning: bool) -> None:
        named = tuple((name, str(value)) for name, value in values.items())
        self._problems.append(Problem(self.file, line, message, named, warning))

    @property
    def has_errors(self) -> bool:
        """Whether anything was found that prevents publishing."""
        return any(not problem.warning for problem in self._problems)

    def sorted(self) -> tuple[Problem, ...]:
        """Return the problems by line; those of one line stay in the order of discovery."""
        return tuple(sorted(self._problems, key=lambda problem: problem.line))
