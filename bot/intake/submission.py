"""A finished draft as the backend's ``POST /internal/tips`` wants it. Pure."""

from bot.backend import Json
from bot.envelope import Language
from bot.intake.draft import TipDraft
from bot.intake.terms import Context


def submission(draft: TipDraft, context: Context) -> Json:
    """The body to send. What was chosen from a list is told in Vietnamese, as the liaisons read it."""
    when = draft.when
    if when is None and draft.when_choice is not None:
        when = context.say.phrases.spoken(Language.VI)(f"when.{draft.when_choice}")
    body: dict[str, object] = {
        "draft_id": draft.draft_id,
        "receipt": draft.receipt,
        "language": draft.language.value,
        "category": draft.category,
        "story": list(draft.story),
        "province": draft.province,
        "place": draft.place,
        "when": when,
        "who": draft.who,
        "danger": draft.danger or "unknown",
        "readers": list(draft.readers),
    }
    if draft.files:
        body["files"] = [{"id": kept.id, "key": kept.key} for kept in draft.files]
    return body
