"""Few troubles at a time: what may befall the parties of credits, bills and obligations, and passes again."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.participants import LicenceStatus, Screening, Stage
from tests.chain.machine.setting import COMPLIANCE, PARTICIPANTS, SECOND, SUPERVISOR
from tests.chain.machine.time import Time

TROUBLES = ("hit", "match", "owner", "revoked", "suspended", "sponsor", "rotated", "frozen", "suspension")
parties = st.sampled_from(("B", "S", "C", "S", "E", "R"))


class Disturbance(Time):
    """One rule for all that goes wrong, one that puts it right."""

    @rule(trouble=st.sampled_from(TROUBLES), name=parties, rare=st.integers(0, 2))
    def trouble(self, trouble: str, name: str, rare: int) -> None:
        """Something goes wrong."""
        if rare:
            return
        match trouble:
            case "hit":
                self.set_result(name, Screening.POTENTIAL)
            case "match":
                self.set_result(name, Screening.POTENTIAL)
                self.resolve_as(name, Screening.TRUE_MATCH)
            case "owner":
                self.say(
                    "owner", "set_owner", name, "XF" if PARTICIPANTS[name].jurisdiction == "XH" else "XH"
                )
            case "revoked" | "suspended":
                status = LicenceStatus[trouble.upper()]
                self.say("licence", "set_licence", name, status, PARTICIPANTS[name].licence_until)
            case "sponsor":
                self.say("sponsor", "set_sponsor", name, "")
            case "rotated" if name in "BSC":
                wallet = self.model.participants.wallet_of(name)
                self.say("rotate_wallet", "rotate_wallet", name, wallet, f"{name}2")
            case "frozen":
                self.both("freeze", lambda s: s.token.set_frozen_tokens(SUPERVISOR, name, 10**12))
            case "suspension":
                self.both("suspend", lambda s: s.regime.suspend(SUPERVISOR))

    @precondition(lambda self: self.model.regime.stage() is Stage.SUSPENDED)
    @rule()
    def resume(self) -> None:
        """A suspension ends."""
        self.both("resume", lambda s: s.regime.resume(SUPERVISOR))

    @precondition(lambda self: self.troubled())
    @rule(data=st.data())
    def put_right(self, data: st.DataObject) -> None:
        """Trouble passes."""
        name = data.draw(st.sampled_from(self.troubled()))
        file, now = PARTICIPANTS[name], self.model.participants.profiles[name]
        if now.screening in (Screening.POTENTIAL, Screening.TRUE_MATCH):
            self.resolve_as(name, Screening.FALSE_POSITIVE)
        if now.owner_jurisdiction != file.owner_jurisdiction:
            self.say("owner", "set_owner", name, file.owner_jurisdiction)
        if now.sponsor != file.sponsor:
            self.say("sponsor", "set_sponsor", name, file.sponsor)
        if now.licence is not file.licence:
            self.say("licence", "set_licence", name, file.licence, file.licence_until)

    def troubled(self) -> list[str]:
        """Who is not as it was."""
        kept = ("owner_jurisdiction", "sponsor", "licence")
        now = self.model.participants.profiles
        return [
            name
            for name, file in PARTICIPANTS.items()
            if any(getattr(now[name], field) != getattr(file, field) for field in kept)
            or (now[name].screening in (Screening.POTENTIAL, Screening.TRUE_MATCH) and name != "L")
        ]

    def say(self, label: str, step: str, name: str, *values: object) -> None:
        """The supervisor changes something about somebody."""
        self.both(label, lambda s: getattr(s.participants, step)(SUPERVISOR, name, *values))

    def resolve_as(self, name: str, outcome: Screening) -> None:
        """Two reviewers decide on a hit."""
        self.both("propose", lambda s: s.participants.propose_resolution(COMPLIANCE, name, outcome))
        self.both("resolve", lambda s: s.participants.resolve_screening(SECOND, name, outcome))
