"""Flags, environment and file, as somebody sees them who starts the program."""

import os
import unittest

from program import run_once, temporary_folder


class Settings(unittest.TestCase):
    def setUp(self):
        folder = temporary_folder()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "probe.toml")

    def write(self, text):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)

    def refused(self, *flags, environment=None, code=2, name="CONFIG_INVALID"):
        """The one line on stderr of a program that ends with this code."""
        exit_code, out, err = run_once(*flags, environment=environment)
        self.assertEqual((exit_code, out), (code, ""), err)
        self.assertRegex(err, rf"\Aerror: {name}: [^\n]+; [^\n]+\n\Z")
        return err

    def printed(self, *flags, environment=None):
        """{key: (value, origin)} of --print-config."""
        code, out, err = run_once("--print-config", *flags, environment=environment)
        self.assertEqual((code, err), (0, ""))
        lines = [l for l in out.splitlines() if " = " in l]
        return {l.partition(" = ")[0]: tuple(p.strip() for p in
                                             l.partition(" = ")[2].rsplit("#", 1)) for l in lines}

    def test_help_has_every_flag_and_an_example(self):
        code, out, err = run_once("--help")
        self.assertEqual((code, err), (0, ""))
        for flag in ("id", "listen", "admin", "config", "print-config", "version", "memory-limit",
                     "log-format", "log-level", "log-file"):
            self.assertIn(f"\n  --{flag}", out)
        self.assertIn("Example:\n  usher-probe --id 1 ", out)
        self.assertLessEqual(max(len(line) for line in out.splitlines()), 120)

    def test_version_is_one_line(self):
        code, out, err = run_once("--version")
        self.assertRegex(out, r"\Ausher-probe \d+\.\d+\.\d+\n\Z")
        self.assertEqual((code, err), (0, ""))

    def test_an_unknown_flag_comes_with_the_nearest_known(self):
        self.assertIn("--log-level", self.refused("--id", "1", "--log-levle", "info"))

    def test_an_unknown_key_comes_with_file_line_and_the_nearest_known(self):
        self.write("id = 1\n# a remark\nlisen = \"127.0.0.1:0\"\n")
        error = self.refused("--config", self.file)
        self.assertIn(f"{self.file}:3: ", error)
        self.assertIn("nearest known is listen;", error)

    def test_a_wrong_value_is_named_wherever_it_stands(self):
        self.assertIn("--id: 100 is out of range: expected 1 to 99", self.refused("--id", "100"))
        self.assertIn("USHER_DRAIN_TIME: \"5\" is not a duration",
                      self.refused("--id", "1", environment={"USHER_DRAIN_TIME": "5"}))
        self.write("id = 1\nmemory_limit = 1024\n")
        self.assertIn(f"{self.file}:2: memory_limit: \"1024\" is not a size",
                      self.refused("--config", self.file))

    def test_what_is_required_is_required(self):
        self.assertIn("--id: is required", self.refused())

    def test_flags_win_over_environment_over_file(self):
        self.write("id = 1\nlabel = \"file\"\npeers = [\"a:1\", \"b:2\"]\ndrain_time = \"1s\"\n")
        given = self.printed("--config", self.file, "--id", "3",
                             environment={"USHER_ID": "2", "USHER_LABEL": "environment"})
        self.assertEqual(given["id"], ("3", "flag --id"))
        self.assertEqual(given["label"], ('"environment"', "environment USHER_LABEL"))
        self.assertEqual(given["peers"], ('["a:1", "b:2"]', f"{self.file}:3"))
        self.assertEqual(given["drain_time"], ('"1s"', f"{self.file}:4"))
        self.assertEqual(given["log_level"], ('"info"', "default"))

    def test_the_printed_configuration_can_be_given_back(self):
        flags = ("--id", "9", "--label", "a \"b\" \\ c", "--peers", "a:1,b:2", "--drain-stuck")
        code, out, _ = run_once("--print-config", *flags)
        self.assertEqual(code, 0)
        self.write(out)
        first = self.printed(*flags)
        second = self.printed("--config", self.file)
        self.assertEqual({k: v for k, (v, _) in first.items()},
                         {k: v for k, (v, _) in second.items()})

    def test_a_log_file_that_cannot_be_is_named(self):
        self.write("")
        error = self.refused("--id", "1", "--log-file", f"{self.file}/x.log", code=1,
                             name="IO_FAILED")
        self.assertIn(f"{self.file}/x.log", error)
