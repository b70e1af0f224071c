// A simulated file's content, twice: what readers see, and what a crash leaves for sure. Between
// them stand the changes that no sync has made safe; of those a crash takes any part, and a sync
// that fails makes the system forget that they were ever to be written.
//
//     flying (asked) ── land ─→ seen ── unsafe ── synced ─→ safe
//          └──── a crash: any part of both, in units of tear_bytes ────→ safe = seen
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "proto/base/random.h"

#include "tests/sim/sim_image.h"

namespace usher::sim {

// What a crash does to what was not safe. Simple ones find simple bugs fast.
// kBeginningsSurvive: of every write what the disk writes as a whole first.
enum class SimCrash : uint8_t {
  kNothingSurvives,
  kEverythingSurvives,
  kPartsSurvive,
  kBeginningsSurvive
};

enum class SimSurvived : uint8_t { kNone, kPart, kAll };

struct SimLosses {
  uint64_t writes_lost = 0;
  uint64_t writes_torn = 0;
};

class SimInode {
 public:
  using Number = uint64_t;

  // A write is torn at multiples of tear_bytes.
  explicit SimInode(size_t tear_bytes) : tear_bytes_(tear_bytes) {}

  const SimImage& seen() const { return seen_; }
  const SimImage& safe() const { return safe_; }

  // A change is asked for; the number names it.
  Number ask_write(uint64_t offset, Buffer bytes);
  Number ask_resize(uint64_t size);
  // It is done, seen by readers, and safe if it was to be durable.
  void land(Number number, bool durable);
  // It failed: any part of it happened, or only the first bytes of it.
  void land_part(Number number, Random& random);
  void land_first(Number number, size_t bytes);
  // Whoever asked is gone: any part of what was flying happened.
  void settle(Random& random);

  // What a sync that begins now makes safe.
  Number landed() const { return next_landing_; }
  void synced(Number before);
  // Any part got safe; the rest is forgotten, and no later sync brings it back.
  void sync_failed(Number before, Random& random);

  void crash(SimCrash how, Random& random, SimLosses& losses);
  // Damage to the medium.
  void flip_bit(uint64_t byte, unsigned bit);
  void truncate(uint64_t size);

 private:
  struct Change {
    Number landing = 0;
    uint64_t offset = 0;
    Buffer bytes = {};
    std::optional<uint64_t> size = {};  // a resize
  };
  using Piece = std::function<void(uint64_t, const Buffer&)>;

  static void apply(const Change& change, SimImage& to);
  void add_unsafe(Change change);
  void cut_unsafe(uint64_t from, uint64_t to);
  void make_safe(size_t count);
  std::vector<Change> take_flying(Random& random);
  // Hands over the pieces of a write that made it.
  SimSurvived draw_survivors(const Change& change, Random& random, const Piece& survives) const;
  SimSurvived survive(const Change& change, SimCrash how, Random& random);
  // Readers see the medium again, and what is on its way to it.
  void look_again();

  size_t tear_bytes_;
  SimImage seen_;
  SimImage safe_;
  std::vector<Change> unsafe_;  // in the order of landing
  std::map<Number, Change> flying_;
  Number next_number_ = 1;
  Number next_landing_ = 1;
};

}  // namespace usher::sim
