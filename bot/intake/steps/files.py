"""Photos and voice notes as evidence: sent here or at any other step, each named, each to be removed again.

The files themselves are the backend's; here stands which there are. Pure.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.files import MAX_FILES, KeptFile, NotKept
from bot.intake.draft import Note, Step, TipDraft
from bot.intake.flow import onward
from bot.intake.terms import Context, Option, Outcome, Pick, Prompt, Way, Write
from bot.phrases import Spoken


class Files:
    """Easy to pass by. The original of a photo is kept only if that is asked for, before it is sent."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        ways = (Way.BACK, Way.SKIP, Way.PAUSE, Way.CANCEL)
        original = "clean" if draft.keep_original else "original"
        first = Option("done", say("files.done")) if draft.files else Option("none", say("files.none"))
        options = [first, Option(original, say(f"files.{original}"))]
        for number, name in enumerate(names(draft.files, say), 1):
            options.append(Option(f"drop{number}", say("files.drop", file=name)))
        if len(draft.files) > 1:
            options.append(Option("drop_all", say("files.drop_all")))
        text = context.ask("files")
        if draft.files:
            text = context.ask("files.more", files=counted(draft.files, say))
        return Prompt(Step.FILES, text, tuple(options), ways)

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Pick("none") if not draft.files:
                return onward(replace(draft, files_told=True))
            case Pick("done"):
                return onward(replace(draft, files_told=True))
            case Pick("original" | "clean" as value):
                return Outcome(
                    replace(draft, keep_original=value == "original"), (Note(f"files.{value}.now"),)
                )
            case Pick("drop_all"):
                return Outcome(replace(draft, files=()), (Note("files.dropped_all"),))
            case Pick(value) if value.startswith("drop"):
                return _dropped(draft, int(value.removeprefix("drop")) - 1, context)
            case Write():
                return Outcome(draft, (Note("files.only"),))
        return None


def attached(draft: TipDraft, results: Sequence[KeptFile | NotKept], context: Context) -> Outcome:
    """The draft with the files that were kept, and what is said of each, in order.

    More than it takes, which others sent at the same time, are left out.
    """
    notes: list[Note] = []
    for result in results:
        if isinstance(result, NotKept) or not room_for(draft):
            key = result.key if isinstance(result, NotKept) else "file.full"
            notes.append(Note(key))
            continue
        draft = replace(draft, files=(*draft.files, result))
        notes.append(Note("file.taken", (("file", names(draft.files, context.say)[-1]),)))
    if draft.files and not draft.files_told:
        if draft.step is not Step.FILES:
            notes.append(Note("files.notice"))
        draft = replace(draft, files_told=True)
    return Outcome(draft, tuple(notes))


def room_for(draft: TipDraft) -> int:
    """How many more files the tip takes."""
    return MAX_FILES - len(draft.files)


def names(files: Sequence[KeptFile], say: Spoken) -> list[str]:
    """What each is called, counted by kind: photo 1, photo 2, recording 1."""
    count = {"photo": 0, "voice": 0}
    called = []
    for kept in files:
        count[kept.kind] += 1
        called.append(say(f"file.{kept.kind}", number=str(count[kept.kind])))
    return called


def counted(files: Sequence[KeptFile], say: Spoken) -> str:
    """How many there are of each kind, in words; "" without any."""
    parts = []
    for kind in ("photo", "voice"):
        number = sum(kept.kind == kind for kept in files)
        if number:
            parts.append(say(f"files.{kind}s", count=str(number)))
    return ", ".join(parts)


def _dropped(draft: TipDraft, index: int, context: Context) -> Outcome | None:
    if index >= len(draft.files):
        return None
    name = names(draft.files, context.say)[index]
    left = (*draft.files[:index], *draft.files[index + 1 :])
    return Outcome(replace(draft, files=left), (Note("files.dropped", (("file", name),)),))
