"""Few troubles at a time: what may befall the parties of credits, bills and obligations, and passes again."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from settlement.domain.participants import LicenceStatus, Screening, Stage
from tests.chain.machine.setting import COMPLIANCE, PARTICIPANTS, SECOND, SUPERVISOR
from tests.chain.machine.time import Time

TROUBLES = (
    *("hit", "match", "owner", "revoked", "suspended", "none", "sponsor", "rotated", "frozen", "suspension"),
    *("licence ends", "KYC ends", "no intermediary", "list"),
)


class Disturbance(Time):
    """One rule for all that goes wrong, one that puts it right."""

    #: Whom trouble befalls.
    parties: ClassVar[tuple[str, ...]] = ("B", "S", "C", "S", "E", "R", "V")

    @rule(trouble=st.sampled_from(TROUBLES), data=st.data(), rare=st.integers(0, 2))
    def trouble(self, trouble: str, data: st.DataObject, rare: int) -> None:
        """Something goes wrong."""
        if rare == 0:
            self.befall(trouble, data.draw(st.sampled_from(self.parties)))

    def befall(self, trouble: str, name: str) -> None:
        """It goes wrong with somebody, or everywhere."""
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
            case "revoked" | "suspended" | "none":
                status = LicenceStatus[trouble.upper()]
                self.say("licence", "set_licence", name, status, PARTICIPANTS[name].licence_until)
            case "sponsor":
                self.say("sponsor", "set_sponsor", name, "")
            case "rotated" if name in "BSC":
                wallet = self.model.participants.wallet_of(name)
                keys = name, wallet, f"{name}2"
                self.both(
                    "propose keys", lambda s: s.participants.propose_keys(SECOND, "rotate_wallet", *keys)
                )
                self.say("rotate_wallet", "rotate_wallet", *keys)
            case "frozen":
                self.both("freeze", lambda s: s.token.set_frozen_tokens(SUPERVISOR, name, 10**12))
            case "licence ends":
                self.say("licence", "set_licence", name, LicenceStatus.ACTIVE, self.setting.now)
            case "KYC ends":
                self.say("kyc", "set_kyc", name, self.setting.now)
            case "no intermediary":
                between = self.model.participants.profiles["V"].intermediary
                self.say("intermediary", "set_intermediary", "V", "S" if between else "")
            case "list":
                number = self.model.participants.list_version + 1
                self.both("publish list", lambda s: s.participants.publish_list(SECOND, number, b"\4" * 32))
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
        if (now.licence, now.licence_until) != (file.licence, file.licence_until):
            self.say("licence", "set_licence", name, file.licence, file.licence_until)
        if now.kyc_until != file.kyc_until:
            self.say("kyc", "set_kyc", name, file.kyc_until)
        if now.intermediary != file.intermediary:
            self.say("intermediary", "set_intermediary", name, file.intermediary)

    def troubled(self) -> list[str]:
        """Who is not as it was."""
        kept = ("owner_jurisdiction", "sponsor", "licence", "licence_until", "kyc_until", "intermediary")
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
