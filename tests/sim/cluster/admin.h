// A program through which an operator makes, alters and deletes spaces and topics, one change
// after the other. It remembers what there is, as far as it was told: nobody else changes what is
// its own. What it is shown must agree.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "client/admin.h"

#include "tests/sim/cluster/host.h"
#include "tests/sim/cluster/world.h"

namespace usher::clusters {

struct AdminCounts {
  uint64_t topics_made = 0;
  uint64_t topics_altered = 0;
  uint64_t topics_deleted = 0;
  uint64_t spaces_made = 0;
  uint64_t spaces_deleted = 0;
};

class Admin {
 public:
  Admin(World& world, std::string name, Random random);

  // Makes the app's space and topic first.
  void be_first() { is_first_ = true; }
  bool has_set_up() const;
  void start();
  void kill();
  bool is_up() const { return host_ != nullptr; }
  void stop() { stopped_ = true; }
  bool is_idle() const { return asking_.empty(); }
  const std::string& name() const { return name_; }
  uint64_t lives() const { return lives_; }
  const client::MetadataPtr& metadata() { return host_->cluster().metadata(); }
  const AdminCounts& counts() const { return counts_; }
  // Orders that another broker leads the partition. What comes of it is nobody's business.
  void lead(client::PartitionAt at, BrokerId to);

 private:
  void go_on();
  void change_something();
  void change_topic(const std::string& space);
  void set_up();
  template <class Request>
  void ask(Request request, const std::string& what, bool makes, uint64_t* count);
  void told(const std::string& what, bool makes, uint64_t* count, const Result<void>& outcome);
  void refused(const std::string& what, const Error& why);
  void compare(const std::string& what);
  bool is_shown(const std::string& what);
  bool is_there(const std::string& what) const { return there_.contains(what); }
  // Where nobody knows what became of a change, it may still be done much later: another name.
  std::string name_now(const std::string& name) { return fmt::format("{}.{}", name, unknown_); }
  void give_up(const std::string& what);

  World& world_;
  std::string name_;
  Random random_;
  uint64_t lives_ = 0;
  bool is_first_ = false;
  std::string asking_;  // about what; empty: nothing is on its way
  bool stopped_ = false;
  AdminCounts counts_;
  // "space" or "space/topic".
  std::set<std::string> there_;
  uint64_t unknown_ = 0;
  std::unique_ptr<Host> host_;
};

}  // namespace usher::clusters
