"""Whether a form was posted from a page of ours. Browsers say so themselves; a form token says it again."""

from urllib.parse import urlsplit

from starlette.requests import Request


def is_from_our_page(request: Request) -> bool:
    """False when the browser says that another site sent this request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return origin is None
    return urlsplit(origin).netloc == request.headers.get("host")
