"""A house that leaks on purpose, one leak a place: each is caught where it is, and called what it is.

Several leak at once in one house, each to a place of its own; what is found must be theirs and nobody else's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from backend.text.normalize import strip_marks
from tests.canary.evidence import MADE_ANEW, Evidence
from tests.canary.findings import Finding, Place
from tests.canary.needles import Needles
from tests.canary.platforms import is_in_its_place
from tests.canary.run import SEED, canary
from tests.canary.stories import Channel, Ending, Story, stories
from tests.canary.words import Inventor

pytestmark = pytest.mark.timeout(300)
HOOKS: Final = Path(__file__).with_name("leaking")


@dataclass(frozen=True)
class Caught:
    """What a leak must be caught as: at some of these places, of this kind, in this form."""

    kind: str
    form: str
    """A pattern for the name of the form."""
    at: tuple[tuple[Place, str], ...]
    """Places, each with a pattern for the column, file or process."""


def _column(name: str) -> tuple[tuple[Place, str], ...]:
    return ((Place.SQL, rf"public\.{name}"),)


def _said(process: str) -> tuple[tuple[Place, str], ...]:
    """In the stream, and in the log that the supervisor keeps of it."""
    return ((Place.OUTPUT, process), (Place.VAR, rf"log/{process}\.log"))


LEAKS: Final = {
    "long_story_in_a_text_column": Caught("story", "clear", _column(r"tips\.language")),
    "hash_of_a_phone_in_an_array": Caught("phone", r"SHA-256 in hex\b.*", _column(r"tips\.reasons")),
    "place_in_hex_in_a_bytes_column": Caught("place", "hex", _column(r"tips\.submission_id")),
    "folded_story_in_the_queue": Caught("story", "folded", _column(r"procrastinate_jobs\.args")),
    "receipt_in_a_large_object": Caught(
        "receipt",
        "base64",
        ((Place.SQL, r"large object \d+"), (Place.SQL, r"pg_catalog\.pg_largeobject\.data")),
    ),
    "offender_in_a_row_that_was_overwritten": Caught("offender", "clear", ((Place.DATA_DIRECTORY, ".+"),)),
    "story_in_the_log_of_postgresql": Caught("story", "without spaces", _said("postgres")),
    "name_in_a_notification": Caught("offender", "URL-encoded", _column(r"notifications\.event")),
    "letter_in_a_log_line": Caught("letter", "base64(url)?", _said("backend")),
    "name_said_by_the_worker": Caught("offender", "SHA-1 in hex", _said("worker")),
    "question_said_by_rasa": Caught("question", "escaped bytes", _said("rasa")),
    "question_said_by_an_action": Caught("question", "HEX", _said("actions")),
    "platform_id_as_the_lookup_of_a_draft": Caught("platform id", "clear", _column(r"drafts\.lookup")),
    "receipt_said_by_the_bot": Caught("receipt", "clear", _said("bot")),
    "updates_kept_in_var": Caught("story", "JSON-escaped", ((Place.VAR, r"updates\.json"),)),
    "update_in_a_deleted_file": Caught("story", "decomposed", ((Place.PROCESS, "deleted file of bot"),)),
    "platform_id_in_an_environment": Caught("platform id", "clear", ((Place.PROCESS, "environ of sleep"),)),
    "question_on_a_command_line": Caught("question", "clear", ((Place.PROCESS, "cmdline of sh"),)),
    "update_said_by_the_bot": Caught("platform name", "JSON-escaped", _said("bot")),
    "requests_logged_with_their_addresses": Caught("token of Telegram", "clear", _said("bot")),
    "letter_in_a_temporary_file": Caught("letter", "UTF-16-LE", ((Place.TEMPORARY, "tmp.+"),)),
    "photo_in_a_log_line": Caught("photo", "part, hex", _said("backend")),
    "clean_photo_said_by_the_backend": Caught(f"photo {MADE_ANEW}", "part, escaped bytes", _said("backend")),
    "recording_with_its_tags": Caught("remark", "clear", ((Place.SHOWN, "reporter"),)),
    "text_of_a_withdrawn_tip": Caught(
        "story", "hex of folded", _column(r"withdrawn_submissions\.submission_id")
    ),
    "recording_in_a_temporary_file": Caught("voice", "part, clear", ((Place.TEMPORARY, "tmp.+"),)),
    "digest_of_a_file_said_by_the_bot": Caught("photo", "SHA-256 in hex", _said("bot")),
    "address_of_a_notice": Caught("address", "clear", _column(r"notices\.sealed")),
    "account_in_the_first_line_of_a_backup": Caught(
        "token of Telegram", "clear", ((Place.BACKUP, "sealed"), (Place.VAR, r"backups/.+\.backup"))
    ),
}


_STATISTICS: Final = (Place.SQL, r"pg_catalog\.pg_stat(istic|s)\..+")
"""Of a column that leaks PostgreSQL keeps the commonest values here too, once it has analysed the table."""


@pytest.fixture(scope="module")
def found(open_folder: Path) -> Iterator[set[Finding]]:
    """Everything that is found in a house with all the leaks, running and stopped."""
    print(f"the canary's seed is {SEED}")
    leaking = {"PYTHONPATH": str(HOOKS), "ANTAM_CANARY_LEAKS": ",".join(LEAKS)}
    with canary(open_folder / "leaking", leaking) as run:
        run.live(_few(stories(1_000, SEED)), Inventor(-SEED))
        needles = Needles(run.planted())
        running = run.search_running(needles)
    yield running.found | run.search_stopped(needles, ["antam"]).found


_WAYS: Final = (
    (Channel.WEB, Ending.ABANDONED),
    (Channel.WEB, Ending.WRITTEN_BACK),
    (Channel.WEB, Ending.WITHDRAWN),
    (Channel.ZALO, Ending.ABANDONED),
    (Channel.TELEGRAM, Ending.SAVED),
    (Channel.FORM, Ending.WRITTEN_BACK),
)
"""A story for each way that a leak can go."""


def _few(told: list[Story]) -> list[Story]:
    """The first story for each way, with diacritics, and a phone number that is left as it is.

    With the last but one comes a photo and the wish to be told of an answer, with the last one's letter a
    recording.
    """
    fit = [
        story
        for story in told
        if story.corrected_who is None
        and story.typed_phone[0] in "+0"
        and strip_marks(story.told[0]) != story.told[0]
    ]
    chosen = [next(story for story in fit if (story.channel, story.ending) == way) for way in _WAYS]
    photo, recording = (Evidence.invented(Inventor(SEED), kind) for kind in ("photo", "voice"))
    *_, with_photo, with_recording = [replace(story, files=(), letter_files=()) for story in chosen]
    return [
        *chosen[:-2],
        replace(with_photo, files=(photo,), wants_notice=True),
        replace(with_recording, letter_files=(recording,)),
    ]


def _is(finding: Finding, caught: Caught) -> bool:
    return finding.hit.planted.kind == caught.kind and bool(re.fullmatch(caught.form, finding.hit.form))


def _stands(finding: Finding, at: tuple[Place, str]) -> bool:
    place, where = at
    return finding.place is place and bool(re.fullmatch(where, finding.where))


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_caught_where_it_is_and_called_what_it_is(found: set[Finding], leak: str) -> None:
    caught = LEAKS[leak]
    for at in caught.at:
        assert any(_is(finding, caught) and _stands(finding, at) for finding in found), at


def test_what_is_found_outside_the_database_s_files_is_one_of_the_leaks(found: set[Finding]) -> None:
    everywhere = [at for caught in LEAKS.values() for at in caught.at]
    strange = [
        str(finding)
        for finding in found
        if finding.place not in (Place.DUMP, Place.DATA_DIRECTORY)
        and (finding.place, finding.where) != (Place.BACKUP, "opened")
        and not _stands(finding, _STATISTICS)
        and not is_in_its_place(finding)
        and not any(_stands(finding, at) for at in everywhere)
    ]
    assert strange == []


def test_a_dump_gives_away_what_stands_in_a_column(found: set[Finding]) -> None:
    of_dump = {finding.hit.planted.kind for finding in found if finding.place is Place.DUMP}
    assert of_dump == {"story", "phone", "place", "receipt", "offender", "name", "platform id", "address"}


def test_a_backup_gives_away_what_stands_in_a_column_only_to_who_has_its_key(found: set[Finding]) -> None:
    at = {
        where: {finding.hit.planted.kind for finding in found if _stands(finding, (Place.BACKUP, where))}
        for where in ("sealed", "opened")
    }
    assert {"story", "phone", "place"} <= at["opened"]
    assert at["sealed"] == {"token of Telegram", "secret of the webhooks"}


def test_files_alone_prove_nothing(found: set[Finding]) -> None:
    """PostgreSQL compressed the long story: no file shows it as it was written, and SQL does."""
    story = LEAKS["long_story_in_a_text_column"]
    assert {finding.place for finding in found if _is(finding, story)} == {
        Place.SQL,
        Place.DUMP,
        Place.BACKUP,
    }


def test_queries_alone_prove_nothing(found: set[Finding]) -> None:
    """The overwritten row shows in no query, and in the files it is still there."""
    row = LEAKS["offender_in_a_row_that_was_overwritten"]
    assert {finding.place for finding in found if _is(finding, row)} == {Place.DATA_DIRECTORY}
