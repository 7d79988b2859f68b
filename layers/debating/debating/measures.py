"""How sure a share is, and whether two techniques differ. Both as in any textbook of statistics."""

from math import comb, sqrt

# Below this number of cases a share proves nothing: 7 right of 10 mean anything from 0.40 to 0.89.
ENOUGH_CASES = 30


def wilson(successes: float, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); all that is possible if there are no trials."""
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, z * z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = z / (1 + square / trials) * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p of McNemar's test. The counts are of cases that only one of two techniques got right."""
    discordant = only_first + only_second
    if not discordant:
        return 1.0
    tail = sum(comb(discordant, k) for k in range(min(only_first, only_second) + 1)) / 2**discordant
    return min(1.0, 2 * tail)
