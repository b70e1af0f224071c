"""What is compared and how: a question has two sides, asked in turn, and figures of both."""

import statistics
from typing import Callable, NamedTuple


class Figure(NamedTuple):
    name: str
    unit: str
    of: Callable  # from a side's JSON to a number; None where it has none


class Question(NamedTuple):
    name: str
    ours: Callable  # () -> the JSON of `usher bench …`
    theirs: Callable  # () -> the same members, from the peer's client
    figures: tuple


def per_second(unit="records/s"):
    return Figure("throughput", unit, lambda told: told["per_second"])


def latency(share):
    return Figure(share, "ms", lambda told: told["latency_ms"][share])


def ask(question, rounds, say):
    """Both sides so many times, the first of a round in turn: [(ours, theirs), …]."""
    rows = []
    for number in range(rounds):
        sides = [question.ours, question.theirs]
        told = [sides[i]() for i in ((0, 1) if number % 2 == 0 else (1, 0))]
        rows.append(tuple(told if number % 2 == 0 else told[::-1]))
        say(f"  {question.name}, round {number + 1} of {rounds}: " + "; ".join(
            " and ".join(f"{figure.of(side):,.4g} {figure.unit}" for side in rows[-1])
            for figure in question.figures))
    return rows


def spread(values):
    return min(values), statistics.median(values), max(values)


def lines_of(question, rows):
    """A line for each figure: both medians, and the ratios of each round with their spread."""
    for figure in question.figures:
        ours, theirs = ([figure.of(row[side]) for row in rows] for side in (0, 1))
        ratios = spread([mine / other for mine, other in zip(ours, theirs)])
        yield (question.name, f"{figure.name}, {figure.unit}", short(statistics.median(ours)),
               short(statistics.median(theirs)), *(f"{ratio:.3g}" for ratio in ratios))


def short(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(lines, peer):
    """Columns as wide as they need to be; numbers to the right."""
    header = ("question", "figure", "usher", peer, "ratio min", "median", "max")
    rows = [header, *lines]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    return "\n".join("  ".join(cell.ljust(width) if i < 2 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
                     for row in rows)
