"""tools/demo, as a newcomer sees it, over this build."""

import subprocess
import unittest
from pathlib import Path

from cluster import build, has_brokers
from program import clean_environment

DEMO = Path(__file__).resolve().parents[2] / "tools/demo"


@unittest.skipUnless(has_brokers(), "no brokers in this build")
class Demo(unittest.TestCase):
    def test_an_event_is_sold_out_while_broker_and_daemon_die(self):
        run = subprocess.run([DEMO, "--build", build().resolve()], env=clean_environment(),
                             text=True, capture_output=True, timeout=120)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("kill -9 of broker", run.stdout)
        self.assertIn("kill -9 of processor", run.stdout)
        self.assertIn(", 0 violations", run.stdout)
        self.assertRegex(run.stdout.splitlines()[-1],
                         r"^1,000 of 1,000 seats sold, 0 twice\. Nothing lost, nothing doubled\.$")
