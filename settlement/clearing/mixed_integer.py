"""A core as a mixed-integer programme for HiGHS, which calculates in doubles, so that its word is checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from time import sleep

import highspy
import numpy as np

from settlement.clearing.core import Core

#: Sums up to here are solved as they are: at the least tolerance what HiGHS overlooks is below one unit.
MOST, _TOLERANCE = 10**8, 1e-9


@dataclass(frozen=True)
class Solution:
    """What HiGHS found: a selection, if any, and what no selection is worth more than, as it says."""

    chosen: Sequence[int] | None
    bound: float
    is_complete: bool

    def proves(self, weight: int) -> bool:
        """Whether nothing is worth more than ``weight``, all weights being whole."""
        return self.is_complete and self.bound < weight + 0.5


class Programme:
    """Selections of a core: one binary variable an obligation, one row a payer: out − in ≤ holding.

    ``nodes`` is what all calls of ``maximise`` together may branch; no clock decides anything.
    """

    def __init__(self, core: Core, nodes: int) -> None:
        self.nodes = nodes
        self._size = len(core.amounts)
        total = sum(core.amounts)
        # Long sums are scaled by a power of two, which leaves doubles as exact as they were.
        self._scale = Fraction(1, 1 << (total // (MOST + 1)).bit_length())
        #: Whether HiGHS tells amounts apart that differ by one unit.
        self.is_exact = self._scale == 1
        self.amounts = [float(amount * self._scale) for amount in core.amounts]
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy types a part of itself
        self._highs.HandleUserInterrupt = True
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.0),
            ("mip_feasibility_tolerance", max(_TOLERANCE, 0.1 / max(float(total * self._scale), 1e5))),
        ):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(self._model(core))

    def _model(self, core: Core) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self._size, len(core.holdings)
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = np.array(self.amounts)
        model.col_lower_, model.col_upper_ = np.zeros(self._size), np.ones(self._size)
        model.integrality_ = [highspy.HighsVarType.kInteger] * self._size
        model.row_lower_ = np.full(model.num_row_, -highspy.kHighsInf)
        # No holding above the sum of all amounts limits anything, and doubles end somewhere.
        total = sum(core.amounts)
        model.row_upper_ = np.array([float(min(held, total) * self._scale) for held in core.holdings])
        starts, rows, values = [0], [], []
        for amount, payer, payee in zip(self.amounts, core.payers, core.payees, strict=True):
            rows.append(payer)
            values.append(amount)
            if payee is not None:
                rows.append(payee)
                values.append(-amount)
            starts.append(len(rows))
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_, matrix.index_, matrix.value_ = np.array(starts), np.array(rows), np.array(values)
        return model

    def maximise(self, weights: Sequence[float], known: Sequence[int]) -> Solution:
        """Maximise a weighted number of obligations, starting from a selection that is known."""
        highs = self._highs
        columns = np.arange(self._size, dtype=np.int32)
        highs.changeColsCost(self._size, columns, np.array(weights, dtype=np.float64))
        highs.setOptionValue("mip_max_nodes", max(self.nodes, 0))
        start = highspy.HighsSolution()
        start.col_value = [float(flag) for flag in known]
        highs.setSolution(start)
        self._run()
        info = highs.getInfo()
        self.nodes -= max(info.mip_node_count, 1)
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = highs.getSolution().col_value if found else []
        chosen = [int(value > 0.5) for value in values] or None
        status, ended = highs.getModelStatus(), highspy.HighsModelStatus
        # The bound means something when it solved the programme, or had no nodes left.
        bound = info.mip_dual_bound if status in (ended.kOptimal, ended.kSolutionLimit) else inf
        return Solution(chosen, bound, status == ended.kOptimal)

    def _run(self) -> None:
        # In a thread of its own, or no interruption would be seen before it ends.
        thread = self._highs.startSolve()
        try:
            thread.join()
        except KeyboardInterrupt:
            self._highs.cancelSolve()  # type: ignore[no-untyped-call]  # the same
            # A join that was interrupted once does not wait again.
            while self._highs.is_solver_running():
                sleep(0.01)
            raise

    def prices(self) -> list[float]:
        """What one unit of liquidity is worth to each payer where obligations can be split; none below 0.

        Ends the programme: it is not about whole obligations any more.
        """
        columns = np.arange(self._size, dtype=np.int32)
        continuous = np.zeros(self._size, dtype=np.uint8)
        self._highs.changeColsIntegrality(self._size, columns, continuous)
        self._run()
        prices = [abs(price) for price in self._highs.getSolution().row_dual]
        return [price if isfinite(price) else 0.0 for price in prices] or [0.0] * self._highs.getNumRow()

    def require(self, weights: Sequence[float], least: int) -> None:
        """Allow only selections of this weight from now on; weights and their sum are whole."""
        columns = np.arange(self._size, dtype=np.int32)
        row = np.array(weights, dtype=np.float64)
        self._highs.addRow(least - 0.5, highspy.kHighsInf, self._size, columns, row)
