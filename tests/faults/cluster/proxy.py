"""What stands between two brokers: a door that a test may close. Closed, what comes stays where it
is, as on a line that is cut, and new connections wait; opened again, the old connections are reset,
as those are whose other end gave them up."""

import socket
import threading

PIECE = 256 * 1024


class Proxy:
    """One direction of dialling: whoever connects to `port` is connected to `target`. Each way has
    a door of its own: `forth` from the dialler to the target, `back` the other way."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = {"forth": threading.Event(), "back": threading.Event()}
        for door in self.open.values():
            door.set()
        self.pairs = []
        self.ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, *ways):
        for way in ways or ("forth", "back"):
            self.open[way].clear()

    def heal(self):
        if all(door.is_set() for door in self.open.values()):
            return
        self._reset()
        for door in self.open.values():
            door.set()

    def end(self):
        self.ended = True
        self.heal()
        self.listener.close()
        self._reset()

    def _reset(self):
        for pair in self.pairs:
            for one in pair:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs = []

    def _accept(self):
        while not self.ended:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.open["forth"].wait()
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.pairs.append((near, far))
            for way, source, sink in (("forth", near, far), ("back", far, near)):
                threading.Thread(target=self._pump, args=(way, source, sink), daemon=True).start()

    def _pump(self, way, source, sink):
        try:
            while piece := source.recv(PIECE):
                self.open[way].wait()
                sink.sendall(piece)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
