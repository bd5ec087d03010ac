"""The rules of a module in words: what is asked, and what is still missing (「なぜ未修了?」)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.i18n import gettext as _
from lms.core.i18n import ngettext
from lms.core.web import formats
from lms.learning.rules import TickKind

if TYPE_CHECKING:
    from lms.learning.rules import Tick


def rule_text(tick: Tick) -> str:
    """What the rule asks, in the language of the reader."""
    if tick.kind is TickKind.SLIDES:
        return _("See every slide")
    if tick.kind is TickKind.CHECKS:
        return _("Answer every question on the way")
    if tick.kind is TickKind.SURVEYS:
        return _("Answer the survey")
    return _("Pass the quiz (%(mark)s%% or more)", mark=tick.need)


def missing_text(tick: Tick) -> str:
    """What is still missing, as a sentence; empty when the rule is met."""
    if tick.done:
        return ""
    left = tick.missing
    if tick.kind is TickKind.SLIDES:
        return ngettext("%(num)s slide is not seen yet.", "%(num)s slides are not seen yet.", left)
    if tick.kind is TickKind.CHECKS:
        return ngettext(
            "%(num)s question on the way is not answered yet.",
            "%(num)s questions on the way are not answered yet.",
            left,
        )
    if tick.kind is TickKind.SURVEYS:
        return ngettext(
            "%(num)s survey item is not answered yet.",
            "%(num)s survey items are not answered yet.",
            left,
        )
    if tick.score is not None:
        return _(
            "The quiz is not passed yet: %(score)s, and %(mark)s is needed.",
            score=formats.score(tick.score),
            mark=formats.score(tick.need),
        )
    return _("The quiz is not passed yet.")
