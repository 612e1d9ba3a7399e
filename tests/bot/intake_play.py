"""Plays the pure tip conversation: types and taps at the question that stands there, without any I/O."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.envelope import Language
from bot.files import KeptFile
from bot.intake.draft import Confirmed, Note, Step, TipDraft, new_draft
from bot.intake.flow import at
from bot.intake.machine import advance, prompt
from bot.intake.parse import parse_choice, parse_text
from bot.intake.places import Provinces
from bot.intake.render import choices
from bot.intake.steps.files import attached
from bot.intake.terms import Context, Effect, Findings, Outcome, Prompt, Write
from bot.phrases import Phrases
from bot.receipt import new_receipt
from bot.settings import ROOT
from bot.words import Words

PHRASES = Phrases.load(ROOT / "data")
PROVINCES = Provinces.load(ROOT / "data")
WORDS = Words(PHRASES)
CATEGORIES = (
    "illegal_lending",
    "debt_violence",
    "online_fraud",
    "recruitment_fraud",
    "trafficking",
    "document_retention",
    "gambling_ring",
    "drug_dealing",
    "labour_violation",
    "other_crime",
)


def context(language: Language = Language.VI, channel: str = "web") -> Context:
    return Context(PHRASES.spoken(language), channel, CATEGORIES, PROVINCES)


@dataclass
class Play:
    """One tip conversation. ``effects`` is what the machine asked the world to do."""

    draft: TipDraft = field(default_factory=lambda: new_draft(Language.VI))
    notes: tuple[Note, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    """What the guard and the danger words find in the next text."""

    @property
    def prompt(self) -> Prompt:
        return prompt(self.draft, context(self.draft.language))

    @property
    def note_keys(self) -> list[str]:
        return [note.key for note in self.notes]

    def type(self, text: str) -> "Play":
        answer = parse_text(text, self.prompt, WORDS)
        if isinstance(answer, Write):
            answer = replace(answer, findings=self.findings)
        return self._take(advance(self.draft, answer, context(self.draft.language)))

    def tap(self, choice: str) -> "Play":
        """Tap a button by its id."""
        answer = parse_choice(choice, self.draft, self.prompt)
        return self._take(advance(self.draft, answer, context(self.draft.language)))

    def send_file(self, kind: Literal["photo", "voice"] = "photo") -> "Play":
        """Send a file that the backend takes."""
        number = len(self.draft.files)
        kept = KeptFile(f"{kind}-{number}-{secrets.token_hex(4)}", "key", kind)
        return self._take(attached(self.draft, [kept], context(self.draft.language)))

    def button(self, ending: str) -> str:
        """The id of the offered button whose value is ``ending``."""
        offered = choices(self.draft, self.prompt, PHRASES.spoken(self.draft.language))
        return next(choice.id for choice in offered if choice.id.endswith(f".{ending}"))

    def all(self, *texts: str) -> "Play":
        for text in texts:
            self.type(text)
        return self

    def sent(self) -> "Play":
        """The world sent the tip and it was taken."""
        self.draft = replace(
            at(self.draft, Step.SENT), receipt=new_receipt(), confirmed=Confirmed("P3", on_duty=True)
        )
        return self

    def _take(self, outcome: Outcome) -> "Play":
        self.draft, self.notes = outcome.draft, outcome.notes
        self.effects.append(outcome.effect)
        return self


def at_step(step: Step) -> Play:
    """A tip whose every answer before ``step`` was given."""
    play = Play().all("1", "1", "1")
    answers = {
        Step.STORY: ("có ông cho vay ở cổng", "xong"),
        Step.PROVINCE: ("đồng nai",),
        Step.PLACE: ("cổng số 2",),
        Step.WHEN: ("1",),
        Step.WHO: ("ông Tư",),
        Step.FILES: ("không có",),
        Step.DANGER: ("3",),
        Step.READERS: ("1",),
    }
    for asked, texts in answers.items():
        if play.draft.step is step:
            return play
        assert play.draft.step is asked
        play.all(*texts)
    return play
