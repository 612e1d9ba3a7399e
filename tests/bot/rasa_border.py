"""The place where Rasa listens, as seen from the bot: records what arrives and answers as it is told.

It stands for the far side of the border only, to prove what may cross it; the real Rasa is driven end to end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.bot.house import House
from tests.bot.serving import serve

LOAN: Final = {
    "shape": "instalment",
    "received_vnd": 9_000_000,
    "payments": 40,
    "interval_days": 1,
    "payment_vnd": 300_000,
}
LOAN_TOLD: Final = "Lãi khoảng 304,2%/năm."


@dataclass
class RasaBorder:
    """``arrived`` is every body that crossed; ``answers`` is what is said to the next ones."""

    token: str
    arrived: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200

    @property
    def messages(self) -> list[str]:
        return [body["message"] for body in self.arrived]

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/webhooks/antam/webhook")
        async def webhook(request: Request) -> JSONResponse:
            if request.headers.get("x-antam-token") != self.token:
                return JSONResponse([], status_code=401)
            self.arrived.append(await request.json())
            return JSONResponse(self.answers, status_code=self.status)

        return app


@contextmanager
def telling_a_loan(
    house: House, known: dict[str, Any] | None = None, told: str = LOAN_TOLD
) -> Iterator[None]:
    """A border behind which every message is answered with a loan and the order to draw it."""
    border = RasaBorder((house.bot_settings.secrets / "rasa.token").read_text().strip())
    border.answers = [
        {"text": told, "buttons": [{"title": "Thôi", "payload": "/cancel", "kind": "way"}]},
        {"custom": {"do": "loan_picture", "known": LOAN if known is None else known}},
    ]
    with serve(border.app(), house.bot_settings.rasa_port):
        yield
