"""The YAML front matter of a module: a strict schema on top of the safe reader.

Values are taken as they are written, by the type the schema expects. So ``title: 2026`` and
``title: No`` are texts, and no YAML type rule can surprise an author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import yaml

from lms.catalog.markup.lines import one_line, plain_text
from lms.catalog.source import CompletionPolicy, Feedback, GradePolicy, ModuleSource, QuizPolicy
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from lms.catalog.markup.findings import Findings

_Choice = TypeVar("_Choice", bound=StrEnum)

_TEXT_KEYS = ("title", "title_en", "summary", "summary_en", "lang", "voice", "license")
_KEYS = (*_TEXT_KEYS, "objectives", "minutes", "skills", "quiz", "completion")
_QUIZ_KEYS = ("draw", "pass", "attempts", "time_limit", "shuffle", "feedback", "grade")
_COMPLETION_KEYS = ("slides", "checks", "quiz", "surveys")
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values of one front matter; ``lines`` tells where each top-level key stands."""

    texts: Mapping[str, str] = field(default_factory=dict)
    objectives: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    minutes: int = 0
    quiz: QuizPolicy = field(default_factory=QuizPolicy)
    completion: CompletionPolicy = field(default_factory=CompletionPolicy)
    lines: Mapping[str, int] = field(default_factory=dict)


def split_front_matter(lines: Sequence[str], findings: Findings) -> tuple[list[str], int]:
    """Return the lines of the front matter and the number of lines it takes with its marks."""
    if not lines or lines[0].rstrip() != "---":
        findings.error(1, N_("The file begins with --- and its front matter (title and so on)."))
        return [], 0
    for index in range(1, len(lines)):
        if lines[index].rstrip() in {"---", "..."}:
            return list(lines[1:index]), index + 1
    findings.error(1, N_("The front matter is not closed with a line ---"))
    return [], 1


def read_front_matter(lines: Sequence[str], findings: Findings) -> FrontMatter:
    """Read the YAML lines that begin at line 2 of the file."""
    try:
        node = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 2 + (mark.line if mark is not None else 0)
        findings.error(line, N_("This is not YAML: %(reason)s"), reason=error.problem or "?")
        return FrontMatter()
    except (yaml.YAMLError, ValueError, RecursionError):
        findings.error(2, N_("This is not YAML: %(reason)s"), reason="reader")
        return FrontMatter()
    if node is None:
        findings.error(1, N_("“%(name)s” is missing."), name="title")
        return FrontMatter()
    reader = _Reader(findings)
    fields = reader.mapping(node, _KEYS)
    if not reader.text(fields.get("title")):
        findings.error(2, N_("“%(name)s” is missing."), name="title")
    texts = {key: reader.text(fields[key]) for key in _TEXT_KEYS if key in fields}
    _check_language(texts, fields, findings)
    return FrontMatter(
        texts=texts,
        objectives=reader.texts(fields.get("objectives")),
        skills=reader.texts(fields.get("skills")),
        minutes=reader.whole(fields.get("minutes"), 0, high=1000),
        quiz=_quiz(reader, fields.get("quiz")),
        completion=_completion(reader, fields.get("completion")),
        lines={key: _line(value) for key, value in fields.items()},
    )


def _check_language(
    texts: Mapping[str, str], fields: Mapping[str, yaml.Node], findings: Findings
) -> None:
    if "lang" in texts and not _LANGUAGE.fullmatch(texts["lang"]):
        findings.error(
            _line(fields["lang"]),
            N_("“%(value)s” is not a language; write ja or en."),
            value=texts["lang"],
        )


def _quiz(reader: _Reader, node: yaml.Node | None) -> QuizPolicy:
    fields = reader.mapping(node, _QUIZ_KEYS) if node is not None else {}
    default = QuizPolicy()
    return QuizPolicy(
        draw=reader.whole(fields.get("draw"), default.draw, high=1000),
        pass_mark=reader.whole(fields.get("pass"), default.pass_mark, high=100),
        attempts=reader.whole(fields.get("attempts"), default.attempts, high=1000),
        time_limit=reader.whole(fields.get("time_limit"), default.time_limit, high=1000),
        shuffle=reader.flag(fields.get("shuffle"), default=default.shuffle),
        feedback=reader.choice(fields.get("feedback"), default.feedback, Feedback),
        grade=reader.choice(fields.get("grade"), default.grade, GradePolicy),
    )


def _completion(reader: _Reader, node: yaml.Node | None) -> CompletionPolicy:
    fields = reader.mapping(node, _COMPLETION_KEYS) if node is not None else {}
    default = CompletionPolicy()
    return CompletionPolicy(
        slides=reader.flag(fields.get("slides"), default=default.slides),
        checks=reader.flag(fields.get("checks"), default=default.checks),
        quiz=reader.flag(fields.get("quiz"), default=default.quiz),
        surveys=reader.flag(fields.get("surveys"), default=default.surveys),
    )


def _line(node: yaml.Node) -> int:
    """Return the line in the file; the front matter begins at line 2."""
    return int(node.start_mark.line) + 2


def write_front_matter(source: ModuleSource) -> str:
    """Return the front matter of a module in its canonical form, with the marks around it."""
    texts = {
        "title": source.title,
        "title_en": source.title_en,
        "summary": source.summary,
        "summary_en": source.summary_en,
    }
    data: dict[str, object] = {key: value for key, value in texts.items() if value}
    if source.objectives:
        data["objectives"] = list(source.objectives)
    data["lang"] = source.lang
    if source.minutes:
        data["minutes"] = source.minutes
    data |= {
        key: value
        for key, value in {"voice": source.voice, "license": source.license}.items()
        if value
    }
    if source.skills:
        data["skills"] = list(source.skills)
    data["quiz"] = _quiz_data(source.quiz)
    data["completion"] = _completion_data(source.completion)
    dumped = yaml.safe_dump(
        data, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False
    )
    return f"---\n{dumped}---\n\n"


def _quiz_data(policy: QuizPolicy) -> dict[str, object]:
    return {
        "draw": policy.draw,
        "pass": policy.pass_mark,
        "attempts": policy.attempts,
        "time_limit": policy.time_limit,
        "shuffle": policy.shuffle,
        "feedback": policy.feedback.value,
        "grade": policy.grade.value,
    }


def _completion_data(policy: CompletionPolicy) -> dict[str, object]:
    return {
        "slides": policy.slides,
        "checks": policy.checks,
        "quiz": policy.quiz,
        "surveys": policy.surveys,
    }


class _Reader:
    """Takes typed values out of YAML nodes and reports the ones that do not fit."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def mapping(self, node: yaml.Node, keys: Sequence[str]) -> dict[str, yaml.Node]:
        """Return the values by key; unknown and repeated keys are reported."""
        if not isinstance(node, yaml.MappingNode):
            self._findings.error(_line(node), N_("Write “key: value” lines here."))
            return {}
        fields: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key not in keys:
                self._findings.error(
                    _line(key_node),
                    N_("“%(name)s” is not known here. Known: %(allowed)s"),
                    name=key,
                    allowed=", ".join(keys),
                )
            elif key in fields:
                self._findings.error(_line(key_node), N_("“%(name)s” is given twice."), name=key)
            else:
                fields[key] = value
        return fields

    def text(self, node: yaml.Node | None) -> str:
        """Return a scalar as text, trimmed."""
        if node is None:
            return ""
        if isinstance(node, yaml.ScalarNode):
            is_empty = node.style is None and node.tag == "tag:yaml.org,2002:null"
            return "" if is_empty else plain_text(str(node.value)).strip(" \t")
        self._findings.error(_line(node), N_("Write a text here, not a list or a table."))
        return ""

    def texts(self, node: yaml.Node | None) -> tuple[str, ...]:
        """Return a list of one-line texts; a single text is a list of one."""
        if node is None:
            return ()
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return tuple(text for text in self._each_text(nodes) if text)

    def _each_text(self, nodes: Sequence[yaml.Node]) -> Iterator[str]:
        for node in nodes:
            yield one_line(self.text(node))

    def whole(self, node: yaml.Node | None, default: int, *, high: int) -> int:
        """Return a whole number from 0 to ``high``."""
        if node is None:
            return default
        raw = self.text(node)
        if raw.isascii() and raw.isdigit() and len(raw) <= 9 and int(raw) <= high:  # noqa: PLR2004 - keeps int() cheap
            return int(raw)
        self._findings.error(
            _line(node),
            N_("“%(value)s”: write a whole number from %(low)s to %(high)s."),
            value=raw,
            low=0,
            high=high,
        )
        return default

    def flag(self, node: yaml.Node | None, *, default: bool) -> bool:
        """Return true or false."""
        if node is None:
            return default
        raw = self.text(node).lower()
        if raw not in _TRUE | _FALSE:
            self._findings.error(_line(node), N_("“%(value)s”: write true or false."), value=raw)
            return default
        return raw in _TRUE

    def choice(self, node: yaml.Node | None, default: _Choice, choices: type[_Choice]) -> _Choice:
        """Return one of the values of an enumeration."""
        if node is None:
            return default
        raw = self.text(node)
        try:
            return choices(raw)
        except ValueError:
            self._findings.error(
                _line(node),
                N_("“%(value)s”: write one of %(allowed)s."),
                value=raw,
                allowed=", ".join(choice.value for choice in choices),
            )
            return default
