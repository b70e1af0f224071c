"""docs/quickstart.md works as it stands."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import cluster

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quickstart.md"


@unittest.skipUnless(cluster.has_brokers(), "no usher-broker in this build")
class Quickstart(unittest.TestCase):
    def test_every_command_of_the_page_does_what_it_says(self):
        home = tempfile.mkdtemp(prefix="usher-quickstart-")
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        self.addCleanup(cluster.usher, "cluster", "stop", "--dir", "cluster", cwd=home)
        said = {}
        commands = [line.strip() for line in PAGE.read_text().splitlines()
                    if line.startswith("    ")]
        self.assertGreater(len(commands), 15)
        for number, command in enumerate(commands):
            ended = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=home, text=True,
                                   capture_output=True, env=cluster.environment(),
                                   stdin=subprocess.DEVNULL, timeout=cluster.TIME)
            self.assertEqual(ended.returncode, 0, f"{command}\n{ended.stdout}{ended.stderr}")
            said[number] = (command, ended.stdout)
        texts = [text for command, text in said.values() if "--key berlin --raw" in command]
        self.assertEqual(texts, ["hello\n", "hello\nstill here\n"])
        self.assertIn("bonjour\n", [text for _, text in said.values()])
