"""The reader that judges our metrics refuses what is wrong; else its silence would mean nothing."""

import unittest

from exposition import families

GOOD = """\
# HELP usher_a_total What it counts.
# TYPE usher_a_total counter
usher_a_total{code="200",why="a \\"b\\" \\\\ c\\nd"} 1
usher_a_total{code="500",why=""} 2
# HELP usher_b_seconds How long it took.
# TYPE usher_b_seconds histogram
usher_b_seconds_bucket{le="0.1"} 1
usher_b_seconds_bucket{le="+Inf"} 3
usher_b_seconds_sum 4.5
usher_b_seconds_count 3
"""


class Exposition(unittest.TestCase):
    def test_what_is_right_is_read(self):
        found = families(GOOD)
        self.assertEqual(found["usher_a_total"].samples[1][2], 2.0)
        self.assertEqual(found["usher_b_seconds"].type, "histogram")

    def test_each_kind_of_mistake_is_refused(self):
        for right, wrong in (
                ("# HELP usher_a_total What it counts.\n", ""),
                ("# TYPE usher_a_total counter\n", ""),
                ("usher_a_total counter", "usher_a_total gauge"),
                ('\\"b\\"', '"b"'),
                ('code="500",why=""', 'code="500"'),
                ('code="500",why=""', 'code="500",why="",'),
                ('code="500",why=""', 'code="200",why="a \\"b\\" \\\\ c\\nd"'),
                ("} 2\n", "} two\n"),
                ("} 2\n", "} -2\n"),
                ("usher_a_total", "broker_a_total"),
                ("code", "user"),
                ('_bucket{le="+Inf"} 3\n', '_bucket{le="5"} 3\n'),
                ('{le="0.1"} 1', '{le="0.1"} 4'),
                ("_count 3", "_count 2"),
                ("usher_b_seconds_sum 4.5\n", ""),
                ("_count 3\n", "_count 3")):
            with self.subTest(wrong=wrong):
                self.assertIn(right, GOOD)
                self.assertRaises(AssertionError, families, GOOD.replace(right, wrong))
