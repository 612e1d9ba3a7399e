"""What a tip or a message of a reporter may be refused for."""

from backend.kit.errors import Conflict, Problem


class OutOfPurpose(Problem):
    """The text is of a kind that this channel never accepts; nothing of it was kept."""

    status = 422
    code = "out_of_purpose"
    title = "Not what this channel is for"


class NobodyToReceive(Problem):
    """No chosen desk has a member who could open the tip, so it must not be taken."""

    status = 409
    code = "nobody_to_receive"
    title = "No desk can receive this yet"


class MailboxDamaged(Conflict):
    """The receipt is right, and what it opens was changed in the database. It is logged: commit."""

    code = "mailbox_damaged"
    title = "This mailbox cannot be opened any more"


class OtherSubmission(Conflict):
    """The draft was sent before with another receipt."""

    code = "other_submission"
