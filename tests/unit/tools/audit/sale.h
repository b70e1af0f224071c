// A sale for the tests of the audit: the seats app over a log in memory, asked as a gateway would
// ask; and its log as data directories, whole or tampered with.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "processors/test_driver.h"
#include "proto/seats/codec.h"
#include "proto/seats/topics.h"
#include "tools/audit/log/catalog.h"

namespace usher::audit {

// The space of the sale, as the cluster would describe it.
wire::Metadata sale_metadata();
TopicId sale_topic(std::string_view name);

class Sale {
 public:
  Sale();

  void create(std::string_view event, uint16_t rows, uint16_t seats_per_row,
              seats::EventSettings settings = {});
  void create(std::string_view event, seats::CreateEvent create) { change(event, create); }
  seats::ReservationId reserve(std::string_view event, std::string_view user, uint32_t count,
                               std::vector<seats::Seat> named = {});
  // The same again within an hour is a duplicate.
  seats::ReservationId reserve_without_key(std::string_view event, std::string_view user,
                                           uint32_t count);
  void pay(std::string_view event, seats::ReservationId id);
  void cancel(std::string_view event, seats::ReservationId id);
  void block(std::string_view event, std::vector<seats::Seat> seats);
  // Of every kind a few, so that every topic is written.
  void run();

  processors::TestDriver& driver() { return driver_; }
  const std::vector<wire::Batch>& batches() { return driver_.log().batches(); }

 private:
  void ask(std::string_view event, decltype(seats::ReservationCommand::what) what,
           seats::ReservationId id);
  void change(std::string_view event, decltype(seats::EventCommand::what) what);

  processors::TestDriver driver_;
  uint64_t commands_ = 0;
};

// --- logs that were tampered with ---

using Log = std::vector<wire::Batch>;

// Chains and seqs made right from batch `from` on, as whoever tampers would.
void rehash(Log& log, size_t from);
// The batch with its records changed by `edit`, sections, CRCs and hashes made right; its place as
// it was.
struct Edited {
  TopicId topic;
  std::optional<std::string> key;
  std::optional<std::string> value;
};
wire::Batch edited(const wire::Batch& batch, const std::function<void(std::vector<Edited>&)>& edit);
wire::Batch with_guard(const wire::Batch& batch, const wire::Guard& guard);
wire::Batch placed(const wire::Batch& batch, const std::function<void(wire::Place&)>& move);
// The first batch that `is` says yes to.
size_t find_batch(const Log& log, const std::function<bool(const wire::Batch&)>& is);

// --- data directories ---

// A directory of its own, gone with it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string path(std::string_view name) const { return (root_ / name).string(); }

 private:
  std::filesystem::path root_;
};

struct Layout {
  size_t batches_per_segment = 40;
  // The last so many stand in the journal alone.
  size_t in_journal = 0;
  // Segments before this batch are gone.
  size_t cut_before = 0;
  // As which the batches were placed.
  PartitionId partition = {};
};
// Where each batch was written.
struct Written {
  std::string file;
  uint64_t position = 0;
};
std::vector<Written> write_directory(const std::string& path, const Log& log, Layout layout = {});
void flip_bit(const std::string& file, uint64_t position);

}  // namespace usher::audit
