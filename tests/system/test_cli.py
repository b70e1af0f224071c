"""The command line against three real brokers: what it prints, what it returns."""

import json
import signal
import subprocess
import unittest

import cluster


class WithoutCluster(unittest.TestCase):
    def test_a_cluster_that_is_not_there_is_exit_5_and_one_line(self):
        code, out, err = cluster.usher("space", "list", "--brokers", "127.0.0.1:1",
                                       "--timeout", "300ms")
        self.assertEqual((code, out), (5, ""))
        self.assertRegex(err, r"^error: UNREACHABLE: 127\.0\.0\.1:1: .+; .+\n$")

    def test_wrong_words_and_flags_are_exit_2_with_the_nearest_known(self):
        code, out, err = cluster.usher("spcae", "list")
        self.assertEqual((code, out), (2, ""))
        self.assertIn('nearest known is "space list"', err)
        code, _, err = cluster.usher("consume", "a/b", "--form", "start")
        self.assertEqual(code, 2)
        self.assertIn("--from", err)

    def test_the_environment_names_the_cluster_too(self):
        code, _, err = cluster.usher("space", "list", "--timeout", "200ms",
                                     extra={"USHER_BROKERS": "127.0.0.1:1"})
        self.assertEqual(code, 5)
        self.assertIn("127.0.0.1:1", err)

    def test_what_is_not_in_this_version_is_exit_2(self):
        for words in (["broker", "add"], ["broker", "remove", "2", "--dir", "d"],
                      ["broker", "drain", "1", "--brokers", "127.0.0.1:1", "--json"],
                      ["partition", "move", "events", "0", "1,2"]):
            code, _, err = cluster.usher(*words)
            self.assertEqual(code, 2)
            self.assertIn("NOT_IN_THIS_VERSION", err)


@unittest.skipUnless(cluster.has_brokers(), "no usher-broker in this build")
class WithCluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster.Cluster().__enter__()
        cls.addClassCleanup(cls.cluster.__exit__)
        cls.cluster.ok("space", "create", "events", "--partitions", "4")

    def topic(self, name):
        self.cluster.ok("topic", "create", f"events/{name}")
        return f"events/{name}"

    def test_receipts_come_in_the_order_of_the_input_and_say_where_records_are(self):
        topic = self.topic("receipts")
        lines = "".join(f"k{i % 5}:v{i}\n" for i in range(200))
        receipts = self.cluster.lines("produce", topic, "--key-separator", ":", stdin=lines)
        self.assertEqual(len(receipts), 200)
        self.assertEqual(set(receipts[0]),
                         {"partition", "offset", "seq", "term", "time", "chain", "replicas"})
        self.assertTrue(all(r["replicas"] >= 2 for r in receipts))
        found = {(r["partition"], r["offset"]): r for r in self.cluster.lines("consume", topic)}
        for i, receipt in enumerate(receipts):
            record = found[receipt["partition"], receipt["offset"]]
            self.assertEqual((record["key"], record["value"]), (f"k{i % 5}", f"v{i}"))
            self.assertEqual(record["seq"], receipt["seq"])
            self.assertEqual(record["time"], receipt["time"])

    def test_json_lines_carry_headers_and_bytes_that_are_no_text(self):
        topic = self.topic("json")
        self.cluster.ok("produce", topic, "--input", "json",
                        stdin='{"key":"k","value":{"a":1},"headers":{"h":"x"}}\n')
        [record] = self.cluster.lines("consume", topic)
        self.assertEqual((record["value"], record["headers"], record["encoding"]),
                         ('{"a":1}', {"h": "x"}, "utf8"))

    def test_a_schema_says_how_values_are_encoded_and_printed(self):
        topic = "events/statuses"
        self.cluster.ok("topic", "create", topic, "--schema", "seats.SectionStatus")
        value = {"section": "A", "available": 1, "reserved": 2, "sold": 3, "blocked": 4}
        self.cluster.ok("produce", topic, "--input", "json",
                        stdin=json.dumps({"key": "jazz", "value": value}) + "\n")
        [record] = self.cluster.lines("consume", topic)
        self.assertEqual((record["value"], record["encoding"], record["key"],
                          record["keyEncoding"]), (value, "json", "jazz", "utf8"))
        code, _, err = self.cluster.usher("produce", topic, "--input", "json",
                                          stdin='{"value":{"section":"A"}}\n')
        self.assertEqual(code, 2)
        self.assertIn('line 1: "value": "available"', err)
        # What is no such record stands as it is.
        self.cluster.ok("produce", topic, stdin="hello\n")
        hello = [r for r in self.cluster.lines("consume", topic) if r["key"] is None]
        self.assertEqual([(r["value"], r["encoding"]) for r in hello], [("hello", "utf8")])
        code, _, err = self.cluster.usher("topic", "create", "events/x", "--schema", "Ticket")
        self.assertEqual(code, 2)
        self.assertIn("seats.SectionStatus", err)

    def test_from_to_and_max_bound_what_is_read(self):
        topic = self.topic("bounds")
        receipts = self.cluster.lines("produce", topic, "--key", "k", stdin="a\nb\nc\nd\n")
        where = ["--partition", str(receipts[0]["partition"])]
        offsets = [str(r["offset"]) for r in receipts]
        read = lambda *flags: self.cluster.ok("consume", topic, *where, "--raw", *flags)
        self.assertEqual(read("--from", offsets[2]), "c\nd\n")
        self.assertEqual(read("--to", offsets[1]), "a\n")
        self.assertEqual(read("--max", "3"), "a\nb\nc\n")
        self.assertEqual(read("--from", "end"), "")
        self.assertEqual(read("--from", receipts[0]["time"]), "a\nb\nc\nd\n")
        self.assertEqual(read("--from", "-1h"), "a\nb\nc\nd\n")

    def test_what_does_not_exist_is_named_and_not_made(self):
        code, out, err = self.cluster.usher("produce", "events/nowhere", stdin="x\n")
        self.assertEqual((code, out), (1, ""))
        self.assertTrue(err.startswith("error: NOT_FOUND: "), err)
        names = [t["topic"] for t in self.cluster.json("topic", "list", "events")["topics"]]
        self.assertNotIn("nowhere", names)

    def test_what_exists_is_not_made_again(self):
        code, _, err = self.cluster.usher("space", "create", "events")
        self.assertEqual(code, 1)
        self.assertTrue(err.startswith("error: ALREADY_EXISTS: "), err)

    def test_lines_before_a_wrong_one_are_written(self):
        topic = self.topic("partly")
        code, _, err = self.cluster.usher("produce", topic, "--input", "json",
                                          stdin='{"value":"a"}\n{"value":"b"}\nnonsense\n')
        self.assertEqual(code, 2)
        self.assertIn("line 3", err)
        self.assertEqual(sorted(self.cluster.ok("consume", topic, "--raw").split()), ["a", "b"])

    def test_follow_goes_on_until_ctrl_c_and_then_ends_well(self):
        topic = self.topic("follow")
        reader = subprocess.Popen(
            [cluster.usher_path(), "consume", topic, "--follow", "--raw", "--dir",
             self.cluster.dir],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=cluster.environment())
        self.addCleanup(reader.kill)
        self.cluster.ok("produce", topic, stdin="one\n")
        self.assertEqual(reader.stdout.readline(), "one\n")
        reader.send_signal(signal.SIGINT)
        out, err = reader.communicate(timeout=cluster.TIME)
        self.assertEqual((reader.returncode, out), (0, ""))
        self.assertIn("stopped after 1 record", err)

    def test_lists_are_tables_for_people_and_json_for_scripts(self):
        brokers = self.cluster.json("broker", "list")["brokers"]
        self.assertEqual([b["id"] for b in brokers], [1, 2, 3])
        self.assertTrue(all(b["up"] for b in brokers))
        self.assertTrue(self.cluster.ok("broker", "list").startswith("BROKER"))
        space = self.cluster.json("space", "describe", "events")
        self.assertEqual([p["partition"] for p in space["placement"]], [0, 1, 2, 3])
        partition = self.cluster.json("partition", "describe", "events", "0")
        self.assertEqual(len(partition["replicas"]), 3)
        self.assertTrue(self.cluster.json("cluster", "status")["ready"])

    def test_what_contradicts_is_refused_with_exit_2(self):
        for words, said in ((["cluster", "start", "--brokers", "5"], "was made with 3"),
                            (["app", "dead-letters", "seats", "show"], "needs a letter"),
                            (["topic", "create", "events/c", "--compact"], "NOT_IN_THIS_VERSION"),
                            (["topic", "create", "events/c", "--durability", "x"],
                             "NOT_IN_THIS_VERSION")):
            code, out, err = self.cluster.usher(*words)
            self.assertEqual((code, out), (2, ""), words)
            self.assertIn(said, err)

    def test_a_topic_is_altered_and_deleted(self):
        topic = self.topic("short")
        altered = self.cluster.json("topic", "alter", topic, "--retention", "7d")
        self.assertEqual(altered["retention_seconds"], 604800)
        self.cluster.ok("topic", "delete", topic)
        self.assertEqual(self.cluster.usher("topic", "describe", topic)[0], 1)


@unittest.skipUnless(cluster.has_brokers(), "no usher-broker in this build")
class Failing(unittest.TestCase):
    def test_killing_the_leader_loses_nothing_and_writing_goes_on(self):
        with cluster.Cluster() as three:
            three.ok("space", "create", "events", "--partitions", "2")
            three.ok("topic", "create", "events/t")
            before = three.lines("produce", "events/t", "--key", "k", stdin="a\nb\n")
            space = three.json("space", "describe", "events")
            leader = space["placement"][before[0]["partition"]]["leader"]
            three.ok("cluster", "kill", "broker", str(leader))
            three.ok("produce", "events/t", "--key", "k", stdin="c\n")
            self.assertEqual(three.ok("consume", "events/t", "--key", "k", "--raw"), "a\nb\nc\n")
            three.ok("cluster", "restart", "broker", str(leader))
            pids = json.loads(open(f"{three.dir}/cluster.json").read())["brokers"]
            self.assertTrue(all(b["pid"] for b in pids))
            # One with an empty disk knows nothing yet: nobody believes it.
            three.ok("cluster", "restart", "broker", str(leader), "--wipe")
            for _ in range(6):
                names = [space["name"] for space in three.json("space", "list")["spaces"]]
                self.assertEqual(names, ["events"])
