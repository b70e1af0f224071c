"""Judges a sale: what clients were told, against how things stand at the end. Values in,
violations out; no process and no network. docs/testing.md has each check as a sentence.

    history (who asked what, when, and was told what) ─┐
    reservations at the end, seat maps                 ├→ judge() → [violation], {check: how often}
    the audit's export                                 ─┘
"""

from collections import defaultdict
from dataclasses import dataclass, field

HELD = ("CONFIRMED", "PAID")
AFTER = {
    "PENDING": ("PENDING", "CONFIRMED", "REJECTED", "PAID", "CANCELLED", "EXPIRED"),
    "CONFIRMED": ("CONFIRMED", "PAID", "CANCELLED", "EXPIRED"),
}
EXPECTED = {
    "reserve": (0, 200, 202, 409, 422, 503, 504),
    "show": (0, 200, 503, 504),
    "pay": (0, 200, 409, 503, 504),
    "cancel": (0, 200, 409, 503, 504),
}
# What says that nothing was done. No answer at all may come after the deed.
SURELY_NOT = {(503, None), (409, "SOLD_OUT"), (0, "UNREACHABLE")}


@dataclass
class Sale:
    history: list                                 # of dicts, a line each
    final: dict                                   # id → (status, body), as GET told at the end
    maps: dict                                    # (event, section) → rows of ".RSX"
    counts: dict = field(default_factory=dict)    # (event, section) → seats on offer
    outcomes: list = field(default_factory=list)  # rows of the export's `history`
    exported: dict = field(default_factory=dict)  # id → row of the export's `reservations`


@dataclass
class Seen:
    """A reservation as somebody was told: true at some moment from `sent` to `answered`."""
    id: str
    sent: int
    answered: int
    body: dict
    line: dict

    @property
    def state(self):
        return self.body["status"]


def judge(sale):
    violations, made = [], {}
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        made[name] = 0
        for wrong in check(sale):
            if wrong is None:
                made[name] += 1
            else:
                violations.append(f"{name}: {wrong}")
    return violations, made


def kind_of(line):
    """Of an answer, as reports count it: "202", "409 SOLD_OUT", "200 CONFIRMED"."""
    if line["answered"] is None:
        return "never answered"
    state = (line.get("body") or {}).get("status") if line["status"] == 200 else None
    return " ".join(str(part) for part in (line["status"] or "no answer", line["code"], state)
                    if part)


# --- reading the history ---

def of(sale, *ops):
    return [line for line in sale.history if line["op"] in ops and line["answered"] is not None]


def told_id(line):
    """The id that an answer names as one that is in the log."""
    if line["op"] == "reserve" and line["status"] in (200, 202):
        return line["body"]["reservationId"]
    return None


def seen(sale):
    """Of a duplicate it is the first that was seen."""
    for line in of(sale, *EXPECTED):
        body = line.get("body") or {}
        shown = body.get("reservation", body)
        if line["status"] not in (200, 409) or "seats" not in shown:
            continue
        identity = shown.get("duplicateOf", shown["reservationId"])
        yield Seen(identity, line["sent"], line["answered"], shown, line)


def by_id(things):
    groups = defaultdict(list)
    for thing in things:
        groups[thing.id].append(thing)
    return groups


def by_key(sale):
    groups = defaultdict(list)
    for line in of(sale, "reserve"):
        if "key" in line:
            groups[line["id"]].append(line)
    return groups


def asked(line):
    return (line["section"], line["count"], line["split"], tuple(sorted(line.get("seats", []))))


def where(line):
    return f"client {line.get('client')}, {line['op']} via {line['via']}, sent {line['sent']}"


def is_surely_not(line):
    status, code = line["status"], line["code"]
    return (status, None) in SURELY_NOT or (status, code) in SURELY_NOT


# --- the checks: each yields None for what it looked at and found well, else what is wrong ---

def every_request_is_answered_in_words_of_the_contract(sale):
    for line in sale.history:
        known = EXPECTED.get(line["op"])
        if line["answered"] is None:
            yield f"never answered: {where(line)}"
        elif known and (line["status"] not in known or
                        (line["op"] == "reserve" and line["status"] == 409 and
                         line["code"] != "SOLD_OUT")):
            yield f"{line['status']} {line['code']}: {where(line)} {line.get('id', '')}"
        else:
            yield None


def what_was_taken_is_decided(sale):
    for line in of(sale, "reserve"):
        identity = told_id(line)
        if identity is None:
            continue
        status, body = sale.final.get(identity, (None, {}))
        if status != 200 or body["status"] == "PENDING":
            yield f"{identity} is {status} {body.get('status')} at the end: {where(line)}"
        else:
            yield None


def what_was_taken_has_one_outcome(sale):
    decided = defaultdict(list)
    for row in sale.outcomes:
        if row["action"].startswith("reserve") and row["changed"]:
            decided[row["reservation"]].append(row)
    for identity in {i for i in map(told_id, of(sale, "reserve")) if i} | set(decided):
        rows = decided[identity]
        duplicate = "duplicateOf" in sale.final.get(identity, (0, {}))[1]
        # A duplicate's outcome is told under its first.
        if len(rows) == 1 or (duplicate and len(rows) <= 1):
            yield None
        else:
            yield f"{identity} has {len(rows)} outcomes"


def a_command_has_one_outcome(sale):
    answered = set()
    for row in sale.outcomes:
        command = (row["partition"], row["command_offset"])
        if command[1] is None:
            continue
        if command in answered:
            yield f"the command at {command} has two outcomes"
        else:
            yield None
        answered.add(command)


def a_key_is_one_reservation(sale):
    for identity, lines in by_key(sale).items():
        taken = [line for line in lines if told_id(line)]
        wrong = None
        if any(told_id(line) != identity for line in taken):
            wrong = f"another id than {identity}"
        elif len({asked(line) for line in taken}) > 1:
            wrong = "two bodies were taken"
        elif sum(line["status"] == 202 for line in lines) > 1:
            wrong = "it was new twice"
        elif taken and any(line["status"] == 422 and asked(line) == asked(taken[0])
                           for line in lines):
            wrong = "the body that has it was refused as another"
        else:
            first = min((line["answered"] for line in taken), default=None)
            late = [line for line in lines
                    if first is not None and line["sent"] > first and line["status"] == 409]
            if late:
                wrong = f"turned away although it had been taken: {where(late[0])}"
        yield wrong and f"key of {identity}: {wrong}"


def a_reservation_keeps_its_seats_and_goes_forward(sale):
    for identity, sights in by_id(seen(sale)).items():
        final = sale.final.get(identity)
        wrong = None
        for before in sights:
            for after in sights:
                if before.answered < after.sent and after.state not in AFTER.get(
                        before.state, (before.state,)):
                    wrong = f"{before.state}, later {after.state}: {where(after.line)}"
            if final and final[0] == 200:
                if final[1]["status"] not in AFTER.get(before.state, (before.state,)):
                    wrong = f"{before.state}, {final[1]['status']} at the end: {where(before.line)}"
                if final[1]["seats"] != before.body["seats"]:
                    wrong = f"{before.body['seats']}, {final[1]['seats']} at the end"
                if final[1].get("reason") != before.body.get("reason"):
                    wrong = f"{before.body.get('reason')}, then {final[1].get('reason')}"
        yield wrong and f"{identity}: {wrong}"


def what_was_granted_stands(sale):
    granted = {"pay": ("PAID",), "cancel": ("CANCELLED",)}
    refused = {"pay": ("CANCELLED", "EXPIRED", "REJECTED"),
               "cancel": ("PAID", "EXPIRED", "REJECTED")}
    for line in of(sale, "pay", "cancel"):
        if line["status"] == 200:
            status, body = sale.final.get(line["id"], (None, {}))
            right = body.get("status") in granted[line["op"]]
            yield None if right else (f"{line['id']} is {status} {body.get('status')} at the end: "
                                      f"{where(line)}")
        elif line["status"] == 409:
            state = line["body"]["reservation"]["status"]
            yield None if state in refused[line["op"]] else (
                f"{line['id']} was refused while {state}: {where(line)}")


def no_seat_has_two_holders_at_a_time(sale):
    holds = defaultdict(list)  # (event, seat) → (from, to, id): surely held
    for identity, sights in by_id(seen(sale)).items():
        held = [sight for sight in sights if sight.state in HELD]
        if not held:
            continue
        start, end = min(s.answered for s in held), max(s.sent for s in held)
        if sale.final.get(identity, (0, {}))[1].get("status") in HELD:
            end = float("inf")
        if start < end:
            for seat in held[0].body["seats"]:
                holds[held[0].body["eventId"], seat].append((start, end, identity))
    for place, intervals in holds.items():
        intervals.sort()
        before, ended = None, 0
        for start, end, identity in intervals:
            yield f"{place}: {before} and {identity}" if start < ended else None
            before, ended = identity, end


def at_the_end_seats_and_reservations_agree(sale):
    holders = {}
    for identity, (status, body) in sale.final.items():
        if status != 200 or body.get("status") not in HELD or "duplicateOf" in body:
            continue
        if not body["seats"]:
            yield f"{identity} is {body['status']} and has no seats"
        for seat in body["seats"]:
            place = (body["eventId"], seat)
            if place in holders:
                yield f"{place}: {holders[place][0]} and {identity}"
            holders[place] = (identity, "S" if body["status"] == "PAID" else "R")
    for (event, section), rows in sale.maps.items():
        for row, seats in enumerate(rows, 1):
            for number, state in enumerate(seats, 1):
                place = (event, f"{section}-{row}-{number}")
                identity, expected = holders.pop(place, (None, None))
                if state in "RS" and state != expected or state in ".X" and identity:
                    yield f"{place} is '{state}', held by {identity} as '{expected}'"
                else:
                    yield None
    for place, (identity, _) in holders.items():
        yield f"{place} of {identity} is no seat"
    for place, count in sale.counts.items():
        free = sum(row.count(".") for row in sale.maps[place])
        yield None if free == count else f"{place} has {free} seats free, and {count} on offer"


def what_was_surely_refused_is_not_there(sale):
    known = {row["reservation"] for row in sale.outcomes if row["action"].startswith("reserve")}
    for identity, lines in by_key(sale).items():
        if all(is_surely_not(line) for line in lines):
            yield f"{identity} is in the log: {where(lines[0])}" if identity in known else None
    for line in of(sale, "reserve"):
        named = (line.get("body") or {}).get("reservationId")
        if "key" not in line and named and is_surely_not(line):
            yield f"{named} is in the log: {where(line)}" if named in known else None


def the_export_says_the_same(sale):
    for identity, row in sale.exported.items():
        status, body = sale.final.get(identity, (None, {}))
        seats = " ".join(body.get("seats", []))
        if status == 200 and (row["status"], row["seats"] or "") == (body["status"], seats):
            yield None
        else:
            yield (f"{identity} is {row['status']} {row['seats']} in the export, "
                   f"{status} {body.get('status')} {seats} when asked for")


CHECKS = (every_request_is_answered_in_words_of_the_contract, what_was_taken_is_decided,
          what_was_taken_has_one_outcome, a_command_has_one_outcome, a_key_is_one_reservation,
          a_reservation_keeps_its_seats_and_goes_forward, what_was_granted_stands,
          no_seat_has_two_holders_at_a_time, at_the_end_seats_and_reservations_agree,
          what_was_surely_refused_is_not_there, the_export_says_the_same)
