"""What SciPy says of the cases that a file holds: exact p of permutation tests and of rank tests, and intervals by inversion.

Usage: oracle.py FILE, which holds {"groups": [[reference, candidate], …], "pairs": [differences, …], "sizes": [[n, m], …],
"tail": 0.05}.
"""

import json
import sys

import numpy
from scipy import stats


def difference(one, other, axis):
    return numpy.mean(one, axis=axis) - numpy.mean(other, axis=axis)


def mean(values, axis):
    return numpy.mean(values, axis=axis)


def ends(points, p_above):
    """The ends of the shifts that a one-sided test at `tail` does not refuse, each way: where p crosses it."""
    points = numpy.unique(points)
    middles = (points[1:] + points[:-1]) / 2
    # Between two points p does not change.
    kept = [p_above(shift, "greater") > tail for shift in middles]
    low = None if p_above(points[0] - 1, "greater") > tail else points[kept.index(True)]
    kept = [p_above(shift, "less") > tail for shift in middles]
    high = None if p_above(points[-1] + 1, "less") > tail else points[len(kept) - kept[::-1].index(True)]
    return low, high


with open(sys.argv[1]) as file:
    cases = json.load(file)
tail = cases["tail"]
answers = {"groups": [], "pairs": [], "ranks": []}
for reference, candidate in cases["groups"]:
    reference, candidate = numpy.array(reference), numpy.array(candidate)
    p = stats.permutation_test(
        (candidate, reference), difference, permutation_type="independent", vectorized=True,
        alternative="greater", n_resamples=numpy.inf, batch=20_000).pvalue
    differences = numpy.subtract.outer(candidate, reference).ravel()
    low, high = None, None
    # With ties the exact distribution of ranks is another one.
    if len(set(reference) | set(candidate)) == len(reference) + len(candidate):
        low, high = ends(differences, lambda shift, way: stats.mannwhitneyu(
            candidate - shift, reference, alternative=way, method="exact").pvalue)
    answers["groups"].append({"p": p, "shift": numpy.median(differences), "low": low, "high": high})
for values in cases["pairs"]:
    values = numpy.array(values)
    p = stats.permutation_test(
        (values,), mean, permutation_type="samples", vectorized=True, alternative="greater",
        n_resamples=numpy.inf).pvalue
    one, other = numpy.triu_indices(len(values))
    averages = (values[one] + values[other]) / 2
    low, high = None, None
    if len(set(abs(values))) == len(values):
        low, high = ends(averages, lambda shift, way: stats.wilcoxon(
            values - shift, alternative=way, method="exact").pvalue)
    answers["pairs"].append({"p": p, "shift": numpy.median(averages), "low": low, "high": high})
for n, m in cases["sizes"]:
    # The chance of at most u, for each u of the lower half, of values that give just this u.
    chances = []
    for u in range(n * m // 2 + 1):
        ranks = numpy.arange(n + m)
        # The candidate's m values take the lowest places, then move up by u places in all.
        places = list(range(m))
        rest = u
        for index in reversed(range(m)):
            step = min(rest, n)
            places[index] += step
            rest -= step
        candidate = ranks[places]
        reference = numpy.delete(ranks, places)
        chances.append(stats.mannwhitneyu(candidate, reference, alternative="less", method="exact").pvalue)
    answers["ranks"].append(chances)
print(json.dumps(answers))
