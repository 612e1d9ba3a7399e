"""What the internal API takes and gives for loan checks. Bounded everywhere."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from backend.checks.money.amounts import MOST_VND
from backend.kit.contract import example

MAX_TEXT = 10_000

Lang = Literal["vi", "en"]
Shape = Literal["instalment", "bullet", "interest_only", "rate_only"]
LoanKind = Literal["instalment", "bullet", "interest_only", "rate_only", "incomplete", "invalid"]
LoanField = Literal["received_vnd", "payment_vnd", "payments", "interval_days", "final_payment_vnd", "lender"]
LenderName = Literal[
    "bank", "policy_bank", "microfinance", "licensed_finance", "pawnshop", "app", "informal", "acquaintance",
    "employer", "hui", "unknown",
]  # fmt: skip
MOST_DAYS = 1_000_000
"""Days and numbers of payments that are handed on, far more than any loan has."""
MOST_PERCENT = 1e9
Dong = Annotated[int, Field(ge=-MOST_VND, le=MOST_VND)]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]

_KNOWN: dict[str, JsonValue] = {
    "shape": "instalment",
    "lender": "informal",
    "received_vnd": 9_000_000,
    "face_vnd": 10_000_000,
    "payments": 40,
    "interval_days": 1,
    "payment_vnd": 300_000,
    "final_payment_vnd": 300_000,
    "rate_pct": None,
    "rate_days": None,
    "term_days": 40,
}


class LoanFacts(BaseModel):
    """What is known of a loan. Hand it back with the next answer; unknown is null."""

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, json_schema_extra={"examples": [_KNOWN]}
    )

    shape: Shape | None = None
    lender: LenderName = "unknown"
    received_vnd: Dong | None = None
    face_vnd: Dong | None = Field(default=None, description="What the paper says, where less was received.")
    payments: Days | None = None
    interval_days: Days | None = None
    payment_vnd: Dong | None = None
    final_payment_vnd: Dong | None = None
    rate_pct: Annotated[float, Field(ge=-MOST_PERCENT, le=MOST_PERCENT, allow_inf_nan=False)] | None = None
    rate_days: Days | None = Field(default=None, description="The days that rate_pct is for.")
    term_days: Days | None = Field(default=None, description="A length of time that has no role yet.")


class LoanAsk(BaseModel):
    model_config = example(text="40 ngày", known=_KNOWN | {"payments": None}, asked="payments", lang="vi")

    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)]
    known: LoanFacts = LoanFacts()
    asked: LoanField | None = Field(
        default=None, description="The field that the text answers, if it was asked."
    )
    lang: Lang = "vi"


class Choice(BaseModel):
    """A button: ``text`` is what to send as the answer."""

    title: str
    text: str


class Question(BaseModel):
    field: LoanField
    text: str
    choices: list[Choice]


class Sentence(BaseModel):
    """A sentence of the answer and its key in ``data/phrases/loan.yml``."""

    key: str
    text: str


class LoanResult(BaseModel):
    """Rates in percent a year; money in đồng over ``days`` (one payment's, where there is no end)."""

    simple_annual_pct: float
    apr_annual_pct: float | None = None
    above_20: bool
    above_100: bool
    times_cap: float
    days: int | None = None
    paid_vnd: int | None = None
    interest_vnd: int | None = None
    lawful_interest_vnd: int | None = None
    fees_vnd: int = 0


_RESULT = {
    "simple_annual_pct": 304.166666667,
    "apr_annual_pct": 541.886434418,
    "above_20": True,
    "above_100": True,
    "times_cap": 15.2,
    "days": 40,
    "paid_vnd": 12_000_000,
    "interest_vnd": 3_000_000,
    "lawful_interest_vnd": 197_260,
    "fees_vnd": 1_000_000,
}


class LoanAnswer(BaseModel):
    """``text`` is all that the worker is told now; ``told`` whether the message held anything of a loan."""

    model_config = example(
        kind="instalment",
        understood=_KNOWN,
        words={"payment": "300k", "received": "9"},
        missing=[],
        reason=None,
        told=True,
        forgot=False,
        ask=None,
        result=_RESULT,
        sentences=[{"key": "rate.one", "text": "Lãi khoảng 304,2%/năm."}],
        text="Lãi khoảng 304,2%/năm.",
        topic="bat_ho",
        picture=True,
    )

    kind: LoanKind
    understood: LoanFacts
    words: dict[str, str] = Field(description="The words of this message that each number came from.")
    missing: list[LoanField]
    reason: str | None = Field(default=None, description="Why an invalid loan has no rate.")
    told: bool
    forgot: bool = Field(description="Whether the message says that the number asked for is not known.")
    ask: Question | None = Field(default=None, description="The one next question.")
    result: LoanResult | None = None
    sentences: list[Sentence]
    text: str
    topic: str = Field(description="The topic to go to next.")
    picture: bool = Field(description="Whether a picture can be drawn.")


class PictureAsk(BaseModel):
    model_config = example(known=_KNOWN, lang="vi")

    known: LoanFacts
    lang: Lang = "vi"


class Picture(BaseModel):
    """A PNG in base64, 640 pixels wide, and the same in words."""

    model_config = example(png="iVBORw0KGgo=", alt="Biểu đồ: cầm về 9.000.000đ, phải trả 12.000.000đ.")

    png: str
    alt: str
