# What the seats app writes: the records of every topic, then the entries of its stores. All travel
# packed. A record's key is the event's id, which Completed alone repeats. What they mean:
# docs/seats.md.
@0xb7c1e2a90d4f5836;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema::seats");

# --- what several share ---

struct Shape {
  name @0 :Text;
  rows @1 :UInt16;
  seatsPerRow @2 :UInt16;
}

# Seats of one section; each is its row shifted left by 16, and its number.
struct SectionSeats {
  section @0 :Text;
  seats @1 :List(UInt32);
}

# Times are microseconds since 1970; where a flag says that there is none, the time is 0.
struct Settings {
  opensAt @0 :Int64;
  closesAt @1 :Int64;
  hasOpens @2 :Bool;
  hasCloses @3 :Bool;
  limitPerUser @4 :UInt32;     # 0: none
  holdSeconds @5 :UInt32;      # 0: never expires
  dedupSeconds @6 :UInt32;     # 0: off
}

# --- event-commands ---

struct EventCommand {
  commandHigh @0 :UInt64;      # the sender's own number for it, repeated when it sends again
  commandLow @1 :UInt64;
  union {
    create @2 :Create;
    addSection @3 :Shape;
    alter @4 :Alter;
    block @5 :List(SectionSeats);
    release @6 :List(SectionSeats);
  }
}

struct Create {
  settings @0 :Settings;
  sections @1 :List(Shape);
}

# What a flag does not name stays.
struct Alter {
  setsOpens @0 :Bool;
  setsCloses @1 :Bool;
  setsLimit @2 :Bool;
  settings @3 :Settings;
}

# --- seat-events: what became of an event command ---

struct SeatEvent {
  commandHigh @0 :UInt64;
  commandLow @1 :UInt64;
  commandOffset @2 :UInt64;
  change @3 :UInt8;
  outcome @4 :UInt8;
  detail @5 :Text;
  settings @6 :Settings;       # of the event afterwards; null where there is none
  sections @7 :List(Shape);    # made by it
  seats @8 :List(SectionSeats);  # whose state it changed
}

# --- reservation-commands ---

struct ReservationCommand {
  idHigh @0 :UInt64;
  idLow @1 :UInt64;
  union {
    reserve @2 :Reserve;
    pay @3 :Void;
    cancel @4 :Void;
  }
}

struct Reserve {
  section @0 :Text;
  user @1 :Text;
  count @2 :UInt32;
  split @3 :Bool;
  seats @4 :List(UInt32);      # empty: the best available
}

# --- reservation-requests, -results, -completed ---

struct Requested {
  idHigh @0 :UInt64;
  idLow @1 :UInt64;
  commandOffset @2 :UInt64;
  reserve @3 :Reserve;
}

struct Why {
  reason @0 :UInt8;
  a @1 :UInt32;
  b @2 :UInt32;
}

struct Outcome {
  idHigh @0 :UInt64;
  idLow @1 :UInt64;
  seats @2 :List(UInt32);      # empty: rejected
  reason @3 :UInt8;
  a @4 :UInt32;
  b @5 :UInt32;
}

struct Completed {
  idHigh @0 :UInt64;
  idLow @1 :UInt64;
  commandOffset @2 :UInt64;    # 0 for an expiry
  cause @3 :UInt8;
  known @4 :Bool;
  granted @5 :Bool;
  changed @6 :Bool;
  reservation @7 :Reservation;
}

# --- section-status ---

struct SectionStatus {
  section @0 :Text;
  available @1 :UInt32;
  reserved @2 :UInt32;
  sold @3 :UInt32;
  blocked @4 :UInt32;
}

# --- the stores ---

struct Event {
  settings @0 :Settings;
  sections @1 :UInt32;
  seats @2 :UInt32;
  bodyHigh @3 :UInt64;         # of the command that made it
  bodyLow @4 :UInt64;
  offset @5 :UInt64;
  madeAt @6 :Int64;
  sweepAt @7 :Int64;           # 0: no sweep is due
  sweepFrom @8 :Data;          # where the sweep under way goes on
  sweepLeaves @9 :Bool;        # it met what cannot leave yet
}

# Two bits a seat in two planes, each a row after the other, a row in whole bytes.
struct Section {
  rows @0 :UInt16;
  seatsPerRow @1 :UInt16;
  low @2 :Data;                # 00 available, 01 reserved, 10 sold, 11 blocked
  high @3 :Data;
  reserved @4 :UInt32;
  sold @5 :UInt32;
  blocked @6 :UInt32;
}

struct Reservation {
  event @0 :Text;
  section @1 :Text;
  user @2 :Text;
  count @3 :UInt32;
  seats @4 :List(UInt32);
  status @5 :UInt8;
  kind @6 :UInt8;
  reason @7 :UInt8;
  a @8 :UInt32;
  b @9 :UInt32;
  firstHigh @10 :UInt64;       # of a duplicate: the reservation that it stands for
  firstLow @11 :UInt64;
  bodyHigh @12 :UInt64;
  bodyLow @13 :UInt64;
  offset @14 :UInt64;
  madeAt @15 :Int64;
  heldUntil @16 :Int64;        # 0: not held, or for ever
}

struct User {
  seats @0 :UInt32;
  recent @1 :List(Recent);
}

struct Recent {
  section @0 :Text;
  firstHigh @1 :UInt64;
  firstLow @2 :UInt64;
  until @3 :Int64;
}
