"""Real brokers under faults, for a short while; and the judge of such a run, held to histories that
it must refuse."""

import re
import subprocess
import sys
import unittest

from cluster import build
from pathlib import Path

FAULTS = Path(__file__).resolve().parents[1] / "faults" / "cluster"
sys.path.append(str(FAULTS))

from check import judge, read_log, read_producer  # noqa: E402  (needs the path above)

SECONDS = 15


def violations(producer, final, *readers):
    """The first words of what is found: which check."""
    found = judge([read_producer("p0", producer)], [read_log(one) for one in readers],
                  read_log(final))
    return sorted({text.partition(":")[0] for text in found})


SENT = ["s 0 1", "s 1 1", "s 2 1", "a 0 0 5 0", "a 1 0 6 1", "a 2 0 9 2"]
LOG = ["r 0 5 0 p0-0", "r 0 6 1 p0-1", "r 0 9 2 p0-2"]


class TheJudge(unittest.TestCase):
    def test_a_history_as_it_should_be_is_passed(self):
        self.assertEqual(violations(SENT, LOG, LOG[:2], []), [])

    def test_what_was_acknowledged_and_is_not_there_is_a_lost_write(self):
        self.assertEqual(violations(SENT, LOG[:2]), ["lost write"])

    def test_a_value_at_two_offsets_is_a_duplicate(self):
        twice = [*LOG, "r 0 10 3 p0-1"]
        self.assertIn("duplicate", violations(SENT, twice))

    def test_what_surely_failed_and_is_there_is_an_aborted_read(self):
        self.assertEqual(violations([*SENT[:5], "f 2 QUEUE_FULL"], LOG), ["aborted read"])

    def test_what_may_have_been_written_may_be_there_or_not(self):
        self.assertEqual(violations([*SENT[:5], "u 2 TIMED_OUT"], LOG), [])
        self.assertEqual(violations([*SENT[:5], "u 2 TIMED_OUT"], LOG[:2]), [])

    def test_a_record_elsewhere_than_its_receipt_says_is_found(self):
        self.assertEqual(violations([*SENT[:5], "a 2 0 8 2"], LOG), ["receipt"])

    def test_records_of_a_key_in_another_order_than_they_were_sent_are_found(self):
        swapped = ["s 0 1", "s 1 1", "a 0 0 6 1", "a 1 0 5 0"]
        self.assertEqual(violations(swapped, ["r 0 5 0 p0-1", "r 0 6 1 p0-0"]), ["order"])

    def test_a_reader_that_saw_something_else_or_missed_something_is_found(self):
        self.assertEqual(violations(SENT, LOG, ["r 0 5 0 p0-7"]), ["inconsistent offset"])
        self.assertEqual(violations(SENT, LOG, [LOG[0], LOG[2]]), ["skip"])
        self.assertIn("step back", violations(SENT, LOG, [LOG[0], LOG[0]]))
        self.assertIn("reader 0 was stopped in partition 0",
                      violations(SENT, LOG, ["x 0 RECORDS_MISSING seq 3"]))

    def test_what_was_sent_and_has_no_outcome_is_found(self):
        self.assertEqual(violations(SENT[:5], LOG), ["p0"])


class UnderFaults(unittest.TestCase):
    def test_nothing_that_was_acknowledged_is_lost_doubled_or_moved(self):
        ended = subprocess.run(
            [FAULTS / "run", "--build", build(), "--seconds", str(SECONDS), "--seed", "3",
             "--rate", "50"], capture_output=True, text=True, timeout=200)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        acknowledged = re.search(r"(\d+)  acknowledged", ended.stdout)
        self.assertGreater(int(acknowledged[1]), 100, ended.stdout)
        self.assertIn("violations: 0", ended.stdout)


if __name__ == "__main__":
    unittest.main()
