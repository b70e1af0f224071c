# What the example of docs/processors.md with timers reads, keeps and writes. All travel packed; a
# record's key is the page.
@0xd3a1f05e7c924b68;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema::clicks");

struct Click {
  visitor @0 :Text;
}

# Of one page in one minute: in the store while it lasts, written when it is over.
struct PageMinute {
  beganAt @0 :Int64;           # microseconds since 1970
  clicks @1 :UInt64;
  lastVisitor @2 :Text;
}
