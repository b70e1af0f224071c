"""A broker loses its disk, or a bit of it: nothing that was acknowledged is lost, the broker comes
back as a new member, and then another one may die."""

import shutil
import unittest
from pathlib import Path

import program
from http_client import ask
from program import temporary_folder, wait_until
from test_cluster import Cluster


class LostDisk(unittest.TestCase):
    def setUp(self):
        program.TIME = 40
        self.addCleanup(setattr, program, "TIME", 20)
        self.folder = temporary_folder()
        self.cluster = Cluster(self.folder.name, 3)
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(self.cluster.end)
        self.cluster.start_all()
        self.cluster.make_topic()
        self.written = [f"v{i}" for i in range(30)]
        for value in self.written:
            self.cluster.append(value)

    def voters(self, space=1):
        leader = self.cluster.leader() if space else self.cluster.controller()
        if leader is None:
            return None
        code, lines = self.cluster.probe(leader, "status", space, 0)
        return lines[0].split("voters ")[1] if code == 0 and "voters " in lines[0] else None

    def counts_again(self, broker):
        for space in (0, 1):
            wait_until(lambda at=space: sorted((self.voters(at) or "").split()) == ["1", "2", "3"])
        wait_until(lambda: ask(self.cluster.brokers[broker].admin, "/health/ready").status == 200)

    def holds_all(self, broker):
        """Each value once, in order; one that had to be sent again may stand there twice."""
        return list(dict.fromkeys(self.cluster.values(broker))) == self.written

    def write(self, value):
        self.cluster.append(value)
        self.written.append(value)

    def test_a_wiped_broker_is_a_voter_again_and_another_may_die(self):
        wiped = wait_until(self.cluster.leader)
        self.cluster.kill(wiped)
        self.write("while-it-is-away")
        shutil.rmtree(f"{self.folder.name}/{wiped}")
        self.cluster.start(wiped)
        self.counts_again(wiped)
        wait_until(lambda: self.holds_all(wiped))
        self.cluster.kill(wiped % 3 + 1)
        self.write("by-two")
        wait_until(lambda: self.holds_all(wiped))

    def test_flipped_bits_in_a_journal_make_a_new_member_of_the_broker(self):
        damaged = wait_until(self.cluster.leader) % 3 + 1
        self.cluster.kill(damaged)
        journal = Path(self.folder.name) / str(damaged) / "journal" / "0001.journal"
        with journal.open("r+b") as file:
            for position in (4096 + 100, 8192 + 100):
                file.seek(position)
                byte = file.read(1)[0]
                file.seek(position)
                file.write(bytes([byte ^ 16]))
        started = self.cluster.start(damaged)
        said = started.wait_for("the journal is damaged: the broker comes back as a new member")
        self.assertIn("0001.journal at byte", said["error"])
        self.counts_again(damaged)
        wait_until(lambda: self.holds_all(damaged))
        self.write("by-three")
        self.cluster.kill(damaged % 3 + 1)
        self.write("by-two")

    def test_a_journal_that_is_gone_makes_a_new_member_of_the_broker(self):
        robbed = wait_until(self.cluster.leader) % 3 + 1
        self.cluster.kill(robbed)
        shutil.rmtree(f"{self.folder.name}/{robbed}/journal")
        said = self.cluster.start(robbed).wait_for(
            "the journal is damaged: the broker comes back as a new member")
        self.assertIn("/journal is gone", said["error"])
        self.counts_again(robbed)
        wait_until(lambda: self.holds_all(robbed))

    def test_one_wiped_and_one_down_health_says_who_is_awaited(self):
        self.cluster.kill(1)
        self.cluster.kill(3)
        shutil.rmtree(f"{self.folder.name}/3")
        self.cluster.start(3)

        def why():
            return ask(self.cluster.brokers[2].admin, "/health/ready").body
        wait_until(lambda: "waits for broker 1, broker 3 (its disk is new)" in why())
        self.cluster.start(1)
        self.counts_again(3)
        wait_until(lambda: self.holds_all(1))


class TheOnlyDisk(unittest.TestCase):
    def test_a_damaged_journal_of_a_broker_alone_is_kept_and_named(self):
        with temporary_folder() as folder:
            cluster = Cluster(folder, 1)
            self.addCleanup(cluster.end)
            cluster.start_all()
            cluster.make_topic()
            for value in "abc":
                cluster.append(value)
            cluster.kill(1)
            journal = Path(folder) / "1" / "journal" / "0001.journal"
            content = bytearray(journal.read_bytes())
            content[4096 + 100] ^= 16
            journal.write_bytes(content)
            cluster.start(1)

            def why():
                return ask(cluster.brokers[1].admin, "/health/ready").body
            wait_until(lambda: "UNRECOVERABLE" in why() and "0001.journal at byte" in why())
            self.assertEqual(journal.read_bytes(), content)


if __name__ == "__main__":
    unittest.main()
