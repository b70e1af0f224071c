// A program that is a member of the app: it claims what it is given and reads it through the
// production AppReader. It joins, leaves, freezes, is killed, and comes back as another member.
#pragma once

#include <memory>
#include <string>

#include "client/app_reader.h"

#include "tests/sim/cluster/host.h"
#include "tests/sim/cluster/world.h"

namespace usher::clusters {

constexpr std::string_view kApp = "app";
// What the app reads: made first, and never deleted.
constexpr std::string_view kAppSpace = "work";
constexpr std::string_view kAppTopic = "jobs";

class Member final : private client::AppReaderHandler {
 public:
  Member(World& world, std::string name, Random random);
  ~Member() override { kill(); }

  void start();
  void kill();
  void freeze(Duration time);
  // In order; it comes back after a while.
  void leave(Duration pause);
  bool is_up() const { return host_ != nullptr; }
  const std::string& name() const { return name_; }
  uint64_t lives() const { return lives_; }
  const client::MetadataPtr& metadata() { return host_->cluster().metadata(); }
  std::optional<MemberId> id() const { return app_ ? app_->member() : std::nullopt; }
  bool is_settled() const { return !app_ || app_->is_settled(); }

 private:
  client::AppReaderHandler& handler() { return *this; }
  void join();
  void end_soon(std::string_view why, Duration pause);
  Offset on_records(const client::ReadRecords& records) override;
  // Where a segment held deleted topics alone.
  void on_gap(client::PartitionAt, Offset, Offset) override {}
  void on_change() override {}
  void on_failed(const Error& why) override;

  World& world_;
  std::string name_;
  Random random_;
  uint64_t lives_ = 0;
  std::unique_ptr<Host> host_;
  std::unique_ptr<client::AppReader> app_;
};

}  // namespace usher::clusters
