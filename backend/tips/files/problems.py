"""What a file may be refused for."""

from backend.kit.errors import Conflict, Problem
from backend.tips.attachments.types import Reason


class FileRefused(Problem):
    """Not a photo or voice note that is taken; ``reason`` says why. Nothing of it was kept."""

    status = 422
    code = "file_refused"
    title = "This file is not taken"
    reason: Reason = "unknown"

    def __init__(self, reason: Reason) -> None:
        super().__init__()
        self.reason = reason


class Busy(Problem):
    """More files are being taken in than there is room for; the same may be sent again in a while."""

    status = 503
    code = "busy"
    title = "Too many files at once"


class FileGone(Conflict):
    """A file of the draft is not there any more, or its key does not open it. Nothing was stored."""

    code = "file_gone"
    title = "A file is not there any more"


class FileDamaged(Conflict):
    """The file was changed in the database, or belongs elsewhere."""

    code = "file_damaged"
    title = "This file cannot be opened"
