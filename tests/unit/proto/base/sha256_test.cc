#include "proto/base/sha256.h"

#include <string>
#include <thread>

#include "tests/doctest.h"

namespace usher {
namespace {

TEST_CASE("SHA-256 gives the values of its standard") {
  EXPECT(to_hex(sha256(as_bytes("")).bytes()) ==
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT(to_hex(sha256(as_bytes("abc")).bytes()) ==
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT(to_hex(sha256(as_bytes(std::string(1'000'000, 'a'))).bytes()) ==
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("the hash of pieces is that of the whole, however it is cut") {
  std::string_view whole = "one writer, one line, no locks";
  for (size_t cut = 0; cut <= whole.size(); ++cut)
    EXPECT(sha256({as_bytes(whole.substr(0, cut)), as_bytes(whole.substr(cut))}) ==
           sha256(as_bytes(whole)));
}

TEST_CASE("one hash leaves nothing behind for the next, on any thread") {
  Sha256 first = sha256(as_bytes("abc"));
  sha256(as_bytes("something else"));
  EXPECT(sha256(as_bytes("abc")) == first);
  Sha256 elsewhere;
  std::thread([&] { elsewhere = sha256(as_bytes("abc")); }).join();
  EXPECT(elsewhere == first);
}

}  // namespace
}  // namespace usher
