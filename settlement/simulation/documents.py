"""Trade documents: the contracts see hashes only, and so do the actors."""

import hashlib
from collections.abc import Sequence

from settlement.domain.participants import DrawKind


def document_hash(credit: str, presentation: int, name: str) -> bytes:
    """32 bytes that stand for document ``name`` of the n-th presentation under a credit.

    Actors know a planned presentation by the hash of its transport document: draws are numbered by
    the contract, which gives a refused presentation no number.
    """
    return hashlib.sha256(f"{credit}/{presentation}/{name}".encode()).digest()


def document_set(credit: str, presentation: int, names: Sequence[str], kind: DrawKind) -> tuple[bytes, ...]:
    """The documents of the n-th presentation under a credit; of an advance or demurrage, the demand alone."""
    whole = kind in (DrawKind.DOCUMENTS, DrawKind.DELIVERY)
    return tuple(document_hash(credit, presentation, name) for name in names[: None if whole else 1])
