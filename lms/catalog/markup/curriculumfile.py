"""``curriculum.toml`` and ``glossary.csv``: what all courses of a tree have to keep."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from lms.catalog.curriculum import Curriculum, Skill, Standard, Term
from lms.catalog.markup.coursefile import TIERS
from lms.catalog.markup.lines import clean
from lms.catalog.markup.tomlfile import read_toml
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from lms.catalog.markup.findings import Findings

GLOSSARY_HEADER = ("用語", "説明", "英語", "使わない表記")
_KNOWN = ("framework", "version", "standard", "skill")
_REQUIRED = ("framework", "version", "skill")
_STANDARD = ("pool", "checks", "exercise", "coverage", "sentence")
_SKILL = ("code", "title", "title_en", *TIERS)


def parse_curriculum(text: str, findings: Findings) -> Curriculum:
    """Read the text of ``curriculum.toml``; what is wrong is reported and left out."""
    reader = read_toml(text, findings, known=_KNOWN, required=_REQUIRED)
    if reader is None:
        return Curriculum("", "", Standard(), ())
    data = reader.data
    table = reader.table("standard")
    reader.unknown(table, _STANDARD, "standard.")
    tiers = table.get("exercise", [])
    standard = Standard(
        pool=round(reader.number(table, "pool", "standard.")),
        checks=round(reader.number(table, "checks", "standard.")),
        exercise=tuple(tier for tier in TIERS if isinstance(tiers, list) and tier in tiers),
        coverage=reader.number(table, "coverage", "standard."),
        sentence=reader.number(table, "sentence", "standard."),
    )
    skills = []
    for row, prefix in reader.tables("skill"):
        reader.unknown(row, _SKILL, prefix)
        reader.require(row, ("code", "title"), prefix)
        targets = {tier: round(reader.number(row, tier, prefix)) for tier in TIERS}
        skills.append(
            Skill(
                reader.text(row, "code", prefix),
                reader.text(row, "title", prefix),
                reader.text(row, "title_en", prefix),
                targets,
            )
        )
    return Curriculum(
        reader.text(data, "framework", ""),
        reader.text(data, "version", ""),
        standard,
        tuple(skills),
    )


def parse_glossary(text: str, findings: Findings) -> tuple[Term, ...]:
    """Read the text of ``glossary.csv``; spellings not to be used stand with ``|`` between."""
    terms: dict[str, Term] = {}
    reader = csv.reader(io.StringIO(clean(text), newline=""))
    try:
        header = tuple(name.strip() for name in next(reader, []))
        if header != GLOSSARY_HEADER:
            names = ",".join(GLOSSARY_HEADER)
            findings.error(1, N_("The first line must be %(header)s"), header=names)
            return ()
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if len(cells) != len(GLOSSARY_HEADER) or not cells[0] or not cells[1]:
                names = ",".join(GLOSSARY_HEADER)
                findings.error(
                    reader.line_num, N_("A row has the four cells %(header)s"), header=names
                )
                continue
            if cells[0] in terms:
                findings.error(reader.line_num, N_("“%(name)s” is given twice."), name=cells[0])
            avoided = tuple(word for word in cells[3].split("|") if word)
            terms[cells[0]] = Term(cells[0], cells[1], cells[2], avoided)
    except csv.Error as error:
        findings.error(reader.line_num, N_("This is not CSV: %(reason)s"), reason=error)
    return tuple(terms.values())
