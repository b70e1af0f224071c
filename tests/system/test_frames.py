"""Frames over a real connection."""

import random
import unittest

from frames import HEADER_BYTES, frame, receive
from http_client import ask, connect, read_to_end
from program import Program


class Frames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program().start()

    @classmethod
    def tearDownClass(cls):
        assert cls.program.stop() == 0, cls.program.said

    def test_a_frame_comes_back_as_it_was_sent(self):
        for sent in (frame(b""), frame(b"envelope"), frame(b"e" * 1000, b"p" * 1_000_000)):
            with connect(self.program.listen) as connection:
                connection.sendall(sent)
                self.assertEqual(receive(connection, len(sent)), sent)

    def test_frames_come_back_in_order_however_they_are_cut(self):
        seed = random.Random(3)
        sent = b"".join(frame(seed.randbytes(seed.randrange(50)),
                              seed.randbytes(seed.randrange(300)), request=i) for i in range(200))
        with connect(self.program.listen) as connection:
            at = 0
            while at < len(sent):
                size = seed.randrange(1, 500)
                connection.sendall(sent[at:at + size])
                at += size
            self.assertEqual(receive(connection, len(sent)), sent)

    def test_what_is_no_frame_ends_its_own_connection_only(self):
        broken = bytearray(frame(b"envelope"))
        broken[HEADER_BYTES] ^= 1
        too_long = bytearray(frame(b""))
        too_long[12:16] = b"\xff\xff\xff\x7f"
        with Program().start() as program, connect(program.listen) as standing:
            for garbage in (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", broken, too_long):
                with connect(program.listen) as connection:
                    connection.sendall(garbage)
                    self.assertEqual(read_to_end(connection), b"")
                why = program.wait_for("connection ended")["why"]
                self.assertTrue(why.startswith("FRAME_MALFORMED: "), why)
            standing.sendall(frame(b"still here"))
            self.assertEqual(receive(standing, HEADER_BYTES + 10), frame(b"still here"))

    def test_the_frames_are_counted(self):
        with connect(self.program.listen) as connection:
            connection.sendall(frame(b""))
            receive(connection, HEADER_BYTES)
        self.assertRegex(ask(self.program.admin, "/metrics").body,
                         r"\nusher_probe_frames_total [1-9][0-9]*\n")
