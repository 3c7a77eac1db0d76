"""Trade documents: the contracts see hashes only, and so do the actors."""

import hashlib


def document_hash(credit: str, presentation: int, name: str) -> bytes:
    """32 bytes that stand for document ``name`` of the n-th presentation under a credit.

    Actors know a planned presentation by the hash of its transport document: draws are numbered by
    the contract, which gives a refused presentation no number.
    """
    return hashlib.sha256(f"{credit}/{presentation}/{name}".encode()).digest()
