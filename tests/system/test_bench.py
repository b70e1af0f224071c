"""usher bench onsale: a small sale, every request decided, every seat looked at."""

import json
import unittest

import cluster

FIELDS = {
    "bench", "seconds", "operations", "per_second", "errors", "bytes_per_second", "latency_ms",
    "requests", "accepted", "rejected_cache", "rejected_log", "allocations_per_second",
    "seats_sold", "seats_total", "double_sold", "sold_out_seconds", "log_bytes_per_request",
    "cpu_us_per_request"}


def has_all():
    build = cluster.build()
    return all((build / part).exists() for part in (
        "broker/server/usher-broker", "processors/daemon/usher-processor"))


@unittest.skipUnless(has_all(), "not all programs in this build")
class Onsale(unittest.TestCase):
    def sale(self, *flags):
        code, out, err = cluster.usher("bench", "onsale", *flags, "--json", timeout=120)
        self.assertEqual(code, 0, err)
        return json.loads(out)

    def test_a_small_sale_sells_all_its_seats_once_and_counts_everybody(self):
        told = self.sale("--requests", "2000", "--events", "2", "--sections", "4",
                         "--rows", "5", "--seats-per-row", "10")
        self.assertLessEqual(FIELDS, set(told))
        self.assertEqual((told["bench"], told["requests"], told["operations"], told["errors"]),
                         ("onsale", 2000, 2000, 0))
        self.assertEqual(told["accepted"] + told["rejected_log"], 2000)
        self.assertEqual((told["rejected_cache"], told["double_sold"]), (0, 0))
        # 250 requests for each section of 50 seats.
        self.assertEqual((told["seats_sold"], told["seats_total"]), (400, 400))
        self.assertGreater(told["sold_out_seconds"], 0)
        self.assertGreater(told["log_bytes_per_request"], 0)
        self.assertGreater(told["cpu_us_per_request"], 0)
        self.assertEqual(list(told["latency_ms"]), ["p50", "p95", "p99", "p999", "max"])

    def test_a_hot_sale_at_a_rate_sells_one_section(self):
        told = self.sale("--requests", "400", "--hot", "--rate", "1000", "--outstanding", "50",
                         "--events", "1", "--sections", "2", "--rows", "5", "--seats-per-row", "10")
        self.assertEqual((told["operations"], told["seats_sold"], told["seats_total"]),
                         (400, 50, 50))
        self.assertGreater(told["sold_out_seconds"], 0)

    @unittest.skipUnless((cluster.build() / "client/gateway/usher-gateway").exists(),
                         "no usher-gateway in this build")
    def test_a_gateway_answers_lookers_and_all_who_wait(self):
        code, out, err = cluster.usher("bench", "gateway", "--seconds", "1", "--lookers", "4",
                                       "--changes", "2", "--waiters", "200", "--json", timeout=120)
        self.assertEqual(code, 0, err)
        told = json.loads(out)
        self.assertEqual((told["bench"], told["errors"]), ("gateway", 0))
        self.assertGreater(told["operations"], 0)
        self.assertEqual((told["waiters"], told["waiters_answered"]), (200, 200))
        self.assertGreater(told["gone_seen_ms_max"], 0)
        self.assertGreater(told["released_offered_ms_max"], 0)
