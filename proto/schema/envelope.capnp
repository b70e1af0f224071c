# What a frame's envelope says. One envelope a frame; the union grows with the conversations.
@0xd1f0a3c5b7e94821;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema");

struct Envelope {
  union {
    hello @0 :Hello;
    failure @1 :Failure;
  }
}

# The first frame of each side. A side that does not know the other's version, or lacks a feature
# the other requires, answers with a failure that says so and closes.
struct Hello {
  version @0 :UInt16;
  featuresOffered @1 :UInt64;   # bits that this side can do
  featuresRequired @2 :UInt64;  # bits that this side cannot do without
  program @3 :Text;             # "usher-broker 0.1.0", for logs
}

# The answer to what could not be done: a number from the error catalogue.
struct Failure {
  code @0 :UInt16;
  detail @1 :Text;
}
