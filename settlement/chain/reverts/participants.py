"""Errors of ``Participants.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "ParticipantsAlreadyRegistered",
    "ParticipantsInvalidProfile",
    "ParticipantsInvalidScreening",
    "ParticipantsNotItsWallet",
    "ParticipantsNotTheNextList",
    "ParticipantsSponsorMissing",
    "ParticipantsUnknown",
    "ParticipantsWalletTaken",
]


class ParticipantsUnknown(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """No such participant."""


class ParticipantsAlreadyRegistered(ContractRevert, reason=Reason.ALREADY_USED):
    """The participant is registered already."""


class ParticipantsWalletTaken(ContractRevert, reason=Reason.ALREADY_USED):
    """The wallet belongs to a participant already, or is none."""


class ParticipantsNotItsWallet(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The wallet is another's, retired, or the only one left to act."""


class ParticipantsInvalidProfile(ContractRevert, reason=Reason.TERMS_INVALID):
    """The profile lacks something or claims too much."""


class ParticipantsSponsorMissing(ContractRevert, reason=Reason.SPONSOR_MISSING):
    """No bank in good standing is behind the entity."""


class ParticipantsInvalidScreening(ContractRevert, reason=Reason.WRONG_STATE):
    """The result does not follow from the last one, or takes two people."""


class ParticipantsNotTheNextList(ContractRevert, reason=Reason.ALREADY_USED):
    """It is not the version after the one that is out."""
