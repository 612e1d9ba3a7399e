"""What the internal API takes and gives for message checks. Bounded everywhere."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.checks.blocklist.entries import Kind
from backend.checks.message.check import Verdict
from backend.kit.contract import example

MAX_TEXT = 20_000
"""Characters that are taken; the first 10,000 are read."""


class MessageAsk(BaseModel):
    """``text`` is what a worker passes on: it comes in the body and is never logged or stored."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True) | example(
        text="TK cua ban se bi khoa, xac thuc ngay tai vietcombank-xacthuc.example.top", lang="vi"
    )

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    lang: Literal["vi", "en"] = "vi"


class MessageSignal(BaseModel):
    """A sign that was found; a negative weight speaks against a scam."""

    code: str
    label: str = Field(description="The sign in words for the worker.")
    words: str = Field(description="What in the text showed it.")
    weight: float = Field(description="Log-odds; with the model's bias they add up to the score's.")


class MessageListed(BaseModel):
    """Something in the text that an imported list names."""

    kind: Kind
    written: str
    source: str
    listed_on: date


class MessageAnswer(BaseModel):
    model_config = example(
        verdict="scam",
        title="⚠️ Tin này có dấu hiệu lừa đảo.",
        score=0.98,
        tactic="fake_bank",
        signals=[
            {
                "code": "lookalike",
                "label": "Đường link nhái tên một nơi quen thuộc",
                "words": "vietcombank-xacthuc.example.top",
                "weight": 3.5,
            }
        ],
        listed=[],
        next_step="Đừng bấm link, đừng đọc mã OTP cho ai.",
    )

    verdict: Verdict
    title: str = Field(description="The verdict in one sentence.")
    score: Annotated[float, Field(ge=0, le=1)]
    tactic: str | None = Field(description="The topic that explains it, null when there is no sign.")
    signals: list[MessageSignal] = Field(description="The strongest first.")
    listed: list[MessageListed]
    next_step: str
