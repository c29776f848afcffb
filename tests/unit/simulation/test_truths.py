"""What simulated patients go through beyond the plan, against its law and against patients drawn otherwise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.errors import DesignError, ProtocolError
from equipoise.numerics.streams import Stream
from equipoise.simulation import Scenario, simulate
from equipoise.simulation._replicate_kernels import play_subjects
from equipoise.simulation._subject_kernels import draw_subjects, room_for_subjects
from equipoise.simulation.made_up_records import made_up_records
from equipoise.simulation.played import Played
from equipoise.simulation.subject_model import HORIZON
from independent.patients_of_many_troubles import YEAR, first_of, frail_times, progression_and_death
from simulation.bands import band
from simulation.small_trials import SECTIONS, small_trial

ONE_RATE = """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { rates = [0.3] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { rates = [0.3] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [0.5]
"""
BOTH = """
[[endpoint]]
id = "DFS"
label = "Disease-free survival"
events = ["relapse", "death"]
[[endpoint]]
id = "OS"
label = "Overall survival"
events = ["death"]
"""
REPLICATES = 25
RIVALS = 40_000


def _records(truth: str, **sections: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """ADSL and ADTTE of many replicates together; subjects numbered over all of them."""
    protocol = small_trial(**({"assumptions": ONE_RATE, "dropout": ""} | sections), data=truth)
    played = Played(protocol).of(Scenario("none", 1.0))
    subjects, adsl, adtte = room_for_subjects(played.model), [], []
    for k in range(REPLICATES):
        place = Stream(7, 1, k)
        n = draw_subjects(played.model, np.uint64(7), 1, k, subjects)
        play_subjects(played.model, np.uint64(7), 1, k, n, 2 * HORIZON, subjects)
        found = made_up_records(played, subjects, n, place, "test")
        new = pl.lit(f"{k}-") + pl.col("USUBJID")
        adsl.append(found.subjects.with_columns(new.alias("USUBJID")))
        adtte.append(found.times.with_columns(new.alias("USUBJID")))
    return pl.concat(adsl), pl.concat(adtte)


def _same_shares(ours: np.ndarray, theirs: np.ndarray, at: list[float], slack: float = 0.0) -> None:
    """Shares beyond each of several times, of two samples, inside one band for all."""
    for t in at:
        a, b = float((ours > t).mean()), float((theirs > t).mean())
        error = np.sqrt(a * (1 - a) / len(ours) + b * (1 - b) / len(theirs))
        assert a == pytest.approx(b, abs=band(len(at)) * error + slack), t


# A time in whole days ends up to a day later than the time itself.
DAY = 0.3 / YEAR


def test_frail_patients_have_their_events_as_patients_with_a_hazard_of_their_own() -> None:
    _, times = _records("[simulation]\nfrailty = { variance = 1.5 }\n")
    theirs = frail_times(np.random.default_rng(1), RIVALS, 0.3, 1.5)
    _same_shares(times["AVAL"].to_numpy() / YEAR, theirs, [0.1, 0.5, 1.0, 3.0, 8.0, 20.0], slack=2 * DAY)


def test_death_after_progression_comes_as_in_patients_who_race_and_then_die() -> None:
    truth = """
[simulation.illness_death]
progression_free = "DFS"
survival = "OS"
death_share = 0.2
after_progression = { rates = [0.9] }
"""
    _, times = _records(truth, endpoint=BOTH)
    first, death = progression_and_death(np.random.default_rng(2), RIVALS, 0.3, 0.2, 0.9)
    pfs, os = (times.filter(pl.col("PARAMCD") == p) for p in ("DFS", "OS"))
    assert pfs["USUBJID"].to_list() == os["USUBJID"].to_list()
    ours = pfs["AVAL"].to_numpy() / YEAR, os["AVAL"].to_numpy() / YEAR
    _same_shares(ours[0], first, [0.2, 1.0, 2.0, 5.0], slack=2 * DAY)
    _same_shares(ours[1], death, [0.2, 1.0, 2.0, 5.0, 9.0], slack=3 * DAY)
    _same_shares(ours[1] - ours[0], death - first, [0.1, 1.0, 3.0], slack=3 * DAY)
    together = [np.corrcoef(np.log(a + 0.1), np.log(b + 0.1))[0, 1] for a, b in (ours, (first, death))]
    assert together[0] == pytest.approx(together[1], abs=0.03)
    dead = pfs["EVNTDESC"] == "death"
    assert dead.mean() == pytest.approx(0.2, abs=band(1) * np.sqrt(0.16 / len(dead)))
    assert (pfs.filter(dead)["AVAL"] == os.filter(dead)["AVAL"]).all()
    assert (os["ADT"] >= pfs["ADT"]).all()


def test_competing_causes_race_with_the_event_and_with_loss() -> None:
    truth = """
[[simulation.competing]]
id = "other"
hazard = { rates = [0.2] }
[[simulation.competing]]
id = "rare"
hazard = { rates = [0.05] }
"""
    _, times = _records(truth, dropout="[dropout]\nrate = 0.1\n")
    theirs, which = first_of(np.random.default_rng(3), RIVALS, (0.3, 0.2, 0.05, 0.1))
    _same_shares(times["AVAL"].to_numpy() / YEAR, theirs, [0.1, 1.0, 3.0], slack=2 * DAY)
    for k, name in enumerate(("relapse", "other", "rare", "Lost to follow-up")):
        a, b = float((times["EVNTDESC"] == name).mean()), float((which == k).mean())
        assert a == pytest.approx(b, abs=band(4) * np.sqrt(b * (1 - b) * (1 / times.height + 1 / RIVALS)))
    assert ((times["CNSR"] == 0) == (times["EVNTDESC"] == "relapse")).all()


def test_competing_causes_can_be_of_one_stratum_and_stronger_on_one_arm() -> None:
    truth = """
[[simulation.competing]]
id = "other"
hazard = { rates = [0.3] }
strata = ["high"]
hazard_ratio = { treatment = 2.0 }
"""
    adsl, adtte = _records(truth + '[data]\nstratum = "RISK"\n')
    both = adtte.join(adsl, on="USUBJID")
    shares = {
        (r["RISK"], r["TRT01P"]): r["share"]
        for r in both.group_by("RISK", "TRT01P")
        .agg(share=(pl.col("EVNTDESC") == "other").mean())
        .iter_rows(named=True)
    }
    assert shares["low", "control"] == shares["low", "treatment"] == 0.0
    assert shares["high", "control"] == pytest.approx(1 / 2, abs=0.04)
    assert shares["high", "treatment"] == pytest.approx(2 / 3, abs=0.04)


def test_reports_are_late_by_their_law_and_losses_are_known_at_once() -> None:
    truth = "[simulation]\nreporting_lag = { fixed = 0.1, mean = 0.4 }\n"
    _, times = _records(truth, dropout="[dropout]\nrate = 0.1\n")
    late = (times["ADTRDT"] - times["ADT"]).dt.total_days().to_numpy()
    event = (times["CNSR"] == 0).to_numpy()
    assert not late[~event].any()
    theirs = np.floor(0.1 * YEAR + np.random.default_rng(4).exponential(0.4 * YEAR, RIVALS))
    _same_shares(late[event], theirs, [36, 40, 100, 200, 500])
    assert late[event].min() == 36


def test_errors_of_stratification_are_as_frequent_as_said_and_change_the_list_followed() -> None:
    truth = "[simulation.stratification_error]\nprobability = 0.2\n"
    three = "".join(
        f'[[stratum]]\nid = "{s}"\nprevalence = {p}\n' for s, p in (("a", 0.5), ("b", 0.3), ("c", 0.2))
    )
    rates = "".join(
        f'[[assumption]]\nendpoint = "DFS"\nstratum = "{s}"\nhazard = {{ rates = [{r}] }}\n'
        for s, r in (("a", 0.1), ("b", 0.3), ("c", 0.9))
    )
    effect = '[[effect]]\nendpoint = "DFS"\narm = "treatment"\nhazard_ratio = [0.5]\n'
    adsl, adtte = _records(truth + '[data]\nstratum = "RISK"\n', strata=three, assumptions=rates + effect)
    n = adsl.height
    wrong = adsl.filter(pl.col("STRATREC") != pl.col("STRATTRU"))
    assert wrong.height / n == pytest.approx(0.2, abs=band(1) * np.sqrt(0.16 / n))
    of_a = wrong.filter(pl.col("STRATTRU") == "a")["STRATREC"]
    assert (of_a == "b").mean() == pytest.approx(0.6, abs=band(1) * np.sqrt(0.24 / len(of_a)))
    of_c = wrong.filter(pl.col("STRATTRU") == "c")["STRATREC"]
    assert (of_c == "a").mean() == pytest.approx(0.625, abs=band(1) * np.sqrt(0.24 / len(of_c)))
    assert (adsl["RISK"] == adsl["STRATREC"]).all()
    mean = adsl.join(adtte, on="USUBJID").group_by("STRATTRU").agg(pl.col("AVAL").mean()).sort("STRATTRU")
    assert mean["AVAL"].to_numpy() / YEAR == pytest.approx([1 / 0.1, 1 / 0.3, 1 / 0.9], rel=0.08)


def test_patients_at_fixed_times_come_when_they_are_expected() -> None:
    protocol = small_trial(data='[simulation]\naccrual = "fixed"\n')
    found = simulate(protocol, seed=1, scenarios="null", replicate=0).records.subjects["RANDDT"]
    again = simulate(protocol, seed=2, scenarios="null", replicate=5).records.subjects["RANDDT"]
    assert (found == again).all()
    days = (found - protocol.accrual.start_date).dt.total_days().to_numpy()
    assert days[0] == int(0.5 / 100 * YEAR)
    assert days[99] == int(99.5 / 100 * YEAR)
    assert days[-1] == int((1.0 + 299.5 / 160) * YEAR)


def test_a_lag_postpones_looks_and_a_frailty_dilutes_the_effect() -> None:
    found = simulate(
        small_trial(),
        trials=400,
        seed=1,
        scenarios=[
            Scenario("plain"),
            Scenario("late", changes=(("simulation.reporting_lag.fixed", 0.5),)),
            Scenario("frail", changes=(("simulation.frailty.variance", 3.0),)),
        ],
    )
    assert found["late"].looks[0].time.mean.value > found["plain"].looks[0].time.mean.value + 0.3
    assert found["frail"].one_step_hazard_ratio.value > found["plain"].one_step_hazard_ratio.value + 0.02


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[simulation]\nfrailty = { variance = 0 }\n",
            "simulation.frailty.variance = 0: must be greater than 0",
        ),
        ("[simulation]\nreporting_lag = { fixd = 1 }\n", "Did you mean fixed?"),
        (
            '[[simulation.competing]]\nid = "x"\nhazard = { rates = [1] }\nstrata = ["z"]\n',
            "is no stratum of this protocol",
        ),
        (
            '[[simulation.competing]]\nid = "x"\nhazard = { rates = [1, 2] }\n',
            "simulation.competing[0].hazard.rates: has 2 values for 1 starts",
        ),
        (
            '[simulation]\nillness_death = { progression_free = "DFS", survival = "OS", death_share = 0.1 }\n',
            "simulation.illness_death.survival = 'OS': is no endpoint",
        ),
    ],
)
def test_mistakes_in_the_section_are_told(text: str, message: str) -> None:
    with pytest.raises(ProtocolError) as error:
        small_trial(data=text)
    assert message in str(error.value)


def test_an_error_of_stratification_needs_a_second_stratum() -> None:
    one = '[[stratum]]\nid = "low"\nprevalence = 1.0\n'
    alone = SECTIONS["assumptions"].replace('stratum = "high"', 'stratum = "low"')
    protocol = small_trial(
        strata=one,
        assumptions=alone,
        data="[simulation.stratification_error]\nprobability = 0.1\n",
    )
    with pytest.raises(DesignError, match="needs a second stratum"):
        simulate(protocol, trials=1, seed=1)
