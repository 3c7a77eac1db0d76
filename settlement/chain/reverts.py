"""Contract errors: one class for every custom error of every Solidity contract.

Refused
└── ContractRevert                a transaction reverted; carries its receipt
    └── one class for each error  with the reason it stands for
BackendError
└── UnknownRevert                 a panic, out of gas, or no error of ours: a bug, ends a run

Class names are the Solidity names without the underscore; ``tests/chain/test_reverts.py``
proves that none is missing and none is left over.
"""

from typing import Any, ClassVar

from settlement.chain.abi import ErrorType
from settlement.chain.port import Receipt
from settlement.domain.errors import BackendError, Refused
from settlement.domain.reasons import Reason


class ContractRevert(Refused):
    """A transaction or call that a contract refused.

    Attributes:
        arguments: the Solidity error's arguments, in order.
        receipt: the reverted transaction's receipt; None when a call reverted.
    """

    by_name: ClassVar[dict[str, type["ContractRevert"]]] = {}
    _reason: ClassVar[Reason | None]

    def __init__(self, arguments: tuple[Any, ...] = (), receipt: Receipt | None = None) -> None:
        super().__init__(self._reason or Reason(arguments[0]), ", ".join(map(_show, arguments)))
        self.args = (arguments, receipt)
        self.arguments = arguments
        self.receipt = receipt

    def __init_subclass__(cls, reason: Reason | None) -> None:
        """Register the class; ``reason`` None means that the error's first argument is the code."""
        cls._reason = reason
        ContractRevert.by_name[cls.__name__] = cls


class UnknownRevert(BackendError):
    """A revert that is none of our contracts' errors: a panic, or out of gas."""

    def __init__(self, operation: str, revert_data: bytes, receipt: Receipt | None = None) -> None:
        super().__init__(operation, revert_data, receipt)
        self.operation = operation
        self.revert_data = revert_data
        self.receipt = receipt

    def __str__(self) -> str:
        """What reverted, and with which bytes."""
        data = self.revert_data.hex() or "no data"
        return f"{self.operation} reverted with {data}, which is no error of ours"


def revert_of(
    operation: str, errors: dict[bytes, ErrorType], revert_data: bytes, receipt: Receipt | None
) -> ContractRevert | UnknownRevert:
    """The exception for ``revert_data``, given the errors that may come up (by selector)."""
    error = errors.get(revert_data[:4])
    if error is None:
        return UnknownRevert(operation, revert_data, receipt)
    return ContractRevert.by_name[class_name(error.name)](error.decode(revert_data), receipt)


def class_name(solidity_name: str) -> str:
    """Name of the Python class of a Solidity error."""
    return solidity_name.replace("_", "")


def _show(argument: object) -> str:
    return "0x" + argument.hex() if isinstance(argument, bytes) else str(argument)


# Rulebook


class RulebookRefused(ContractRevert, reason=None):
    """The Rulebook's answer."""


# Regime


class RegimeWrongStage(ContractRevert, reason=Reason.WRONG_STATE):
    """The regime's stage does not allow the step."""


class RegimeInvalidProgramme(ContractRevert, reason=Reason.TERMS_INVALID):
    """The programme contradicts itself or the legal frame."""


class RegimeProgrammeChanged(ContractRevert, reason=Reason.TERMS_CHANGED):
    """The programme was redrafted before it was co-signed."""


class RegimeNotStarted(ContractRevert, reason=Reason.TOO_EARLY):
    """The regime's start has not come."""


class RegimeSamePerson(ContractRevert, reason=Reason.SAME_PERSON):
    """Whoever proposed it cannot approve it."""


class RegimeWrongPhase(ContractRevert, reason=Reason.WRONG_PHASE):
    """Another phase comes next."""


# Participants


class ParticipantsUnknown(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """No such participant."""


class ParticipantsAlreadyRegistered(ContractRevert, reason=Reason.ALREADY_USED):
    """The participant is registered already."""


class ParticipantsWalletTaken(ContractRevert, reason=Reason.ALREADY_USED):
    """The wallet belongs to a participant already."""


class ParticipantsInvalidProfile(ContractRevert, reason=Reason.TERMS_INVALID):
    """The profile lacks something."""


# BusinessCalendar


class BusinessCalendarNotLoaded(ContractRevert, reason=Reason.CALENDAR_NOT_LOADED):
    """The calendar does not know that day."""


# SettlementToken and the standards it implements


class SettlementTokenReferenceUsed(ContractRevert, reason=Reason.ALREADY_USED):
    """The ramp used the reference before."""


class SettlementTokenNotModule(ContractRevert, reason=Reason.UNAUTHORISED):
    """Only a contract of the regime may do this."""


class SettlementTokenProtectedAccount(ContractRevert, reason=Reason.PROTECTED_ACCOUNT):
    """A module's own account, or a seizure to oneself."""


class ERC7943CannotSend(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The account may not send."""


class ERC7943CannotReceive(ContractRevert, reason=Reason.PARTICIPANT_UNKNOWN):
    """The account may not receive."""


class ERC7943CannotTransfer(ContractRevert, reason=Reason.FLOW_NOT_PERMITTED):
    """The transfer is not allowed."""


class ERC7943InsufficientUnfrozenBalance(ContractRevert, reason=Reason.FROZEN):
    """The amount is held, but frozen."""


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


# TradeEscrow


class TradeEscrowCreditExists(ContractRevert, reason=Reason.ALREADY_USED):
    """The applicant used the reference before."""


class TradeEscrowNotParty(ContractRevert, reason=Reason.NOT_A_PARTY):
    """The caller is not the party that may do this."""


class TradeEscrowWrongCreditState(ContractRevert, reason=Reason.WRONG_STATE):
    """The credit's state does not allow the step."""


class TradeEscrowWrongDrawState(ContractRevert, reason=Reason.WRONG_STATE):
    """The draw's state does not allow the step."""


class TradeEscrowTooEarly(ContractRevert, reason=Reason.TOO_EARLY):
    """The step's time has not come."""


class TradeEscrowTooLate(ContractRevert, reason=Reason.TOO_LATE):
    """The step's time has passed."""


class TradeEscrowInvalidTerms(ContractRevert, reason=Reason.TERMS_INVALID):
    """Terms are incomplete or out of order."""


class TradeEscrowTermsChanged(ContractRevert, reason=Reason.TERMS_CHANGED):
    """The terms agreed to are not those stored."""


class TradeEscrowInvalidAmount(ContractRevert, reason=Reason.AMOUNT_OUT_OF_TERMS):
    """The amount does not fit what can be drawn."""


class TradeEscrowDocumentsIncomplete(ContractRevert, reason=Reason.DOCUMENTS_INCOMPLETE):
    """The set of documents, or the notice, is incomplete."""


class TradeEscrowDocumentReused(ContractRevert, reason=Reason.DOCUMENT_REUSED):
    """The transport document was presented before."""


# OpenZeppelin: access


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


# OpenZeppelin: utilities


class AddressEmptyCode(ContractRevert, reason=Reason.TERMS_INVALID):
    """The target is no contract."""


class FailedCall(ContractRevert, reason=Reason.WRONG_STATE):
    """The inner call failed without a reason."""


class InsufficientBalance(ContractRevert, reason=Reason.INSUFFICIENT_BALANCE):
    """The contract holds too little native currency."""


class SafeCastOverflowedUintDowncast(ContractRevert, reason=Reason.TERMS_INVALID):
    """A number is too large for its field."""
