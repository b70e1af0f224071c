"""Processor daemons over three real brokers: each word is counted once, whoever dies."""

import json
import shutil
import signal
import threading
import unittest
from collections import defaultdict
from pathlib import Path

import cluster
import program
from http_client import ask
from program import Program, wait_until

PARTITIONS = 4


def processor_path():
    return cluster.build() / "processors" / "daemon" / "usher-processor"


class Daemon:
    """One of the word-count app, with a state directory that outlives it."""

    def __init__(self, brokers, state, *flags):
        self.brokers, self.state, self.flags = brokers, state, flags
        self.start()

    def start(self):
        self.program = Program(
            "--app", "word-count", "--brokers", self.brokers, "--state", self.state, "--listen",
            "127.0.0.1:0", "--partitions", str(PARTITIONS), *self.flags,
            program=processor_path()).start()
        return self

    def health(self):
        return ask(self.program.admin, "/health/ready")

    def is_ready(self):
        return self.health().status == 200

    def tasks(self):
        """The partitions that it owns and runs."""
        text = ask(self.program.admin, "/metrics").body
        return {line.split('"')[3] for line in text.splitlines()
                if line.startswith("usher_task_is_running{") and line.endswith(" 1")}


@unittest.skipUnless(processor_path().exists() if program.PROBE else False, "no usher-processor")
class Processors(unittest.TestCase):
    def setUp(self):
        self.cluster = cluster.Cluster().__enter__()
        self.addCleanup(self.cluster.__exit__)
        file = json.loads((Path(self.cluster.dir) / "cluster.json").read_text())
        self.brokers = ",".join(broker["listen"] for broker in file["brokers"])
        self.daemons = []
        self.said = defaultdict(int)

    def daemon(self):
        state = f"{self.cluster.dir}/state-{len(self.daemons)}"
        self.daemons.append(Daemon(self.brokers, state))
        self.addCleanup(self.daemons[-1].program.kill)
        return self.daemons[-1]

    def all_owned(self, *daemons):
        owned = [daemon.tasks() for daemon in daemons]
        return sum(map(len, owned)) == PARTITIONS and len(set().union(*owned)) == PARTITIONS

    def say(self, count, words=20):
        """Lines of one word, whose key is the word: each word is counted by one task."""
        lines = "".join(f"w{i % words}:w{i % words}\n" for i in range(count))
        self.cluster.ok("produce", "texts/lines", "--key-separator", ":", stdin=lines)
        for i in range(count):
            self.said[f"w{i % words}"] += 1

    def counts(self):
        counts = defaultdict(list)
        for record in self.cluster.lines("consume", "texts/word-counts"):
            counts[record["key"]].append(int(record["value"]))
        return counts

    def all_counted(self):
        counts = self.counts()
        return all(counts[word] and counts[word][-1] >= n for word, n in self.said.items())

    def check_each_once(self):
        wait_until(self.all_counted)
        for word, counts in self.counts().items():
            self.assertEqual(counts, list(range(1, self.said[word] + 1)), word)

    def test_one_daemon_makes_the_topics_and_counts(self):
        one = self.daemon()
        wait_until(one.is_ready)
        wait_until(lambda: len(one.tasks()) == PARTITIONS)
        self.say(200)
        self.check_each_once()
        text = ask(one.program.admin, "/metrics").body
        for name in ("usher_task_lag_records", "usher_task_lag_seconds", "usher_step_seconds",
                     "usher_restore_remaining_records", "usher_rocksdb_write_seconds"):
            self.assertIn(name, text)
        app = self.cluster.json("app", "describe", "word-count")
        self.assertEqual((app["members"], len(app["tasks"])), (1, PARTITIONS))

    def test_two_share_the_tasks_and_one_takes_over_when_the_other_is_killed(self):
        one, two = self.daemon(), self.daemon()
        wait_until(lambda: one.is_ready() and two.is_ready() and len(one.tasks()) == 2)
        self.assertTrue(self.all_owned(one, two))
        talker = threading.Thread(target=lambda: [self.say(100) for _ in range(10)])
        talker.start()
        one.program.kill()
        talker.join()
        self.say(100)
        wait_until(lambda: len(two.tasks()) == PARTITIONS)
        self.check_each_once()
        one.start()
        self.addCleanup(one.program.kill)
        wait_until(lambda: len(one.tasks()) == 2 and self.all_owned(one, two))
        self.say(100)
        self.check_each_once()

    def test_sigterm_hands_over_in_order(self):
        one, two = self.daemon(), self.daemon()
        wait_until(lambda: one.is_ready() and two.is_ready() and self.all_owned(one, two))
        self.say(200)
        one.program.signal(signal.SIGTERM)
        self.say(200)
        self.assertEqual(one.program.wait(), 0)
        wait_until(lambda: len(two.tasks()) == PARTITIONS)
        self.say(200)
        self.check_each_once()

    def test_a_state_directory_that_is_gone_is_built_anew(self):
        one = self.daemon()
        wait_until(one.is_ready)
        self.say(200)
        self.check_each_once()
        self.assertEqual(one.program.stop(), 0)
        shutil.rmtree(one.state)
        one.start()
        self.addCleanup(one.program.kill)
        wait_until(one.is_ready)
        self.say(200)
        self.check_each_once()

    def test_killed_with_all_its_brokers_it_goes_on_when_they_are_back(self):
        one = self.daemon()
        wait_until(one.is_ready)
        self.say(100)
        for broker in ("1", "2", "3"):
            self.cluster.ok("cluster", "kill", "broker", broker)
        for broker in ("1", "2", "3"):
            self.cluster.ok("cluster", "restart", "broker", broker)
        self.say(100)
        self.check_each_once()

    def test_a_directory_in_use_is_refused(self):
        one = self.daemon()
        code, _, err = program.run_once(
            "--app", "word-count", "--brokers", self.brokers, "--state", one.state, "--listen",
            "127.0.0.1:0", program=processor_path())
        self.assertEqual(code, 2)
        self.assertRegex(err, "error: CONFIG_INVALID: .*another program")


@unittest.skipUnless(processor_path().exists() if program.PROBE else False, "no usher-processor")
class WithTheSeats(unittest.TestCase):
    def test_a_cluster_is_started_with_processors_and_is_ready(self):
        with cluster.Cluster(processors=2) as started:
            file = json.loads((Path(started.dir) / "cluster.json").read_text())
            self.assertEqual(len(file["processors"]), 2)
            app = started.json("app", "describe", "seats")
            self.assertEqual((app["members"], len(app["tasks"])), (2, 20))
            self.assertTrue(all(task["owner"] for task in app["tasks"]))
            started.ok("cluster", "kill", "processor", "1")
            wait_until(lambda: started.json("app", "describe", "seats")["members"] == 1)
            started.ok("cluster", "restart", "processor", "1", "--wipe")
            wait_until(lambda: started.json("app", "describe", "seats")["members"] == 2)
