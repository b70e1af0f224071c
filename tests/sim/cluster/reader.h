// A program that reads all partitions of all spaces by hand, from the start or from where it was
// before it was killed, and compares what it is given: with what it had before, and with what
// everybody else has seen at that place.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "client/consumer.h"

#include "tests/sim/cluster/host.h"
#include "tests/sim/cluster/world.h"

namespace usher::clusters {

class Reader final : private client::ConsumerHandler {
 public:
  Reader(World& world, std::string name, Random random);
  ~Reader() override { kill(); }

  void start();
  void kill();
  void freeze(Duration time);
  bool is_up() const { return host_ != nullptr; }
  const std::string& name() const { return name_; }
  uint64_t lives() const { return lives_; }
  const client::MetadataPtr& metadata() { return host_->cluster().metadata(); }
  // Everything below was given, or is of a topic of the log's own.
  Offset read(client::PartitionAt at) const;

 private:
  void on_records(const client::ReadRecords& records) override;
  void on_progress(const client::Cursor& cursor, Offset commit) override;
  void on_failed(client::PartitionAt at, const Error& why) override;
  client::ConsumerHandler& handler() { return *this; }
  void look_again();
  void take(client::PartitionAt at, const client::ReadRecord& record);

  // Since it began to read there, in this life.
  struct Reading {
    Offset next;
    std::map<TopicId, Seq> next_seqs;
  };

  World& world_;
  std::string name_;
  Random random_;
  uint64_t lives_ = 0;
  std::map<client::PartitionAt, Offset> reached_;
  std::unique_ptr<Host> host_;
  std::unique_ptr<client::Consumer> consumer_;
  std::map<client::PartitionAt, Reading> readings_;
};

}  // namespace usher::clusters
