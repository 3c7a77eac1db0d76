"""Errors of ``BusinessCalendar.sol``."""

from settlement.chain.reverts.base import ContractRevert
from settlement.domain.reasons import Reason

__all__ = [
    "BusinessCalendarNotLoaded",
]


class BusinessCalendarNotLoaded(ContractRevert, reason=Reason.CALENDAR_NOT_LOADED):
    """The calendar does not know that day."""
