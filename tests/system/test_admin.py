"""The admin endpoint of a running program."""

import random
import shutil
import subprocess
import unittest

import exposition
from http_client import ask, connect, read_to_end
from program import TIME, Program


class Admin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A label that has to be escaped wherever it is written.
        cls.program = Program("--label", 'a "b" \\ c\nd').start()

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0, cls.program.said

    def test_health_is_json(self):
        for path in ("/health/live", "/health/ready"):
            answer = ask(self.program.admin, path)
            self.assertEqual((answer.status, answer.body), (200, '{"status":"ok","detail":""}\n'))
            self.assertEqual(answer.headers["content-type"], "application/json")

    def test_metrics_are_what_prometheus_reads(self):
        answer = ask(self.program.admin, "/metrics")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["content-type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        families = exposition.families(answer.body)
        for name in ("usher_build_info", "usher_process_resident_memory_bytes",
                     "usher_process_cpu_seconds_total", "usher_process_open_files",
                     "usher_probe_echo_seconds", "usher_log_lines_lost_total"):
            self.assertIn(name, families)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not on this machine")
    def test_promtool_accepts_the_metrics_in_silence(self):
        text = ask(self.program.admin, "/metrics").body
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                 capture_output=True, timeout=TIME)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

    def test_open_connections_show_in_the_metrics(self):
        def open_files():
            families = exposition.families(ask(self.program.admin, "/metrics").body)
            return families["usher_process_open_files"].samples[0][2]

        before = open_files()
        with connect(self.program.admin), connect(self.program.admin):
            self.assertGreaterEqual(open_files(), before + 2)

    def test_head_is_the_header_alone(self):
        answer = ask(self.program.admin, "/health/live", method="HEAD")
        self.assertEqual((answer.status, answer.body), (200, ""))
        self.assertEqual(answer.headers["content-length"], "28")

    def test_other_paths_and_methods_are_refused(self):
        self.assertEqual(ask(self.program.admin, "/").status, 404)
        refused = ask(self.program.admin, "/metrics", method="POST")
        self.assertEqual((refused.status, refused.headers["allow"]), (405, "GET, HEAD"))
        for header, status in (("Content-Length: 3", 413), (f"X: {'x' * 9000}", 431)):
            answer = ask(self.program.admin, "/metrics", more=f"{header}\r\n")
            self.assertEqual(answer.status, status)

    def test_garbage_ends_its_own_connection_only(self):
        seed = random.Random(7)
        for _ in range(200):
            with connect(self.program.admin) as connection:
                try:
                    connection.sendall(seed.randbytes(seed.randrange(1, 20_000)))
                    connection.shutdown(1)
                except OSError:
                    continue  # it was refused while we still sent
                read_to_end(connection)
        self.assertEqual(ask(self.program.admin, "/health/live").status, 200)

    def test_idle_connections_do_not_keep_others_out(self):
        idle = [connect(self.program.admin) for _ in range(300)]
        try:
            self.assertEqual(ask(self.program.admin, "/health/live").status, 200)
        finally:
            for connection in idle:
                connection.close()


class Half(unittest.TestCase):
    def test_half_a_request_is_ended_when_its_time_is_up(self):
        with Program().start() as program, connect(program.admin) as half:
            half.sendall(b"GET /metr")
            self.assertTrue(read_to_end(half).startswith(b"HTTP/1.1 408 "))
