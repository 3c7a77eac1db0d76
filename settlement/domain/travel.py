"""The travel-rule record of a trade, in the shape of IVMS101.2023, and the salted hash of it on the chain.

All that a record holds is known when a trade is registered: who pays whom, their accounts as they then are,
and who provides the service to each. What is paid later, and by which transaction, IVMS101 has no place for:
the chain holds it under the trade's number, beside the hash.
"""

import json
from dataclasses import dataclass
from typing import Any

from settlement.domain.keccak import keccak256

__all__ = ["Person", "Side", "canonical", "record_hash", "travel_record", "travel_salt"]

#: Longest texts of an IVMS101 name and of a customer identification.
_LONGEST_NAME, _LONGEST_ID = 100, 50


@dataclass(frozen=True, slots=True)
class Person:
    """A legal person: the participant's short name, its name in full, two letters of its jurisdiction."""

    id: str
    name: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a trade: who it is, the account it trades with, and who provides the service to it.

    The provider is the bank of an authorised entity, the intermediary of a counterparty; there may be none.
    """

    person: Person
    account: str
    provider: Person | None


def travel_record(originator: Side, beneficiary: Side) -> dict[str, Any]:
    """The record of payments from ``originator`` to ``beneficiary``, as JSON values."""
    record: dict[str, Any] = {}
    for role, side in (("originator", originator), ("beneficiary", beneficiary)):
        record[role] = {f"{role}Persons": [_legal(side.person)], "accountNumber": [side.account]}
    for role, provider in (
        ("originatingVASP", originator.provider),
        ("beneficiaryVASP", beneficiary.provider),
    ):
        if provider is not None:
            record[role] = {role: _legal(provider)}
    return {**record, "payloadMetadata": {"payloadVersion": "101.2023"}}


def canonical(record: dict[str, Any]) -> bytes:
    """A record as the bytes that are hashed: keys in order, no blanks, UTF-8.

    That is the form of RFC 8785, whose rules for numbers a record, which has none, does not need.
    """
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def travel_salt(seed: int, trade: str) -> bytes:
    """32 bytes, kept with the record of a trade, without which its hash would give guessed names away.

    Parties would draw them by chance; a run draws them from its seed.
    """
    return keccak256(f"{seed}/{trade}/travel-rule salt".encode())


def record_hash(record: dict[str, Any], salt: bytes) -> bytes:
    """What the chain holds of a record: the Keccak-256 of the salt and, after it, the canonical form."""
    return keccak256(salt + canonical(record))


def _legal(person: Person) -> dict[str, Any]:
    name = {
        "legalPersonName": person.name[:_LONGEST_NAME],
        "legalPersonNameIdentifierType": "LEGL",
    }
    return {
        "legalPerson": {
            "name": {"nameIdentifier": [name]},
            "customerIdentification": person.id[:_LONGEST_ID],
            "countryOfRegistration": person.jurisdiction,
        }
    }
