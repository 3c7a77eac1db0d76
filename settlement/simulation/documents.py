"""Trade documents: the contracts see hashes only, and so do the actors."""

import hashlib
from collections.abc import Iterable

from settlement.domain.participants import DrawKind
from settlement.scenario import Credit, Presentation


def document_hash(credit: str, presentation: int, name: str) -> bytes:
    """32 bytes that stand for document ``name`` of the n-th presentation under a credit.

    Actors know a planned presentation by the hash of its transport document: draws are numbered by
    the contract, which gives a refused presentation no number.
    """
    return hashlib.sha256(f"{credit}/{presentation}/{name}".encode()).digest()


def document_set(credit: Credit, number: int) -> tuple[bytes, ...]:
    """The documents of the n-th presentation under a credit; of an advance or demurrage, the demand alone."""
    whole = credit.presentations[number - 1].of in (DrawKind.DOCUMENTS, DrawKind.DELIVERY)
    return tuple(document_hash(credit.id, number, name) for name in credit.documents[: None if whole else 1])


def planned(credits: Iterable[Credit]) -> dict[bytes, Presentation]:
    """Every presentation that is to come, by the hash of its transport document."""
    return {
        document_hash(credit.id, number, credit.documents[0]): presentation
        for credit in credits
        for number, presentation in enumerate(credit.presentations, 1)
    }
