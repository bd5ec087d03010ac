"""Compile templates once for each language, with their constant words and icons put in.

Most of a page is ``_("…")`` and ``icon("…")`` with constant arguments. Looking them up at every
request costs more than everything that differs from one request to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Template
from jinja2.ext import Extension
from jinja2.lexer import Token
from markupsafe import Markup

from lms.core.i18n import LOCALES, use_locale
from lms.core.web.fragments import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jinja2 import Environment
    from jinja2.environment import TemplateModule
    from jinja2.lexer import TokenStream
    from jinja2.runtime import Context


class FoldConstants(Extension):
    """Replaces calls of some functions with constant arguments by what they return.

    The environment says which functions (``folded``: name to function, whose result depends on
    its arguments and the language alone) and in which language (``folded_locale``; without one
    nothing is replaced). A template must not give the names another meaning.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Jinja's hook between its lexer and its parser."""
        locale: str = getattr(self.environment, "folded_locale", "")
        functions: Mapping[str, Callable[..., str]] = getattr(self.environment, "folded", {})
        tokens = list(stream)
        place = 0
        while place < len(tokens):
            token = tokens[place]
            call = _constant_call(tokens, place) if locale and token.value in functions else None
            if call is None:
                yield token
                place += 1
                continue
            values, named, place = call
            with use_locale(locale):
                found = functions[token.value](*values, **named)
            yield from _literal(found, token.lineno)


def _literal(text: str, line: int) -> Iterator[Token]:
    """``("text"|safe)`` for markup, ``("text")`` for what is still to be escaped."""
    yield Token(line, "lparen", "(")
    yield Token(line, "string", str(text))
    if isinstance(text, Markup):
        yield Token(line, "pipe", "|")
        yield Token(line, "name", "safe")
    yield Token(line, "rparen", ")")


def _constant_call(tokens: list[Token], place: int) -> tuple[list[Any], dict[str, Any], int] | None:
    """The arguments of the call that begins here, and where it ends; None where one varies."""
    if tokens[place].type != "name" or tokens[place + 1].type != "lparen":
        return None
    values: list[Any] = []
    named: dict[str, Any] = {}
    place += 2
    while True:
        name = ""
        if tokens[place].type == "name" and tokens[place + 1].type == "assign":
            name = tokens[place].value
            place += 2
        if tokens[place].type not in {"string", "integer"}:
            return None
        if name:
            named[name] = tokens[place].value
        else:
            values.append(tokens[place].value)
        place += 1
        if tokens[place].type == "rparen":
            return values, named, place + 1
        if tokens[place].type != "comma":
            return None
        place += 1


class FoldedTemplate(Template):
    """A template whose imports are made once.

    Jinja asks at every import whether the page has globals of its own, by comparing all names.
    No page has.
    """

    def _get_default_module(self, _context: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def environments(
    base: Environment, functions: Mapping[str, Callable[..., str]]
) -> dict[str, Environment]:
    """An environment for each language, with these functions folded; all else is the base's."""
    found = {}
    for locale in LOCALES:
        made = base.overlay(extensions=[FoldConstants])
        made.folded, made.folded_locale = functions, locale  # type: ignore[attr-defined]
        made.template_class = FoldedTemplate
        made.globals = {**base.globals, "remembered": Remembered}
        found[locale] = made
    return found
