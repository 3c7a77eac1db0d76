"""The scenario's actions as intents: who performs each, and the operation it stands for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from settlement.domain.participants import Office
from settlement.scenario import (
    AcceptQuote,
    Amend,
    Award,
    Block,
    Deliver,
    Dispute,
    Exit,
    Freeze,
    Hold,
    Insolvency,
    Issue,
    Kyc,
    Licence,
    MakeQuote,
    Mint,
    OpenPhase,
    Part,
    Recover,
    Redeem,
    Reject,
    Release,
    ResetBreaker,
    Resume,
    RotateKey,
    Scenario,
    Screen,
    Suspend,
    Transfer,
    WindDown,
)
from settlement.simulation import operations
from settlement.simulation.actors.actor import Intent
from settlement.simulation.clock import end_of
from settlement.simulation.operations import Operation


def scripted(scenario: Scenario) -> list[tuple[int, Intent]]:
    """When (epoch seconds) and what, for every action that is a step on the contracts."""
    steps = []
    for number, action in enumerate(scenario.actions, 1):
        rule = _RULES.get(type(action))
        if rule is not None:
            account, operation = rule(action, number, scenario)
            steps.append((int(action.at.timestamp()), Intent(account, operation)))
    return steps


def accounts_of(scenario: Scenario) -> list[str]:
    """Names of all accounts that participants act through, wallets of later keys included."""
    rotations = [action.participant for action in scenario.actions if isinstance(action, RotateKey)]
    later = [_wallet(name, rotations[: index + 1].count(name)) for index, name in enumerate(rotations)]
    return [*(participant.id for participant in scenario.participants), *later]


def insolvencies_of(scenario: Scenario) -> dict[str, int]:
    """From when on (epoch seconds) each insolvent participant takes no step of its own."""
    falls = [action for action in scenario.actions if isinstance(action, Insolvency)]
    return {fall.participant: int(fall.at.timestamp()) for fall in sorted(falls, key=_at, reverse=True)}


def _at(action: Insolvency) -> datetime:
    return action.at


def _wallet(participant: str, rotations: int) -> str:
    return f"{participant} key {rotations + 1}" if rotations else participant


def _rotations(scenario: Scenario, number: int, participant: str) -> int:
    """How often the first ``number`` actions rotate the key of a participant."""
    first = scenario.actions[:number]
    return sum(isinstance(action, RotateKey) and action.participant == participant for action in first)


def _rotate(action: RotateKey, number: int, scenario: Scenario) -> tuple[str, Operation]:
    times = _rotations(scenario, number, action.participant)
    old, new = _wallet(action.participant, times - 1), _wallet(action.participant, times)
    return _SUPERVISOR, operations.RotateWallet(action.participant, old, new)


def _recover(action: Recover, number: int, scenario: Scenario) -> tuple[str, Operation]:
    times = _rotations(scenario, number, action.participant)
    old, new = _wallet(action.participant, max(times - 1, 0)), _wallet(action.participant, times)
    # What mined output may have earmarked.
    trades = dict.fromkeys(d.credit for d in scenario.deliveries if d.entity == action.participant)
    return _SUPERVISOR, operations.RecoverWallet(old, new, tuple(trades))


def _amend(action: Amend, number: int, scenario: Scenario) -> tuple[str, Operation]:
    changes = operations.Changes()
    if action.amount is not None:
        changes["amount"] = action.amount.minor
    if action.expiry is not None:
        changes["expiry"] = end_of(action.expiry)
    if action.latest_shipment is not None:
        changes["latest_shipment"] = end_of(action.latest_shipment)
    applicant = next(credit.applicant for credit in scenario.credits if credit.id == action.credit)
    return applicant, operations.AmendCredit(action.credit, changes)


def _deliver(action: Deliver, number: int, scenario: Scenario) -> tuple[str, Operation]:
    again = next(delivery for delivery in scenario.deliveries if delivery.id == action.delivery)
    return again.miner, operations.DeliverOutput(again.id, again.coins, again.credit, again.entity)


def _quote(action: MakeQuote, number: int, scenario: Scenario) -> tuple[str, Operation]:
    margin = scenario.desk.margin if scenario.desk is not None else 0
    terms = action.side, action.amount.minor, margin, action.life * 60
    return Office.DESK.value, operations.PostQuote(action.id, action.participant, *terms)


_SUPERVISOR, _COMPLIANCE, _RAMP = Office.SUPERVISOR.value, Office.COMPLIANCE.value, Office.RAMP.value
_TREASURY = Office.TREASURY.value

#: A rule takes the action, its number from 1 on, and the scenario.
_RULES: Mapping[type[Part], Callable[[Any, int, Scenario], tuple[str, Operation]]] = {
    Transfer: lambda a, n, s: (a.actor, operations.Transfer(a.to or a.address, a.amount.minor)),
    Issue: lambda a, n, s: (_RAMP, operations.IssueSU(a.participant, a.amount.minor, f"action {n}")),
    Redeem: lambda a, n, s: (_RAMP, operations.RedeemSU(a.participant, a.amount.minor, f"action {n}")),
    Freeze: lambda a, n, s: (_SUPERVISOR, operations.Freeze(a.participant, a.amount.minor)),
    Suspend: lambda a, n, s: (_SUPERVISOR, operations.Suspend()),
    Resume: lambda a, n, s: (_SUPERVISOR, operations.Resume()),
    WindDown: lambda a, n, s: (_SUPERVISOR, operations.StartWindDown()),
    Screen: lambda a, n, s: (_COMPLIANCE, operations.RecordScreening(a.participant, a.result)),
    Licence: lambda a, n, s: (_SUPERVISOR, operations.SetLicence(a.participant, a.status)),
    Kyc: lambda a, n, s: (_SUPERVISOR, operations.SetKyc(a.participant, end_of(a.until))),
    OpenPhase: lambda a, n, s: (_SUPERVISOR, operations.OpenPhase(a.phase)),
    Hold: lambda a, n, s: (_COMPLIANCE, operations.HoldCredit(a.credit)),
    Release: lambda a, n, s: (_COMPLIANCE, operations.ReleaseCredit(a.credit)),
    Block: lambda a, n, s: (_COMPLIANCE, operations.BlockCredit(a.credit)),
    Reject: lambda a, n, s: (_COMPLIANCE, operations.RejectCredit(a.credit)),
    Exit: lambda a, n, s: (a.actor, operations.WindDown(a.credit)),
    Amend: _amend,
    Dispute: lambda a, n, s: (a.actor, operations.DisputeCredit(a.credit, a.amount.minor)),
    Award: lambda a, n, s: (a.actor, operations.AwardDispute(a.credit, a.to_beneficiary.minor)),
    RotateKey: _rotate,
    Recover: _recover,
    Deliver: _deliver,
    Mint: lambda a, n, s: (_TREASURY, operations.MintDRL(a.participant, a.amount.minor, f"action {n}")),
    ResetBreaker: lambda a, n, s: (_SUPERVISOR, operations.ResetBreaker(a.asset)),
    MakeQuote: _quote,
    AcceptQuote: lambda a, n, s: (a.actor, operations.AcceptQuote(a.quote)),
}
