"""The sentences of the loan check (``data/phrases/loan.yml``), filled in the worker's language."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from backend.checks.loan.arithmetic import CashFlow, times_cap
from backend.checks.loan.check import Checked
from backend.checks.loan.dialogue import Known, Step
from backend.checks.loan.lawful import Cost, cost, flow_words, threshold
from backend.checks.loan.lenders import LICENSED
from backend.checks.money.reading import written
from backend.text.datafiles import data_folder, read_mapping

LENDER_CHOICES: Final = ("informal", "pawnshop", "app", "licensed_finance", "bank", "acquaintance")


@lru_cache
def _phrases() -> dict[str, dict[str, str]]:
    return read_mapping(data_folder() / "phrases" / "loan.yml")


def phrase(key: str, lang: str, **values: str | int) -> str:
    """The sentence ``key`` in ``lang``, its places filled. An unknown key is our own fault."""
    return _phrases()[key][lang].format(**values)


def percent(rate: Decimal, lang: str) -> str:
    """A rate a year with one decimal: "304,2%/năm", "120%/năm"."""
    shown = str(rate.quantize(Decimal("0.1"), ROUND_HALF_UP)).removesuffix(".0")
    return shown.replace(".", ",") + "%/năm" if lang == "vi" else f"{shown}% a year"


def rhythm(days: int, lang: str) -> str:
    """How often: "mỗi ngày", "10 ngày một lần"."""
    return phrase(f"rhythm.{days}", lang) if days in (1, 7, 30) else phrase("rhythm.n", lang, n=days)


def question(step: Step, lang: str) -> str | None:
    """What to ask next, with words of its own for what the loan is."""
    if step.ask is None:
        return None
    if step.readings:
        return phrase("ask.which", lang)
    if step.ask == "lender":
        return phrase("next.ask_lender", lang)
    if step.ask == "interval_days" and step.known.shape in ("bullet", "rate_only"):
        return phrase(f"ask.interval_days.{step.known.shape}", lang)
    if step.ask == "received_vnd" and step.known.payment is None and step.known.rate is None:
        return phrase("ask.start", lang) if not step.told else phrase("ask.received_vnd", lang)
    return phrase(f"ask.{step.ask}", lang)


def sentences(checked: Checked, lang: str, unsure: bool = False) -> list[tuple[str, str]]:
    """Key and text of each sentence of the answer, in order. ``unsure``: nobody knows who lends."""
    if checked.reason:
        return [(key, phrase(key, lang)) for key in [f"reason.{checked.reason}"]]
    if checked.rates is None:
        return []
    values = _values(checked, lang)
    keys = _keys(checked) + (["threshold.unknown"] if unsure else [])
    return [(key, phrase(key, lang, **values)) for key in keys]


def _keys(checked: Checked) -> list[str]:
    loan, found, flow, spent = checked.loan, checked.rates, checked.flow, cost(checked)
    assert found is not None
    keys = ["echo.face"] if loan.face and loan.received and loan.face > loan.received else []
    keys.append(flow_words(flow) if flow else "echo.rate_only")
    keys.append("rate.one" if found.apr in (None, found.simple) else "rate.both")
    known_law = threshold(checked)
    if spent and known_law and checked.lender not in LICENSED:
        keys.append("lawful")
    keys += ["fee"] if loan.fees else []
    if known_law:
        keys += [known_law, "next.licensed" if checked.lender in LICENSED else "next.informal"]
    return keys


def _values(checked: Checked, lang: str) -> dict[str, str | int]:
    loan, found, spent = checked.loan, checked.rates, cost(checked)
    assert found is not None
    values: dict[str, str | int] = {"simple_pct": percent(found.simple, lang), "fees_vnd": written(loan.fees)}
    values["apr_pct"] = percent(found.apr if found.apr is not None else found.simple, lang)
    for name, vnd in (("face", loan.face), ("received", loan.received), ("payment", loan.payment)):
        values[f"{name}_vnd"] = written(vnd or 0)
    values |= {"final_vnd": written(loan.final or 0), "payments": loan.payments or 0}
    values |= {"rate": _plain(loan.rate, lang), "rate_days": loan.rate_days or 0}
    values["rhythm"] = rhythm(loan.interval_days, lang) if loan.interval_days else ""
    if spent:
        values |= {
            "days": spent.days,
            "total_vnd": written(spent.paid),
            "interest_vnd": written(spent.interest),
        }
        values |= {"lawful_vnd": written(spent.lawful)}
    values["times"] = _plain(times_cap(found.simple), lang)
    return values


def _plain(number: Decimal | None, lang: str) -> str:
    if number is None:
        return ""
    shown = f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    if number >= 10:
        shown = str(number.quantize(Decimal("1"), ROUND_HALF_UP))
    return shown.replace(".", ",") if lang == "vi" else shown


def so_far(known: Known, lang: str) -> str | None:
    """What is understood while something is missing."""
    facts = []
    if known.received is not None:
        facts.append(phrase("echo.received", lang, vnd=written(known.received)))
    if known.payment is not None:
        facts.append(phrase("echo.payment", lang, vnd=written(known.payment)))
    if known.payments is not None and known.shape != "bullet":
        facts.append(phrase("echo.payments", lang, n=known.payments))
    if known.interval_days is not None and known.shape != "bullet":
        facts.append(phrase("echo.interval", lang, rhythm=rhythm(known.interval_days, lang)))
    return phrase("echo.so_far", lang, facts=", ".join(facts)) if facts else None


def picture_words(checked: Checked, flow: CashFlow, spent: Cost, lang: str) -> dict[str, str]:
    """The words of the picture, and its text for who does not see it (``alt``)."""
    assert checked.rates is not None
    values: dict[str, str | int] = {
        "simple_pct": percent(checked.rates.simple, lang),
        "received_vnd": written(flow.received),
        "total_vnd": written(spent.paid),
        "interest_vnd": written(spent.interest),
        "lawful_total_vnd": written(flow.received + spent.lawful),
        "days": spent.days,
    }
    keys = ("received", "repaid", "interest", "lawful", "title", "subtitle", "alt")
    return {key: phrase(f"picture.{key}", lang, **values) for key in keys}
