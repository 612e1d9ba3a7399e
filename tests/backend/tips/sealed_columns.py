"""Every column of bytes: how it is read, or why a change of it need not be noticed where it stands.

A column that is in neither list fails ``test_every_sealed_column.py``: whoever adds one decides here.
"""

from typing import Final

from tests.backend.tips.readings import Group

READ: Final[dict[str, tuple[Group, ...]]] = {
    "tips.receipt_lookup": ("seals",),
    "tips.reporter_public_key": ("tips",),
    "tip_seals.sealed_key": ("seals",),
    "tip_seals.mac": ("seals",),
    "tip_parts.sealed": ("tips",),
    "tip_messages.sealed": ("tips",),
    "tip_note_keys.sealed_key": ("tips",),
    "tip_note_keys.mac": ("tips",),
    "tip_notes.sealed": ("tips",),
    "tip_files.sealed_about": ("tips",),
    "tip_files.sealed": ("files",),
    "commendations.sealed_code": ("tips",),
    "commendations.code_hash": ("thanks",),
    "draft_files.sealed": ("draft files",),
    "draft_files.sealed_original": ("draft files",),
    "drafts.lookup": ("drafts",),
    "drafts.sealed": ("drafts",),
    "notices.lookup": ("notices",),
    "notices.sealed": ("notices",),
    "desks.public_key": ("desks",),
    "desks.public_key_mac": ("desks",),
    "desk_members.sealed_desk_key": ("desks",),
    "desk_members.seat_mac": ("desks",),
    "desk_escrows.desk_public_key": ("escrow",),
    "desk_escrows.sealed_desk_key": ("escrow",),
    "desk_escrows.mac": ("escrow",),
    "escrow_keys.public_key": ("escrow keys",),
    "escrow_keys.mac": ("escrow keys",),
    "member_keys.public_key": ("public keys",),
    "member_keys.public_key_mac": ("public keys",),
    "member_keys.password_salt": ("sign-in",),
    "member_keys.password_wrapped": ("sign-in",),
    "member_keys.recovery_wrapped": ("recovery",),
    "member_keys.totp_sealed": ("codes",),
    "staff_sessions.token_hash": ("sessions",),
    "staff_sessions.sealed_private_key": ("sessions",),
    "site_key_marks.mark": ("site keys",),
    "audit_entries.previous": ("audit",),
    "audit_entries.digest": ("audit",),
}
"""``table.column``, and who reads it."""

EXEMPT: Final[dict[str, str]] = {
    "tips.submission_id": "a keyed hash by which a second sending is recognised; it shows nothing",
    "tip_messages.submission_id": "as of a tip: it tells a second sending from a new message, no more",
    "withdrawn_submissions.submission_id": "as of a tip: a changed one lets a withdrawn draft be sent again",
    "tip_index.value": "a keyed hash that is only compared; a moved one makes a false link (THREAT_MODEL.md)",
    "tip_wordings.bands": "keyed hashes that are only compared; moved ones make a false likeness",
    "tip_wordings.signature": "a masked signature that is only compared; a moved one makes a false likeness",
    "notices.owner": "a keyed hash by which a wish is deleted; a moved one deletes another wish or none",
    "destructions.mark": "a keyed hash; a changed one is a missing one, which THREAT_MODEL.md speaks of",
    "members.one_time_salt": "goes with the hash beside it",
    "members.one_time_hash": "a hash; its password opens no key (THREAT_MODEL.md says who could set one)",
    "sign_in_attempts.name_hash": "a keyed hash by which failures are counted",
}

BOUND: Final[dict[str, tuple[Group, str]]] = {
    "a report of another version": ("tips", "UPDATE tip_parts SET version = 2 WHERE field = 'report' {one}"),
    "a report in another row": (
        "tips",
        "UPDATE tip_parts SET id = gen_random_uuid() WHERE field = 'report' {one}",
    ),
    "a report of another tip": ("tips", "UPDATE tip_parts SET tip_id = :other WHERE field = 'report' {one}"),
    "a report taken for a hand-over": (
        "tips",
        "UPDATE tip_parts SET field = CASE field WHEN 'report' THEN 'handover' ELSE 'report' END "
        "WHERE tip_id = :tip",
    ),
    "a hand-over of another tip": (
        "tips",
        "UPDATE tip_parts SET tip_id = CASE tip_id WHEN :tip THEN :other ELSE :tip END "
        "WHERE field = 'handover'",
    ),
    "readers widened in clear": ("tips", "UPDATE tips SET readers = '{{union}}' WHERE id = :tip"),
    "a message of another version": ("tips", "UPDATE tip_messages SET version = 1 WHERE number = 1 {one}"),
    "a message of another number": ("tips", "UPDATE tip_messages SET number = 99 WHERE number = 1 {one}"),
    "two messages in another order": (
        "tips",
        "UPDATE tip_messages SET number = CASE number WHEN 1 THEN 2 ELSE 1 END "
        "WHERE number IN (1, 2) AND tip_id = :tip",
    ),
    "a desk's message given to the reporter": (
        "tips",
        "UPDATE tip_messages SET sender = 'reporter' WHERE number = 1 {one}",
    ),
    "a reporter's message given to the desk": (
        "tips",
        "UPDATE tip_messages SET sender = 'desk', desk_id = :desk, author_id = :member "
        "WHERE number = 2 {one}",
    ),
    "a message of another desk": (
        "tips",
        "UPDATE tip_messages SET desk_id = :other_desk WHERE number = 1 {one}",
    ),
    "a message of another author": (
        "tips",
        "UPDATE tip_messages SET author_id = :colleague WHERE number = 1 {one}",
    ),
    "a message of another tip": (
        "tips",
        "UPDATE tip_messages SET tip_id = :other, number = 99 WHERE number = 1 {one}",
    ),
    "a message in another row": (
        "tips",
        "UPDATE tip_messages SET id = gen_random_uuid() WHERE number = 1 {one}",
    ),
    "a note of another version": ("tips", "UPDATE tip_notes SET version = 2 WHERE desk_id = :desk {one}"),
    "a note of another author": (
        "tips",
        "UPDATE tip_notes SET author_id = :colleague WHERE author_id = :member {one}",
    ),
    "a hold's reason taken for a note": (
        "tips",
        "UPDATE tip_notes SET about = 'note' WHERE about = 'hold' {one}",
    ),
    "a note of another desk": (
        "tips",
        "UPDATE tip_notes SET desk_id = :other_desk WHERE desk_id = :desk {one}",
    ),
    "a note of another tip": ("tips", "UPDATE tip_notes SET tip_id = :other WHERE desk_id = :desk {one}"),
    "a note key of another version": (
        "tips",
        "UPDATE tip_note_keys SET key_version = 9 WHERE desk_id = :desk",
    ),
    "a note key of another site key": (
        "tips",
        "UPDATE tip_note_keys SET mac_version = 1 WHERE desk_id = :desk",
    ),
    "a note key of another desk": (
        "tips",
        "UPDATE tip_note_keys AS a SET sealed_key = b.sealed_key, mac = b.mac FROM tip_note_keys AS b "
        "WHERE a.desk_id = :desk AND b.desk_id = :other_desk AND a.tip_id = b.tip_id",
    ),
    "a seal of another version": ("seals", "UPDATE tip_seals SET key_version = 9 WHERE desk_id = :desk"),
    "a seal of another site key": ("seals", "UPDATE tip_seals SET mac_version = 1 WHERE desk_id = :desk"),
    "a whole seal of another tip": (
        "seals",
        "UPDATE tip_seals AS a SET sealed_key = b.sealed_key, mac = b.mac FROM tip_seals AS b "
        "WHERE a.desk_id = :desk AND b.desk_id = :desk AND a.tip_id = :tip AND b.tip_id = :other",
    ),
    "a whole seal of another desk": (
        "seals",
        "UPDATE tip_seals AS a SET sealed_key = b.sealed_key, mac = b.mac FROM tip_seals AS b "
        "WHERE a.desk_id = :desk AND b.desk_id = :other_desk AND a.tip_id = b.tip_id",
    ),
    "a file of another version": ("files", "UPDATE tip_files SET version = 2 WHERE tip_id = :tip"),
    "a file of another number": ("files", "UPDATE tip_files SET number = number + 50 WHERE tip_id = :tip"),
    "a file of another message": (
        "files",
        "UPDATE tip_files SET message_id = NULL WHERE tip_id = :tip AND message_id IS NOT NULL",
    ),
    "an original taken for the clean file": (
        "files",
        "UPDATE tip_files SET field = CASE field WHEN 'clean' THEN 'original' ELSE 'clean' END "
        "WHERE tip_id = :tip",
    ),
    "a code of another message": (
        "tips",
        "UPDATE commendations AS a SET message_id = b.message_id FROM commendations AS b "
        "WHERE a.tip_id = :tip AND b.tip_id = :tip AND a.message_id < b.message_id",
    ),
    "a commendation of another message": (
        "thanks",
        "UPDATE commendations AS a SET message_id = b.message_id FROM commendations AS b "
        "WHERE a.tip_id = :tip AND b.tip_id = :tip AND a.message_id < b.message_id",
    ),
    "a desk's key of another version": ("desks", "UPDATE desks SET key_version = 9 WHERE id = :desk"),
    "a desk's key of another site key": ("desks", "UPDATE desks SET mac_version = 1 WHERE id = :desk"),
    "a whole key of another desk": (
        "desks",
        "UPDATE desks AS a SET public_key = b.public_key, public_key_mac = b.public_key_mac FROM desks AS b "
        "WHERE a.id = :desk AND b.id = :other_desk",
    ),
    "a seat of another version": ("desks", "UPDATE desk_members SET key_version = 9 WHERE desk_id = :desk"),
    "a seat of another site key": (
        "desks",
        "UPDATE desk_members SET seat_mac_version = 1 WHERE desk_id = :desk",
    ),
    "a seat granted by another": (
        "desks",
        "UPDATE desk_members SET granted_by = :colleague WHERE member_id = :member",
    ),
    "a whole seat of a colleague": (
        "desks",
        "UPDATE desk_members AS a SET sealed_desk_key = b.sealed_desk_key, seat_mac = b.seat_mac "
        "FROM desk_members AS b WHERE a.member_id = :member AND b.member_id = :colleague",
    ),
    "an escrowed key of another version": (
        "escrow",
        "UPDATE desk_escrows SET key_version = 9 WHERE desk_id = :desk",
    ),
    "an escrowed key of another escrow": (
        "escrow",
        "UPDATE desk_escrows SET escrow_version = 1 WHERE desk_id = :desk",
    ),
    "an escrowed key of another desk": (
        "escrow",
        "UPDATE desk_escrows AS a SET desk_public_key = b.desk_public_key, "
        "sealed_desk_key = b.sealed_desk_key, mac = b.mac FROM desk_escrows AS b "
        "WHERE a.desk_id = :desk AND b.desk_id = :other_desk",
    ),
    "an escrow key of another version": (
        "escrow keys",
        "UPDATE escrow_keys SET version = 7 WHERE version = 2",
    ),
    "a whole public key of another member": (
        "public keys",
        "UPDATE member_keys AS a SET public_key = b.public_key, public_key_mac = b.public_key_mac "
        "FROM member_keys AS b WHERE a.member_id = :member AND b.member_id = :colleague",
    ),
    "a public key of another site key": (
        "public keys",
        "UPDATE member_keys SET mac_version = 1 WHERE member_id = :member",
    ),
    "a whole password of another member": (
        "sign-in",
        "UPDATE member_keys AS a SET password_salt = b.password_salt, password_wrapped = b.password_wrapped "
        "FROM member_keys AS b WHERE a.member_id = :member AND b.member_id = :colleague",
    ),
    "a password under another site key": (
        "sign-in",
        "UPDATE member_keys SET password_wrap_version = 1 WHERE member_id = :member",
    ),
    "a recovery key under another site key": (
        "recovery",
        "UPDATE member_keys SET recovery_wrap_version = 1 WHERE member_id = :member",
    ),
    "an authenticator's secret under another site key": (
        "codes",
        "UPDATE member_keys SET totp_wrap_version = 1 WHERE member_id = :member",
    ),
    "a session of another member": (
        "sessions",
        "UPDATE staff_sessions SET member_id = :colleague WHERE member_id = :member",
    ),
    "a key's mark under another version": (
        "site keys",
        "UPDATE site_key_marks SET version = 9 WHERE purpose = 'mac' AND version = 1",
    ),
    "a log entry of another time": (
        "audit",
        "UPDATE audit_entries SET at = at + interval '1 second' WHERE number = 3",
    ),
    "a log entry of another person": (
        "audit",
        "UPDATE audit_entries SET actor_id = gen_random_uuid() WHERE number = 3",
    ),
    "a log entry of another act": ("audit", "UPDATE audit_entries SET action = 'tip.read' WHERE number = 3"),
    "a log entry about something else": ("audit", "UPDATE audit_entries SET subject = 'x' WHERE number = 3"),
    "a log entry of another detail": ("audit", "UPDATE audit_entries SET detail = '{{}}' WHERE number = 3"),
}
"""What stands in clear beside a sealed value and is bound to it: who reads it, and a change of it.

``:tip`` and ``:other`` are the two tips, ``:member`` and ``:colleague`` two members of ``:desk``, and
``:other_desk`` another desk that holds the tips; ``{one}`` stands for "and of the tip ``:tip``".
"""
