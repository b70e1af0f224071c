"""What every peer is: servers and a client of its own, and questions for both sides."""

import os

import processes


class Peer:
    name = ""
    packages = ()  # Debian's
    client = ""  # what the build makes where its library is found

    def __init__(self, place, asked):
        self.place = place
        self.asked = asked
        self.program = asked.build / self.client

    @classmethod
    def why_skipped(cls, build):
        """None: it is here. `build` is where its client must be already, if anywhere."""
        if missing := [one for one in cls.packages if not processes.is_installed(one)]:
            return (f"{', '.join(missing)} not installed; "
                    f"apt-get install -y --no-install-recommends {' '.join(missing)}")
        if build and not (build / cls.client).exists():
            return f"{build} has no {cls.client}; leave --build out"
        return None

    def described(self):
        """Lines: versions and configuration."""
        raise NotImplementedError

    def questions(self):
        raise NotImplementedError

    def usher(self, bench, *flags):
        """`usher bench`, with brokers of its own that end with it: its JSON."""
        room = self.place.room()
        told = self.place.answer([self.place.usher, "bench", bench, *flags, "--json"], room,
                                 self.asked.seconds + 180, env=os.environ | {"TMPDIR": str(room)})
        self.place.leave(room)
        return without_errors(told[-1], f"usher bench {bench}")


def without_errors(told, who):
    if told["errors"]:
        raise processes.Failed(f"{who} told of {told['errors']} errors")
    return told
