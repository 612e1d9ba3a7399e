"""``antam doctor``: is everything there, does everything answer, and if not, what to do.

Looks only; repairs nothing, and shows no secret and nothing that a person wrote.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx
import psycopg

from backend.kit.database import database_url
from backend.kit.secrets_store import damaged, missing, unknown_services
from backend.kit.service_tokens import SERVICE_SCOPES
from backend.kit.settings import ROOT, Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.backup.again import unread
from backend.ops.backup.folder import is_stale, last
from backend.ops.belonging import foreign, remedy
from backend.ops.disk import no_room, speaks_of_no_room
from backend.ops.lock import holder, is_running
from backend.ops.migrate import DatabaseIsNewer, is_known, schema_versions
from backend.ops.plan import internal_url, programs

_ENOUGH_DISK: Final = 2_000_000_000
"""Bytes: PostgreSQL stops when the disk is full, so warn long before."""
_STALE_JOB_MINUTES: Final = 15
_LAST_WORDS_BYTES: Final = 64_000
"""Whoever asks while it is starting is refused with a line in the log: its reason may stand well above."""
_STARTED: Final = "ready to accept connections"
"""What PostgreSQL says when it has room again, so that what it said before is history."""
_BIG_SORT: Final = (
    "SELECT count(*) FROM (SELECT md5(i::text) AS f FROM generate_series(1, 20000) i ORDER BY f) s"
)
"""With ``work_mem`` at its least this writes over a megabyte to a temporary file, and nothing else."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is, whether it is well, and what was found or is to be done."""

    what: str
    well: bool
    words: str


async def examine(config: Settings) -> list[Finding]:
    """Everything that a running deployment needs, in the order in which to repair it."""
    findings = [
        _keys(config),
        _model(),
        _disk(config),
        _backup(config),
        *_destroyed(config),
        _supervisor(config),
    ]
    findings += await asyncio.to_thread(_database, config)
    findings += await _tokens(config)
    named = [program for program in programs(config, os.environ) if program.has_health]
    findings += await asyncio.gather(*(_process(program.name, program.healthy) for program in named))
    return findings


def _keys(config: Settings) -> Finding:
    lacking = [str(path.relative_to(config.secrets)) for path in missing(config.secrets)]
    if lacking:
        return Finding(
            "keys", False, f"missing: {', '.join(lacking)}. Put back a backup, or: antam keys init"
        )
    if broken := [str(path.relative_to(config.secrets)) for path in damaged(config.secrets)]:
        return Finding("keys", False, f"damaged: {', '.join(broken)}. Put back a backup; do not delete it")
    return Finding("keys", True, "all there")


def _model() -> Finding:
    models = list((ROOT / "nlu" / "models").glob("*.tar.gz"))
    if not models:
        return Finding("model", False, "there is no trained model. Make one with: make train")
    return Finding("model", True, ", ".join(sorted(path.name for path in models)))


def _disk(config: Settings) -> Finding:
    place = config.var if config.var.exists() else ROOT
    free = shutil.disk_usage(place).free
    words = f"{free / 1e9:.1f} GB free"
    if free < _ENOUGH_DISK:
        return Finding("disk", False, f"{words} for {place}; make room before PostgreSQL stops")
    return Finding("disk", True, words)


def _backup(config: Settings) -> Finding:
    now, make_one = datetime.now(UTC), "Make one every day: antam backup"
    made = last(config.backups)
    if made is not None:
        words = f"the last one was made {made.made_at:%d/%m/%Y} ({made.place})"
        stale = is_stale(made.made_at, now)
        return Finding("backup", not stale, f"{words}. {make_one}" if stale else words)
    site_keys = config.secrets / "backend" / "site_keys.json"
    if not site_keys.exists():
        return Finding("backup", True, "nothing to back up yet")
    # A deployment of two days may be one that is being tried out.
    young = not is_stale(datetime.fromtimestamp(site_keys.stat().st_mtime, UTC), now)
    return Finding("backup", young, f"none was made yet. {make_one}")


def _destroyed(config: Settings) -> list[Finding]:
    """Whether a list of destroyed tips waits for its keys; the start sets aside what it cannot read."""
    lost = unread(config)
    return [Finding("destroyed", False, lost)] if lost else []


def _supervisor(config: Settings) -> Finding:
    if is_running(config.var):
        return Finding("supervisor", True, f"runs (process {holder(config.var)})")
    # Not a fault by itself: the processes may be run as services.
    return Finding("supervisor", True, "not running; the processes below may be run by something else")


def _database(config: Settings) -> list[Finding]:
    try:
        url = database_url(config, role="owner")
        found, wanted = schema_versions(url)
        if found != wanted:
            return [Finding("database", False, _other_schema(found, wanted))]
        _write(url)
        return [
            Finding("database", True, f"schema {found}"),
            *_site_keys(config, url),
            *_desks(url),
            *_damaged_tips(url),
            *_jobs(url),
        ]
    except FileNotFoundError:
        return [Finding("database", False, "was never started here. Start it with: antam up")]
    except Exception as error:  # the driver's message may name the server, never a row
        if speaks_of_no_room(f"{error} {_last_words(config)}"):
            return [Finding("database", False, no_room(config.var / "postgres"))]
        return [Finding("database", False, f"does not answer ({type(error).__name__}). Is antam up running?")]


def _other_schema(found: str | None, wanted: str | None) -> str:
    if found is not None and not is_known(found):
        return str(DatabaseIsNewer(found, wanted))
    return f"the schema is at {found}, this version wants {wanted}. Run: antam migrate"


def _write(url: str) -> None:
    """Have PostgreSQL write to its disk: that it answers does not say that it can. Leaves nothing there."""
    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
        connection.execute("SET LOCAL work_mem = '64kB'")
        connection.execute(_BIG_SORT)


def _last_words(config: Settings) -> str:
    """The end of the embedded PostgreSQL's log since it came up last, where it says why it stopped."""
    try:
        log = (config.var / "log" / "postgres.log").read_bytes()
    except FileNotFoundError:
        return ""
    return log[-_LAST_WORDS_BYTES:].decode(errors="replace").rpartition(_STARTED)[2]


def _site_keys(config: Settings, url: str) -> list[Finding]:
    """Whether the keys at hand belong to this database; where they cannot be read, ``_keys`` says so."""
    path = config.secrets / "backend" / "site_keys.json"
    if not path.exists() or path in damaged(config.secrets):
        return []
    if purposes := foreign(url, SiteKeys.read(path)):
        return [Finding("site keys", False, remedy(purposes))]
    return [Finding("site keys", True, "belong to this database")]


def _desks(url: str) -> list[Finding]:
    """Whether every desk that ever worked still has somebody who holds its key."""
    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
        lost = connection.execute(
            """
            SELECT kind || ':' || coalesce(province, 'national') FROM desks
            WHERE public_key IS NOT NULL AND NOT EXISTS (
                SELECT FROM desk_members AS seat
                WHERE seat.desk_id = desks.id AND seat.sealed_desk_key IS NOT NULL
            )
            ORDER BY 1
            """
        ).fetchall()
    if lost:
        names = ", ".join(name for (name,) in lost)
        return [Finding("desks", False, f"nobody holds the key of {names}. See: antam desk list")]
    return [Finding("desks", True, "none has lost its key")]


def _damaged_tips(url: str) -> list[Finding]:
    """Whether somebody met a part of a tip lately that does not open; the log tells of it without content."""
    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
        found = connection.execute(
            """
            SELECT count(DISTINCT subject) FROM audit_entries
            WHERE action = 'tip.damaged' AND at > now() - interval '14 days'
            """
        ).fetchone()
    count = (found or (0,))[0]
    if count:
        words = (
            f"parts of {count} do not open. Look who can change the database, and at the disk; then restore"
        )
        return [Finding("tips", False, words)]
    return [Finding("tips", True, "nobody met a part that does not open")]


async def _tokens(config: Settings) -> list[Finding]:
    """Whether the backend knows the tokens of the services that call it, on disk and as it runs."""
    if missing(config.secrets) or damaged(config.secrets):
        return []
    if unknown := unknown_services(config.secrets):
        words = (
            f"the backend's file does not know {', '.join(unknown)}. Run: antam keys init; then start anew"
        )
        return [Finding("tokens", False, words)]
    refused = [name for name in SERVICE_SCOPES if await _is_refused(config, name)]
    if refused:
        words = (
            f"the running backend refuses {', '.join(refused)}: a token was changed. Start everything anew"
        )
        return [Finding("tokens", False, words)]
    return [Finding("tokens", True, "known to the backend")]


async def _is_refused(config: Settings, service: str) -> bool:
    """Whether the running backend does not know a service's token; no answer is no refusal."""
    token = (config.secrets / service / "backend.token").read_text(encoding="utf-8").strip()
    try:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            answer = await client.get(
                f"{internal_url(config)}/internal/hotlines", headers={"Authorization": f"Bearer {token}"}
            )
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.UNAUTHORIZED


def _jobs(url: str) -> list[Finding]:
    """Whether workers live, and whether work is left lying."""
    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
        workers = connection.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
        ).fetchone()
        late = connection.execute(
            """
            SELECT count(*) FROM procrastinate_jobs
            WHERE status = 'todo' AND attempts = 0 AND coalesce(scheduled_at, now()) <= now() AND EXISTS (
                SELECT FROM procrastinate_events AS event
                WHERE event.job_id = procrastinate_jobs.id AND event.type = 'deferred'
                    AND event.at < now() - make_interval(mins => %s)
            )
            """,
            [_STALE_JOB_MINUTES],
        ).fetchone()
    living, lying = (workers or (0,))[0], (late or (0,))[0]
    if not living:
        return [Finding("worker", False, "none is alive: nobody is notified. Start one with: antam worker")]
    if lying:
        words = (
            f"{living} alive, but {lying} jobs wait for more than {_STALE_JOB_MINUTES} minutes. Start more"
        )
        return [Finding("worker", False, words)]
    return [Finding("worker", True, f"{living} alive, no job left lying")]


async def _process(name: str, healthy: Callable[[], Awaitable[bool]]) -> Finding:
    if await healthy():
        return Finding(name, True, "answers")
    return Finding(name, False, f"does not answer. Its log: var/log/{name}.log")
