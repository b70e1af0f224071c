"""usher consume --app: the position is kept, members share the partitions."""

import json
import signal
import subprocess
import threading
import time
import unittest

import cluster


class Member:
    """A member that follows; its lines as they come."""

    def __init__(self, three, topic, app, *flags):
        self.process = subprocess.Popen(
            [cluster.usher_path(), "consume", topic, "--app", app, "--json", *flags, "--dir",
             three.dir],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=cluster.environment())
        self.records = []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.records.append(json.loads(line))

    def values(self):
        return [record["value"] for record in self.records]

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        code = self.process.wait(cluster.TIME)
        self.thread.join(cluster.TIME)
        return code


@unittest.skipUnless(cluster.has_brokers(), "no usher-broker in this build")
class ConsumeApp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster.Cluster().__enter__()
        cls.addClassCleanup(cls.cluster.__exit__)
        cls.cluster.ok("space", "create", "events", "--partitions", "4")
        cls.cluster.ok("topic", "create", "events/t")

    def topic(self, name):
        self.cluster.ok("topic", "create", f"events/{name}")
        return f"events/{name}"

    def produce(self, topic, first, count):
        lines = "".join(f"k{i}:v{i}\n" for i in range(first, first + count))
        self.cluster.ok("produce", topic, "--key-separator", ":", stdin=lines)
        return {f"v{i}" for i in range(first, first + count)}

    def consume(self, topic, app, *flags):
        return [record["value"]
                for record in self.cluster.lines("consume", topic, "--app", app, *flags)]

    def member(self, topic, app, *flags):
        member = Member(self.cluster, topic, app, *flags)
        self.addCleanup(member.process.kill)
        return member

    def until(self, what, is_true):
        deadline = time.monotonic() + cluster.TIME
        while not is_true():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.05)

    def test_what_was_printed_is_not_printed_again(self):
        topic = self.topic("again")
        first = self.produce(topic, 0, 40)
        self.assertEqual(sorted(self.consume(topic, "again")), sorted(first))
        self.assertEqual(self.consume(topic, "again"), [])
        second = self.produce(topic, 40, 10)
        self.assertEqual(sorted(self.consume(topic, "again")), sorted(second))
        # Another app has a position of its own.
        self.assertEqual(len(self.consume(topic, "another")), 50)

    def test_max_commits_just_what_it_printed(self):
        topic = self.topic("bounded")
        everything = self.produce(topic, 0, 30)
        some = self.consume(topic, "bounded", "--max", "7")
        self.assertEqual(len(some), 7)
        rest = self.consume(topic, "bounded")
        self.assertEqual(sorted(some + rest), sorted(everything))

    def test_killed_and_started_again_it_goes_on(self):
        topic = self.topic("killed")
        first = self.produce(topic, 0, 50)
        member = self.member(topic, "killed", "--follow")
        self.until("all is printed", lambda: len(member.values()) == 50)
        committed = lambda: sum(task["position"] > 0 for task in
                                self.cluster.json("app", "describe", "killed")["tasks"])
        self.until("positions have moved", lambda: committed() == 4)
        member.end(signal.SIGKILL)
        second = self.produce(topic, 50, 50)
        again = self.consume(topic, "killed")
        self.assertLessEqual(second, set(again))
        # At least once: what was printed in the very moment of the kill may come again.
        self.assertLess(len(set(again) & first), 50)
        self.assertEqual(self.consume(topic, "killed"), [])

    def test_two_members_share_the_partitions_and_each_record_comes_once(self):
        topic = self.topic("shared")
        one = self.member(topic, "shared", "--follow")
        self.until("one is a member", lambda: self.members("shared") == 1)
        two = self.member(topic, "shared", "--follow")
        owners = lambda: {task["owner"] for task in
                          self.cluster.json("app", "describe", "shared")["tasks"]}
        self.until("both own tasks", lambda: self.members("shared") == 2 and len(owners()) == 2)
        produced = 0

        def a_round(count):
            """What was sent, and the records of it that each member printed."""
            nonlocal produced
            sent = self.produce(topic, produced, count)
            produced += count
            printed = lambda: [[record for record in member.records if record["value"] in sent]
                               for member in (one, two)]
            self.until("all is printed",
                       lambda: {record["value"] for own in printed() for record in own} == sent)
            return sent, printed

        def shares(printed):
            return [{record["partition"] for record in own} for own in printed]

        def each_reads_its_own():
            # The controller has said who owns what. Until the new owner has claimed it the old one
            # prints on, and the new one prints that again: at least once.
            ones, twos = shares(a_round(40)[1]())
            return ones and twos and not ones & twos

        self.until("each reads its own", each_reads_its_own)
        sent, printed = a_round(100)
        self.assertEqual(one.end(), 0)
        self.assertEqual(two.end(), 0)
        self.assertEqual(sorted(record["value"] for own in printed() for record in own),
                         sorted(sent))
        ones, twos = shares(printed())
        self.assertEqual((ones & twos, ones | twos), (set(), {0, 1, 2, 3}))

    def members(self, app):
        code, out, _ = self.cluster.usher("app", "describe", app, "--json")
        return json.loads(out)["members"] if code == 0 else 0

    def test_the_position_is_moved_by_app_reset_and_not_while_there_are_members(self):
        topic = self.topic("moved")
        everything = self.produce(topic, 0, 10)
        self.assertEqual(len(self.consume(topic, "moved")), 10)
        self.cluster.ok("app", "reset", "moved", "--to", "start")
        self.assertEqual(sorted(self.consume(topic, "moved")), sorted(everything))
        member = self.member(topic, "moved", "--follow")
        self.until("it is a member", lambda: self.members("moved") == 1)
        code, _, err = self.cluster.usher("app", "reset", "moved", "--to", "start")
        self.assertEqual(code, 1)
        self.assertTrue(err.startswith("error: APP_BUSY: "), err)
        self.assertEqual(member.end(), 0)

    def test_flags_that_say_where_are_without_app(self):
        for flags in (["--from", "start"], ["--partition", "0"], ["--key", "k"]):
            code, out, err = self.cluster.usher("consume", "events/t", "--app", "x", *flags)
            self.assertEqual((code, out), (2, ""), flags)
            self.assertIn("--app", err)

    def test_the_app_of_another_space_is_refused(self):
        self.topic("mine")
        self.produce("events/mine", 0, 1)
        self.consume("events/mine", "mine")
        self.cluster.ok("space", "create", "other", "--partitions", "1")
        self.cluster.ok("topic", "create", "other/t")
        code, _, err = self.cluster.usher("consume", "other/t", "--app", "mine")
        self.assertEqual(code, 2)
        self.assertIn("another space", err)

    def test_a_follower_goes_on_over_the_death_of_a_leader(self):
        topic = self.topic("failing")
        member = self.member(topic, "failing", "--follow")
        first = self.produce(topic, 0, 20)
        self.until("all is printed", lambda: len(member.values()) >= 20)
        leader = self.cluster.json("space", "describe", "events")["placement"][0]["leader"]
        self.cluster.ok("cluster", "kill", "broker", str(leader))
        second = self.produce(topic, 20, 20)
        self.until("all is printed", lambda: second <= set(member.values()))
        self.assertEqual(member.end(), 0)
        self.cluster.ok("cluster", "restart", "broker", str(leader))
        self.assertEqual(set(member.values()), first | second)
        self.assertEqual(self.consume(topic, "failing"), [])
