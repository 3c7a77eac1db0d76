"""An executable model of a central-bank-led, time-boxed regime for settling foreign trade.

From Python: ``load_scenario``, ``run_scenario``, ``open_run``, ``run_sweep`` and ``open_sweep``, which are
loaded when first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from settlement.api import Run, Sweep, load_scenario, open_run, open_sweep, run_scenario, run_sweep

__all__ = ["Run", "Sweep", "load_scenario", "open_run", "open_sweep", "run_scenario", "run_sweep"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from settlement import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
