"""A worker on the pages that work without JavaScript, as a plain browser speaks to the server."""

import re
from html import unescape

import httpx


class Browser:
    """A browser without JavaScript: follows redirects, keeps cookies, posts the fields of its page."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=60, verify=False)
        self.page = ""
        self.status = 0
        self.path = ""

    def open(self, path: str) -> "Browser":
        return self._show(self.http.get(path, headers={"accept": "text/html"}))

    def fields(self) -> dict[str, str]:
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page)
        return {name: unescape(value) for name, value in hidden}

    def post(self, **fields: str) -> "Browser":
        return self.send({**self.fields(), **fields})

    def send(self, fields: dict[str, str], **headers: str) -> "Browser":
        headers = {"accept": "text/html", "origin": str(self.http.base_url), **headers}
        return self._show(self.http.post(self.action, data=fields, headers=headers))

    @property
    def action(self) -> str:
        return "/hop-thu" if self.path.startswith("/hop-thu") else "/bao-tin"

    def _show(self, answer: httpx.Response) -> "Browser":
        self.page, self.status, self.path = unescape(answer.text), answer.status_code, answer.url.path
        self.raw = answer
        return self
