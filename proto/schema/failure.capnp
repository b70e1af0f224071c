# What could not be done.
@0xb1c66a6b0f7e2d11;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema");

struct Failure {
  code @0 :UInt16;    # a number from the error catalogue
  detail @1 :Text;
  hasAt @2 :Bool;
  at @3 :UInt64;      # the number that the error is about; docs/errors.md says which
}
