"""Before the first day: the programme is agreed, calendars are loaded, participants registered."""

from collections.abc import Mapping
from datetime import date, timedelta

from settlement.chain.deployment import TIMELOCK, Deployment
from settlement.chain.participants import Profile
from settlement.domain.participants import LicenceStatus, Office, Screening
from settlement.domain.programme import Programme
from settlement.scenario import Participant, Scenario
from settlement.simulation.clock import BankingCalendar, end_of, midnight

#: Deadlines of the last days reach beyond the regime; so far its calendars must.
_REACH = timedelta(days=60)


def calendars_of(scenario: Scenario) -> dict[str, BankingCalendar]:
    """The banking days of each jurisdiction, for the term of regime and scenario."""
    first = scenario.start - timedelta(days=1)
    last = max(scenario.end, _wind_down_end(scenario)) + _REACH
    return {
        code: BankingCalendar(jurisdiction.calendar, first, last)
        for code, jurisdiction in scenario.jurisdictions.items()
    }


def constitute(system: Deployment, scenario: Scenario, calendars: Mapping[str, BankingCalendar]) -> None:
    """Put the scenario's programme, calendars and participants on the chain.

    Raises:
        Refused: the contracts refuse what the scenario asks for.
    """
    supervisor = Office.SUPERVISOR.value
    programme = programme_of(scenario)
    co_approver = Office.CO_APPROVER.value
    system.regime.draft(supervisor, programme)
    system.access.schedule(co_approver, system.regime, "approve", system.regime.hash_of(programme))
    backend = system.chain.backend
    signing = backend.timestamp + TIMELOCK
    system.participants.publish_list(Office.COMPLIANCE.value, 1, bytes(32))
    for code, calendar in calendars.items():
        system.calendar.load(supervisor, code, calendar.first, calendar.last, calendar.closed)
    for participant in scenario.participants:
        profile = profile_of(participant, _wind_down_end(scenario))
        system.participants.register(supervisor, participant.id, profile)
        system.participants.set_screening(Office.COMPLIANCE.value, participant.id, Screening.CLEAR)
    backend.advance_to(max(signing, backend.timestamp))
    system.regime.approve(co_approver, programme)


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
    )


def _wind_down_end(scenario: Scenario) -> date:
    return scenario.regime.end + timedelta(days=scenario.regime.wind_down.count)
