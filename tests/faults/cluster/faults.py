"""What is broken on purpose, one thing at a time: each does it, waits, and puts it right again. No
disk is lost before the one lost before is counted again: a majority that remembers is part of the
fault model. A bit in the journal's newest group is not flipped: before anything attests it, damage
to it cannot be told from a torn write (docs/testing.md)."""

import struct
import time

from brokers import IDS, flip_bit

SECTOR = 4096
GROUP = b"UshJ"


class Faults:
    def __init__(self, brokers, random, partitions):
        self.brokers = brokers
        self.random = random
        self.partitions = partitions
        self.kinds = {
            "kill -9 of a leader": lambda: self.kill(self.leader()),
            "kill -9 of a follower": lambda: self.kill(self.follower()),
            "kill -9 of all three": self.kill_all,
            "SIGSTOP of a leader": lambda: self.freeze(self.leader()),
            "SIGSTOP of a follower": lambda: self.freeze(self.follower()),
            "cut off from both others": self.isolate,
            "cut link, both ways": lambda: self.cut("forth", "back"),
            "cut link, one way": lambda: self.cut(self.random.choice(("forth", "back"))),
            "wiped disk": self.wipe,
            "flipped bits in a journal": self.damage_journal,
            "flipped bit in a segment": self.damage_segment,
        }
        # Those that a wait for readmission follows.
        self.slow = {"wiped disk", "flipped bits in a journal"}

    def leader(self):
        return self.brokers.leader(self.random.randrange(self.partitions)) or self.any()

    def any(self):
        return self.random.choice(IDS)

    def follower(self):
        leader = self.leader()
        return self.random.choice([broker for broker in IDS if broker != leader])

    def wait(self, least, most):
        time.sleep(self.random.uniform(least, most))

    def kill(self, broker):
        self.brokers.kill(broker)
        self.wait(0, 3)
        self.brokers.start(broker)

    def kill_all(self):
        for broker in IDS:
            self.brokers.kill(broker)
        for broker in self.random.sample(IDS, len(IDS)):
            self.wait(0, 0.7)
            self.brokers.start(broker)

    def freeze(self, broker):
        self.brokers.stop(broker)
        self.wait(0.5, 4)
        self.brokers.go_on(broker)

    def isolate(self):
        alone = self.leader()
        for (one, other), door in self.brokers.doors.items():
            if alone in (one, other):
                door.cut()
        self.wait(1, 5)
        self.brokers.heal()

    def cut(self, *ways):
        one, other = self.random.sample(IDS, 2)
        for pair, way in (((one, other), {"forth": "forth", "back": "back"}),
                          ((other, one), {"forth": "back", "back": "forth"})):
            self.brokers.doors[pair].cut(*[way[name] for name in ways])
        self.wait(1, 5)
        self.brokers.heal()

    def wipe(self):
        broker = self.any()
        self.brokers.kill(broker)
        self.brokers.wipe(broker)
        self.wait(0, 1)
        self.brokers.start(broker)

    def damage_journal(self):
        broker = self.any()
        self.brokers.kill(broker)
        groups = groups_in(self.brokers.data(broker))
        newest = max(groups)[0] if groups else 0
        older = [(path, at) for number, path, at in groups if number < newest]
        for path, at in self.random.sample(older, min(3, len(older))):
            flip_bit(path, at + self.random.randrange(104), self.random.randrange(8))
        self.brokers.start(broker)

    def damage_segment(self):
        broker = self.any()
        self.brokers.kill(broker)
        segments = sorted(self.brokers.data(broker).glob("segments/*/*.segment"))
        segments = [path for path in segments if path.stat().st_size > SECTOR]
        if segments:
            path = self.random.choice(segments)
            flip_bit(path, self.random.randrange(path.stat().st_size), self.random.randrange(8))
        self.brokers.start(broker)


def groups_in(data):
    """(number, path, byte) of every group's header in the journal, live or stale."""
    groups = []
    for path in sorted(data.glob("journal/*.journal")):
        content = path.read_bytes()
        for at in range(0, len(content), SECTOR):
            if content[at:at + 4] == GROUP:
                groups.append((struct.unpack_from("<Q", content, at + 40)[0], path, at))
    return groups
