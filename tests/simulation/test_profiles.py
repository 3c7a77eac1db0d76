"""The shipped profiles in a run: what they permit, and when their business days close."""

from datetime import date
from pathlib import Path

import pytest

from settlement.report.measures import open_run
from settlement.scenario import Offset, profile_data, shipped_profiles, shipped_text
from settlement.simulation.clock import CLOSE_OF_BUSINESS, SECONDS_PER_DAY, day_of
from tests.simulation.running import changed, run, without_expectations

#: A payment between two residents; the profile decides.
PAYMENT = changed(
    without_expectations(shipped_text("domestic-payment")),
    ("  domestic_ban: true\n", ""),
    ("  direct_payments: true ", "  # "),
)


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_profile_decides_whether_residents_pay_each_other_and_when_a_day_closes(
    name: str, tmp_path: Path
) -> None:
    text = changed(PAYMENT, ("XH: {name: Homeland, calendar: BR}", f"XH: {{profile: {name}}}"))
    outcome, _ = run(text, tmp_path)
    profile = profile_data(name)
    permitted = profile["regime"]["direct_payments"] and not profile["regime"]["domestic_ban"]
    assert outcome.balances["D"]["SU"] == (10_000 * 10**6 if permitted else 0)
    assert [r["reason"] for r in outcome.rejections] == ([] if permitted else ["FLOW_NOT_PERMITTED"])
    offset = Offset.parse(profile["time_zone"])
    assert offset is not None
    with open_run(tmp_path / "run") as stored:
        rows = stored.store.query("SELECT DISTINCT sim_time FROM closes ORDER BY sim_time")
        days = stored.store.query("SELECT day, begins FROM banking_days ORDER BY day")
    assert all(day_of(begins + offset) == day for day, begins in days)
    assert {(begins + offset) % SECONDS_PER_DAY for _, begins in days} == {0}
    # They reach as far as correspondent banks may, beyond the run.
    assert days[0][0] <= date(2027, 3, 1) < date(2028, 3, 1) < days[-1][0]
    closes = {(time + offset) % SECONDS_PER_DAY for (time,) in rows[:-1]}
    assert closes == {CLOSE_OF_BUSINESS}


def test_profiles_differ_in_calendar_time_ban_and_access() -> None:
    profiles = [profile_data(name) for name in shipped_profiles()]
    assert len({profile["calendar"] for profile in profiles}) == len(profiles) == 4
    assert len({profile["time_zone"] for profile in profiles}) > 2
    for key in ("domestic_ban", "access"):
        assert len({profile["regime"][key] for profile in profiles}) == 2
