"""The solver that Halmos asks: Yices first, then cvc5 over integers with less to look at.

Usage: solver.py QUERY.smt2. Prints ``sat`` with a model, ``unsat`` or ``unknown``.

Sums of many amounts are hard for solvers that think in bits. Where Yices finds no answer in time, words of
storage become free variables, what speaks of hashes and of storage that was written is left out, and cvc5
takes numbers for integers. All of that only ever admits more: ``unsat`` still holds, and else the answer is
``unknown``.
"""

import functools
import itertools
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import cvc5
import z3

YICES = Path(sys.executable).parent / "yices-smt2"
#: Of processor time, so that answers do not depend on how busy the machine is.
YICES_SECONDS = 5
CVC5_SECONDS = 60
WORD = 256


def ask_yices(query: str) -> str:
    """The answer of Yices with its model; empty where it found none in time."""
    command = [str(YICES), "--smt2-model-format", "--bvconst-in-decimal", query]
    limit = functools.partial(resource.setrlimit, resource.RLIMIT_CPU, (YICES_SECONDS, YICES_SECONDS + 1))
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit)
    return done.stdout if done.stdout.startswith(("sat", "unsat")) else ""


def subterms(terms: Iterable[z3.ExprRef]) -> Iterator[z3.ExprRef]:
    """``terms`` and all they are made of, each once."""
    seen: set[int] = set()
    left = list(terms)
    while left:
        term = left.pop()
        if term.get_id() not in seen:
            seen.add(term.get_id())
            left.extend(term.children())
            yield term


def is_stored(term: z3.ExprRef) -> bool:
    """Whether it is a word of storage as it stood before anything was written."""
    return bool(z3.is_select(term) and z3.is_const(term.arg(0)) and term.size() == WORD)


def freed(assertions: list[z3.ExprRef]) -> list[z3.ExprRef]:
    """The assertions with free parts for each word of storage, cut where anything looks at a part of it."""
    cuts: dict[z3.ExprRef, set[int]] = {}
    for term in subterms(assertions):
        if is_stored(term):
            cuts.setdefault(term, {0, WORD})
        elif z3.is_app_of(term, z3.Z3_OP_EXTRACT) and is_stored(term.arg(0)):
            high, low = term.params()
            cuts.setdefault(term.arg(0), {0, WORD}).update({low, high + 1})
    parts = []
    for number, (word, places) in enumerate(cuts.items()):
        edges = sorted(places, reverse=True)
        pieces = [z3.BitVec(f"word{number}_{low}", high - low) for high, low in itertools.pairwise(edges)]
        parts.append((word, z3.Concat(*pieces) if len(pieces) > 1 else pieces[0]))
    return [z3.simplify(z3.substitute(assertion, *parts)) for assertion in assertions]


def is_arithmetic(assertion: z3.ExprRef) -> bool:
    """Whether it speaks of numbers alone: of no array and no hash."""
    return not any(
        z3.is_array(term) or "sha3" in term.decl().name() for term in subterms([assertion]) if z3.is_app(term)
    )


def ask_cvc5(query: str) -> str:
    """Whether cvc5 refutes the arithmetic of the query."""
    arithmetic = z3.Solver()
    arithmetic.add(*filter(is_arithmetic, freed(list(z3.parse_smt2_file(query)))))
    solver = cvc5.Solver()
    solver.setOption("solve-bv-as-int", "sum")
    solver.setOption("tlimit-per", str(CVC5_SECONDS * 1000))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, "(set-logic ALL)" + arithmetic.to_smt2(), "query")
    answer = ""
    while not (command := parser.nextCommand()).isNull():
        answer = str(command.invoke(solver, parser.getSymbolManager())).strip() or answer
    return "unsat" if answer == "unsat" else "unknown"


def main() -> int:
    """Print the answer to the query that is named; returns the exit code."""
    query = sys.argv[1]
    print(ask_yices(query) or ask_cvc5(query))
    return 0


if __name__ == "__main__":
    sys.exit(main())
