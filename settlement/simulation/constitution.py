"""Before the first day: the programme is agreed, calendars are loaded, participants and trades registered."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta

from settlement.chain.deployment import TIMELOCK, Deployment
from settlement.chain.participants import Profile
from settlement.domain.amounts import UINT128_MAX
from settlement.domain.participants import Access, LicenceStatus, Office, OwnershipClass, Role, Screening
from settlement.domain.programme import Corridor, Programme
from settlement.scenario import OpenPhase, Participant, Scenario, Transfer
from settlement.simulation.clock import BankingCalendar, end_of, midnight

#: Deadlines of the last days reach beyond the regime; so far its calendars must.
_REACH = timedelta(days=60)

#: Machinery, of the Harmonised System: what every trade of a scenario is in; a choice of ours.
_CHAPTER = 84

_SUPERVISOR, _CO_APPROVER = Office.SUPERVISOR.value, Office.CO_APPROVER.value
_COMPLIANCE, _SPONSOR = Office.COMPLIANCE.value, Office.SPONSOR.value


def calendars_of(scenario: Scenario) -> dict[str, BankingCalendar]:
    """The banking days of each jurisdiction, for the term of regime and scenario."""
    first = scenario.start - timedelta(days=1)
    last = max(scenario.end, _wind_down_end(scenario)) + _REACH
    return {
        code: BankingCalendar(jurisdiction.calendar, first, last)
        for code, jurisdiction in scenario.jurisdictions.items()
    }


def constitute(system: Deployment, scenario: Scenario, calendars: Mapping[str, BankingCalendar]) -> None:
    """Put the scenario's programme, calendars, participants and trades on the chain.

    Raises:
        Refused: the contracts refuse what the scenario asks for.
    """
    signing = _announce(system, scenario)
    for code, calendar in calendars.items():
        system.calendar.load(_SUPERVISOR, code, calendar.first, calendar.last, calendar.closed)
    _register_participants(system, scenario)
    _register_trades(system, scenario)
    backend = system.chain.backend
    backend.advance_to(max(signing, backend.timestamp))
    system.regime.approve(_CO_APPROVER, programme_of(scenario), corridors_of(scenario))


def _announce(system: Deployment, scenario: Scenario) -> int:
    """Draft the programme, and announce what the co-approver will sign; returns when the first is due."""
    programme, corridors = programme_of(scenario), corridors_of(scenario)
    regime, access = system.regime, system.access
    regime.draft(_SUPERVISOR, programme, corridors)
    access.schedule(_CO_APPROVER, regime, "approve", regime.hash_of(programme, corridors))
    signing = system.chain.backend.timestamp + TIMELOCK
    phases = dict.fromkeys(range(2, scenario.regime.phase + 1), programme.start)
    for action in scenario.actions:
        if isinstance(action, OpenPhase):
            phases.setdefault(action.phase, int(action.at.timestamp()))
    for phase, at in phases.items():
        access.schedule(_CO_APPROVER, regime, "approvePhase", phase, at=at)
    return signing


def _register_participants(system: Deployment, scenario: Scenario) -> None:
    system.participants.publish_list(_COMPLIANCE, 1, _hash("list 1"))
    until = _wind_down_end(scenario)
    sponsor = Profile(
        roles=Role.BANK,
        ownership=OwnershipClass.STATE,
        jurisdiction=scenario.regime.home,
        owner_jurisdiction=scenario.regime.home,
        licence=LicenceStatus.ACTIVE,
        licence_until=end_of(until),
        kyc_until=end_of(until),
    )
    profiles = {participant.id: profile_of(participant, until) for participant in scenario.participants}
    for name, profile in {_SPONSOR: sponsor, **profiles}.items():
        system.participants.register(_SUPERVISOR, name, profile)
        system.participants.set_screening(_COMPLIANCE, name, Screening.CLEAR)


def _register_trades(system: Deployment, scenario: Scenario) -> None:
    """The trade behind each credit, and one for each pair that a transfer of the file is tried between.

    Where neither party is an authorised entity nobody has a bank to register a trade with; what is tried
    all the same the rules refuse.
    """
    entities = {p.id for p in scenario.participants if p.kind is Role.SETTLER}
    trades = {
        credit.id: (credit.applicant, credit.beneficiary, credit.amount.minor) for credit in scenario.credits
    }
    transfers = [action for action in scenario.actions if isinstance(action, Transfer)]
    pairs = dict.fromkeys((transfer.actor, transfer.to) for transfer in transfers)
    direct = {
        f"direct {number}": (*pair, UINT128_MAX) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1]
    }
    for trade, (one, other, value) in {**trades, **direct}.items():
        if not {one, other} & entities:
            continue
        entity, counterparty = (one, other) if one in entities else (other, one)
        until = end_of(_wind_down_end(scenario))
        system.trades.register(_SPONSOR, trade, entity, counterparty, value, until, _CHAPTER)
        system.trades.record_travel(entity, trade, _hash(f"{trade}/travel-rule record"))
        if trade in direct:
            system.trades.designate(one, trade)


def corridors_of(scenario: Scenario) -> tuple[Corridor, ...]:
    """Every jurisdiction abroad that the scenario knows may be dealt with directly, without a cap."""
    abroad = (code for code in scenario.jurisdictions if code != scenario.regime.home)
    return tuple(Corridor(code, Access.DIRECT) for code in abroad)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def programme_of(scenario: Scenario) -> Programme:
    """The programme as the contracts hold it; a day that ends something ends with it."""
    regime = scenario.regime
    return Programme(
        start=midnight(regime.start),
        end=end_of(regime.end),
        wind_down_end=end_of(_wind_down_end(scenario)),
        home=regime.home,
        private_from_phase=regime.private_from_phase,
        domestic_ban=regime.domestic_ban,
        direct_payments=regime.direct_payments,
    )


def profile_of(participant: Participant, default_until: date) -> Profile:
    """The register's view of a participant; what the file leaves open lasts as long as the regime."""
    return Profile(
        roles=participant.kind,
        ownership=participant.ownership,
        jurisdiction=participant.jurisdiction,
        owner_jurisdiction=participant.beneficial_jurisdiction,
        licence=LicenceStatus.ACTIVE,
        licence_until=end_of(participant.licence_until or default_until),
        kyc_until=end_of(participant.kyc_until or default_until),
        sponsor=_SPONSOR if participant.kind is Role.SETTLER else "",
    )


def _wind_down_end(scenario: Scenario) -> date:
    return scenario.regime.end + timedelta(days=scenario.regime.wind_down.count)
