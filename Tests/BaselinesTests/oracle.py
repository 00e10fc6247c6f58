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


def crossing(points, is_kept):
    """The first of the ascending points above which a shift is kept; nothing where one below all of them is."""
    if is_kept(points[0] - 1):
        return None
    # Between two points p does not change, and it grows from one to the next.
    low, high = 0, len(points) - 1
    while low < high:
        middle = (low + high) // 2
        if is_kept((points[middle] + points[middle + 1]) / 2):
            high = middle
        else:
            low = middle + 1
    return points[low]


def ends(points, p_of):
    """The ends of the shifts that a one-sided test at `tail` does not refuse, each way: where p crosses it."""
    points = numpy.unique(points)
    low = crossing(points, lambda shift: p_of(shift, "greater") > tail)
    high = crossing(-points[::-1], lambda shift: p_of(-shift, "less") > tail)
    return low, None if high is None else -high


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
