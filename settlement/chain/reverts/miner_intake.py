"""Errors of ``MinerIntake.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "MinerIntakeAmountOutOfTerms",
    "MinerIntakeAttestationUsed",
    "MinerIntakeIdTaken",
    "MinerIntakeImplausibleEnergy",
    "MinerIntakeImplausibleOutput",
    "MinerIntakeInvalidNetwork",
    "MinerIntakeInvalidPeriod",
    "MinerIntakeInvalidRig",
    "MinerIntakeInvalidTolerance",
    "MinerIntakeNoRig",
    "MinerIntakeNotEntitled",
    "MinerIntakeNotOrdered",
    "MinerIntakePaymentOutOfTerms",
    "MinerIntakeRegionClosed",
    "MinerIntakeUnknown",
    "MinerIntakeWrongDifficulty",
]


class MinerIntakeInvalidRig(ContractRevert, reason=Reason.TERMS_INVALID):
    """The rig has no figures, or its owner is no miner at home."""


class MinerIntakeRegionClosed(ContractRevert, reason=Reason.REGION_CLOSED):
    """Mining is not permitted there."""


class MinerIntakeInvalidNetwork(ContractRevert, reason=Reason.TERMS_INVALID):
    """The network has no figures, or is not later than the last."""


class MinerIntakeInvalidTolerance(ContractRevert, reason=Reason.TERMS_INVALID):
    """The tolerance is above the whole."""


class MinerIntakeIdTaken(ContractRevert, reason=Reason.ALREADY_USED):
    """The attestation was made before."""


class MinerIntakeNoRig(ContractRevert, reason=Reason.WRONG_STATE):
    """The miner has no rig on record."""


class MinerIntakeInvalidPeriod(ContractRevert, reason=Reason.TERMS_INVALID):
    """The period is empty, not over, or overlaps an earlier one."""


class MinerIntakeWrongDifficulty(ContractRevert, reason=Reason.IMPLAUSIBLE_OUTPUT):
    """The network had another difficulty."""


class MinerIntakeImplausibleOutput(ContractRevert, reason=Reason.IMPLAUSIBLE_OUTPUT):
    """The rig cannot have mined so much."""


class MinerIntakeImplausibleEnergy(ContractRevert, reason=Reason.IMPLAUSIBLE_OUTPUT):
    """The energy does not go with the output."""


class MinerIntakeNotEntitled(ContractRevert, reason=Reason.NOT_A_PARTY):
    """Somebody else may do this."""


class MinerIntakeUnknown(ContractRevert, reason=Reason.WRONG_STATE):
    """There is no such attestation."""


class MinerIntakeAttestationUsed(ContractRevert, reason=Reason.ALREADY_USED):
    """The attestation was delivered on before."""


class MinerIntakeAmountOutOfTerms(ContractRevert, reason=Reason.AMOUNT_OUT_OF_TERMS):
    """More than attested, or worth nothing."""


class MinerIntakeNotOrdered(ContractRevert, reason=Reason.NOT_ORDERED):
    """The entity did not order this delivery."""


class MinerIntakePaymentOutOfTerms(ContractRevert, reason=Reason.AMOUNT_OUT_OF_TERMS):
    """The payment is not within what both agreed to."""
