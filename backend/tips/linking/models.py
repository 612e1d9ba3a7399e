"""The tables of the sealed index: keyed hashes of what may be the same in two tips. Nothing here is text."""

import uuid

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base


class TipIndexEntry(Base):
    """One thing that a tip names. Two tips with the same ``value`` name the same."""

    __tablename__ = "tip_index"

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[bytes] = mapped_column(primary_key=True, index=True)
    kind: Mapped[str]
    """A kind of ``values.KINDS``."""
    layer: Mapped[int]
    """Version of the last index key that ``value`` was hashed under."""


class TipWording(Base):
    """How a tip is worded. Later tips are compared with the first one worded so; the others have no bands."""

    __tablename__ = "tip_wordings"
    __table_args__ = (
        Index(
            "ix_tip_wordings_bands", "bands", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        ),
    )

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), primary_key=True)
    bands: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary))
    """Keyed hashes of pieces of the signature: two tips that share one are worth comparing. Empty for
    a tip that was found worded like an earlier one: it waits to take that one's place."""
    signature: Mapped[bytes]
    """Masked under the index keys, for this tip alone: without them no two can be compared."""
    layer: Mapped[int]
