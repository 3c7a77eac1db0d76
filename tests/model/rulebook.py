"""Section 3 of the rules: whether value may move, and if not, why.

Every check that a flow has to pass says all it has against it; the answer is the first of these
reasons in the order of the table, which is the smallest code.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from settlement.domain.participants import Flow, Role
from settlement.domain.reasons import Reason
from tests.model.conditions import Conditions
from tests.model.meter import Entered, Meter
from tests.model.reserve import Reserve

TRADER = Role.SETTLER | Role.COUNTERPARTY
ENFORCEMENT = (Flow.SEIZE, Flow.RECOVERY)
EXITS = (Flow.PAY, Flow.REFUND, Flow.AWARD, Flow.REDEEM, *ENFORCEMENT)


@dataclass(frozen=True)
class Movement:
    """What is asked about: the parties in the end, the accounts between which it moves; empty is nobody.

    ``supply`` is what is out before; the balance, the frozen amount and what is earmarked for other
    trades are the source's.
    """

    flow: Flow
    payer: str
    payee: str
    source: str
    target: str
    amount: int
    trade: str = ""
    supply: int = 0
    balance: int = 0
    frozen: int = 0
    earmarked: int = 0


@dataclass
class Rulebook:
    """The one place that decides."""

    conditions: Conditions
    meter: Meter
    reserve: Reserve

    def __post_init__(self) -> None:
        self.clock = self.conditions.clock
        self.regime = self.conditions.regime
        self.participants = self.conditions.participants
        self.trades = self.conditions.trades

    # The answers

    def check(self, m: Movement) -> Reason:
        """Whether a movement may happen now."""
        return _first([*self._circumstances(m), *self._parties(m), *_holding(m)])

    def check_obligation(self, payer: str, payee: str, amount: int, trade: str) -> Reason:
        """Whether an obligation may be entered for clearing: a payment but for what the payer holds."""
        return _first([*self.conditions.stage(), *self._payment(payer, payee, amount, trade)])

    def check_opening(
        self, applicant: str, beneficiary: str, until: int, instrument: int, amount: int, trade: str
    ) -> Reason:
        """Whether a credit may be opened that lasts until then."""
        programme = self.regime.programme()
        problems = [
            *self.conditions.stage(),
            *self._trade(applicant, beneficiary, until),
            *self.conditions.purpose(applicant, beneficiary, amount, trade),
        ]
        if until > programme.end:
            problems.append(Reason.BEYOND_REGIME)
        if not programme.instruments >> instrument & 1:
            problems.append(Reason.INSTRUMENT_NOT_PERMITTED)
        return _first(problems)

    def check_participant(self, name: str, roles: Role) -> Reason:
        """Whether a participant is in good standing in one of the roles."""
        return _first(self._standing(name, roles))

    def check_party(self, wallet: str) -> Reason:
        """Whether a wallet acts for a trader or examiner in good standing."""
        problems = [*self._standing(self.participants.participant_of(wallet), TRADER | Role.EXAMINER)]
        if self.participants.is_retired(wallet):
            problems.append(Reason.WALLET_RETIRED)
        return _first(problems)

    # What is counted

    def enter(self, payer: str, payee: str, amount: int, trade: str) -> None:
        """Count trade that passed, once."""
        entity, abroad = self.conditions.sides(payer, payee)
        ownership = self.participants.profiles[entity].ownership
        value = self.conditions.reference(amount)
        self.meter.entered.append(Entered(self.clock.now, value, entity, ownership, abroad))
        self.trades.trades[trade].used += amount

    def count(self, m: Movement) -> None:
        """Count what a movement that passed changes: trade, headroom, and who holds SU since when."""
        name = self.participants.participant_of
        if m.flow in (Flow.DIRECT, Flow.FUND):
            self.enter(name(m.payer), name(m.payee), m.amount, m.trade)
        if m.flow is Flow.REFUND and m.trade:
            self.trades.trades[m.trade].used -= m.amount
        if m.flow is Flow.RECOVERY:
            return
        if name(m.source):
            self.meter.give(name(m.source), m.amount)
        if name(m.target):
            self.meter.take_in(name(m.target), m.amount)

    # What each flow is asked

    def _circumstances(self, m: Movement) -> Iterator[Reason]:
        """Stage, flow and wallets."""
        party_pays = self.participants.participant_of(m.payer) != ""
        exits = m.flow in EXITS or (m.flow is Flow.CONVERT and party_pays)
        # A net leg performs what was entered before: paid in until the end, paid out whenever it can be.
        net = m.flow is Flow.NET_LEG
        yield from self.conditions.stage(
            in_wind_down=exits or net, afterwards=exits or (net and not party_pays)
        )
        if m.flow is Flow.DIRECT and not self.regime.programme().direct_payments:
            yield Reason.FLOW_NOT_PERMITTED
        wallets = [m.target] if m.flow in ENFORCEMENT else [m.source, m.target]
        if any(self.participants.is_retired(wallet) for wallet in wallets):
            yield Reason.WALLET_RETIRED

    def _parties(self, m: Movement) -> Iterable[Reason]:
        payer, payee = self.participants.participant_of(m.payer), self.participants.participant_of(m.payee)
        match m.flow:
            case Flow.DIRECT | Flow.FUND:
                return self._payment(payer, payee, m.amount, m.trade)
            case Flow.PAY | Flow.AWARD:
                return self._payout(payer, payee)
            case Flow.ISSUE:
                acquisition = self._acquisition(payee, m.amount) if m.payee else ()
                return [*acquisition, *self._coverage(m)]
            case Flow.INTAKE:
                return [*self._intake(payer, payee, m), *self._coverage(m)]
            case Flow.CONVERT if payer == "":
                return self._acquisition(payee, m.amount)
            case Flow.CONVERT | Flow.REDEEM:
                return self._off_ramp(payer) if m.payer else ()
            case Flow.NET_LEG if payer != "":
                return self._standing(payer, TRADER)
            case Flow.SEIZE:
                return self._standing(payee, TRADER | Role.EXAMINER | Role.BANK)
            case Flow.RECOVERY:
                return [*self._exit(payee), *([Reason.ROLE_MISSING] if payer != payee else [])]
            case _:
                return self._exit(payee)

    def _payment(self, payer: str, payee: str, amount: int, trade: str) -> Iterator[Reason]:
        """Trade is entered: everything is asked."""
        yield from self._trade(payer, payee, self.clock.now)
        yield from self.conditions.purpose(payer, payee, amount, trade)
        yield from self.conditions.travel_data(trade)
        if {payer, payee} <= self.participants.profiles.keys():
            yield from self.conditions.caps(payer, payee, amount)

    def _trade(self, payer: str, payee: str, until: int) -> Iterator[Reason]:
        """Two parties that trade with each other, and last until then."""
        profiles = [self.participants.profiles.get(name) for name in (payer, payee)]
        for profile in profiles:
            if profile is None:
                yield Reason.PARTICIPANT_UNKNOWN
                continue
            at_home = profile.jurisdiction == self.regime.programme().home
            role = Role.SETTLER if at_home else Role.COUNTERPARTY
            yield from self.conditions.files(profile, role, until)
            yield from self.conditions.way_to(profile, until)
            yield from self.conditions.screening(profile)
        if profiles[0] is not None and profiles[1] is not None:
            yield from self.conditions.residency(profiles[0], profiles[1])

    def _standing(self, name: str, roles: Role) -> Iterator[Reason]:
        """One party that enters on its own."""
        profile = self.participants.profiles.get(name)
        if profile is None:
            yield Reason.PARTICIPANT_UNKNOWN
            return
        yield from self.conditions.files(profile, roles, self.clock.now)
        yield from self.conditions.screening(profile)

    def _payout(self, payer: str, payee: str) -> Iterator[Reason]:
        """Out of a credit: who owns the payee and what screening finds is looked at again."""
        yield from self._exit(payee)
        profiles = [self.participants.profiles.get(name) for name in (payer, payee)]
        if profiles[0] is None or profiles[1] is None:
            yield Reason.PARTICIPANT_UNKNOWN
            return
        yield from self.conditions.residency(profiles[0], profiles[1])

    def _exit(self, payee: str) -> Iterator[Reason]:
        """Whoever gets it was a party before: only screening is asked."""
        profile = self.participants.profiles.get(payee)
        if profile is None:
            yield Reason.PARTICIPANT_UNKNOWN
            return
        yield from self.conditions.screening(profile)

    def _off_ramp(self, payer: str) -> Iterator[Reason]:
        """Leaving through a ramp."""
        yield from self._exit(payer)
        if payer in self.participants.profiles:
            yield from self.conditions.sponsor(self.participants.profiles[payer])

    def _acquisition(self, name: str, amount: int) -> Iterator[Reason]:
        """An entity takes in SU for its trade: sponsored, and not hoarding."""
        programme = self.regime.programme()
        yield from self._standing(name, Role.SETTLER)
        if name in self.participants.profiles:
            yield from self.conditions.sponsor(self.participants.profiles[name])
        if self.meter.exposure_of(name) + amount > programme.max_exposure:
            yield Reason.EXPOSURE_EXCEEDED
        if self.meter.is_overdue(name, programme.max_holding):
            yield Reason.HOLDING_OVERDUE

    def _intake(self, miner: str, entity: str, m: Movement) -> Iterator[Reason]:
        """Resident to resident in one shape only: a miner's output, for a registered trade abroad."""
        yield from self._standing(miner, Role.MINER)
        yield from self._acquisition(entity, m.amount)
        if miner == entity:
            yield Reason.DOMESTIC_PAYMENT
        trade = self.trades.trades.get(m.trade)
        yield from self.conditions.purpose(entity, trade.counterparty if trade else "", m.amount, m.trade)

    def _coverage(self, m: Movement) -> Iterator[Reason]:
        answer = self.reserve.check_coverage(m.supply + m.amount)
        if answer is not Reason.OK:
            yield answer


def _holding(m: Movement) -> Iterator[Reason]:
    """What the source holds and may spend; enforcement reaches what is frozen."""
    if m.source == "":
        return
    if m.amount > m.balance:
        yield Reason.INSUFFICIENT_BALANCE
    elif m.flow not in ENFORCEMENT:
        if m.amount > max(0, m.balance - m.frozen):
            yield Reason.FROZEN
        if m.amount > max(0, m.balance - m.frozen - m.earmarked):
            yield Reason.EARMARKED


def _first(problems: Iterable[Reason]) -> Reason:
    """Of everything against it, the reason that stands first in the table."""
    return min(problems, default=Reason.OK)
