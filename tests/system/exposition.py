"""A strict reader of Prometheus' text format, version 0.0.4, with the naming rules of Usher. It is
written from the format's description, not from our writer."""

import re

NAME = r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*"
LABEL = re.compile(rf'({NAME})="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.+)\}})? (\S+)")
NUMBER = re.compile(r"[+-]Inf|NaN|[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count")}


class Family:
    def __init__(self, name, help_text):
        self.name, self.help, self.type, self.samples = name, help_text, None, []


def families(text):
    """{name: Family}; raises AssertionError at the first thing that is wrong."""
    found, family = {}, None
    assert text.endswith("\n") or text == "", "the last line has no end"
    for number, line in enumerate(text.splitlines(), 1):
        try:
            family = read_line(line, family, found)
        except AssertionError as wrong:
            raise AssertionError(f"line {number}: {line}: {wrong}") from None
    for family in found.values():
        check_family(family)
    return found


def read_line(line, family, found):
    if match := re.fullmatch(rf"# HELP ({NAME}) (.+)", line):
        assert match[1] not in found, "a family stands in two places"
        found[match[1]] = Family(match[1], match[2])
        return found[match[1]]
    if match := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
        assert family and match[1] == family.name and not family.type, "TYPE without its HELP"
        family.type = match[2]
        return family
    match = SAMPLE.fullmatch(line)
    assert match, "neither HELP, TYPE nor a sample"
    assert family and family.type, "a sample before HELP and TYPE"
    allowed = [family.name + s for s in SUFFIXES.get(family.type, ("",))]
    assert match[1] in allowed, "not a name of its family"
    assert NUMBER.fullmatch(match[3]), "not a number"
    family.samples.append((match[1], labels(match[2] or ""), float(match[3])))
    return family


def labels(text):
    found, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        assert match, "labels are broken"
        assert match[1] not in found, "a label stands twice"
        found[match[1]] = match[2]
        at = match.end()
    assert not text.endswith(","), "a comma too many"
    return found


def check_family(family):
    name, samples = family.name, family.samples
    assert family.type and samples, f"{name}: no TYPE or no samples"
    assert name.startswith("usher_"), f"{name}: not ours"
    assert name.endswith("_total") == (family.type == "counter"), f"{name}: _total is for counters"
    names = [set(l) - {"le"} for _, l, _ in samples]
    assert all(n == names[0] for n in names), f"{name}: labels differ"
    assert not names[0] & {"user", "seat", "key", "reservation"}, f"{name}: a forbidden label"
    series = [(n, tuple(sorted(l.items()))) for n, l, _ in samples]
    assert len(series) == len(set(series)), f"{name}: a series stands twice"
    if family.type == "counter":
        assert all(v >= 0 for _, _, v in samples), f"{name}: a counter below zero"
    if family.type == "histogram":
        assert name.endswith(("_seconds", "_bytes")), f"{name}: no base unit"
        check_histogram(family)


def check_histogram(family):
    by_series = {}
    for name, label, value in family.samples:
        key = tuple(sorted((k, v) for k, v in label.items() if k != "le"))
        by_series.setdefault(key, []).append((name.removeprefix(family.name), label, value))
    for lines in by_series.values():
        buckets = [(float(l["le"]), v) for n, l, v in lines if n == "_bucket"]
        assert buckets and buckets[-1][0] == float("inf"), f"{family.name}: no +Inf at the end"
        assert buckets == sorted(buckets), f"{family.name}: buckets do not rise"
        assert [v for _, v in buckets] == sorted(v for _, v in buckets), "buckets do not add up"
        assert [n for n, _, _ in lines[-2:]] == ["_sum", "_count"], "no _sum and _count at the end"
        assert lines[-1][2] == buckets[-1][1], f"{family.name}: _count is not that of +Inf"
