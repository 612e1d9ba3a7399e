"""Imports every domain's tables, so that ``Base.metadata`` is whole wherever this is imported."""

from backend.accounts import models as accounts
from backend.audit import models as audit
from backend.checks.blocklist import models as blocklist
from backend.desks import models as desks
from backend.kit import key_marks
from backend.knowledge import models as knowledge
from backend.tips import models as tips
from backend.tips import retention_models as retention
from backend.tips import two_way_models as two_way
from backend.tips.files import models as tip_files
from backend.tips.linking import models as linking

__all__ = [
    "accounts",
    "audit",
    "blocklist",
    "desks",
    "key_marks",
    "knowledge",
    "linking",
    "retention",
    "tip_files",
    "tips",
    "two_way",
]
