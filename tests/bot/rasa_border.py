"""The place where Rasa listens, as seen from the bot: records what arrives and answers as it is told.

It stands for the far side of the border only, to prove what may cross it; the real Rasa is driven end to end.
"""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


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
