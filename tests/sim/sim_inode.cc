#include "tests/sim/sim_inode.h"

#include <algorithm>
#include <utility>

#include "proto/base/check.h"

namespace usher::sim {

void SimInode::apply(const Change& change, SimImage& to) {
  if (change.size)
    to.resize(*change.size);
  else
    to.write(change.offset, change.bytes);
}

// --- in operation ---

SimInode::Number SimInode::ask_write(uint64_t offset, Buffer bytes) {
  flying_.emplace(next_number_, Change{.offset = offset, .bytes = std::move(bytes)});
  return next_number_++;
}

SimInode::Number SimInode::ask_resize(uint64_t size) {
  flying_.emplace(next_number_, Change{.size = size});
  return next_number_++;
}

void SimInode::add_unsafe(Change change) {
  apply(change, seen_);
  change.landing = next_landing_++;
  unsafe_.push_back(std::move(change));
}

void SimInode::land(Number number, bool durable) {
  Change change = std::move(flying_.extract(number).mapped());
  if (!durable) return add_unsafe(std::move(change));
  apply(change, seen_);
  ++next_landing_;
  // The file's length is written in order: what changed it before is safe now too.
  auto resized = std::find_if(unsafe_.rbegin(), unsafe_.rend(),
                              [](const Change& earlier) { return earlier.size.has_value(); });
  make_safe(static_cast<size_t>(unsafe_.rend() - resized));
  cut_unsafe(change.offset, change.offset + change.bytes.size());
  apply(change, safe_);
}

void SimInode::land_first(Number number, size_t bytes) {
  Change change = std::move(flying_.extract(number).mapped());
  if (bytes > 0) add_unsafe({.offset = change.offset, .bytes = change.bytes.slice(0, bytes)});
}

void SimInode::land_part(Number number, Random& random) {
  Change change = std::move(flying_.extract(number).mapped());
  draw_survivors(change, random, [this](uint64_t offset, const Buffer& bytes) {
    add_unsafe({.offset = offset, .bytes = bytes});
  });
}

void SimInode::settle(Random& random) {
  while (!flying_.empty()) land_part(flying_.begin()->first, random);
}

// What stands there is newer: no crash brings the older bytes back.
void SimInode::cut_unsafe(uint64_t from, uint64_t to) {
  std::vector<Change> kept;
  for (Change& change : unsafe_) {
    uint64_t begin = change.offset;
    uint64_t end = begin + change.bytes.size();
    if (change.size || end <= from || begin >= to) {
      kept.push_back(std::move(change));
      continue;
    }
    auto keep = [&](uint64_t left, uint64_t right) {
      if (left < right)
        kept.push_back({.landing = change.landing,
                        .offset = left,
                        .bytes = change.bytes.slice(left - begin, right - left)});
    };
    keep(begin, from);
    keep(to, end);
  }
  unsafe_ = std::move(kept);
}

void SimInode::make_safe(size_t count) {
  for (size_t i = 0; i < count; ++i) apply(unsafe_[i], safe_);
  unsafe_.erase(unsafe_.begin(), unsafe_.begin() + static_cast<ptrdiff_t>(count));
}

void SimInode::synced(Number before) {
  auto later = [before](const Change& change) { return change.landing >= before; };
  make_safe(static_cast<size_t>(std::ranges::find_if(unsafe_, later) - unsafe_.begin()));
}

void SimInode::sync_failed(Number before, Random& random) {
  std::vector<Change> later;
  for (Change& change : unsafe_) {
    if (change.landing >= before)
      later.push_back(std::move(change));
    else
      survive(change, SimCrash::kPartsSurvive, random);
  }
  unsafe_ = std::move(later);
  // The pages may stay in memory, or be read again from the medium.
  if (random.chance(1, 2)) look_again();
}

void SimInode::look_again() {
  seen_ = safe_;
  for (const Change& change : unsafe_) apply(change, seen_);
}

// --- what survives ---

SimSurvived SimInode::draw_survivors(const Change& change, Random& random,
                                     const Piece& survives) const {
  if (change.size || change.bytes.empty()) return SimSurvived::kNone;
  uint64_t end = change.offset + change.bytes.size();
  std::vector<uint64_t> edges{change.offset};
  while (edges.back() < end)
    edges.push_back(std::min(end, (edges.back() / tear_bytes_ + 1) * tear_bytes_));
  size_t units = edges.size() - 1;
  auto give = [&](size_t from, size_t to) {
    survives(edges[from], change.bytes.slice(edges[from] - change.offset, edges[to] - edges[from]));
  };
  size_t survived = 0;
  if (random.chance(1, 2)) {
    // Its first units only.
    survived = random.below(units + 1);
    if (survived > 0) give(0, survived);
  } else {
    for (size_t unit = 0; unit < units; ++unit) {
      if (random.chance(1, 2)) continue;
      give(unit, unit + 1);
      ++survived;
    }
  }
  if (survived == 0) return SimSurvived::kNone;
  return survived == units ? SimSurvived::kAll : SimSurvived::kPart;
}

SimSurvived SimInode::survive(const Change& change, SimCrash how, Random& random) {
  bool parts = how == SimCrash::kPartsSurvive;
  bool nothing = how == SimCrash::kNothingSurvives || (parts && random.chance(1, 4));
  bool everything = how == SimCrash::kEverythingSurvives || (parts && random.chance(1, 3));
  if (nothing) {
    // The length is kept elsewhere than the bytes: it may be there without them.
    if (parts && !change.size && random.chance(1, 2))
      safe_.resize(std::max(safe_.size(), change.offset + change.bytes.size()));
    return SimSurvived::kNone;
  }
  uint64_t first = tear_bytes_ - change.offset % tear_bytes_;
  bool torn = how == SimCrash::kBeginningsSurvive && change.bytes.size() > first;
  if (torn && !change.size) {
    safe_.write(change.offset, change.bytes.slice(0, first));
    return SimSurvived::kPart;
  }
  if (everything || change.size || how == SimCrash::kBeginningsSurvive) {
    apply(change, safe_);
    return SimSurvived::kAll;
  }
  return draw_survivors(
      change, random, [this](uint64_t offset, const Buffer& bytes) { safe_.write(offset, bytes); });
}

std::vector<SimInode::Change> SimInode::take_flying(Random& random) {
  std::vector<Change> taken;
  for (auto& [number, change] : std::exchange(flying_, {})) taken.push_back(std::move(change));
  for (size_t i = taken.size(); i > 1; --i) std::swap(taken[i - 1], taken[random.below(i)]);
  return taken;
}

void SimInode::crash(SimCrash how, Random& random, SimLosses& losses) {
  auto take = [&](const Change& change) {
    SimSurvived much = survive(change, how, random);
    losses.writes_lost += much == SimSurvived::kNone;
    losses.writes_torn += much == SimSurvived::kPart;
  };
  for (const Change& change : std::exchange(unsafe_, {})) take(change);
  for (const Change& change : take_flying(random)) take(change);
  seen_ = safe_;
}

// --- damage ---

void SimInode::flip_bit(uint64_t byte, unsigned bit) {
  CHECK(byte < safe_.size() && bit < 8);
  std::byte flipped = safe_.read(byte, 1).data()[0] ^ static_cast<std::byte>(1U << bit);
  safe_.write(byte, Buffer::copy_of({&flipped, 1}));
  look_again();
}

void SimInode::truncate(uint64_t size) {
  if (safe_.size() > size) safe_.resize(size);
  look_again();
}

}  // namespace usher::sim
