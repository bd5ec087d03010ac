"""Languages: English message ids, Japanese catalogues per slice, one locale per context."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCALES = ("ja", "en")
LOCALE_ROOT = Path(__file__).resolve().parents[1] / "locale"
_locale: ContextVar[str] = ContextVar("lms_locale", default="ja")


@cache
def catalogue(locale: str) -> dict[str, str | tuple[str, ...]]:
    """All messages of a language: message id to text, or to the plural forms."""
    messages: dict[str, str | tuple[str, ...]] = {}
    for path in sorted((LOCALE_ROOT / locale).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=locale):
                if not message.id or message.fuzzy:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                if message.string and (isinstance(message.string, str) or all(message.string)):
                    text = message.string
                    messages[key] = text if isinstance(text, str) else tuple(text)
    return messages


def current_locale() -> str:
    """The language of this request or job: ``ja`` or ``en``."""
    return _locale.get()


def set_locale(locale: str) -> None:
    """Choose the language for the rest of this context; unknown ones mean Japanese."""
    _locale.set(locale if locale in LOCALES else "ja")


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Speak another language inside the block (mail and PDF in the recipient's language)."""
    token = _locale.set(locale if locale in LOCALES else "ja")
    try:
        yield
    finally:
        _locale.reset(token)


def gettext(message: str, **values: object) -> str:
    """The text of an English message id in the current language, with named values put in."""
    text = catalogue(_locale.get()).get(message, message)
    if not isinstance(text, str):
        text = text[0]
    return text % values if values else text


def plural_text(singular: str, plural: str, number: int) -> str:
    """The text for a count with its named values still to be put in (Jinja does that itself)."""
    found = catalogue(_locale.get()).get(singular)
    if found is None:
        return singular if number == 1 else plural
    if isinstance(found, str):
        return found
    return found[0 if number == 1 or len(found) == 1 else 1]


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Like ``gettext`` for a count; ``%(num)s`` holds the number with thousands separators."""
    return plural_text(singular, plural, number) % {"num": f"{number:,}", **values}


@cache
def _marked(locale: str, message: str) -> Markup:
    """A message without values as a template shows it; catalogues do not change at run time."""
    text = catalogue(locale).get(message, message)
    return Markup((text if isinstance(text, str) else text[0]) % {})  # noqa: S704 - our own text


def template_gettext(message: str, /, **values: object) -> Markup:
    """``gettext`` for templates: the text is markup, the values are escaped.

    Jinja's own function does the same, and looks for three names of the page at every call.
    """
    if not values:
        return _marked(_locale.get(), message)
    text = catalogue(_locale.get()).get(message, message)
    return _filled(text if isinstance(text, str) else text[0], values)


def template_ngettext(singular: str, plural: str, num: int, /, **values: object) -> Markup:
    """``ngettext`` for templates; ``%(num)s`` holds the number with thousands separators."""
    return _filled(plural_text(singular, plural, num), {"num": f"{num:,}", **values})


def _filled(text: str, values: dict[str, object]) -> Markup:
    """A message with its values; ``Markup`` itself wraps each value anew at a tenfold price."""
    escaped = {name: escape(value) for name, value in values.items()}
    return Markup(text % escaped)  # noqa: S704 - our own text, and the values are escaped


class LazyText:
    """A message that is looked up when it is shown, for form labels made at import."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return gettext(self.message)

    def __html__(self) -> str:
        from markupsafe import escape  # noqa: PLC0415 - only when a template shows it

        return str(escape(str(self)))

    def __mod__(self, values: object) -> str:
        return str(self) % values

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.message)


def lazy_gettext(message: str) -> Any:  # noqa: ANN401 - stands in for a string in WTForms
    """A message id translated at the time it is shown."""
    return LazyText(message)


def localized(ja: str, en: str) -> str:
    """The text of content kept in two columns; Japanese where there is no English."""
    return en if en and _locale.get() == "en" else ja


def lang_attribute(lang: str) -> Markup:
    """The attribute of an element whose text is in another language than the page."""
    return Markup("") if lang == _locale.get() else Markup(' lang="{}"').format(lang)


class Titled:
    """A row with its title in both languages."""

    __slots__ = ()
    title_ja: str
    title_en: str

    @property
    def title(self) -> str:
        """In the reader's language."""
        return localized(self.title_ja, self.title_en)

    @property
    def title_lang(self) -> str:
        """The language in which the title is shown."""
        return current_locale() if self.title_en else "ja"


class Summarised(Titled):
    """A row with its title and summary in both languages."""

    __slots__ = ()
    summary_ja: str
    summary_en: str

    @property
    def summary(self) -> str:
        """In the reader's language."""
        return localized(self.summary_ja, self.summary_en)
