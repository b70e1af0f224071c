"""tools/dev bench peers: what it refuses, whom it skips, what it makes of both sides' figures."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools" / "bench" / "peers"))

import comparison  # noqa: E402  (needs the path above)
import peer  # noqa: E402
import processes  # noqa: E402


def peers(*flags):
    ended = subprocess.run([ROOT / "tools" / "dev", "bench", "peers", *flags], text=True,
                           capture_output=True, stdin=subprocess.DEVNULL, timeout=20)
    return ended.returncode, ended.stdout, ended.stderr


class Arguments(unittest.TestCase):
    def test_a_wrong_flag_is_refused_in_one_line_that_names_it(self):
        for flags in (["--hours", "3"], ["--seconds", "0"], ["--rounds", "x"], ["natz"]):
            code, out, err = peers(*flags)
            self.assertEqual((code, out, err.count("\n")), (2, "", 1), err)
            self.assertIn(flags[0], err)

    def test_a_peer_that_is_not_here_is_skipped_with_what_installs_it(self):
        with tempfile.TemporaryDirectory() as nothing_built:
            code, out, err = peers("nats", "--build", nothing_built)
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^skipped: nats: .*(libnats-dev|nats_client)")

    def test_packages_that_are_missing_are_named_with_the_line_that_installs_them(self):
        class Other(peer.Peer):
            packages = ("bash", "no-such-server", "libno-such-dev")
        self.assertEqual(Other.why_skipped(None),
                         "no-such-server, libno-such-dev not installed; apt-get install -y "
                         "--no-install-recommends no-such-server libno-such-dev")


class Figures(unittest.TestCase):
    def question(self, ours, theirs):
        sides = [iter(ours), iter(theirs)]
        order = []

        def side(which):
            def run():
                order.append(which)
                return {"per_second": next(sides[which])}
            return run
        return comparison.Question("q", side(0), side(1), (comparison.per_second(),)), order

    def test_sides_are_asked_in_turn_and_ratios_are_those_of_a_round(self):
        question, order = self.question([10, 90, 20], [10, 10, 10])
        rows = comparison.ask(question, 3, lambda _: None)
        self.assertEqual(order, [0, 1, 1, 0, 0, 1])
        [line] = comparison.lines_of(question, rows)
        self.assertEqual(line, ("q", "throughput, records/s", "20", "10", "1", "2", "9"))


class Ending(unittest.TestCase):
    def test_whatever_happens_processes_and_files_are_gone(self):
        with self.assertRaises(ZeroDivisionError):
            with processes.Workplace("/bin/true") as place:
                room = place.room()
                child = place.start(["sleep", "1000"], room / "log")
                1 / 0
        self.assertIsNotNone(child.poll())
        self.assertFalse(place.folder.exists())

    def test_what_a_client_said_before_it_failed_is_told(self):
        with processes.Workplace("/bin/true") as place:
            with self.assertRaisesRegex(processes.Failed, "sh ended with 3: no seats"):
                place.answer(["sh", "-c", "echo no seats; exit 3"], place.room(), 20)
