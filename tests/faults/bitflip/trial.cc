#include "tests/faults/bitflip/trial.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "tools/audit/log/journal_group.h"

namespace usher::faults {
namespace {

constexpr Duration kLook = 100ms;
constexpr Duration kReadAnyway = 2s;
constexpr Duration kPatience = 120s;

// What came to light between the start and the time when all is whole again.
struct Seen {
  bool lost = false;
  bool whole = false;
  std::string wrong;
  std::vector<std::string> told;
};

void note(Seen& seen, Served served) {
  if (seen.wrong.empty()) seen.wrong = std::move(served.wrong);
  for (std::string& refusal : served.refusals) seen.told.push_back(std::move(refusal));
}

Seen watch(World& world, size_t number) {
  Seen seen;
  server::Machine& machine = world.at(number);
  size_t known = machine.said().size();
  machine.start();
  bool read_once = false;
  Duration since_read = 0s;
  for (Duration passed = 0s; passed < kPatience && !seen.whole; passed += kLook) {
    world.run_for(kLook);
    if (machine.lost()) {
      seen.lost = true;
      seen.told.push_back(machine.lost()->text());
      machine.kill();
      machine.renew();
      machine.start();
      continue;
    }
    // Also while it is not ready: nothing wrong may be served at any time.
    bool ready = machine.broker().why_not_ready().empty();
    since_read += kLook;
    if (!ready && read_once && since_read < kReadAnyway) continue;
    read_once = true;
    since_read = 0s;
    Served served = world.read_all(number);
    seen.whole =
        ready && served.all && machine.broker().why_not_ready().empty() && world.is_whole();
    note(seen, std::move(served));
  }
  auto said = machine.said();
  seen.told.insert(seen.told.end(), said.begin() + static_cast<ptrdiff_t>(known), said.end());
  return seen;
}

struct Place {
  std::string path;
  uint64_t byte;
};

// Uniform over all bytes of all files.
Place draw(const Files& files, Random& random) {
  uint64_t bytes = 0;
  for (const auto& [path, content] : files) bytes += content.size();
  uint64_t byte = random.below(bytes);
  auto file = files.begin();
  for (; byte >= file->second.size(); ++file) byte -= file->second.size();
  return {file->first, byte};
}

Place draw_newest_group(const Layout& layout, Random& random) {
  for (const auto& [path, file] : layout)
    for (const Piece& piece : file.pieces)
      if (piece.use == Use::kLastGroup) return {path, random.between(piece.begin, piece.end - 1)};
  CHECK(false, "a journal has a newest group");
}

bool is_told(const Seen& seen, std::string_view part) {
  return std::ranges::any_of(
      seen.told, [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

Verdict judge(Trial& trial, const Seen& seen, const Piece& piece) {
  if (!seen.wrong.empty()) {
    trial.what = seen.wrong;
    return Verdict::kViolation;
  }
  if (!seen.whole) {
    trial.what = "the broker does not get whole again";
    return Verdict::kViolation;
  }
  auto telling = std::ranges::find_if(seen.told, [&](const std::string& text) {
    return tells(text, trial.path, piece, trial.byte);
  });
  if (telling != seen.told.end()) {
    trial.what = *telling;
    return seen.lost ? Verdict::kLostDisk : Verdict::kMended;
  }
  if (is_unused(piece.use) && !seen.lost) {
    trial.what = proof_of(piece.use);
    return Verdict::kUnused;
  }
  // Nothing speaks for the group yet, so it is like one that was never written, or not whole; at
  // rest it holds nothing.
  bool in_header = trial.byte < piece.begin + audit::kGroupHeaderBytes;
  if (piece.use == Use::kLastGroup && !seen.lost && (in_header || is_told(seen, "torn=true"))) {
    trial.what = fmt::format("the last group, of {} entries, and no other names it", piece.entries);
    return Verdict::kTornTail;
  }
  trial.what = seen.lost ? "the disk was given up, and the place that was named is another"
                         : "it is not told with file and byte";
  return Verdict::kViolation;
}

// Whole on disk, and the index made again as it was.
std::string still_broken(World& world, const Trial& trial, const Files& before, bool lost) {
  if (!world.rest()) return "the world does not come to rest again";
  Files after = world.image(trial.broker);
  if (auto whole = lay_out(after); !whole) return "still damaged on disk: " + whole.error().detail;
  if (lost || trial.kind != FileKind::kIndex || is_unused(trial.use)) return {};
  if (!equal(after.at(trial.path), before.at(trial.path)))
    return "the index is another than it was";
  return {};
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kLostDisk:
      return "told at the start, readmitted as a lost disk";
    case Verdict::kMended:
      return "told, and mended";
    case Verdict::kTornTail:
      return "the last group, which nothing attests yet: cut off as a torn write";
    case Verdict::kUnused:
      return "unused";
    case Verdict::kViolation:
      return "VIOLATION";
  }
  CHECK(false);
}

bool tells(std::string_view text, std::string_view path, const Piece& piece, uint64_t byte) {
  constexpr std::string_view kAt = " at byte ";
  for (size_t at = text.find(path); at != std::string_view::npos; at = text.find(path, at + 1)) {
    std::string_view rest = text.substr(at + path.size());
    if (!rest.starts_with(kAt)) continue;
    rest.remove_prefix(kAt.size());
    uint64_t named = 0;
    auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), named);
    if (parsed.ec == std::errc() && piece.begin <= named && named <= byte) return true;
  }
  return false;
}

namespace {

using Draw = std::function<Place(const Files&, const Layout&)>;

Trial flip(World& world, Random& random, const Draw& draw_place) {
  Trial trial;
  trial.broker = random.between(1, 3);
  if (random.chance(2, 3)) world.go_on();
  world.learn_truth(trial.broker);
  server::Machine& machine = world.at(trial.broker);
  machine.kill();
  Files before = world.image(trial.broker);
  auto layout = lay_out(before);
  if (!layout) {
    trial.what = "damaged before anything was flipped: " + layout.error().detail;
    return trial;
  }
  Place place = draw_place(before, *layout);
  trial.path = place.path;
  trial.byte = place.byte;
  trial.bit = static_cast<unsigned>(random.below(8));
  const LaidOut& file = layout->at(trial.path);
  const Piece& piece = file.at(trial.byte);
  trial.kind = file.kind;
  trial.use = piece.use;
  machine.platter().flip_bit(trial.path, trial.byte, trial.bit);
  CHECK(!equal(machine.platter().read(trial.path), before.at(trial.path)),
        "a reader sees the flip");
  Seen seen = watch(world, trial.broker);
  trial.verdict = judge(trial, seen, piece);
  if (trial.verdict == Verdict::kViolation) {
    std::set<std::string> once(seen.told.begin(), seen.told.end());
    for (const std::string& text : once) trial.what += "\n    " + text;
    if (machine.is_up()) trial.what += "\n    health: " + machine.broker().why_not_ready();
    return trial;
  }
  if (std::string broken = still_broken(world, trial, before, seen.lost); !broken.empty()) {
    trial.verdict = Verdict::kViolation;
    trial.what = broken;
  }
  return trial;
}

}  // namespace

Trial flip_one(World& world, Random& random) {
  return flip(world, random,
              [&](const Files& files, const Layout&) { return draw(files, random); });
}

Trial flip_newest_group(World& world, Random& random) {
  return flip(world, random, [&](const Files&, const Layout& layout) {
    return draw_newest_group(layout, random);
  });
}

}  // namespace usher::faults
