// One bit of one broker's disk is flipped between a stop and a start, and everything that the
// broker says and serves from then on is looked at until it is whole again.
//
//     rest ─→ stop ─→ flip ─→ start ─→ read all ─→ told? ─→ served right? ─→ whole again?
#pragma once

#include <string>

#include "tests/faults/bitflip/world.h"

namespace usher::faults {

enum class Verdict : uint8_t {
  kLostDisk,   // told at the start; the disk counts as lost, the broker was readmitted
  kMended,     // told with file and byte; what was damaged is fetched again, or made again
  kTornTail,   // the last group, for which nothing spoke yet: cut off, as a torn write
  kUnused,     // proved to lie where nothing is read from
  kViolation,  // none of these, or something else was served
};
constexpr size_t kVerdicts = 5;
std::string_view name_of(Verdict verdict);

struct Trial {
  size_t broker = 0;
  std::string path;
  uint64_t byte = 0;
  unsigned bit = 0;
  FileKind kind = FileKind::kJournal;
  Use use = Use::kGroup;
  Verdict verdict = Verdict::kViolation;
  std::string what;  // of a violation; else what was told
};

// The world is at rest before, and after, unless it is a violation: then it is not to be used
// again. Mostly the broker has records in its journal alone when it is stopped.
Trial flip_one(World& world, Random& random);
// The same of the journal's newest group alone, which is so small that chance hardly ever hits it.
Trial flip_newest_group(World& world, Random& random);

// Does a text name the file, and a byte of the piece that is not behind the flip? Pure.
bool tells(std::string_view text, std::string_view path, const Piece& piece, uint64_t byte);

}  // namespace usher::faults
