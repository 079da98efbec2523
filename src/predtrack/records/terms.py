"""The words of the format that stand for one of a few things; each in its order."""

from __future__ import annotations

KINDS = ("binary", "choice", "numeric", "date")
ORIGINS = ("stated", "inferred", "assumed", "disputed")  # from the strongest to the weakest
REASONS = ("ambiguous", "annulled", "condition_false", "too_vague", "no_evidence")
STATUSES = ("open", "due", "resolved", "void")
