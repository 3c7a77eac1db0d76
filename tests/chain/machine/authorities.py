"""What supervisor, co-approver, reviewers and banks do, and how a disturbance ends again."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.chain.deployment import TIMELOCK
from settlement.domain.participants import LicenceStatus, Screening, Stage
from settlement.domain.programme import NO_CAP
from tests.chain.machine.programmes import CHANGED, changed
from tests.chain.machine.setting import (
    CO_APPROVER,
    COMPLIANCE,
    CORRIDORS,
    COUNTERPARTIES,
    ENTITIES,
    PARTICIPANTS,
    PROGRAMME,
    SECOND,
    SPARE_WALLETS,
    SUPERVISOR,
    TRADERS,
    TRADES,
    WALLETS,
    su,
)
from tests.chain.machine.time import Time
from tests.model.clock import DAY

anybody = st.sampled_from((SUPERVISOR,) * 6 + (CO_APPROVER, COMPLIANCE, "B"))
names = st.sampled_from((*TRADERS, *TRADERS, *PARTICIPANTS))
wallets = st.sampled_from((*TRADERS, *TRADERS, *WALLETS))
trades = st.sampled_from((*TRADES, "none"))
FAR = PROGRAMME.wind_down_end + 400 * DAY


class Authorities(Time):
    """The offices at work."""

    # The regime

    @rule(change=st.sampled_from(CHANGED), drafter=anybody)
    def change_programme(self, change: str, drafter: str) -> None:
        """Draft a change of the programme in force."""
        self.agree_on(drafter, *changed(self.model.regime, change))

    @precondition(
        lambda self: (self.model.regime.programme(), self.model.regime.corridors) != (PROGRAMME, CORRIDORS)
    )
    @rule()
    def restore_programme(self) -> None:
        """Go back to the programme of the beginning."""
        self.agree_on(SUPERVISOR, PROGRAMME, CORRIDORS)

    @precondition(lambda self: self.model.regime.draft_ is not None)
    @rule(actor=anybody, wait=st.sampled_from((0, TIMELOCK - 1, TIMELOCK, TIMELOCK + 7 * DAY)))
    def sign_late(self, actor: str, wait: int) -> None:
        """Sign an older draft, announced now or before."""
        assert self.model.regime.draft_ is not None
        terms = self.model.regime.draft_.programme, self.model.regime.draft_.corridors
        self.both("announce", lambda s: s.regime.announce_approval(CO_APPROVER, *terms))
        self.setting.advance(wait)
        self.both("approve", lambda s: s.regime.approve(actor, *terms))

    @rule(phase=st.sampled_from((1, 2, 2, 2, 3)), asked=st.integers(0, 3), wait=st.integers(0, 3))
    def open_phase(self, phase: int, asked: int, wait: int) -> None:
        """Ask for a phase, or only have an older wish co-signed, mostly in time."""
        if asked:
            self.both("propose phase", lambda s: s.regime.propose_phase(SUPERVISOR, phase))
        self.both("announce", lambda s: s.regime.announce_phase(CO_APPROVER, phase))
        self.setting.advance(TIMELOCK if wait else DAY)
        self.both("approve phase", lambda s: s.regime.approve_phase(CO_APPROVER, phase))

    @precondition(lambda self: self.model.regime.stage() is Stage.SUSPENDED)
    @rule()
    def resume(self) -> None:
        """Go on."""
        self.both("resume", lambda s: s.regime.resume(SUPERVISOR))

    @rule(
        actor=anybody,
        step=st.sampled_from(("suspend", "suspend", "resume", "activate", "wind_down")),
        rare=st.integers(0, 5),
    )
    def move_regime(self, actor: str, step: str, rare: int) -> None:
        """A step of the regime; the wind-down is rare."""
        if step != "wind_down" or rare == 0:
            self.both(step, lambda s: getattr(s.regime, step)(actor))

    # The register

    @rule(
        name=names,
        kind=st.sampled_from(("licence", "licence", "kyc", "owner", "sponsor", "intermediary", "cap")),
        data=st.data(),
    )
    def change_file(self, name: str, kind: str, data: st.DataObject) -> None:
        """Change something about somebody."""
        if kind == "licence":
            status = data.draw(st.sampled_from(LicenceStatus))
            until = data.draw(st.sampled_from((FAR, PROGRAMME.start + 2)))
            self.both("licence", lambda s: s.participants.set_licence(SUPERVISOR, name, status, until))
            return
        value = data.draw(
            {
                "kyc": st.sampled_from((PROGRAMME.start + 3, FAR)),
                "owner": st.sampled_from(("XH", "XF", "XV")),
                "sponsor": st.sampled_from(("K", "K2", "", "S")),
                "intermediary": st.sampled_from(("I", "", "K", "S", "nobody")),
                "cap": st.sampled_from((400_000, NO_CAP)),
            }[kind]
        )
        self.set_file(kind, name, value)

    def set_file(self, kind: str, name: str, value: object) -> None:
        """The supervisor changes one thing about somebody."""
        self.both(kind, lambda s: getattr(s.participants, f"set_{kind}")(SUPERVISOR, name, value))

    def disordered(self) -> list[str]:
        """Whose files are not as they were."""
        now = self.model.participants.profiles
        fields = (
            "licence",
            "licence_until",
            "kyc_until",
            "sponsor",
            "intermediary",
            "owner_jurisdiction",
            "cap",
        )
        return [
            n for n, f in PARTICIPANTS.items() if any(getattr(now[n], x) != getattr(f, x) for x in fields)
        ]

    @precondition(lambda self: self.disordered())
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """Put somebody's files in order again."""
        name = data.draw(st.sampled_from(self.disordered()))
        file = PARTICIPANTS[name]
        for kind, value in (
            ("intermediary", file.intermediary),
            ("owner", file.owner_jurisdiction),
            ("cap", file.cap),
        ):
            self.set_file(kind, name, value)
        if self.model.participants.profiles[name].sponsor != file.sponsor:
            self.set_file("sponsor", name, file.sponsor)
        if self.model.participants.profiles[name].licence is not LicenceStatus.ACTIVE:
            self.both(
                "licence",
                lambda s: s.participants.set_licence(SUPERVISOR, name, LicenceStatus.ACTIVE, FAR),
            )
        self.both("kyc", lambda s: s.participants.set_kyc(SUPERVISOR, name, FAR))

    @rule(name=st.sampled_from(("X1", "X2", "B", "")), sponsor=st.sampled_from(("K", "", "S")))
    def register(self, name: str, sponsor: str) -> None:
        """Register somebody new, or again."""
        file = replace(PARTICIPANTS["B"], sponsor=sponsor)
        self.both("register", lambda s: s.participants.register(SUPERVISOR, name, file))

    @rule(
        name=st.sampled_from(("B", "S", "C")),
        step=st.sampled_from(("add_wallet", "retire_wallet", "rotate_wallet")),
        people=st.sampled_from(((COMPLIANCE, SUPERVISOR),) * 4 + ((SECOND, CO_APPROVER), ("B", SUPERVISOR))),
        data=st.data(),
    )
    def keys(self, name: str, step: str, people: tuple[str, str], data: st.DataObject) -> None:
        """Add, retire or replace the key of a trader."""
        own = [w for w, owner in self.model.participants.owner_of.items() if owner == name]
        options = sorted({*own, *own, *SPARE_WALLETS})
        chosen = [data.draw(st.sampled_from(options)) for _ in range(2 if step == "rotate_wallet" else 1)]
        first, second = people
        if step != "retire_wallet":
            self.both("propose keys", lambda s: s.participants.propose_keys(first, step, name, *chosen))
        self.both(step, lambda s: getattr(s.participants, step)(second, name, *chosen))

    # Screening

    @rule(version=st.sampled_from((0, 1, 1, 2, 2**32 - 1)), rare=st.integers(0, 2))
    def publish_list(self, version: int, rare: int) -> None:
        """Publish a list, the next one or not."""
        number = min(self.model.participants.list_version + version, 2**32 - 1)
        if rare == 0:
            self.both("publish list", lambda s: s.participants.publish_list(COMPLIANCE, number, b"\2" * 32))

    @rule(name=names, result=st.sampled_from((Screening.CLEAR, Screening.POTENTIAL, *Screening)))
    def screen(self, name: str, result: Screening) -> None:
        """One reviewer's result."""
        self.set_result(name, result)

    @rule(
        name=names,
        result=st.sampled_from((Screening.FALSE_POSITIVE, Screening.TRUE_MATCH, Screening.CLEAR)),
        people=st.sampled_from(
            ((COMPLIANCE, SECOND), (SECOND, COMPLIANCE), (SECOND, SECOND), ("B", COMPLIANCE))
        ),
        hit=st.booleans(),
    )
    def resolve(self, name: str, result: Screening, people: tuple[str, str], hit: bool) -> None:
        """Two reviewers look at a hit."""
        if hit:
            self.both("screen", lambda s: s.participants.set_screening(SECOND, name, Screening.POTENTIAL))
        self.both("propose", lambda s: s.participants.propose_resolution(people[0], name, result))
        self.both("resolve", lambda s: s.participants.resolve_screening(people[1], name, result))

    # Trades

    @rule(
        number=trades, bank=st.sampled_from(("K", "K", "K2", "B")), value=st.sampled_from((0, 2_000, 30_000))
    )
    def amend_trade(self, number: str, bank: str, value: int) -> None:
        """Change value and term of a trade."""
        until = self.setting.now + value // 1_000 * DAY
        self.both("amend trade", lambda s: s.trades.amend(bank, number, su(value), until))

    @rule(
        entity=st.sampled_from((*ENTITIES, "S")),
        other=st.sampled_from((*COUNTERPARTIES, "B", "")),
        chapter=st.sampled_from((0, 27, 84, 84, 100)),
        bank=st.sampled_from(("K", "K", "K2")),
        again=st.booleans(),
    )
    def register_trade(self, entity: str, other: str, chapter: int, bank: str, again: bool) -> None:
        """Register a trade, sound or not."""
        number = "BS" if again else self.fresh("trade")
        terms = (number, entity, other, su(5_000), self.setting.now + 50 * DAY, chapter)
        self.both("register trade", lambda s: s.trades.register(bank, *terms))

    @rule(number=trades, party=wallets, step=st.sampled_from(("record", "designate", "designate")))
    def use_trade(self, number: str, party: str, step: str) -> None:
        """Leave a travel-rule record, or choose the trade for direct payments."""
        if step == "record":
            self.both("record travel", lambda s: s.trades.record_travel(party, number, b"\5" * 32))
        else:
            self.both("designate", lambda s: s.trades.designate(party, number))
