"""From a message to the loan check's answer, and to its picture. No database; nothing is stored or logged."""

from base64 import b64encode
from dataclasses import replace
from decimal import Decimal

from backend.checks.loan.arithmetic import Impossible, above_cap, above_criminal, times_cap
from backend.checks.loan.check import Checked
from backend.checks.loan.dialogue import Known, Step, step
from backend.checks.loan.lawful import cost, topic
from backend.checks.loan.picture import bars, draw
from backend.checks.loan.schemas import (
    MOST_DAYS,
    MOST_PERCENT,
    Choice,
    LoanAnswer,
    LoanAsk,
    LoanFacts,
    LoanResult,
    Picture,
    PictureAsk,
    Question,
    Sentence,
)
from backend.checks.loan.wording import LENDER_CHOICES, phrase, picture_words, question, sentences, so_far
from backend.checks.money.amounts import MOST_VND
from backend.checks.money.reading import written


def answer(asked: LoanAsk) -> LoanAnswer:
    """What the worker is told after one message, and what is known then."""
    done = step(asked.text, _known(asked.known), asked.asked)
    before = _known(asked.known)
    same_numbers = asked.asked == "lender" and replace(done.known, lender=before.lender) == before
    said = [
        Sentence(key=key, text=text)
        for key, text in sentences(done.checked, asked.lang, done.unsure)
        if not (same_numbers and key.startswith("echo."))
    ]
    ask = _question(done, asked.lang)
    told = [one.text for one in said]
    if not told and done.told and (facts := so_far(done.known, asked.lang)):
        told.append(facts)
    if not done.told and asked.asked and ask:
        told.append(phrase("ask.forgotten" if done.forgot else "ask.again", asked.lang))
    if ask:
        told.append(ask.text)
    return LoanAnswer.model_validate(
        {
            "kind": done.checked.kind,
            "understood": _facts(done.known),
            "words": done.checked.loan.words,
            "missing": list(done.checked.loan.missing) if done.checked.kind == "incomplete" else [],
            "reason": done.checked.reason,
            "told": done.told,
            "forgot": done.forgot,
            "ask": ask,
            "result": _result(done.checked),
            "sentences": said,
            "text": "\n".join(told),
            "topic": topic(done.checked),
            "picture": _drawable(done.checked),
        }
    )


def picture(asked: PictureAsk) -> Picture:
    """The loan drawn. Raises ``Impossible`` where there is no cash flow with an end to draw."""
    checked = step("", _known(asked.known), None).checked
    flow, spent = checked.flow, cost(checked)
    if flow is None or spent is None or not _drawable(checked):
        raise Impossible(checked.reason or "incomplete")
    paid = spent.paid if flow.payments is not None else flow.received + spent.paid
    words = picture_words(checked, flow, spent, asked.lang)
    lawful = flow.received + spent.lawful
    amounts = {"received": written(flow.received), "repaid": written(paid), "lawful": written(lawful)}
    drawn = draw(words["title"], words["subtitle"], bars(words, amounts, flow.received, paid, lawful))
    return Picture(png=b64encode(drawn).decode(), alt=words["alt"])


def _drawable(checked: Checked) -> bool:
    return checked.flow is not None and checked.rates is not None


def _question(done: Step, lang: str) -> Question | None:
    text = question(done, lang)
    if done.ask is None or text is None:
        return None
    choices = [Choice(title=written(vnd), text=written(vnd)) for vnd in done.readings]
    if done.ask == "lender":
        choices = [Choice(title=phrase(f"lender.{one}", lang), text=one) for one in LENDER_CHOICES]
    return Question(field=done.ask, text=text, choices=choices)


def _result(checked: Checked) -> LoanResult | None:
    found, spent = checked.rates, cost(checked)
    if found is None:
        return None
    return LoanResult(
        simple_annual_pct=float(found.simple),
        apr_annual_pct=None if found.apr is None else float(found.apr),
        above_20=above_cap(found.simple),
        above_100=above_criminal(found.simple),
        times_cap=float(times_cap(found.simple)),
        days=spent.days if spent else None,
        paid_vnd=spent.paid if spent else None,
        interest_vnd=spent.interest if spent else None,
        lawful_interest_vnd=spent.lawful if spent else None,
        fees_vnd=checked.loan.fees,
    )


def _known(facts: LoanFacts) -> Known:
    return Known(
        shape=facts.shape,
        received=facts.received_vnd,
        face=facts.face_vnd,
        payments=facts.payments,
        interval_days=facts.interval_days,
        payment=facts.payment_vnd,
        final=facts.final_payment_vnd,
        rate=None if facts.rate_pct is None else Decimal(str(facts.rate_pct)),
        rate_days=facts.rate_days,
        term_days=facts.term_days,
        lender=facts.lender,
    )


def _bounded(number: int | None, most: int) -> int | None:
    """A number as it is handed on. One that is too large stays too large for any loan."""
    return None if number is None else max(-most, min(most, number))


def _facts(known: Known) -> LoanFacts:
    return LoanFacts.model_validate(
        {
            "shape": known.shape,
            "lender": known.lender,
            "received_vnd": _bounded(known.received, MOST_VND),
            "face_vnd": _bounded(known.face, MOST_VND),
            "payments": _bounded(known.payments, MOST_DAYS),
            "interval_days": _bounded(known.interval_days, MOST_DAYS),
            "payment_vnd": _bounded(known.payment, MOST_VND),
            "final_payment_vnd": _bounded(known.final, MOST_VND),
            "rate_pct": None
            if known.rate is None
            else max(-MOST_PERCENT, min(MOST_PERCENT, float(known.rate))),
            "rate_days": _bounded(known.rate_days, MOST_DAYS),
            "term_days": _bounded(known.term_days, MOST_DAYS),
        }
    )
