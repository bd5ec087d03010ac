"""The tables of the reports: what is on the screen is what is in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.i18n import gettext as _
from lms.kernel.tables import Column, Kind, LongTable, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from lms.assessment.statistics import AnswerStatistics, QuestionStatistics, SurveyStatistics
    from lms.reports.duty_file import Batches
    from lms.reports.overview import Numbers, UnitNumbers


def scope_note(numbers: Numbers) -> str:
    """The sentence that says who is counted (LV-2)."""
    if not numbers.out_of_scope:
        return _("%(assigned)s assigned.", assigned=f"{numbers.assigned:,}")
    return _(
        "%(assigned)s assigned, %(in_scope)s of them in scope (on leave and left out: %(out)s).",
        assigned=f"{numbers.assigned:,}",
        in_scope=f"{numbers.in_scope:,}",
        out=f"{numbers.out_of_scope:,}",
    )


def overview_table(
    rows: Iterable[UnitNumbers], total: Numbers, *, title: str, as_of: date
) -> Table:
    """Numbers by department with their total."""
    columns = (
        Column("code", _("Unit code"), Kind.TEXT, 12),
        Column("unit", _("Department"), Kind.TEXT, 28),
        Column("assigned", _("Assigned"), Kind.INT, 10),
        Column("out", _("Out of scope"), Kind.INT, 10),
        Column("started", _("Started"), Kind.INT, 10),
        Column("completed", _("Completed"), Kind.INT, 10),
        Column("overdue", _("Overdue"), Kind.INT, 10),
        Column("rate", _("Completion rate"), Kind.PERCENT, 10),
        Column("average", _("Average score"), Kind.FLOAT, 10),
    )
    return Table(
        title=title,
        as_of=as_of,
        columns=columns,
        rows=tuple((r.unit.code, r.unit.name, *_cells(r.numbers)) for r in rows),
        total_row=("", _("Total"), *_cells(total)),
        notes=(scope_note(total),),
    )


def _cells(numbers: Numbers) -> tuple[int | float | None, ...]:
    return (
        numbers.assigned,
        numbers.out_of_scope,
        numbers.started,
        numbers.completed,
        numbers.overdue,
        numbers.rate,
        numbers.average,
    )


def people_table(batches: Batches, *, title: str, as_of: date) -> LongTable:
    """One line for each person and course, as ``duty_file`` yields them."""
    columns = (
        Column("staff_no", _("Staff number"), Kind.TEXT, 12),
        Column("name", _("Name"), Kind.TEXT, 18),
        Column("kana", _("Name in kana"), Kind.TEXT, 22),
        Column("unit", _("Department"), Kind.TEXT, 24),
        Column("rank", _("Rank"), Kind.TEXT, 12),
        Column("course", _("Course"), Kind.TEXT, 32),
        Column("due", _("Due date"), Kind.DATE, 12),
        Column("state", _("State"), Kind.TEXT, 10),
        Column("modules", _("Modules completed"), Kind.INT, 10),
        Column("modules_total", _("Modules"), Kind.INT, 10),
        Column("score", _("Score"), Kind.FLOAT, 8),
        Column("started", _("Started on"), Kind.DATETIME, 16),
        Column("completed", _("Completed on"), Kind.DATETIME, 16),
        Column("assigned_by", _("Assigned by"), Kind.TEXT, 16),
    )
    return LongTable(title=title, as_of=as_of, columns=columns, batches=batches)


def questions_table(rows: Iterable[QuestionStatistics], *, title: str, as_of: date) -> Table:
    """Correct rate by question."""
    columns = (
        Column("code", _("Question"), Kind.TEXT, 10),
        Column("prompt", _("Text"), Kind.TEXT, 60),
        Column("count", _("Answers"), Kind.INT, 10),
        Column("rate", _("Correct rate"), Kind.PERCENT, 10),
    )
    return Table(
        title=title,
        as_of=as_of,
        columns=columns,
        rows=tuple((r.code, r.prompt, r.analysis.count, r.analysis.correct_rate) for r in rows),
    )


def answers_table(found: AnswerStatistics, *, title: str, as_of: date) -> Table:
    """Every different answer to every question and survey item, and how many people gave it."""
    columns = (
        Column("code", _("Question"), Kind.TEXT, 10),
        Column("prompt", _("Text"), Kind.TEXT, 60),
        Column("answer", _("Answer"), Kind.TEXT, 60),
        Column("right", _("Marked correct"), Kind.BOOL, 8),
        Column("people", _("People"), Kind.INT, 10),
    )
    asked: tuple[QuestionStatistics | SurveyStatistics, ...] = (*found.questions, *found.surveys)
    return Table(
        title=title,
        as_of=as_of,
        columns=columns,
        rows=tuple(
            (each.code, each.prompt, choice.text, choice.right, choice.count)
            for each in asked
            for choice in each.choices
        ),
    )
