"""usher log dump: what brokers left on disk, in words; damage by file and byte."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import cluster


class WithoutCluster(unittest.TestCase):
    def test_what_is_not_there_or_is_no_file_of_a_log_is_exit_2(self):
        code, out, err = cluster.usher("log", "dump", "/nowhere/at-all")
        self.assertEqual((code, out), (2, ""))
        self.assertRegex(err, r'^error: INVALID_ARGUMENT: .*"/nowhere/at-all".*\n$')
        code, out, err = cluster.usher("log", "dump", __file__)
        self.assertEqual((code, out), (2, ""))
        self.assertIn("no segment, index, journal file or identity", err)
        self.assertEqual(cluster.usher("log", "dump")[0], 2)


@unittest.skipUnless(cluster.has_brokers(), "no usher-broker in this build")
class OfABroker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with cluster.Cluster(brokers=1) as one:
            one.ok("space", "create", "events", "--partitions", "2", "--replicas", "1")
            one.ok("topic", "create", "events/t")
            one.ok("produce", "events/t", "--key", "k", stdin="hello\nworld\n")
            # So much that it leaves the memory for segments.
            one.ok("produce", "events/t", "--key", "big", stdin=("x" * 900_000 + "\n") * 30)
            data = json.loads(Path(one.dir, "cluster.json").read_text())["brokers"][0]["data"]
            cls.running = cluster.usher("log", "dump", data)
            one.ok("cluster", "stop")
            cls.dir = tempfile.mkdtemp(prefix="usher-dump-")
            cls.addClassCleanup(shutil.rmtree, cls.dir, True)
            cls.data = Path(cls.dir, "data")
            shutil.copytree(data, cls.data)

    def lines(self, path, *flags):
        code, out, err = cluster.usher("log", "dump", str(path), "--json", *flags)
        return code, [json.loads(line) for line in out.splitlines()], err

    def copy(self):
        path = tempfile.mkdtemp(prefix="usher-dump-", dir=self.dir)
        shutil.copytree(self.data, path, dirs_exist_ok=True)
        return Path(path)

    def test_a_directory_in_use_is_refused_with_exit_2(self):
        code, out, err = self.running
        self.assertEqual((code, out), (2, ""))
        self.assertIn("a running program uses", err)

    def test_a_directory_is_told_with_names_from_its_own_log(self):
        code, lines, err = self.lines(self.data, "--records")
        self.assertEqual((code, err), (0, ""))
        whats = {line["what"] for line in lines}
        self.assertLessEqual({"identity", "journal", "group", "entry", "segment", "batch"}, whats)
        records = [line for line in lines if line["what"] == "record" and line["key"] == "k"]
        self.assertLessEqual({"hello", "world"}, {line["value"] for line in records})
        named = {topic["name"] for line in lines for topic in line.get("topics", [])}
        self.assertLessEqual({"t", "_control"}, named)
        code, text, _ = cluster.usher("log", "dump", str(self.data))
        self.assertEqual(code, 0)
        self.assertRegex(text, r"segment of space \d+ partition \d of events")
        self.assertRegex(text, r"producer \S+ sequence 0; 2 records of t from seq 0")

    def test_each_file_can_be_dumped_alone(self):
        for path in self.data.rglob("*"):
            if path.is_file() and path.name != "lock":
                code, lines, err = self.lines(path)
                self.assertEqual((code, err), (0, ""), path)
                self.assertTrue(lines)

    def test_damage_is_named_by_file_and_byte_with_exit_4(self):
        data = self.copy()
        _, lines, _ = self.lines(data)
        batch = [line for line in lines if line["what"] == "batch"][1]
        self.flip(batch["file"], batch["position"] + batch["bytes"] - 1)
        code, lines, err = self.lines(data)
        self.assertEqual(code, 4)
        corrupt = [line for line in lines if line["what"] == "corrupt"]
        self.assertEqual([(line["file"], line["position"]) for line in corrupt],
                         [(batch["file"], batch["position"])])
        self.assertEqual(err, "1 place damaged\n")
        self.assertEqual(self.lines(batch["file"])[0], 4)

    def test_damage_of_the_journal_is_named_too(self):
        data = self.copy()
        _, lines, _ = self.lines(data)
        group = [line for line in lines if line["what"] == "group" and line["entries"]][0]
        self.flip(group["file"], group["position"] + 110)
        code, lines, _ = self.lines(data)
        self.assertEqual(code, 4)
        self.assertIn(group["file"], [line["file"] for line in lines if line["what"] == "corrupt"])
        self.assertEqual(self.lines(group["file"])[0], 4)

    def flip(self, path, position):
        with open(path, "r+b") as file:
            file.seek(position)
            byte = file.read(1)[0]
            file.seek(position)
            file.write(bytes([byte ^ 1]))
