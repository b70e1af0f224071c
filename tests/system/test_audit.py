"""usher audit over real brokers: running, stopped, with one that died, and with a bit flipped; an
export that is killed again and again."""

import hashlib
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from cluster import Cluster, environment, has_brokers, usher, usher_path

KILLS = 10
TABLES = {"history": 'partition, "offset"', "reservations": "reservation",
          "seat_history": 'event, seat, "offset"'}


def checksums(database):
    """Of each table: how many rows, and what they sum up to."""
    sums = {}
    with sqlite3.connect(database) as file:
        for table, order in TABLES.items():
            rows = file.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
            sums[table] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return sums


def outcomes(database, event):
    """The event's history as `audit replay` tells it: where and what."""
    with sqlite3.connect(database) as file:
        return file.execute('SELECT "offset", outcome FROM history WHERE event = ? '
                            'ORDER BY "offset"', (event,)).fetchall()


@unittest.skipUnless(has_brokers(), "no brokers in this build")
class Audit(unittest.TestCase):
    def verify(self, *directories):
        words = [word for directory in directories for word in ("--dir", str(directory))]
        code, out, err = usher("audit", "verify", "--json", *words)
        return code, json.loads(out) if out else None, err

    def test_a_log_proves_itself_wherever_it_is_read_and_damage_is_found_and_located(self):
        with Cluster() as c:
            c.ok("space", "create", "s", "--partitions", "2")
            c.ok("topic", "create", "s/t")
            c.ok("produce", "s/t", stdin="\n".join(f"line {i}" for i in range(500)))
            c.ok("cluster", "kill", "broker", "2")
            c.ok("produce", "s/t", stdin="\n".join(f"more {i}" for i in range(500)))

            code, running, err = self.verify(c.dir)
            self.assertEqual(code, 0, f"{running} {err}")
            self.assertGreaterEqual(running["records"], 1000)
            data = [Path(c.dir) / f"broker-{i}" / "data" for i in (1, 2, 3)]
            code, _, err = self.verify(data[0])
            self.assertEqual(code, 2, err)
            self.assertIn("a running program uses", err)

            c.ok("cluster", "stop")
            code, stopped, err = self.verify(*data)
            self.assertEqual((code, stopped["violations"]), (0, []), err)
            self.assertGreaterEqual(stopped["records"], running["records"])

            copy = Path(c.dir) / "copy"
            shutil.copytree(data[2], copy)
            # What was written last may stand in the journal alone.
            files = [*sorted(copy.rglob("*.segment")), *sorted(copy.rglob("*.journal"))]
            damaged = next(file for file in files if b"line 1" in file.read_bytes())
            flipped = bytearray(damaged.read_bytes())
            at = flipped.index(b"line 1")
            flipped[at] ^= 1
            damaged.write_bytes(flipped)
            code, report, _ = self.verify(copy)
            self.assertEqual(code, 4)
            found = report["violations"][0]
            self.assertIn(found["kind"], ("batch", "journal"))
            self.assertEqual(found["file"], str(damaged))
            self.assertLess(found["position"], at)

    def test_the_owners_stores_are_held_against_the_log_running_and_stopped(self):
        with Cluster(brokers=1, processors=1) as c:
            c.ok("event", "create", "jazz", "--section", "A=4x10")
            for user in ("ann", "bob", "cy"):
                c.ok("reserve", "--event", "jazz", "--section", "A", "--count", "2", "--user", user)
            code, running, err = self.verify(c.dir)
            self.assertEqual((code, running["state"]), (0, "match"), f"{running} {err}")
            self.assertGreater(running["storesCompared"], 0)

            data = Path(c.dir) / "broker-1" / "data"
            state = Path(c.dir) / "processor-1" / "state"
            c.ok("cluster", "kill", "broker", "1")
            code, _, err = self.verify(data, state)
            self.assertEqual(code, 2, err)
            self.assertIn(f"a running program uses {state}", err)
            c.ok("cluster", "stop")
            code, stopped, err = self.verify(data, state)
            self.assertEqual((code, stopped["violations"], stopped["state"]), (0, [], "match"), err)
            code, alone, err = self.verify(data)
            self.assertEqual((code, alone["state"]), (0, "unavailable"), err)
            code, _, err = self.verify(state)
            self.assertEqual(code, 2, err)
            self.assertIn("a log to hold it against is missing", err)

    def export(self, cluster, database):
        return subprocess.Popen([usher_path(), "audit", "export", "--to", f"sqlite:{database}",
                                 "--dir", cluster.dir], env=environment(),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_an_export_killed_ten_times_at_random_has_each_outcome_of_the_log_once(self):
        with Cluster(brokers=1, processors=1) as c:
            c.ok("bench", "onsale", "--requests", "3000", "--events", "6", "--sections", "4",
                 "--rows", "10", "--seats-per-row", "10", timeout=120)
            whole, killed = f"{c.dir}/whole.db", f"{c.dir}/killed.db"
            begun = time.monotonic()
            c.ok("audit", "export", "--to", f"sqlite:{whole}")
            took = time.monotonic() - begun

            moments = random.Random(7)
            kills, seen = 0, set()
            while kills < KILLS:
                process = self.export(c, killed)
                try:
                    process.communicate(timeout=took * moments.random())
                    # It was faster: another is begun.
                    Path(killed).unlink()
                    continue
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills += 1
                if Path(killed).exists():
                    with sqlite3.connect(killed) as file:
                        made = file.execute("SELECT name FROM sqlite_master "
                                            "WHERE name = 'history'").fetchall()
                        seen.add(file.execute("SELECT count(*) FROM history").fetchone() if made
                                 else None)
            process = self.export(c, killed)
            _, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, err)
            self.assertGreater(len(seen), 1, "killed at the same place each time")
            self.assertEqual(checksums(killed), checksums(whole))

            log = c.json("audit", "verify")["reservations"]
            with sqlite3.connect(killed) as file:
                rows = dict(file.execute("SELECT status, count(*) FROM reservations GROUP BY 1"))
            self.assertEqual(rows, {"CONFIRMED": log["confirmed"], "REJECTED": log["rejected"]})
            self.assertEqual(sum(rows.values()), 3000)
            with sqlite3.connect(killed) as file:
                events = [event for event, in file.execute("SELECT DISTINCT event FROM history")]
            for event in events:
                told = c.lines("audit", "replay", "--event", event)
                self.assertEqual([(line["offset"], line["outcome"]) for line in told],
                                 outcomes(killed, event))

    def test_a_story_is_told_as_it_happens_until_ctrl_c(self):
        with Cluster(brokers=1, processors=1) as c:
            c.ok("event", "create", "jazz", "--section", "A=4x10")
            words = [usher_path(), "audit", "replay", "--event", "jazz", "--follow", "--json",
                     "--dir", c.dir]
            told = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, text=True)
            try:
                self.assertEqual(json.loads(told.stdout.readline())["action"], "create A=4x10")
                for user in ("ann", "bob"):
                    c.ok("reserve", "--event", "jazz", "--section", "A", "--count", "2",
                         "--user", user)
                    line = json.loads(told.stdout.readline())
                    self.assertEqual((line["userId"], line["outcome"]), (user, "CONFIRMED"))
                told.send_signal(signal.SIGINT)
                rest, _ = told.communicate(timeout=30)
                self.assertEqual((told.returncode, rest), (0, ""))
            finally:
                told.kill()
                told.communicate()
            at = c.json("audit", "at", "--event", "jazz", "--offset", str(line["offset"] + 1))
            self.assertEqual(at["eventId"], "jazz")
            text = c.ok("audit", "at", "--event", "jazz", "--offset", str(line["offset"] + 1))
            self.assertIn("jazz", text)

    def test_a_verification_that_is_interrupted_never_says_that_all_is_well(self):
        with Cluster(brokers=1) as c:
            c.ok("space", "create", "s", "--partitions", "2", "--replicas", "1")
            c.ok("topic", "create", "s/t")
            # One thread is done with its partition long before the other.
            c.ok("produce", "s/t", "--partition", "0", stdin="one\n")
            line = "x" * 100
            c.ok("produce", "s/t", "--partition", "1", stdin=f"{line}\n" * 400_000)
            begun = time.monotonic()
            whole = c.json("audit", "verify", "--space", "s")["records"]
            took = time.monotonic() - begun
            self.assertGreaterEqual(whole, 400_000)
            moments = random.Random(3)
            stopped = 0
            for _ in range(15):
                words = [usher_path(), "audit", "verify", "--space", "s", "--json", "--dir", c.dir]
                with subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True) as verify:
                    try:
                        verify.wait(timeout=took * moments.random())
                    except subprocess.TimeoutExpired:
                        verify.send_signal(signal.SIGINT)
                    out, err = verify.communicate(timeout=30)
                if out:
                    self.assertEqual((verify.returncode, json.loads(out)["records"]), (0, whole))
                else:
                    self.assertNotEqual(verify.returncode, 0, err)
                    stopped += 1
            self.assertGreater(stopped, 0)

    def test_an_export_of_a_log_without_seats_is_empty_and_what_is_not_there_is_said(self):
        with Cluster(brokers=1) as c:
            database = f"{c.dir}/outcomes.db"
            c.ok("audit", "export", "--to", f"sqlite:{database}")
            with sqlite3.connect(database) as file:
                self.assertEqual(file.execute("SELECT count(*) FROM history").fetchone(), (0,))
            for words, code, said in (
                (("export", "--to", "postgresql://x"), 2, "NOT_IN_THIS_VERSION"),
                (("replay", "--event", "jazz"), 1, "NOT_FOUND"),
                (("at", "--event", "jazz"), 2, "one of --time and --offset"),
            ):
                ended, _, err = c.usher("audit", *words)
                self.assertEqual(ended, code, err)
                self.assertIn(said, err)

    def test_every_command_of_the_audit_has_help_with_an_example(self):
        for command in ("verify", "replay", "at", "export"):
            code, out, err = usher("audit", command, "--help")
            self.assertEqual(code, 0, err)
            self.assertIn(f"Example:\n  usher audit {command} ", out)


if __name__ == "__main__":
    unittest.main()
