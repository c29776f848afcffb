"""The trials that are played: late, early and proportional effects, cure, strata, 2:1, unequal dropout; months."""

from __future__ import annotations

from independent.many_played_statistics import Course

LEUKAEMIA = {
    "patients": 1440,
    "accrual_end": (12.0, 60.0),
    "accrual_rate": (10.0, 27.5),
    "prevalence": (0.58, 0.42),
    "hazard_from": (0.0, 12.0, 36.0, 60.0),
    "hazard": ((0.0022, 0.0031, 0.0011, 0.0), (0.0035, 0.0051, 0.0016, 0.0)),
    "dropout": (0.0017, 0.0017),
    "allocation": 1,
    "tau": 36.0,
}
LUNG = {
    "patients": 500,
    "accrual_end": (12.0,),
    "accrual_rate": (500 / 12,),
    "prevalence": (1.0,),
    "dropout": (0.001, 0.001),
    "allocation": 1,
    "tau": 12.0,
}
SETTINGS = (
    Course(
        name="leukaemia, late effect, by events",
        hazard_ratio=((1.0, 0.45, 0.45, 1.0), (1.0, 0.45, 0.45, 1.0)),
        look_events=(70, 120),
        look_times=(),
        **LEUKAEMIA,
    ),
    Course(
        name="leukaemia, constant effect, on the calendar",
        hazard_ratio=((0.6, 0.6, 0.6, 1.0), (0.6, 0.6, 0.6, 1.0)),
        look_events=(),
        look_times=(54.0, 84.0),
        **LEUKAEMIA,
    ),
    Course(
        name="lung, late effect, by events",
        hazard_from=(0.0, 4.0),
        hazard=((0.0462, 0.0462),),
        hazard_ratio=((1.0, 0.6),),
        look_events=(140, 190, 260),
        look_times=(),
        **LUNG,
    ),
    Course(
        name="lung, late effect, on the calendar",
        hazard_from=(0.0, 4.0),
        hazard=((0.0462, 0.0462),),
        hazard_ratio=((1.0, 0.6),),
        look_events=(),
        look_times=(16.0, 20.0, 30.0),
        **LUNG,
    ),
    Course(
        name="lung, no effect, by events",
        hazard_from=(0.0, 4.0),
        hazard=((0.0462, 0.0462),),
        hazard_ratio=((1.0, 1.0),),
        look_events=(140, 190, 260),
        look_times=(),
        **LUNG,
    ),
    Course(
        name="unlike strata, early effect, 2:1, on the calendar",
        patients=600,
        accrual_end=(10.0, 20.0),
        accrual_rate=(20.0, 40.0),
        prevalence=(0.7, 0.3),
        hazard_from=(0.0, 6.0, 18.0),
        hazard=((0.02, 0.02, 0.01), (0.08, 0.06, 0.03)),
        hazard_ratio=((0.5, 0.8, 1.0), (0.6, 0.8, 1.0)),
        dropout=(0.004, 0.012),
        allocation=2,
        look_events=(),
        look_times=(22.0, 34.0),
        tau=15.0,
    ),
)
