"""The folder of backups: how they are named, how long they live, and when the last one was made."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from backend.kit.secrets_store import write_secret
from backend.tips.destructions import BACKUPS_LIVE

SUFFIX: Final = ".backup"
UNFINISHED: Final = f"{SUFFIX}.new"
_NAME: Final = re.compile(r"antam-(\d{8}-\d{6})\.backup(\.new)?")
_TIME: Final = "%Y%m%d-%H%M%S"
_LAST: Final = "last.json"
_STALE: Final = timedelta(days=2)


@dataclass(frozen=True)
class Last:
    """The newest backup that was made and verified."""

    made_at: datetime
    place: str


def name_for(moment: datetime) -> str:
    """``antam-20261122-051644.backup`` (UTC)."""
    return f"antam-{moment.astimezone(UTC).strftime(_TIME)}{SUFFIX}"


def delete_old(folder: Path, now: datetime) -> int:
    """Delete the backups that are older than receipts promise, and what a killed backup left half done.

    Touches only files that are named as ours are. Returns how many backups went.
    """
    gone = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        found = _NAME.fullmatch(path.name)
        if found is None:
            continue
        made_at = datetime.strptime(found.group(1), _TIME).replace(tzinfo=UTC)
        half_done = found.group(2) is not None and now - made_at > timedelta(days=1)
        if half_done or now - made_at >= BACKUPS_LIVE:
            path.unlink(missing_ok=True)
            gone += not half_done
    return gone


def remember(backups: Path, last: Last) -> None:
    """Note that a backup was made, wherever it was put."""
    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = {"made_at": last.made_at.isoformat(timespec="seconds"), "place": last.place}
    write_secret(backups / _LAST, json.dumps(said))


def last(backups: Path) -> Last | None:
    """The last backup of this deployment; ``None`` if none was ever made or its note is lost."""
    try:
        said = json.loads((backups / _LAST).read_text(encoding="utf-8"))
        return Last(datetime.fromisoformat(said["made_at"]), str(said["place"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def is_stale(made_at: datetime, now: datetime) -> bool:
    """Whether a day's backup was left out."""
    return now - made_at > _STALE
