"""What a liaison does in the browser: sign in for the first time, look at the queue, open a tip, answer."""

import html
import re
import secrets
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Final

import httpx
import pyotp

from backend.ops.bench.house import Account, NotUp
from backend.ops.measuring import Act

_TOKEN: Final = re.compile(r'name="form_token" value="([0-9a-f]{64})"')
_SECRET: Final = re.compile(r'<p class="secret[^"]*">([^<]+)</p>')
_PATIENCE_SECONDS: Final = 60


class LiaisonBrowser:
    """A browser at the staff pages, with its cookies and the forms of the page that it shows."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"origin": url},
            timeout=_PATIENCE_SECONDS,
            trust_env=False,
            follow_redirects=True,
        )
        self._page = ""

    async def close(self) -> None:
        await self._client.aclose()

    async def sign_in(self, account: Account) -> None:
        """The whole first sign-in, to the first working page.

        Raises:
            NotUp: it did not lead there.
        """
        await self._get("/sign-in")
        await self._post("/sign-in", login=account.login, password=account.one_time_password)
        password = secrets.token_urlsafe(18)
        await self._post("/sign-in/password", password=password, repeated=password)
        found = _SECRET.search(self._page)
        if found is None:
            raise NotUp("The liaison could not sign in: no secret for the authenticator was shown.")
        code = pyotp.TOTP(html.unescape(found[1]).replace(" ", "")).now()
        await self._post("/sign-in/code", code=code)
        await self._post("/sign-in/recovery-key")
        if not (await self._post("/sign-in/done")).url.path.startswith("/queue"):
            raise NotUp("The liaison could not sign in: the queue was not shown.")

    def queue_reader(self, address: str) -> Act:
        """Opens a page of the queue, and sees tips in it."""

        async def look() -> bool:
            answer = await self._get(address)
            return answer.is_success and "/tips/" in self._page

        return look

    def tip_reader(self, addresses: Sequence[str]) -> Act:
        """Opens one tip after the other: story, messages and history."""
        turns: Iterator[str] = cycle(addresses)

        async def look() -> bool:
            return (await self._get(next(turns))).is_success and 'class="told"' in self._page

        return look

    async def answer(self, address: str, text: str) -> bool:
        """Write to the reporter of a tip."""
        await self._get(address)
        return (await self._post(f"{address}/answer", text=text)).is_success

    async def _get(self, path: str) -> httpx.Response:
        answer = await self._client.get(path)
        self._page = answer.text
        return answer

    async def _post(self, path: str, **fields: str) -> httpx.Response:
        token = _TOKEN.search(self._page)
        data = {**({"form_token": token[1]} if token else {}), **fields}
        answer = await self._client.post(path, data=data)
        self._page = answer.text
        return answer
