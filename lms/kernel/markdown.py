"""The small Markdown subset of slides and questions: safe HTML, plain text and what it refers to.

The subset is CommonMark without HTML, indented code, underlined headings and reference links, and
with tables. Emphasis follows the CJK-friendly amendment (https://github.com/tats-u/
markdown-cjk-friendly, specification), because plain CommonMark leaves the marks of
``**（注意）**です`` in the text. ``markdown-it-py`` and ``nh3`` are imported here only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter

from lms.kernel.text import is_wide

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

ResolveAsset = Callable[[str], str | None]
"""Takes the name of a picture as written; returns its address or None where there is none."""

FillSlot = Callable[[str], str | None]
"""Takes the name in ``{{tenant.name}}`` without ``tenant.``; returns HTML or None."""

_SLOT = re.compile(r"\{\{[ ]*tenant\.(?P<name>[a-z_]+)[ ]*\}\}")
_LINK = re.compile(r"(?:https://[^\s/]|mailto:[^\s]+@|#[A-Za-z0-9])", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_DISABLED = ("html_block", "html_inline", "lheading", "code", "reference")
_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("strong", "em", "a", "img", "span", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "loading", "decoding"},
    "span": {"class", "role", "aria-label"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "th": {"scope", "class"},
    "td": {"class"},
    "ol": {"start"},
}


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a text. ``line`` counts from 0 within the text."""

    src: str
    alt: str
    line: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What a text refers to and what it holds against the rules; lines count from 0."""

    images: tuple[Image, ...] = ()
    links: tuple[tuple[str, int], ...] = ()
    refused_links: tuple[tuple[str, int], ...] = ()
    slots: tuple[tuple[str, int], ...] = ()
    html: tuple[tuple[str, int], ...] = ()
    stray_marks: tuple[int, ...] = ()


def _scan_delimiters(state: StateInline, start: int, mark: str) -> tuple[bool, bool, int]:
    """Return (may open, may close, length) of a run of emphasis marks.

    The amendment: a CJK character beside the run counts like a blank where CommonMark asks
    whether punctuation separates the marks from a word.
    """
    end = start
    while end < state.posMax and state.src[end] == mark:
        end += 1
    before = state.src[start - 1] if start > 0 else " "
    after = state.src[end] if end < state.posMax else " "
    left = not after.isspace() and (
        not _is_plain_punctuation(after)
        or before.isspace()
        or _is_punctuation(before)
        or is_wide(before)
    )
    right = not before.isspace() and (
        not _is_plain_punctuation(before)
        or after.isspace()
        or _is_punctuation(after)
        or is_wide(after)
    )
    if mark == "_":
        opens = left and (not right or _is_punctuation(before))
        closes = right and (not left or _is_punctuation(after))
        return opens, closes, end - start
    return left, right, end - start


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _is_plain_punctuation(char: str) -> bool:
    return _is_punctuation(char) and not is_wide(char)


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Collect ``*`` and ``_`` as markdown-it's own rule does, with the amended scan."""
    mark = state.src[state.pos]
    if silent or mark not in "*_":
        return False
    opens, closes, length = _scan_delimiters(state, state.pos, mark)
    for _ in range(length):
        token = state.push("text", "", 0)
        token.content = mark
        state.delimiters.append(
            Delimiter(
                marker=ord(mark),
                length=length,
                token=len(state.tokens) - 1,
                end=-1,
                open=opens,
                close=closes,
            )
        )
    state.pos += length
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(_DISABLED)
    parser.inline.ruler.at("emphasis", _emphasis)
    # Refused links are kept as tokens, so that they can be reported; rendering drops them.
    parser.validateLink = bool  # type: ignore[assignment]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


_PARSER = _parser()


def is_allowed_link(target: str) -> bool:
    """Tell whether a link may be followed: ``https:``, ``mailto:`` or ``#slide-id``."""
    return _LINK.match(target) is not None


def to_html(text: str, *, resolve_asset: ResolveAsset, fill_slot: FillSlot) -> str:
    """Return a text as safe HTML blocks.

    Sub-headings begin at ``h3`` (the slide's title is an ``h2``). Line breaks between Japanese
    characters leave no space. Table headers carry their scope; where the first header cell is
    empty, the first column heads its rows. Links other than those of :func:`is_allowed_link`
    become plain text; a picture without an address shows its alternative text.

    Args:
        text: Markdown; anything is accepted.
        resolve_asset: gives the address of a picture.
        fill_slot: gives the HTML for a slot; None leaves the slot as it is written.
    """
    tokens = _PARSER.parse(text)
    return _sanitised(_Renderer(resolve_asset, fill_slot).blocks(tokens))


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
    )


def to_text(text: str, *, fill_slot: FillSlot = lambda _name: "") -> str:
    """Return a text as plain text for search and speech: one block a line, no marks.

    Pictures give their alternative texts, table cells are joined with spaces, and slots give what
    ``fill_slot`` returns.
    """
    lines: list[str] = []
    row: list[str] | None = None
    for token in _PARSER.parse(text):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            lines.append(" ".join(cell for cell in row or [] if cell))
            row = None
        elif token.type == "inline":
            content = _SLOT.sub(
                lambda match: fill_slot(match["name"]) or "", _inline_text(token.children or [])
            )
            if row is None:
                lines.append(content)
            else:
                row.append(content)
        elif token.type == "fence":
            lines.append(token.content.rstrip("\n"))
    return "\n".join(line for line in lines if line.strip())


def _inline_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for index, token in enumerate(tokens):
        if token.type in {"text", "code_inline", "text_special"}:
            parts.append(token.content)
        elif token.type == "image":
            parts.append(_inline_text(token.children or []))
        elif token.type == "softbreak":
            parts.append(_break(tokens, index, " "))
        elif token.type == "hardbreak":
            parts.append("\n")
    return "".join(parts)


def _break(tokens: Sequence[Token], index: int, otherwise: str) -> str:
    """Return what stands for a line break: nothing between two Japanese characters."""
    before = _inline_text(tokens[max(0, index - 4) : index])
    after = next((token.content for token in tokens[index + 1 :] if token.content), "")
    both_wide = before[-1:] and after and is_wide(before[-1]) and is_wide(after[0])
    return "" if both_wide else otherwise


def survey(text: str) -> Survey:
    """Return what a text refers to, for checks; see :class:`Survey`."""
    images: list[Image] = []
    links: list[tuple[str, int]] = []
    refused: list[tuple[str, int]] = []
    html: list[tuple[str, int]] = []
    stray: list[int] = []
    for token, line in _inline_tokens(_PARSER.parse(text)):
        if token.type == "image":
            images.append(
                Image(str(token.attrs.get("src", "")), _inline_text(token.children or []), line)
            )
        elif token.type == "link_open":
            target = str(token.attrs.get("href", ""))
            (links if is_allowed_link(target) else refused).append((target, line))
        elif token.type == "text":
            html.extend((match[0], line) for match in _TAG.finditer(token.content))
            if "**" in token.content:
                stray.append(line)
    slots = [
        (match["name"], number)
        for number, content in enumerate(text.split("\n"))
        for match in _SLOT.finditer(content)
    ]
    return Survey(
        tuple(images), tuple(links), tuple(refused), tuple(slots), tuple(html), tuple(stray)
    )


def _inline_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield the inline tokens with the line they stand on."""
    for token in tokens:
        if token.type != "inline":
            continue
        line = token.map[0] if token.map else 0
        for child in token.children or []:
            yield child, line
            if child.type in {"softbreak", "hardbreak"}:
                line += 1


class _Renderer:
    """Writes the HTML of tokens; :func:`_sanitised` is the second, independent barrier."""

    def __init__(self, resolve_asset: ResolveAsset, fill_slot: FillSlot) -> None:
        self._resolve_asset = resolve_asset
        self._fill_slot = fill_slot
        self._column = 0
        self._row_headers = False
        self._closing: list[str] = []

    def blocks(self, tokens: Sequence[Token]) -> str:
        """Return the HTML of block tokens."""
        parts: list[str] = []
        for index, token in enumerate(tokens):
            if token.type == "inline":
                parts.append(self._inline(token.children or []))
            elif token.type == "fence":
                parts.append(f"<pre><code>{escape(token.content)}</code></pre>\n")
            elif token.type == "hr":
                parts.append("<hr>\n")
            elif not token.hidden:
                parts.append(self._block(tokens, index))
        return "".join(parts)

    def _block(self, tokens: Sequence[Token], index: int) -> str:
        token = tokens[index]
        if token.type.startswith("heading"):
            tag = f"h{min(6, max(3, int(token.tag[1]) + 1))}"
            return f"<{tag}>" if token.nesting == 1 else f"</{tag}>\n"
        if token.type == "table_open":
            return self._table_open(tokens, index)
        if token.type == "table_close":
            return "</table></div>\n"
        if token.type == "tr_open":
            self._column = 0
        if token.type in {"th_open", "td_open"}:
            return self._cell_open(tokens, index)
        if token.type in {"th_close", "td_close"}:
            return f"</{self._closing.pop()}>"
        start = token.attrs.get("start")
        attributes = f' start="{escape(str(start))}"' if start is not None else ""
        return f"<{token.tag}{attributes}>" if token.nesting == 1 else f"</{token.tag}>\n"

    def _table_open(self, tokens: Sequence[Token], index: int) -> str:
        headers: list[str] = []
        for token in tokens[index:]:
            if token.type == "thead_close":
                break
            if token.type == "inline":
                headers.append(_inline_text(token.children or []).strip())
        self._row_headers = bool(headers) and not headers[0]
        label = escape("、".join(header for header in headers if header))
        # Wide tables scroll inside this frame, which must be reachable by keyboard and named.
        return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}"><table>'

    def _cell_open(self, tokens: Sequence[Token], index: int) -> str:
        token = tokens[index]
        is_empty = not tokens[index + 1].content.strip()
        first, self._column = self._column == 0, self._column + 1
        tag, scope = token.tag, ""
        if token.tag == "th":
            tag, scope = ("td", "") if is_empty else ("th", ' scope="col"')
        elif first and self._row_headers and not is_empty:
            tag, scope = "th", ' scope="row"'
        style = str(token.attrs.get("style", ""))
        align = style.removeprefix("text-align:")
        css = f' class="align-{align}"' if align in {"right", "center"} else ""
        self._closing.append(tag)
        return f"<{tag}{scope}{css}>"

    def _inline(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        links: list[bool] = []
        for index, token in enumerate(tokens):
            if token.type == "link_open":
                target = str(token.attrs.get("href", ""))
                links.append(is_allowed_link(target))
                parts.append(f'<a href="{escape(target)}">' if links[-1] else "")
            elif token.type == "link_close":
                parts.append("</a>" if links.pop() else "")
            elif token.type == "softbreak":
                parts.append(_break(tokens, index, "\n"))
            else:
                parts.append(self._inline_token(token))
        return "".join(parts)

    def _inline_token(self, token: Token) -> str:
        if token.type == "code_inline":
            return f"<code>{self._text(token.content)}</code>"
        if token.type == "image":
            return self._image(token)
        if token.type == "hardbreak":
            return "<br>"
        if token.type in {"text", "text_special"}:
            return self._text(token.content)
        return f"<{token.tag}>" if token.nesting == 1 else f"</{token.tag}>"

    def _image(self, token: Token) -> str:
        alt = escape(_inline_text(token.children or []))
        address = self._resolve_asset(str(token.attrs.get("src", "")))
        if address is None:
            return f'<span class="missing-image">{alt}</span>'
        return f'<img src="{escape(address)}" alt="{alt}" loading="lazy" decoding="async">'

    def _text(self, content: str) -> str:
        parts: list[str] = []
        position = 0
        for match in _SLOT.finditer(content):
            parts.append(escape(content[position : match.start()]))
            filled = self._fill_slot(match["name"])
            parts.append(escape(match[0]) if filled is None else filled)
            position = match.end()
        parts.append(escape(content[position:]))
        return "".join(parts)
