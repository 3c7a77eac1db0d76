"""Before the first day: the programme is agreed, calendars are loaded, participants and trades registered."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from settlement.chain.deployment import TIMELOCK, Deployment
from settlement.chain.twins.miner_intake import Network, Rig
from settlement.chain.twins.participants import Profile
from settlement.domain.amounts import UINT128_MAX, Amount
from settlement.domain.participants import LicenceStatus, Office, OwnershipClass, Role, Screening
from settlement.domain.programme import ALL_GOODS, NO_CAP, ClassCaps, Corridor, Programme
from settlement.domain.travel import Person, Side, record_hash, travel_record, travel_salt
from settlement.scenario import Caps, OpenPhase, Participant, Scenario, Transfer
from settlement.simulation.clock import SECONDS_PER_DAY, BankingCalendar, end_of, midnight
from settlement.simulation.flow_trades import sides_of
from settlement.simulation.flows import Trades

#: Deadlines of the last days reach beyond the regime; so far its calendars must.
_REACH = timedelta(days=60)

#: Caps are metered in a reference currency of two decimals, of which a whole SU is one; a choice of ours.
REFERENCE_RATE = 100

#: Machinery, of the Harmonised System: what every trade of a scenario is in; a choice of ours.
_CHAPTER = 84

_SUPERVISOR, _CO_APPROVER = Office.SUPERVISOR.value, Office.CO_APPROVER.value
_COMPLIANCE, _SPONSOR = Office.COMPLIANCE.value, Office.SPONSOR.value


def calendars_of(scenario: Scenario) -> dict[str, BankingCalendar]:
    """The banking days of each jurisdiction, for the term of regime and scenario."""
    first = scenario.start - timedelta(days=1)
    last = max(scenario.end, _wind_down_end(scenario)) + _REACH
    return {
        code: BankingCalendar(jurisdiction.calendar, first, last, jurisdiction.time_zone)
        for code, jurisdiction in scenario.jurisdictions.items()
    }


def constitute(
    system: Deployment, scenario: Scenario, seed: int, calendars: Mapping[str, BankingCalendar]
) -> None:
    """Put the scenario's programme, calendars, participants and trades on the chain.

    ``seed`` is that of the run; the salts of travel-rule records come from it.

    Raises:
        Refused: the contracts refuse what the scenario asks for.
    """
    signing = _announce(system, scenario)
    for code, calendar in calendars.items():
        system.calendar.load(_SUPERVISOR, code, calendar.first, calendar.last, calendar.closed)
    _register_participants(system, scenario)
    _register_trades(system, scenario, seed, Trades(scenario, seed, calendars))
    _register_mining(system, scenario)
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
    # Banks and intermediaries first: others name them.
    order = sorted(scenario.participants, key=lambda p: p.kind not in (Role.BANK, Role.INTERMEDIARY))
    profiles = {participant.id: profile_of(participant, until) for participant in order}
    for name, profile in {_SPONSOR: _sponsor(scenario), **profiles}.items():
        system.participants.register(_SUPERVISOR, name, profile)
        system.participants.set_screening(_COMPLIANCE, name, Screening.CLEAR)


def _sponsor(scenario: Scenario) -> Profile:
    """The bank behind entities that name none."""
    until = end_of(_wind_down_end(scenario))
    home = scenario.regime.home
    return Profile(
        roles=Role.BANK,
        ownership=OwnershipClass.STATE,
        jurisdiction=home,
        owner_jurisdiction=home,
        licence=LicenceStatus.ACTIVE,
        licence_until=until,
        kyc_until=until,
    )


class _Trade(NamedTuple):
    """A commercial contract, between two parties of which one at least should be an authorised entity."""

    number: str
    payer: str
    payee: str
    value: int
    chapter: int = _CHAPTER


def _trades_of(trades: Trades) -> Iterator[_Trade]:
    """The trade behind each credit, bill and obligation; it goes by the same name."""
    for credit in trades.credits():
        value = credit.amount.minor * (10_000 + credit.tolerance) // 10_000 + credit.demurrage.minor
        yield _Trade(credit.id, *sides_of(credit), value, credit.chapter)
    for bill in trades.bills():
        yield _Trade(bill.id, *sides_of(bill), bill.amount.minor, bill.chapter)
    for obligation in trades.obligations():
        yield _Trade(obligation.id, *sides_of(obligation), obligation.amount.minor)


def _direct_trades(scenario: Scenario) -> Iterator[_Trade]:
    """One for each pair that a transfer of the file is tried between."""
    transfers = [action for action in scenario.actions if isinstance(action, Transfer)]
    pairs = dict.fromkeys((transfer.actor, transfer.to) for transfer in transfers)
    for number, (payer, payee) in enumerate(pairs, 1):
        if payee is not None and payer != payee:
            yield _Trade(f"direct {number}", payer, payee, UINT128_MAX)


def _register_trades(system: Deployment, scenario: Scenario, seed: int, trades: Trades) -> None:
    """Register every trade by the bank of its entity; the payer leaves the hash of its travel-rule record.

    Where neither party is an authorised entity nobody has a bank to register a trade with; what is tried
    all the same the rules refuse.
    """
    banks = {p.id: p.sponsor or _SPONSOR for p in scenario.participants if p.kind & Role.SETTLER}
    until = end_of(_wind_down_end(scenario))
    direct = list(_direct_trades(scenario))
    sides = _sides(scenario)
    for trade in chain(_trades_of(trades), direct):
        if not {trade.payer, trade.payee} & banks.keys():
            continue
        payer, payee = trade.payer, trade.payee
        parties = (payer, payee) if payer in banks else (payee, payer)
        system.trades.register(banks[parties[0]], trade.number, *parties, trade.value, until, trade.chapter)
        record = travel_record(sides[payer], sides[payee])
        hashed = record_hash(record, travel_salt(seed, trade.number))
        system.trades.record_travel(payer, trade.number, hashed)
        if trade in direct:
            system.trades.designate(payer, trade.number)


def _sides(scenario: Scenario) -> dict[str, Side]:
    """Each participant as a side of a trade, with the wallet that it is registered with."""
    persons = {p.id: Person(p.id, p.name, p.jurisdiction) for p in scenario.participants}
    known = {_SPONSOR: Person(_SPONSOR, _SPONSOR, scenario.regime.home), **persons}
    profiles = {p.id: profile_of(p, _wind_down_end(scenario)) for p in scenario.participants}
    return {
        name: Side(persons[name], name, known.get(profile.sponsor or profile.intermediary))
        for name, profile in profiles.items()
    }


def _register_mining(system: Deployment, scenario: Scenario) -> None:
    """Record the network, permit mining where the scenario's miners are, and register what they run."""
    since = midnight(scenario.start)
    if scenario.network is not None:
        network = Network(since, scenario.network.difficulty, scenario.network.reward)
        system.intake.set_network(_SUPERVISOR, network)
    rigs = {participant.id: participant.rig for participant in scenario.participants}
    for region in dict.fromkeys(rig.region for rig in rigs.values() if rig is not None):
        system.intake.set_region(_SUPERVISOR, region)
    for miner, rig in rigs.items():
        if rig is not None:
            figures = rig.hashrate, rig.efficiency, rig.tariff.minor
            system.intake.register_rig(_SUPERVISOR, miner, Rig(rig.region, *figures, since))


def corridors_of(scenario: Scenario) -> tuple[Corridor, ...]:
    """How each jurisdiction abroad may be dealt with, and its cap."""
    regime = scenario.regime
    corridors = []
    for code in scenario.jurisdictions:
        if code in regime.corridors:
            corridors.append(Corridor(code, regime.corridors[code].access, _cap(regime.corridors[code].cap)))
        elif code != regime.home:
            corridors.append(Corridor(code, regime.access))
    return tuple(corridors)


def _cap(amount: Amount | None) -> int:
    """A cap in minor units of the reference currency, which the file states in SU at the reference rate."""
    if amount is None:
        return NO_CAP
    return amount.minor * REFERENCE_RATE // Amount.parse("1 SU").minor


def _class_caps(caps: Caps) -> ClassCaps:
    return ClassCaps(_cap(caps.payment), _cap(caps.daily), _cap(caps.period), _cap(caps.total))


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in set(numbers))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def programme_of(scenario: Scenario) -> Programme:
    """The programme as the contracts hold it; a day that ends something ends with it."""
    regime = scenario.regime
    limits: dict[str, int] = {}
    if regime.max_exposure is not None:
        limits["max_exposure"] = regime.max_exposure.minor
    if regime.max_holding is not None:
        limits["max_holding"] = regime.max_holding.count * SECONDS_PER_DAY
    if regime.list_age is not None:
        limits["max_list_age"] = regime.list_age.count * SECONDS_PER_DAY
    return Programme(
        start=midnight(regime.start),
        end=end_of(regime.end),
        wind_down_end=end_of(_wind_down_end(scenario)),
        home=regime.home,
        private_from_phase=regime.private_from_phase,
        domestic_ban=regime.domestic_ban,
        direct_payments=regime.direct_payments,
        queue_bypass=regime.queue_bypass,
        instruments=_bits(regime.instruments),
        goods=ALL_GOODS if regime.goods is None else _bits(regime.goods),
        period=regime.cap_period.count * SECONDS_PER_DAY,
        coverage_floor=regime.coverage_floor,
        haircut=regime.haircut,
        reference_rate=REFERENCE_RATE,
        state_caps=_class_caps(regime.state_caps),
        private_caps=_class_caps(regime.private_caps),
        regime_cap=_cap(regime.regime_cap),
        **limits,
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
        sponsor=participant.sponsor or (_SPONSOR if participant.kind & (Role.SETTLER | Role.MINER) else ""),
        intermediary=participant.intermediary or "",
        cap=_cap(participant.cap),
    )


def _wind_down_end(scenario: Scenario) -> date:
    return scenario.regime.end + timedelta(days=scenario.regime.wind_down.count)
