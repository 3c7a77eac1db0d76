"""Errors of ``Participants.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "ParticipantsAlreadyRegistered",
    "ParticipantsInvalidProfile",
    "ParticipantsUnknown",
    "ParticipantsWalletTaken",
]


class ParticipantsUnknown(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """No such participant."""


class ParticipantsAlreadyRegistered(ContractRevert, reason=Reason.ALREADY_USED):
    """The participant is registered already."""


class ParticipantsWalletTaken(ContractRevert, reason=Reason.ALREADY_USED):
    """The wallet belongs to a participant already."""


class ParticipantsInvalidProfile(ContractRevert, reason=Reason.TERMS_INVALID):
    """The profile lacks something."""
