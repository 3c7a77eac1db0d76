"""What tests of the token share: a movement, balances, and what may happen to a participant."""

from settlement.domain.events import Moved
from settlement.domain.participants import Flow, LicenceStatus, Screening
from tests.chain.expect import Fact, fact
from tests.world import COMPLIANCE, SUPERVISOR, WIND_DOWN_END, World, list_party


def moved(
    flow: Flow, actor: str, source: str, destination: str, amount: int, ref: str = "", trade: str = ""
) -> Fact:
    """A movement whose ultimate parties are the accounts debited and credited."""
    return fact(
        Moved,
        actor,
        flow=flow.name,
        payer=source,
        payee=destination,
        source=source,
        destination=destination,
        amount=amount,
        ref=ref,
        trade=trade,
    )


def balances(world: World, *accounts: str) -> list[int]:
    """Balances, in order."""
    return [world.system.token.balance_of(account) for account in accounts]


def change(world: World, participant: str, what: str) -> None:
    """Something happens to a participant."""
    register = world.system.participants
    match what:
        case "listed":
            list_party(world.system, participant)
        case "held":
            register.set_screening(COMPLIANCE, participant, Screening.POTENTIAL)
        case "revoked":
            register.set_licence(SUPERVISOR, participant, LicenceStatus.REVOKED, WIND_DOWN_END)
        case "suspended":
            register.set_licence(SUPERVISOR, participant, LicenceStatus.SUSPENDED, WIND_DOWN_END)
        case "KYC expired":
            register.set_kyc(SUPERVISOR, participant, world.now - 1)
        case "owned at home":
            register.set_owner(SUPERVISOR, participant, "XH")
        case "retired":
            register.rotate_wallet(COMPLIANCE, SUPERVISOR, participant, participant, "X")
