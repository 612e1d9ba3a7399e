"""Learns the models of tips from ``data/tips``. Deterministic; takes some two minutes.

``category/<category>.txt``, ``urgency/<urgent|calm>.txt``, ``scale/<many|one>.txt``,
``source/<hearsay|told>.txt`` and ``purpose/<why|accepted>.txt`` hold one text a
line. What workers ask the assistant (``data/examples``) shows how each category is spoken of, and is all
acceptable; of each topic the same number of phrases is read. Each text is learned as typed and without marks.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from backend.text.linear import Features, LinearModel, learn
from backend.text.normalize import strip_marks
from backend.text.words import words
from backend.tips.concepts import CONCEPTS, DANGERS
from backend.tips.learned import (
    ACCEPTED,
    CATEGORY_MODEL,
    HEARSAY,
    PURPOSE_MODEL,
    SCALE_MODEL,
    SOURCE_MODEL,
    URGENCY_MODEL,
    URGENT,
    features_of,
    urgency_features_of,
)

TOPICS: Final[dict[str, tuple[str, ...]]] = {
    "illegal_lending": ("loan_shark", "bat_ho", "fake_pawnshop", "loan_app", "already_borrowed"),
    "debt_violence": ("debt_terror", "third_party_harassed"),
    "online_fraud": (
        "upfront_fee_loan", "fake_authority", "fake_gov_app", "fake_bank", "fake_benefit", "task_scam",
        "sim_takeover", "account_hijack", "deepfake_call", "otp_phishing", "delivery_scam",
        "mistaken_transfer", "fake_receipt", "ponzi_crypto", "recovery_scam", "romance_prize",
    ),
    "recruitment_fraud": ("recruitment_fee", "overseas_labour"),
    "trafficking": ("cambodia_job",),
    "document_retention": ("payroll_card_pawn", "social_insurance_book"),
    "gambling_ring": ("online_gambling",),
    "labour_violation": ("labour_dispute", "employer_keeps_papers"),
    "other_crime": ("hui_collapse", "account_renting"),
}  # fmt: skip
"""The topics whose phrases speak of a category."""
_NEUTRAL: Final = (
    "union_help", "report_how", "report_tip", "anonymity", "after_tip", "informant_protection", "hotlines",
    "human", "tip_status", "interest_law", "legal_credit", "wage_advance", "check_loan", "check_message",
    "chitchat", "greet", "thank", "affirm", "identity_loan",
)  # fmt: skip
"""Topics and intents that tell of nothing grave: acceptable, and nobody is in danger."""
_A_CATEGORYS_PHRASES: Final = 160
_ACCEPTED_PHRASES: Final = 25
"""Phrases of each label that are read as acceptable: whatever workers ask is."""

_CRIES: Final = 500
_NEAR_DANGER: Final = 60
_FAR_FROM_IT: Final = 25
_DARK_TOPICS: Final = frozenset({"debt_terror", "third_party_harassed", "cambodia_job"})
"""Topics that speak of threats and violence that are over: what urgency is told apart from."""
_CALM: Final = "calm"
_TOLD: Final = "told"

Labelled = list[tuple[str, str]]


def fingerprint(data: Path) -> str:
    """What the models are made from: changes with any text of ``data/tips`` and any concept or danger."""
    digest = hashlib.sha256()
    for path in (*sorted((data / "tips").glob("*/*.txt")), data / CONCEPTS, data / DANGERS):
        digest.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def train(data: Path) -> dict[str, LinearModel]:
    """The models by the name of their file."""
    made_from = fingerprint(data)
    return {
        PURPOSE_MODEL: _learned(purposes(data), made_from),
        CATEGORY_MODEL: _learned(categories(data), made_from),
        URGENCY_MODEL: _learned(urgencies(data), made_from, urgency_features_of),
        SCALE_MODEL: _learned(scales(data), made_from),
        SOURCE_MODEL: _learned(sources(data), made_from),
    }


def purposes(data: Path) -> Labelled:
    """Texts with what the guard should say of them."""
    told = [(text, ACCEPTED) for text, _ in _folder(data / "tips" / "category")]
    asked = [
        (text, ACCEPTED)
        for asked_about in sorted((data / "examples").glob("*.txt"))
        for text in _spread(_lines(asked_about), _ACCEPTED_PHRASES)
    ]
    return [*_folder(data / "tips" / "purpose"), *told, *asked]


def categories(data: Path) -> Labelled:
    """Texts with their category: what is told counts three times what is asked."""
    asked = [
        (text, category)
        for category, topics in TOPICS.items()
        for topic in topics
        for text in _spread(_lines(data / "examples" / f"{topic}.txt"), _A_CATEGORYS_PHRASES // len(topics))
    ]
    return [*_folder(data / "tips" / "category") * 3, *asked]


def urgencies(data: Path) -> Labelled:
    """Texts with whether somebody is in danger now; most of what workers ask is not."""
    cries = _spread(_lines(data / "examples" / "emergency.txt"), _CRIES)
    asked = [
        (text, _CALM)
        for topics in (*TOPICS.values(), _NEUTRAL)
        for topic in topics
        for text in _spread(
            _lines(data / "examples" / f"{topic}.txt"),
            _NEAR_DANGER if topic in _DARK_TOPICS else _FAR_FROM_IT,
        )
    ]
    calm_kinds = ("category", "scale", "source")
    told = dict.fromkeys(text for kind in calm_kinds for text, _ in _folder(data / "tips" / kind))
    labelled = _folder(data / "tips" / "urgency")
    for text, _ in labelled:
        told.pop(text, None)
    return [*labelled * 2, *((text, URGENT) for text in cries), *asked, *((text, _CALM) for text in told)]


def scales(data: Path) -> Labelled:
    """Texts with whether they tell of many, or of something organised, or of one case."""
    return _folder(data / "tips" / "scale")


def sources(data: Path) -> Labelled:
    """Texts with whether they are hearsay or have something in them; what is told of a category has."""
    labelled = _folder(data / "tips" / "source")
    rumours = {text for text, label in labelled if label == HEARSAY}
    told = [(text, _TOLD) for text, _ in _folder(data / "tips" / "category") if text not in rumours]
    return [*labelled, *told]


def _learned(
    texts: Labelled, made_from: str, read: Callable[[list[str]], Features] = features_of
) -> LinearModel:
    rows: list[Features] = []
    labels: list[str] = []
    for text, label in texts:
        typed = words(text)
        bare = [strip_marks(word) for word in typed]
        for style in (typed, bare) if bare != typed else (typed,):
            rows.append(read(style))
            labels.append(label)
    return learn(rows, labels, made_from)


def _folder(folder: Path) -> Labelled:
    return [(text, path.stem) for path in sorted(folder.glob("*.txt")) for text in _lines(path)]


def _lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _spread(texts: list[str], number: int) -> list[str]:
    """So many of the texts, evenly over the file."""
    step = max(1, len(texts) // number)
    return texts[::step][:number]
