"""Bank account numbers: digits beside a word or a bank that makes them one. Digits alone are no account."""

import re
from collections.abc import Iterator
from functools import cache

from backend.text.identifiers.names import any_of
from backend.text.identifiers.types import Found
from backend.text.identifiers.view import View

_DIGITS = r"\d(?:[ .\-]?\d){5,18}"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    bank = any_of("banks")
    between = rf"[\s:.,\-–#]*(?:(?:la|cua|no|vao|qua|so|nay|ten|ben|cho|han|{bank})[\s:.,\-]+){{0,4}}"
    after = rf"[\s:.,\-–(]{{1,3}}(?:nh\s|ngan hang\s)?{bank}(?!\w)"
    return (
        re.compile(rf"(?<!\w){any_of('account_words')}{between}(?P<number>{_DIGITS})(?![\w%])"),
        re.compile(rf"(?<!\w){bank}[\s:.,\-–]{{1,3}}(?P<number>{_DIGITS})(?![\w%])"),
        re.compile(rf"(?<![\w+])(?P<number>{_DIGITS}){after}"),
    )


def accounts(text: View) -> Iterator[Found]:
    """Account numbers in a text, as digits."""
    for pattern in _patterns():
        for match in pattern.finditer(text.folded):
            start, end = match.span("number")
            yield Found("bank_account", re.sub(r"\D", "", match["number"]), start, end)
