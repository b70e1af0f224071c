"""What is broken while seats are sold: processes of a cluster are killed and started again, or held
for seconds. One or several at once, never a majority of the brokers for long."""

import json
import os
import random
import signal
import threading
from collections import Counter
from pathlib import Path

KINDS = ("broker", "processor", "gateway")


class Faults(threading.Thread):
    """Breaks and mends, round after round, until told to stop; everything is mended then."""

    def __init__(self, cluster, events, seed):
        super().__init__(daemon=True)
        self.cluster, self.events = cluster, events
        self.random = random.Random(seed)
        self.enough = threading.Event()
        self.counts = Counter()
        self.failure = None

    def stop(self):
        self.enough.set()
        self.join()
        if self.failure:
            raise self.failure

    def run(self):
        try:
            while not self.enough.wait(self.random.uniform(0.2, 1.5)):
                self.round()
        except Exception as failure:  # whoever stops it is told
            self.failure = failure

    def round(self):
        mend = []
        kinds = self.random.sample(KINDS, self.random.choices((1, 2, 3), (6, 3, 1))[0])
        for kind in kinds:
            number = self.victim(kind)
            if self.random.random() < 0.3:
                self.freeze(kind, number)
                mend.append((self.thaw, kind, number))
            else:
                self.cluster.usher("cluster", "kill", kind, str(number))
                self.counts[f"{kind} killed"] += 1
                mend.append((self.restart, kind, number))
        if kinds == ["broker"] and self.random.random() < 0.15:
            # Nothing can be written until it is back.
            other = number % 3 + 1
            self.cluster.usher("cluster", "kill", "broker", str(other))
            self.counts["a majority of brokers killed"] += 1
            mend.append((self.restart, "broker", other))
        self.enough.wait(self.random.uniform(0.1, 2.5))
        for act, kind, number in mend:
            act(kind, number)

    def victim(self, kind):
        members = self.members(kind)
        chosen = self.random.choice(members)["id"]
        event = self.random.choice(self.events)
        if self.random.random() < 0.5:
            if kind == "broker" and (leader := self.leader_of(event)):
                self.counts["of these, leaders of an event's partition"] += 1
                return leader
            if kind == "processor" and (owner := self.owner_of(event)):
                self.counts["of these, owners of an event's task"] += 1
                return owner
        return chosen

    def members(self, kind):
        file = json.loads(Path(self.cluster.dir, "cluster.json").read_text())
        return file[f"{kind}s"]

    def asked(self, *words):
        code, out, _ = self.cluster.usher(*words, "--json", "--timeout", "1s")
        return json.loads(out) if code == 0 else None

    def leader_of(self, event):
        told = self.asked("partition", "describe", "events", str(event["partition"]))
        return told and told.get("leader")

    def owner_of(self, event):
        told = self.asked("app", "describe", "seats") or {"tasks": []}
        at = next((task["endpoint"] for task in told["tasks"]
                   if task["partition"] == event["partition"]), None)
        return next((one["id"] for one in self.members("processor") if one["listen"] == at), None)

    def pid(self, kind, number):
        return next(one["pid"] for one in self.members(kind) if one["id"] == number)

    def freeze(self, kind, number):
        os.kill(self.pid(kind, number), signal.SIGSTOP)
        self.counts[f"{kind} held"] += 1

    def thaw(self, kind, number):
        os.kill(self.pid(kind, number), signal.SIGCONT)

    def restart(self, kind, number):
        code, out, err = self.cluster.usher("cluster", "restart", kind, str(number))
        assert code == 0, f"{kind} {number} does not start: {out}{err}"
