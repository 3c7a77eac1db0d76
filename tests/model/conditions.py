"""What a check has against a party, a pair of parties, or a trade. Each yields every reason that applies."""

from collections.abc import Iterator
from dataclasses import dataclass

from settlement.chain.twins.participants import Profile
from settlement.domain.participants import Access, LicenceStatus, OwnershipClass, Role, Screening, Stage
from settlement.domain.programme import ClassCaps
from settlement.domain.reasons import Reason
from tests.model.clock import DAY, Clock
from tests.model.meter import Meter
from tests.model.regime import Regime
from tests.model.register import ENTITY, Participants
from tests.model.trades import Trades

SU = 10**6
STANDING = {
    LicenceStatus.NONE: Reason.LICENCE_MISSING,
    LicenceStatus.SUSPENDED: Reason.LICENCE_SUSPENDED,
    LicenceStatus.REVOKED: Reason.LICENCE_REVOKED,
}


@dataclass
class Conditions:
    """The checks of section 3, one by one."""

    clock: Clock
    regime: Regime
    participants: Participants
    trades: Trades
    meter: Meter

    def stage(self, in_wind_down: bool = False, afterwards: bool = False) -> Iterator[Reason]:
        """The regime runs; or it winds down or has ended, and what is asked may still happen then."""
        stage = self.regime.stage()
        if stage is Stage.SUSPENDED:
            yield Reason.REGIME_SUSPENDED
        elif stage is Stage.WIND_DOWN and not in_wind_down:
            yield Reason.REGIME_WINDING_DOWN
        elif stage is Stage.EXPIRED and not afterwards:
            yield Reason.REGIME_EXPIRED
        elif stage in (Stage.DRAFT, Stage.APPROVED):
            yield Reason.REGIME_NOT_ACTIVE

    def files(self, profile: Profile, roles: Role, until: int) -> Iterator[Reason]:
        """Licence, role, KYC and phase."""
        if profile.licence in STANDING:
            yield STANDING[profile.licence]
        if profile.licence_until < until:
            yield Reason.LICENCE_EXPIRED
        if not profile.roles & roles:
            yield Reason.ROLE_MISSING
        if profile.kyc_until < until:
            yield Reason.KYC_EXPIRED
        private_entity = profile.roles & ENTITY and profile.ownership is OwnershipClass.PRIVATE
        if private_entity and self.regime.phase() < self.regime.programme().private_from_phase:
            yield Reason.PHASE_CLOSED

    def sponsor(self, profile: Profile) -> Iterator[Reason]:
        """The ramps of an authorised entity are its bank's."""
        if profile.roles & ENTITY and not self.participants.bank_stands(profile.sponsor):
            yield Reason.SPONSOR_MISSING

    def residency(self, a: Profile, b: Profile) -> Iterator[Reason]:
        """One at home and one abroad."""
        residents = [self.is_resident(a), self.is_resident(b)]
        if all(residents) and self.regime.programme().domestic_ban:
            yield Reason.DOMESTIC_PAYMENT
        if not any(residents):
            yield Reason.NO_RESIDENT_PARTY

    def is_resident(self, profile: Profile) -> bool:
        """At home, or owned from there."""
        return self.regime.programme().home in (profile.jurisdiction, profile.owner_jurisdiction)

    def way_to(self, profile: Profile, until: int) -> Iterator[Reason]:
        """The corridor to a party abroad, and its intermediary where the corridor asks for one."""
        if profile.jurisdiction == self.regime.programme().home:
            return
        access = self.regime.corridor(profile.jurisdiction).access
        if access is Access.NONE:
            yield Reason.CORRIDOR_CLOSED
        elif access is Access.VIA_INTERMEDIARY and profile.intermediary == "":
            yield Reason.INTERMEDIARY_MISSING
        elif access is Access.VIA_INTERMEDIARY and not self._acts_abroad(profile.intermediary, until):
            yield Reason.INTERMEDIARY_UNAUTHORISED

    def _acts_abroad(self, name: str, until: int) -> bool:
        between = self.participants.profiles.get(name)
        return (
            between is not None
            and bool(between.roles & Role.INTERMEDIARY)
            and not self.is_resident(between)
            and self.participants.is_licensed(between, until)
            and between.kyc_until >= until
        )

    def screening(self, profile: Profile) -> Iterator[Reason]:
        """What screening says of a party, and of whoever acts for it abroad."""
        screened = [profile]
        if profile.jurisdiction != self.regime.programme().home and profile.intermediary:
            between = self.participants.profiles.get(profile.intermediary)
            if between is None:
                yield Reason.SCREENING_HOLD
            else:
                screened.append(between)
        for one in screened:
            if one.screening in (Screening.UNSCREENED, Screening.POTENTIAL):
                yield Reason.SCREENING_HOLD
            if one.screening is Screening.TRUE_MATCH:
                yield Reason.LISTED_PARTY
            if one.list_version != self.participants.list_version:
                yield Reason.LIST_STALE
        if self.clock.now > self.participants.list_published_at + self.regime.programme().max_list_age:
            yield Reason.LIST_STALE

    def purpose(self, payer: str, payee: str, amount: int, number: str) -> Iterator[Reason]:
        """A registered trade of these two, in scope, in time, and large enough."""
        trade = self.trades.trades.get(number)
        if trade is None:
            yield Reason.PURPOSE_UNREGISTERED
            return
        if trade.parties != {payer, payee}:
            yield Reason.PURPOSE_MISMATCH
        if not self.regime.programme().goods >> trade.chapter & 1:
            yield Reason.GOODS_OUT_OF_SCOPE
        if self.clock.now > trade.until:
            yield Reason.PURPOSE_EXPIRED
        if trade.used + amount > trade.value:
            yield Reason.PURPOSE_EXHAUSTED

    def travel_data(self, number: str) -> Iterator[Reason]:
        """The trade's travel-rule record."""
        trade = self.trades.trades.get(number)
        if trade is not None and trade.travel_record == b"":
            yield Reason.TRAVEL_DATA_MISSING

    def caps(self, payer: str, payee: str, amount: int) -> Iterator[Reason]:
        """Every cap, counted over sliding windows."""
        programme = self.regime.programme()
        entity, abroad = self.sides(payer, payee)
        profile = self.participants.profiles[entity]
        caps = self.class_caps(profile.ownership)
        value, period = self.reference(amount), programme.period
        if value > caps.payment:
            yield Reason.CAP_PAYMENT
        if value + self.meter.used(DAY, entity=entity) > caps.daily:
            yield Reason.CAP_DAILY
        if value + self.meter.used(period, entity=entity) > caps.period:
            yield Reason.CAP_PERIOD
        if value + self.meter.used(period, entity=entity) > profile.cap:
            yield Reason.CAP_ENTITY
        if abroad and value + self.meter.used(period, abroad=abroad) > self.regime.corridor(abroad).cap:
            yield Reason.CAP_CORRIDOR
        if value + self.meter.used(period, ownership=profile.ownership) > caps.total:
            yield Reason.CAP_CLASS
        if value + self.meter.used(period) > programme.regime_cap:
            yield Reason.CAP_REGIME

    def class_caps(self, ownership: OwnershipClass) -> ClassCaps:
        """The caps of an ownership class."""
        programme = self.regime.programme()
        return programme.state_caps if ownership is OwnershipClass.STATE else programme.private_caps

    def sides(self, payer: str, payee: str) -> tuple[str, str]:
        """The entity whose caps count (of two at home, the payer), and where the other is, if abroad."""
        home = self.regime.programme().home
        where = {name: self.participants.profiles[name].jurisdiction for name in (payer, payee)}
        entity, other = (payer, payee) if where[payer] == home else (payee, payer)
        return entity, "" if where[other] == home else where[other]

    def reference(self, amount: int) -> int:
        """In the reference currency, rounded up: a cap errs on the strict side."""
        return -(-amount * self.regime.programme().reference_rate // SU)
