"""Errors of the OpenZeppelin contracts we build on."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "AccessManagedInvalidAuthority",
    "AccessManagedRequiredDelay",
    "AccessManagedUnauthorized",
    "AccessManagerAlreadyScheduled",
    "AccessManagerBadConfirmation",
    "AccessManagerExpired",
    "AccessManagerInvalidInitialAdmin",
    "AccessManagerLockedFunction",
    "AccessManagerLockedRole",
    "AccessManagerNotReady",
    "AccessManagerNotScheduled",
    "AccessManagerUnauthorizedAccount",
    "AccessManagerUnauthorizedCall",
    "AccessManagerUnauthorizedCancel",
    "AccessManagerUnauthorizedConsume",
    "AddressEmptyCode",
    "ECDSAInvalidSignature",
    "ECDSAInvalidSignatureLength",
    "ECDSAInvalidSignatureS",
    "ERC20InsufficientAllowance",
    "ERC20InsufficientBalance",
    "ERC20InvalidApprover",
    "ERC20InvalidReceiver",
    "ERC20InvalidSender",
    "ERC20InvalidSpender",
    "ERC2612ExpiredSignature",
    "ERC2612InvalidSigner",
    "FailedCall",
    "InsufficientBalance",
    "InvalidAccountNonce",
    "InvalidShortString",
    "SafeCastOverflowedIntToUint",
    "SafeCastOverflowedUintDowncast",
    "SafeCastOverflowedUintToInt",
    "SafeERC20FailedOperation",
    "StringTooLong",
]


class AccessManagedUnauthorized(ContractRevert, reason=Reason.UNAUTHORISED):
    """The caller does not hold the office."""


class AccessManagedRequiredDelay(ContractRevert, reason=Reason.TOO_EARLY):
    """The office must schedule this first."""


class AccessManagedInvalidAuthority(ContractRevert, reason=Reason.TERMS_INVALID):
    """The new authority is no contract."""


class AccessManagerAlreadyScheduled(ContractRevert, reason=Reason.ALREADY_USED):
    """The operation is scheduled already."""


class AccessManagerNotScheduled(ContractRevert, reason=Reason.WRONG_STATE):
    """The operation is not scheduled."""


class AccessManagerNotReady(ContractRevert, reason=Reason.TOO_EARLY):
    """The operation's delay has not passed."""


class AccessManagerExpired(ContractRevert, reason=Reason.TOO_LATE):
    """The scheduled operation has lapsed."""


class AccessManagerLockedRole(ContractRevert, reason=Reason.UNAUTHORISED):
    """The role is fixed."""


class AccessManagerLockedFunction(ContractRevert, reason=Reason.UNAUTHORISED):
    """The function is fixed."""


class AccessManagerBadConfirmation(ContractRevert, reason=Reason.NOT_A_PARTY):
    """A role is renounced by its holder only."""


class AccessManagerUnauthorizedAccount(ContractRevert, reason=Reason.UNAUTHORISED):
    """The caller does not hold the role."""


class AccessManagerUnauthorizedCall(ContractRevert, reason=Reason.UNAUTHORISED):
    """The caller may not call this."""


class AccessManagerUnauthorizedConsume(ContractRevert, reason=Reason.UNAUTHORISED):
    """Only the target may consume its schedule."""


class AccessManagerUnauthorizedCancel(ContractRevert, reason=Reason.UNAUTHORISED):
    """The caller may not cancel this."""


class AccessManagerInvalidInitialAdmin(ContractRevert, reason=Reason.TERMS_INVALID):
    """The zero address cannot administer."""


class AddressEmptyCode(ContractRevert, reason=Reason.TERMS_INVALID):
    """The target is no contract."""


class FailedCall(ContractRevert, reason=Reason.WRONG_STATE):
    """The inner call failed without a reason."""


class InsufficientBalance(ContractRevert, reason=Reason.INSUFFICIENT_BALANCE):
    """The contract holds too little native currency."""


class SafeCastOverflowedUintDowncast(ContractRevert, reason=Reason.TERMS_INVALID):
    """A number is too large for its field."""


class SafeCastOverflowedUintToInt(ContractRevert, reason=Reason.TERMS_INVALID):
    """A number is too large to be signed."""


class SafeCastOverflowedIntToUint(ContractRevert, reason=Reason.TERMS_INVALID):
    """A number that cannot be negative would be."""


class ERC20InsufficientBalance(ContractRevert, reason=Reason.INSUFFICIENT_BALANCE):
    """The amount is not held."""


class ERC20InsufficientAllowance(ContractRevert, reason=Reason.INSUFFICIENT_ALLOWANCE):
    """The spender is not allowed so much."""


class ERC20InvalidSender(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The zero address cannot send."""


class ERC20InvalidReceiver(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The zero address cannot receive."""


class ERC20InvalidApprover(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The zero address cannot approve."""


class ERC20InvalidSpender(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The zero address cannot be approved."""


class ERC2612ExpiredSignature(ContractRevert, reason=Reason.TOO_LATE):
    """The permit's deadline has passed."""


class ERC2612InvalidSigner(ContractRevert, reason=Reason.SIGNATURE_INVALID):
    """The permit was signed by somebody else."""


class InvalidAccountNonce(ContractRevert, reason=Reason.ALREADY_USED):
    """The permit's nonce is not the next one."""


class ECDSAInvalidSignature(ContractRevert, reason=Reason.SIGNATURE_INVALID):
    """Not a signature."""


class ECDSAInvalidSignatureLength(ContractRevert, reason=Reason.SIGNATURE_INVALID):
    """Not a signature."""


class ECDSAInvalidSignatureS(ContractRevert, reason=Reason.SIGNATURE_INVALID):
    """Not a canonical signature."""


class InvalidShortString(ContractRevert, reason=Reason.TERMS_INVALID):
    """A name of the signing domain is broken."""


class StringTooLong(ContractRevert, reason=Reason.TERMS_INVALID):
    """A name of the signing domain is too long."""


class SafeERC20FailedOperation(ContractRevert, reason=Reason.FLOW_NOT_PERMITTED):
    """A token said that it did not move."""
