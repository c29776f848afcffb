"""Mistakes in published facts that no single value shows: names, dates, numbers at risk, blocks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.reconstruction import intervals
from equipoise.reconstruction.blocks import Blocks, smallest_block
from equipoise.reconstruction.consistency_detail import detail_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from equipoise.reconstruction.published import Published
    from equipoise.reconstruction.published_results import AtRisk


def inconsistencies(published: Published) -> Iterator[Problem]:
    """Every contradiction between values that are each well-formed, in file order."""
    yield from _calendar(published)
    yield from _sizes(published)
    yield from _priors(published)
    for i, fact in enumerate(published.at_risk):
        yield from _at_risk(published, f"at_risk[{i}]", fact)
    yield from _survival_above(published)
    yield from _inside_follow_up(published)
    for i, ratio in enumerate(published.hazard_ratio):
        value = intervals.single(ratio.value)
        if ratio.limits is not None:
            lower, upper = intervals.limits(ratio.limits)
            if value.upper < lower.lower or value.lower > upper.upper:
                yield Problem(
                    f"hazard_ratio[{i}].limits", ratio.limits, f"must hold {ratio.value} between them"
                )
    yield from detail_problems(published)


def _calendar(published: Published) -> Iterator[Problem]:
    first, last, cutoff = published.accrual.first, published.accrual.last, published.cutoff.date
    if last < first:
        yield Problem("accrual.last", str(last), f"must not come before the first randomisation, {first}")
    if cutoff < last:
        rule = f"must not come before the last randomisation, {last}"
        yield Problem("cutoff.date", str(cutoff), rule, "Subjects randomised later are not in the data.")


def _sizes(published: Published) -> Iterator[Problem]:
    control, experimental = published.arms
    sizes = [(s.subjects[control], s.subjects[experimental]) for s in published.stratum]
    for i, size in enumerate(sizes):
        if min(size) < 1:
            yield Problem(f"stratum[{i}].subjects", size, "must hold at least one subject in each arm")
    section = published.randomization
    if section is None:
        return
    if section.ratio and min(section.ratio.get(a, 0) for a in published.arms) < 1:
        yield Problem("randomization.ratio", dict(section.ratio), "must name both arms, each with 1 or more")
        return
    ratio = (section.ratio[control], section.ratio[experimental]) if section.ratio else (1, 1)
    if section.block_size is None or min(map(min, sizes)) < 1:
        return
    times, rest = divmod(section.block_size, sum(ratio))
    if rest or times < 1:
        rule = f"must be a multiple of {sum(ratio)}, for the arms stand as {ratio[0]}:{ratio[1]}"
        yield Problem("randomization.block_size", section.block_size, rule)
        return
    blocks = Blocks(ratio[0] * times, ratio[1] * times)
    for i, size in enumerate(sizes):
        if not blocks.allows(*size):
            possible = smallest_block(ratio, sizes)
            way_out = f"Blocks of {possible.size} would do." if possible else "Leave block_size out."
            yield Problem(
                "randomization.block_size",
                section.block_size,
                f"cannot end with {size[0]} and {size[1]} subjects in {published.stratum[i].id}",
                way_out,
            )
            return


def _priors(published: Published) -> Iterator[Problem]:
    for i, prior in enumerate(published.prior):
        if len(prior.starts) != len(prior.hazards):
            rule = f"must hold one hazard for each of {len(prior.starts)} starts"
            yield Problem(f"prior[{i}].hazards", prior.hazards, rule)
        if not prior.starts or prior.starts[0] != 0.0 or any(b <= a for a, b in pairwise(prior.starts)):
            yield Problem(f"prior[{i}].starts", prior.starts, "must begin at 0 and increase")
    for stratum in published.stratum:
        for arm in published.arms:
            if not any(p.arm == arm and p.stratum in {stratum.id, None} for p in published.prior):
                rule = f"says nothing of {arm} in {stratum.id}"
                yield Problem("prior", None, rule, "State a hazard for each arm, a constant one if need be.")


def _at_risk(published: Published, path: str, fact: AtRisk) -> Iterator[Problem]:
    if not fact.times or fact.times[0] != 0.0 or any(b <= a for a, b in pairwise(fact.times)):
        yield Problem(f"{path}.times", fact.times, "must begin at 0 and increase")
    for arm, counts in fact.by_arm.items():
        here = f"{path}.by_arm.{arm}"
        if len(counts) != len(fact.times):
            yield Problem(here, counts, f"must hold one number for each of {len(fact.times)} times")
        elif any(b > a for a, b in pairwise(counts)):
            yield Problem(here, counts, "must not rise from time to time")
        elif counts and fact.times[0] == 0.0 and counts[0] != (size := _size(published, fact.stratum, arm)):
            yield Problem(here, counts[0], f"must begin with the {size} subjects randomised")


def _size(published: Published, stratum: str | None, arm: str) -> int:
    return sum(s.subjects[arm] for s in published.stratum if stratum in {s.id, None})


def _survival_above(published: Published) -> Iterator[Problem]:
    """Who is at risk of the endpoint is alive and followed: never more than at risk of death."""
    primary: Mapping[tuple[str | None, str, float], int] = {
        (fact.stratum, arm, time): count
        for fact in published.at_risk
        if fact.endpoint == "primary"
        for arm, counts in fact.by_arm.items()
        for time, count in zip(fact.times, counts, strict=False)
    }
    for i, fact in enumerate(published.at_risk):
        if fact.endpoint == "primary":
            continue
        for arm, counts in fact.by_arm.items():
            for time, count in zip(fact.times, counts, strict=False):
                other = primary.get((fact.stratum, arm, time), 0)
                if count < other:
                    rule = f"must be at least the {other} at risk of the endpoint at {time:g}"
                    yield Problem(
                        f"at_risk[{i}].by_arm.{arm}", count, rule, "Whoever is event-free is alive."
                    )


def _inside_follow_up(published: Published) -> Iterator[Problem]:
    days = (published.cutoff.date - published.accrual.first).days + 1
    longest = days / published.days_per_unit
    listed = [(f"milestone[{i}].time", m.time) for i, m in enumerate(published.milestone)]
    listed += [(f"restricted_mean[{i}].horizon", m.horizon) for i, m in enumerate(published.restricted_mean)]
    for path, time in listed:
        if time >= longest:
            rule = f"must be below the longest possible follow-up, {longest:.2f} {published.trial.time_unit}"
            yield Problem(path, time, rule, "Is it in the file's unit of time?")
