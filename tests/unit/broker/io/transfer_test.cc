#include "broker/io/transfer.h"

#include <cerrno>
#include <vector>

#include "tests/doctest.h"

namespace usher::io {
namespace {

using enum Transfer::Next;
constexpr auto kRead = Transfer::Kind::kRead;
constexpr auto kWrite = Transfer::Kind::kWrite;

struct Case {
  const char* what;
  Transfer::Kind kind;
  bool direct;
  // What the kernel says to a transfer of 16 KiB at 4096, one after the other …
  std::vector<int64_t> answers;
  // … what comes of the last of them, and how far it is then.
  Transfer::Next next;
  size_t done;
  int error = 0;
};

const std::vector<Case> kCases = {
    {"all at once", kWrite, true, {16384}, kDone, 16384},
    {"a short write goes on", kWrite, false, {10000}, kAgain, 10000},
    {"and ends", kWrite, false, {10000, 6384}, kDone, 16384},
    {"a short read goes on", kRead, false, {10000}, kAgain, 10000},
    {"to the end of the file", kRead, false, {10000, 0}, kDone, 10000},
    {"an empty file", kRead, true, {0}, kDone, 0},
    {"a direct write goes on from a whole sector", kWrite, true, {10000}, kAgain, 8192},
    {"and writes it again", kWrite, true, {10000, 8192}, kDone, 16384},
    {"a direct read goes on from a whole sector", kRead, true, {8192}, kAgain, 8192},
    {"a direct read within a sector is at the file's end", kRead, true, {10000}, kDone, 10000},
    {"interrupted", kWrite, true, {-EINTR}, kAgain, 0},
    {"not now", kRead, true, {-EAGAIN}, kAgain, 0},
    {"interrupted in the middle", kWrite, false, {100, -EINTR, 16284}, kDone, 16384},
    {"a full disk", kWrite, true, {-ENOSPC}, kFailed, 0, ENOSPC},
    {"a full disk in the middle", kWrite, true, {8192, -ENOSPC}, kFailed, 8192, ENOSPC},
    {"a write of nothing", kWrite, true, {0}, kFailed, 0, EIO},
    {"a broken disk", kRead, true, {-EIO}, kFailed, 0, EIO},
};

TEST_CASE("a transfer goes on where the kernel stopped, and ends as the kernel says") {
  for (const Case& c : kCases) {
    CAPTURE(c.what);
    Transfer transfer(c.kind, 4096, 16384, c.direct);
    Transfer::Next next = kAgain;
    for (int64_t answer : c.answers) {
      EXPECT(next == kAgain);
      next = transfer.took(answer);
    }
    EXPECT(next == c.next);
    EXPECT(transfer.done() == c.done);
    EXPECT(transfer.offset() == 4096 + c.done);
    EXPECT(transfer.left() == 16384 - c.done);
    EXPECT(transfer.error() == c.error);
  }
}

TEST_CASE("a transfer of nothing is done") {
  EXPECT(Transfer(kWrite, 0, 0, true).took(0) == kDone);
  EXPECT(Transfer(kRead, 0, 0, true).took(0) == kDone);
}

TEST_CASE("a kernel that only interrupts is given up, one that now and then writes is not") {
  auto often = [](Transfer& transfer, int64_t answer) {
    int again = 0;
    while (again < 1'000 && transfer.took(answer) == kAgain) ++again;
    return again;
  };
  Transfer interrupted(kWrite, 0, 16384, true);
  EXPECT(often(interrupted, -EINTR) < 1'000);
  EXPECT(interrupted.error() == EINTR);
  // Never a whole sector: no progress either.
  Transfer crumbs(kWrite, 0, 16384, true);
  EXPECT(often(crumbs, 100) < 1'000);
  EXPECT(crumbs.error() == EIO);

  Transfer slow(kWrite, 0, 500, false);
  auto next = kAgain;
  for (int i = 0; i < 500; ++i) {
    for (int k = 0; k < 5; ++k) EXPECT(slow.took(-EINTR) == kAgain);
    next = slow.took(1);
  }
  EXPECT(next == kDone);
}

}  // namespace
}  // namespace usher::io
