"""How a program starts and ends, and what it does with its log."""

import json
import os
import signal
import subprocess
import time
import unittest

import program
from http_client import ask, connect
from program import Program, clean_environment, port_of, run_once, temporary_folder, wait_until

PROMISED = 10  # seconds from SIGTERM to the end


class Stop(unittest.TestCase):
    def test_sigterm_and_sigint_end_it_cleanly_with_connections_open(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            probe = Program().start()
            with connect(probe.admin) as idle, connect(probe.listen):
                idle.sendall(b"GET /metr")
                begun = time.monotonic()
                probe.signal(number)
                self.assertEqual(probe.wait(), 0)
                self.assertLess(time.monotonic() - begun, PROMISED)
            self.assertIn('"message":"stopped","drained":true', probe.said[-1])

    def test_it_is_not_ready_while_it_drains_and_a_second_signal_ends_it_at_once(self):
        probe = Program("--drain-time", "1h").start()
        self.assertEqual(ask(probe.admin, "/health/ready").status, 200)
        probe.signal(signal.SIGTERM)
        probe.wait_for("stopping")
        ready = ask(probe.admin, "/health/ready")
        self.assertEqual((ready.status, ready.body),
                         (503, '{"status":"unavailable","detail":"stopping"}\n'))
        self.assertEqual(ask(probe.admin, "/health/live").status, 200)
        begun = time.monotonic()
        probe.signal(signal.SIGTERM)
        self.assertEqual(probe.wait(), 1)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertIn("second signal", probe.said[-1])

    def test_a_drain_that_takes_its_time_is_waited_for(self):
        probe = Program("--drain-time", "500ms").start()
        begun = time.monotonic()
        self.assertEqual(probe.stop(), 0)
        self.assertGreater(time.monotonic() - begun, 0.5)

    def test_what_does_not_end_is_ended_within_the_promised_time(self):
        slow, stuck = Program("--drain-time", "1h").start(), Program("--drain-stuck").start()
        begun = time.monotonic()
        for probe in (slow, stuck):
            probe.signal(signal.SIGTERM)
        self.assertEqual((slow.wait(), stuck.wait()), (1, 1))
        self.assertLess(time.monotonic() - begun, PROMISED)
        self.assertIn('"drained":false', slow.said[-1])
        self.assertIn("did not stop in time", stuck.said[-1])

    def test_an_address_that_is_taken_ends_the_start(self):
        with Program().start() as probe:
            for flag, port in (("--admin", probe.admin), ("--listen", probe.listen)):
                code, _, err = run_once("--id", "2", flag, f"127.0.0.1:{port}")
                self.assertEqual(code, 1)
                self.assertRegex(err, rf"error: ADDRESS_UNUSABLE: 127\.0\.0\.1:{port}: .*; .*\n\Z")

    def test_a_reader_of_its_log_that_goes_away_does_not_end_it(self):
        reader, writer = os.pipe()
        probe = subprocess.Popen([program.PROBE], stdin=subprocess.DEVNULL, stderr=writer,
                                 env=clean_environment(program.SERVING))
        try:
            os.close(writer)
            with open(reader, encoding="utf-8") as log:
                port = next(port_of(e) for e in map(json.loads, log) if "admin" in e["message"])
            probe.send_signal(signal.SIGHUP)  # something to say
            self.assertEqual(ask(port, "/health/live").status, 200)
            probe.send_signal(signal.SIGTERM)
            self.assertEqual(probe.wait(program.TIME), 0)
        finally:
            probe.kill()
            probe.wait()


class LogFile(unittest.TestCase):
    def setUp(self):
        folder = temporary_folder()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, "logs")
        os.mkdir(self.folder)
        self.file = os.path.join(self.folder, "probe.log")

    def said(self, message, file=None):
        """True once the file has a line with this message; every whole line is JSON."""
        if not os.path.exists(file or self.file):
            return None
        with open(file or self.file, encoding="utf-8") as log:
            entries = [json.loads(line) for line in log if line.endswith("\n")]
        return next((e for e in entries if e["message"] == message), None)

    def test_a_renamed_log_is_made_again_on_sighup(self):
        with Program("--log-file", self.file) as probe:
            wait_until(lambda: self.said("started"))
            os.rename(self.file, self.file + ".1")
            probe.signal(signal.SIGHUP)
            wait_until(lambda: self.said("the log file is open again"))
            self.assertEqual(probe.stop(), 0)
        self.assertTrue(self.said("stopped"))
        self.assertTrue(self.said("started", self.file + ".1"))
        self.assertFalse(self.said("stopped", self.file + ".1"))

    def test_a_log_that_cannot_be_made_again_is_kept(self):
        moved = self.folder + ".1"
        with Program("--log-file", self.file) as probe:
            wait_until(lambda: self.said("started"))
            os.rename(self.folder, moved)
            with open(self.folder, "w", encoding="utf-8"):
                pass
            probe.signal(signal.SIGHUP)
            kept = os.path.join(moved, "probe.log")
            wait_until(lambda: self.said("the log file cannot be opened again", kept))
            self.assertEqual(probe.stop(), 0)
        self.assertTrue(self.said("stopped", kept))

    def test_lines_are_text_where_json_was_not_asked_for(self):
        with Program("--log-file", self.file, "--log-format", "text",
                     "--label", "a\nb \u00e9") as probe:
            wait_until(lambda: os.path.exists(self.file) and "started" in self.text())
            self.assertEqual(probe.stop(), 0)
        for line in self.text().splitlines():
            self.assertRegex(line, r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z (info|warn) +\S")
        self.assertIn('label="a\\nb \u00e9"', self.text())

    def test_lines_below_the_level_are_left_out(self):
        with Program("--log-file", self.file, "--log-level", "error") as probe:
            wait_until(lambda: os.path.exists(self.file))
            self.assertEqual(probe.stop(), 0)
        self.assertEqual(self.text(), "")

    def text(self):
        with open(self.file, encoding="utf-8") as log:
            return log.read()
