"""Judges what clients did and were told (load.cc writes it), against the log as it stands in the
end. Pure: lines in, violations out."""

from collections import defaultdict
from dataclasses import dataclass, field

# What may keep a reader from a partition for a while; anything else says that the log is wrong.
PASSING = {"UNREACHABLE", "TIMED_OUT", "NOT_LEADER", "CONNECTION_LOST", "STALE_METADATA", "CLOSED",
           "NOT_FOUNDED", "SEGMENT_CORRUPT", "INPUT_GONE", "QUEUE_FULL"}


@dataclass
class Log:
    """By partition: (offset, seq, value) in the order of reading."""
    records: dict = field(default_factory=lambda: defaultdict(list))
    stopped: list = field(default_factory=list)


@dataclass
class Producer:
    name: str
    sent: dict = field(default_factory=dict)  # number: key
    acknowledged: dict = field(default_factory=dict)  # number: (partition, offset, seq)
    failed: dict = field(default_factory=dict)  # number: code
    unknown: dict = field(default_factory=dict)


def read_log(lines):
    log = Log()
    for line in lines:
        words = line.rstrip("\n").split(" ", 4)
        if words[0] == "r":
            log.records[int(words[1])].append((int(words[2]), int(words[3]), words[4]))
        else:
            log.stopped.append((int(words[1]), words[2], line.rstrip("\n")))
    return log


def read_producer(name, lines):
    producer = Producer(name)
    for line in lines:
        what, number, *rest = line.split()
        number = int(number)
        if what == "s":
            producer.sent[number] = rest[0]
        elif what == "a":
            producer.acknowledged[number] = tuple(int(word) for word in rest)
        elif what == "f":
            producer.failed[number] = rest[0]
        else:
            producer.unknown[number] = rest[0]
    return producer


def judge(producers, readers, final):
    """The violations, a sentence each. `final`: the log read from the start to the end at last."""
    found = []
    found += reads_rise("at last", final)
    places = {}
    at = {}
    for partition, records in final.records.items():
        for offset, seq, value in records:
            if value in places:
                found.append(f"duplicate: {value} stands at {places[value]} and at "
                             f"{(partition, offset)}")
            places[value] = (partition, offset, seq)
            at[partition, offset] = (seq, value)
    for producer in producers:
        found += producer_is_kept(producer, places)
    for number, reader in enumerate(readers):
        found += reads_rise(f"reader {number}", reader)
        for partition, records in reader.records.items():
            for offset, seq, value in records:
                if at.get((partition, offset)) != (seq, value):
                    found.append(f"inconsistent offset: reader {number} read {value} as seq {seq} "
                                 f"at {(partition, offset)}, where {at.get((partition, offset))} "
                                 "stands at last")
    return found


def reads_rise(who, log):
    """Skip, step back: offsets rise, and the topic's seq rises by exactly 1, from 0 on."""
    for partition, records in log.records.items():
        next_seq, last = 0, -1
        for offset, seq, value in records:
            if offset <= last:
                yield f"step back: {who} read {offset} behind {last} in partition {partition}"
            if seq != next_seq:
                yield (f"skip: {who} read seq {seq} where {next_seq} is due, at {offset} in "
                       f"partition {partition}")
            next_seq, last = seq + 1, offset
    for partition, code, line in log.stopped:
        if code not in PASSING:
            yield f"{who} was stopped in partition {partition}: {line}"


def producer_is_kept(producer, places):
    """Lost write, receipts, aborted read, order."""
    for number, receipt in producer.acknowledged.items():
        place = places.get(f"{producer.name}-{number}")
        if place is None:
            yield f"lost write: {producer.name}-{number} was acknowledged at {receipt}"
        elif place != receipt:
            yield f"receipt: {producer.name}-{number} stands at {place}, acknowledged at {receipt}"
    for number, code in producer.failed.items():
        if f"{producer.name}-{number}" in places:
            yield f"aborted read: {producer.name}-{number} surely failed with {code}"
    outcomes = len(producer.acknowledged) + len(producer.failed) + len(producer.unknown)
    if outcomes != len(producer.sent):
        yield f"{producer.name}: {len(producer.sent)} were sent, {outcomes} have an outcome"
    last = {}
    for number in sorted(producer.acknowledged):
        partition, offset, _ = producer.acknowledged[number]
        key = producer.sent.get(number)
        before = last.get(key)
        if before and (before[1] != partition or before[2] >= offset):
            yield (f"order: {producer.name}-{number} of key {key} stands at {(partition, offset)}, "
                   f"and {producer.name}-{before[0]} before it at {before[1:]}")
        last[key] = (number, partition, offset)


def judge_folder(folder):
    """(counts, violations) of the files that the load wrote."""
    def lines(path):
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            yield from file
    producers = [read_producer(f"p{path.stem.split('-')[1]}", lines(path))
                 for path in sorted(folder.glob("producer-*.txt"))]
    readers = [read_log(lines(path)) for path in sorted(folder.glob("reader-*.txt"))]
    final = read_log(lines(folder / "final.txt"))
    counts = {
        "records sent": sum(len(p.sent) for p in producers),
        "acknowledged": sum(len(p.acknowledged) for p in producers),
        "surely failed": sum(len(p.failed) for p in producers),
        "outcome unknown": sum(len(p.unknown) for p in producers),
        "read while faults went on": sum(len(r) for one in readers for r in one.records.values()),
        "in the log at last": sum(len(r) for r in final.records.values()),
    }
    return counts, judge(producers, readers, final)
