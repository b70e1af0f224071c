#include "tests/sim/log/checks/stays_bounded.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::sim {
namespace {

// Batches that stand in no segment, which the tail may not let go of.
uint64_t bytes_needed(const partition::Partition& partition) {
  uint64_t bytes = 0;
  Offset from = std::max(partition.tail().start(), partition.segments()->written());
  partition.tail().each(from, partition.tail().end(), [&](const wire::Batch& batch) {
    bytes += batch.header().batch_bytes();
    return true;
  });
  return bytes;
}

std::string over(std::string_view what, uint64_t is, uint64_t limit) {
  return fmt::format("bounded: {} {}, at most {}", is, what, limit);
}

std::string check_tail(const Replica& replica) {
  uint64_t bytes = replica.tail_budget().bytes();
  uint64_t limit = replica.temper().tail_bytes;
  if (bytes <= limit || !replica.partition().segments()) return {};
  limit = std::max(limit, bytes_needed(replica.partition()));
  return bytes > limit ? over("bytes of batches in memory", bytes, limit) : "";
}

// A life may make one more, to copy what it found forward to: it gives it back (run.cc).
std::string check_journal(const Replica& replica) {
  size_t files = replica.journal().files().size();
  size_t limit = std::max(replica.temper().journal_files, replica.files_found()) + 1;
  return files > limit ? over("files of the journal", files, limit) : "";
}

// Besides the journal's: what the segments keep open, the files and indexes that are being opened,
// those of whoever reads still what was closed meanwhile, and some that are being made.
std::string check_files(const Replica& replica) {
  constexpr size_t kReadersAtOnce = 4;
  constexpr size_t kMadeAtOnce = 3;
  size_t open = replica.disk().open_files();
  size_t limit = replica.journal().files().size() + limits::kSegmentsOpen +
                 2 * limits::kSegmentLoads + kReadersAtOnce + kMadeAtOnce;
  return open > limit ? over("open files", open, limit) : "";
}

// What a leader counts, and what is on its way indeed: there may be more, sent before a follower
// said that it lacks something, as it says several times where messages overtake each other.
std::string check_window(const Replica& replica, const Links& links) {
  constexpr size_t kSentAgain = 8;
  size_t limit = replica.temper().raft.window.messages_max;
  for (const auto& [to, progress] : replica.partition().node().progress()) {
    size_t counted = progress.messages_in_flight();
    if (counted > limit) return over("messages in flight", counted, limit);
    size_t on_their_way = links.in_flight(replica.id(), to);
    if (on_their_way > kSentAgain * limit)
      return over("messages on their way", on_their_way, kSentAgain * limit);
  }
  return {};
}

}  // namespace

std::string stays_bounded(const Replica& replica, const Links& links) {
  for (std::string found : {check_tail(replica), check_journal(replica), check_files(replica),
                            check_window(replica, links)})
    if (!found.empty()) return fmt::format("replica {}: {}", replica.id().value(), found);
  return {};
}

}  // namespace usher::sim
