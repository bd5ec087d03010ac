"""PDF from HTML with WeasyPrint: tagged, fonts embedded, no network and no files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEME = "res:"


def render_pdf(
    html: str, *, resources: Mapping[str, tuple[bytes, str]] | None = None, identifier: str = ""
) -> bytes:
    """Render a page to PDF/UA-1 (ISO 14289-1) bytes.

    Args:
        html: the document; its style sheet stands in it, its language in ``<html lang>``.
        resources: what the document may name as ``res:NAME``: bytes and media type.
        identifier: fixed document identifier, so that the same input gives the same file.

    Raises:
        ValueError: the document names anything else; nothing is ever fetched.
    """
    # WeasyPrint loads a font system; web processes that never print must not pay for it.
    import weasyprint  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    known = dict(resources or {})

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]
        """Knows the given resources and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ANN401, ARG002
            name = url.removeprefix(SCHEME)
            if not url.startswith(SCHEME) or name not in known:
                raise ValueError(f"refused: {url[:80]}")
            data, media_type = known[name]
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    document = weasyprint.HTML(string=html, url_fetcher=ClosedFetcher(fail_on_errors=True))
    rendered: bytes = document.write_pdf(
        pdf_variant="pdf/ua-1", pdf_tags=True, pdf_identifier=identifier.encode() or None
    )
    return rendered
