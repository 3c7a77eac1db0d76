"""Clearing queues with known answers: Project Ubin phase 2, numbers only.

Source: Monetary Authority of Singapore, Project Ubin Phase 2, technical documentation, "Functional
Testing", section 2. ``fifo`` and ``closing`` are what the Quorum prototype settled, which kept each
payer's order; the Corda prototype did not, and found the optimum of case 2.2.3. In case 2.3.2 the
fourth amount is printed as 25; the closing balances printed beneath it are those of 19, as here.
"""

from dataclasses import dataclass

from settlement.clearing import Obligation, Participant, Queue


@dataclass(frozen=True)
class Case:
    """A queue and the numbers of what ``fifo`` settles of it; obligations count from 1."""

    section: str
    held: dict[str, int]
    owed: tuple[tuple[str, str, int], ...]
    fifo: tuple[int, ...]
    closing: dict[str, int]

    @property
    def queue(self) -> Queue:
        """The queue, its obligations numbered."""
        return Queue(
            tuple(Participant(name, balance) for name, balance in self.held.items()),
            tuple(Obligation(number, *owed) for number, owed in enumerate(self.owed, 1)),
        )


def _case(section: str, held: str, owed: str, fifo: str, closing: str) -> Case:
    names = "ABCDE"
    return Case(
        section,
        {name: int(figure) for name, figure in zip(names, held.split(), strict=False)},
        tuple((item[0], item[1], int(item[2:])) for item in owed.split()),
        tuple(int(number) for number in fifo.split()),
        {name: int(figure) for name, figure in zip(names, closing.split(), strict=False)},
    )


#: Each obligation is payer, payee and amount.
UBIN = (
    _case("2.1.1", "0 0", "BA2 AB2", "1 2", "0 0"),
    _case("2.1.2", "3 4", "AB5 BA6", "1 2", "4 3"),
    _case("2.1.3", "5 6", "AB8 BA10 BA20 AB17", "1 2 3 4", "10 1"),
    _case("2.2.1", "0 0", "BA2 BA3 AB5 BA2", "1 2 3", "0 0"),
    _case("2.2.2", "10 8", "AB20 BA15 AB30 AB15 BA80", "1 2", "5 13"),
    _case("2.2.3", "10 8", "AB20 BA15 AB30 BA12 AB15 BA80", "1 2 4", "17 1"),
    _case("2.3.1", "0 0 0", "AC2 BC3 CB5 BA2", "1 2 3 4", "0 0 0"),
    _case("2.3.2", "3 4 5", "AB5 BC6 AB10 BA19 CB7", "1 2 3 4 5", "7 1 4"),
    _case("2.3.3", "3 4 5", "AB5 BA7 BC8 CB7", "1 2 3 4", "5 1 6"),
    _case("2.4.1", "5 6 7", "AB8 BC7 CA9 AB20", "1 2 3", "6 7 5"),
    _case("2.4.2", "5 6 7", "AB8 BC7 CA9 AB20 BA7 AB40 BC80 CB10", "1 2 3 5", "13 0 5"),
    _case("2.4.3", "5 6 7", "AB8 BC10 BA7 BA10 CB12 AB9 BA30 CB50 BA10 AB80", "1 2 3 4 5 6", "5 8 5"),
    _case("2.4.4", "5 6 7", "CB9 BC8 AB7 BA20", "1 2", "5 7 6"),
    _case("2.5.1", "3 4 5 4 3", "AB5 BC6 CD7 DE8 EA7", "1 2 3 4 5", "5 3 4 3 4"),
    _case("2.5.2", "0 0 0 0 0", "AB2 BC3 CD5 DE6 EA2 EB1 EC2 ED1", "1 2 3 4 5 6 7 8", "0 0 0 0 0"),
    _case("2.5.3", "3 4 5 4 3", "AB5 BC6 CA7 AE8 ED9 DA10", "1 2 3 4 5 6", "7 3 4 3 2"),
    _case("2.5.4", "3 4 5 8 3", "EA8 ED9 DE15 AB14 BC15 CA10", "1 2 3 4 5 6", "7 3 10 2 1"),
    _case("2.6.1", "3 4 5 4 3", "CB30 DC20 AB5 BC6 CD8 DE7 EA5", "", "3 4 5 4 3"),
    _case("2.6.2", "3 4 5 4 3", "AE8 ED9 DA10 AB15 BC6 CA7", "1 2 3", "5 4 5 3 2"),
    _case("2.6.3", "3 4 5 4 3", "AB5 BC6 BC30 CD8 CE80 DE7 AC6 EA8 EB100 DA5", "1 2 4 6 7 8 10", "5 3 9 0 2"),
    _case("2.7.1", "3 4 5 4 3", "AB8 BC10 BC20 CD30 DA40", "", "3 4 5 4 3"),
    _case("2.7.2", "3 4 5 4 3", "EA8 ED9 DE15 AB14 BC15 CA10", "", "3 4 5 4 3"),
    _case("2.7.3", "3 4 5 4 3", "AB15 BC6 CA7 AE8 ED9 DA20", "", "3 4 5 4 3"),
    _case("2.7.4", "3 4 5 4 3", "AB30 BC5 CA6 AE7 ED4 DA5", "", "3 4 5 4 3"),
)

_BY_SECTION = {case.section: case for case in UBIN}
#: Examples 1 to 3 of the project's own description of the command.
PUBLISHED = tuple(_BY_SECTION[section] for section in ("2.6.3", "2.2.3", "2.5.4"))
