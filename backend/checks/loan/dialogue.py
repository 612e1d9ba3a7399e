"""One step of the loan dialogue: what is known, what the worker now wrote, what to ask next. Pure.

The caller hands back what it was told (``Known``) with each answer; an answer may come in any words and may
hold more than was asked, or correct what stood before.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final, Literal

from backend.checks.loan.check import Checked, worked_out
from backend.checks.loan.facts import FLAGS, Facts, Item, Loan
from backend.checks.loan.lenders import LENDERS, lender_in
from backend.checks.loan.reading import loan_from
from backend.checks.loan.roles import read
from backend.checks.loan.times import unit_days
from backend.checks.money.amounts import Amount
from backend.checks.money.numbers import numeral
from backend.checks.money.tokens import Text, tokenise
from backend.text.datafiles import data_folder, read_mapping
from backend.text.normalize import fold, tokens

Field = Literal["received_vnd", "payment_vnd", "payments", "interval_days", "final_payment_vnd", "lender"]
ORDER: Final[tuple[Field, ...]] = ("received_vnd", "payment_vnd", "payments", "interval_days", "lender")
_LONGEST_NAME: Final = 6
"""Words of an answer that names who lends."""
_LEAD: Final = {"received_vnd": "cầm về", "payment_vnd": "trả", "final_payment_vnd": "lần cuối trả"}


@dataclass(frozen=True)
class Known:
    """What is known of a loan: money in đồng, times in days, ``rate`` in percent every ``rate_days`` days."""

    shape: str | None = None
    received: int | None = None
    face: int | None = None
    payments: int | None = None
    interval_days: int | None = None
    payment: int | None = None
    final: int | None = None
    rate: Decimal | None = None
    rate_days: int | None = None
    term_days: int | None = None
    lender: str = "unknown"


@dataclass(frozen=True)
class Step:
    """After one message: the loan as now known, what to ask, and whether the message told anything new.

    ``unsure``: who lends was asked and stays unknown, so it is not asked again.
    ``forgot``: the number that was asked for is not known to the worker either.
    ``readings``: the đồng among which to choose when ``ask`` is an amount that can be read in several ways.
    """

    checked: Checked
    known: Known
    ask: Field | None
    readings: tuple[int, ...]
    told: bool
    unsure: bool = False
    forgot: bool = False


def step(text: str, known: Known, asked: Field | None) -> Step:
    """What a message adds to what is known."""
    written = tokenise(text)
    lender = _lender(written, known)
    if asked == "lender" and asks(text):
        lender = known.lender
    elif asked == "lender" and lender == "unknown" and names_somebody(text):
        lender = "informal"
    facts = _facts(known)
    told = _add(facts, _heard(text, written, known, asked))
    if asked in (None, "lender"):
        told = told or lender != known.lender
    if not told:
        # A question in between may name somebody who lends, or "không", which is a number too.
        facts, lender = _facts(known), known.lender
    loan = loan_from(facts, lender == "pawnshop")
    checked = worked_out(loan, lender)
    now = _known(loan, known, lender)
    ask, readings = _next(checked)
    unsure = asked == "lender" and ask == "lender" and not told
    forgot = asked is not None and not told and is_forgotten(text)
    return Step(checked, now, None if unsure else ask, readings, told, unsure, forgot)


def is_forgotten(text: str) -> bool:
    """Whether an answer says that its writer does not know (``data/checks/loan_answers.yml``)."""
    return _holds(text, "forgotten")


def asks(text: str) -> bool:
    """Whether a message is a question ("bốc họ là gì"), so that who it names does not lend."""
    words = " ".join(tokens(fold(text)))
    ends = any(words.endswith(f" {word}") for word in _answers("asks_at_end"))
    return not is_forgotten(text) and ("?" in text or ends or _holds(text, "asks"))


def names_somebody(text: str) -> bool:
    """Whether a short answer begins as one that names a person does ("ông Tư ngoài chợ")."""
    words = tokens(fold(text))
    spoken = " ".join(words) + " "
    return len(words) <= _LONGEST_NAME and any(
        spoken.startswith(f"{opening} ") for opening in _answers("somebody")
    )


def _holds(text: str, kind: str) -> bool:
    words = f" {' '.join(tokens(fold(text)))} "
    return any(f" {phrase} " in words for phrase in _answers(kind))


@cache
def _answers(kind: str) -> tuple[str, ...]:
    said = read_mapping(data_folder() / "checks" / "loan_answers.yml")[kind]
    return tuple(fold(str(phrase)) for phrase in said)


def _lender(text: Text, known: Known) -> str:
    named = text.shown if text.shown in LENDERS else lender_in(text)
    return known.lender if named == "unknown" else named


def _heard(text: str, written: Text, known: Known, asked: Field | None) -> Facts:
    """The facts of an answer, read in the light of the question."""
    if asked is None or asked == "lender":
        return read(written)
    if asked in _LEAD:
        return _shaped(read(tokenise(f"{_LEAD[asked]} {text}")), known, asked)
    number = numeral(written, 0)
    whole = bool(number and number.end == len(written.tokens) and not number.vague)
    if asked == "payments":
        return read(tokenise(f"{text} lần")) if whole else read(written)
    facts = read(tokenise(f"{text} ngày") if whole else written)
    if facts.rhythm is None and (days := unit_days(written, 0)):
        facts.rhythm = days
    if facts.terms and facts.rhythm is None and known.shape in ("instalment", "interest_only", "rate_only"):
        facts.rhythm = facts.terms.pop()[0]
    elif facts.rhythm and not facts.terms and known.shape == "bullet":
        facts.terms, facts.rhythm = [(facts.rhythm, 1)], None
    return facts


def _shaped(facts: Facts, known: Known, asked: Field) -> Facts:
    """A payment smaller than what was received is one of several."""
    payment = facts.one("payment")
    if asked == "payment_vnd" and known.shape is None and payment and payment.vnd and known.received:
        facts.instalment = facts.instalment or payment.vnd < known.received
    return facts


def _facts(known: Known) -> Facts:
    facts = Facts(instalment=known.shape == "instalment", stays=known.shape == "interest_only")
    paid = "interest_each" if known.shape == "interest_only" else "payment"
    for role, vnd in (("received", known.received), ("principal", known.face), (paid, known.payment)):
        if vnd is not None:
            facts.amounts[role] = [Amount(0, 0, vnd)]
    if known.final is not None and known.final != known.payment and known.shape != "bullet":
        facts.amounts["final"] = [Amount(0, 0, known.final)]
    if known.shape == "bullet":
        facts.terms = [(known.interval_days, 1)] if known.interval_days else []
    else:
        facts.rhythm, facts.times = known.interval_days, known.payments
    if known.term_days and not facts.terms:
        facts.terms = [(known.term_days, 1)]
    if known.rate is not None:
        facts.rates = [Item("rate", 0, 0, number=known.rate, days=known.rate_days)]
    return facts


def _add(facts: Facts, heard: Facts) -> bool:
    """Put what was heard over what was known; whether there was anything."""
    if "principal" in heard.guessed and facts.amounts:
        heard.amounts.pop("principal", None)
    for role, amounts in heard.amounts.items():
        facts.amounts[role] = amounts
    if heard.amounts.get("principal") and not heard.amounts.get("received"):
        facts.amounts.pop("received", None)
    if heard.terms:
        facts.terms = heard.terms
        facts.times = heard.times
    facts.times = heard.times or facts.times
    facts.rhythm = heard.rhythm or facts.rhythm
    if facts.rates and facts.rates[-1].days is None and heard.rhythm:
        facts.rates = [replace(facts.rates[-1], days=heard.rhythm)]
        facts.rhythm = None
    facts.rates = heard.rates or facts.rates
    facts.fee_percents = heard.fee_percents
    facts.passed = heard.passed or facts.passed
    for flag in (*FLAGS, "after"):
        setattr(facts, flag, getattr(facts, flag) or getattr(heard, flag))
    facts.words = heard.words
    return bool(heard.amounts or heard.terms or heard.times or heard.rhythm or heard.rates)


def _known(loan: Loan, before: Known, lender: str) -> Known:
    # The days from one payment to the next are no length of the whole.
    is_rhythm = loan.payments is None and loan.term_days == loan.interval_days
    shape = loan.shape or (loan.kind if loan.kind not in ("incomplete", "invalid") else before.shape)
    return Known(
        shape,
        loan.received,
        loan.face,
        loan.payments,
        loan.interval_days,
        loan.payment,
        loan.final,
        loan.rate,
        loan.rate_days,
        None if is_rhythm else loan.term_days,
        lender,
    )


def _next(checked: Checked) -> tuple[Field | None, tuple[int, ...]]:
    """The next question: an amount with several readings, a missing number, then who lends."""
    loan = checked.loan
    for name in ORDER:
        if name in loan.asked:
            return name, loan.asked[name]
    if checked.reason:
        return ("payment_vnd" if checked.reason == "repays_less" else None), ()
    for name in ORDER:
        if name in loan.missing:
            return name, ()
    return ("lender" if checked.lender == "unknown" else None), ()
