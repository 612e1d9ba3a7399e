"""``antam doctor``: is everything there, does everything answer, and if not, what to do.

Looks only; repairs nothing, and shows no secret and nothing that a person wrote.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import psycopg

from backend.kit.database import database_url
from backend.kit.secrets_store import missing
from backend.kit.settings import ROOT, Settings
from backend.ops.lock import holder, is_running
from backend.ops.migrate import schema_versions
from backend.ops.plan import programs

_ENOUGH_DISK: Final = 2_000_000_000
"""Bytes: PostgreSQL stops when the disk is full, so warn long before."""
_STALE_JOB_MINUTES: Final = 15


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is, whether it is well, and what was found or is to be done."""

    what: str
    well: bool
    words: str


async def examine(config: Settings) -> list[Finding]:
    """Everything that a running deployment needs, in the order in which to repair it."""
    findings = [_keys(config), _model(), _disk(config), _supervisor(config)]
    findings += await asyncio.to_thread(_database, config)
    named = [program for program in programs(config, os.environ) if program.has_health]
    findings += await asyncio.gather(*(_process(program.name, program.healthy) for program in named))
    return findings


def _keys(config: Settings) -> Finding:
    lacking = [str(path.relative_to(config.secrets)) for path in missing(config.secrets)]
    if lacking:
        return Finding(
            "keys", False, f"missing: {', '.join(lacking)}. Put back a backup, or: antam keys init"
        )
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


def _supervisor(config: Settings) -> Finding:
    if is_running(config.var):
        return Finding("supervisor", True, f"runs (process {holder(config.var)})")
    # Not a fault by itself: the processes may be run as services.
    return Finding("supervisor", True, "not running; the processes below may be run by something else")


def _database(config: Settings) -> list[Finding]:
    try:
        url = database_url(config, role="owner")
        found, wanted = schema_versions(url)
        jobs = _jobs(url)
    except FileNotFoundError:
        return [Finding("database", False, "was never started here. Start it with: antam up")]
    except Exception as error:  # the driver's message may name the server, never a row
        return [Finding("database", False, f"does not answer ({type(error).__name__}). Is antam up running?")]
    if found != wanted:
        remedy = f"the schema is at {found}, this version wants {wanted}. Run: antam migrate"
        return [Finding("database", False, remedy)]
    return [Finding("database", True, f"schema {found}"), *jobs]


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
