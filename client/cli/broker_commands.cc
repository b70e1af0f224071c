// usher broker …, usher partition …
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"

namespace usher::cli {
namespace {

class BrokerList final : public ClusterCommand {
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto metadata, session.fresh_metadata());
    std::vector<std::string> items;
    Table table({"BROKER", "ADDRESS", "RACK", "STATE", "LEADS", "REPLICAS", "CONTROLLER"});
    for (const wire::BrokerInfo& broker : metadata->brokers) {
      uint64_t leads = 0;
      uint64_t holds = 0;
      for (const wire::SpaceInfo& space : metadata->spaces)
        for (const wire::PartitionInfo& partition : space.partitions) {
          leads += partition.leader == broker.id;
          holds += std::ranges::count(partition.replicas, broker.id);
        }
      bool is_controller = metadata->controller == broker.id;
      items.push_back(JsonObject()
                          .number("id", broker.id.value())
                          .text("address", broker.endpoint)
                          .text("rack", broker.rack)
                          .truth("up", broker.up)
                          .number("leads", leads)
                          .number("replicas", holds)
                          .truth("controller", is_controller)
                          .done());
      table.add({fmt::to_string(broker.id.value()), broker.endpoint,
                 broker.rack.empty() ? "-" : broker.rack, broker.up ? "up" : "down",
                 fmt::to_string(leads), fmt::to_string(holds), is_controller ? "yes" : ""});
    }
    print(json() ? JsonObject().raw("brokers", json_array(items)).done() : table.text());
    return 0;
  }
};

class PartitionCommand : public ClusterCommand {
 protected:
  void add_partition(service::Settings& settings) {
    settings.add_argument("space", name_value(), space_, "Of which space.");
    settings.add_argument("partition", service::integer_value(0, 4095), number_, "Its number.");
  }
  Result<client::PartitionAt> find(Session& session) const {
    TRY_ASSIGN(auto metadata, session.metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, space_));
    if (number_ >= space->partitions.size())
      return fail(ErrorCode::NOT_FOUND, fmt::format("space {} has partitions 0 to {}, not {}",
                                                    space_, space->partitions.size() - 1, number_));
    return client::PartitionAt{space->id, PartitionId(static_cast<uint32_t>(number_))};
  }
  std::string space_;
  uint64_t number_ = 0;
};

class PartitionDescribe final : public PartitionCommand {
  void add_own(service::Settings& settings) override { add_partition(settings); }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(client::PartitionAt at, find(session));
    TRY_ASSIGN(auto status,
               session.ask<wire::PartitionStatusReply>(
                   at, wire::PartitionStatusRequest{.space = at.space, .partition = at.partition}));
    std::vector<std::string> items;
    Table table({"REPLICA", "ROLE", "ON DISK", "BEHIND"});
    for (const wire::ReplicaStatus& replica : status.replicas) {
      uint64_t behind = status.end > replica.match ? status.end.value() - replica.match.value() : 0;
      bool leads = status.leader == replica.broker;
      items.push_back(JsonObject()
                          .number("broker", replica.broker.value())
                          .truth("learner", replica.learner)
                          .number("match", replica.match.value())
                          .done());
      table.add({fmt::to_string(replica.broker.value()),
                 leads             ? "leader"
                 : replica.learner ? "learner"
                                   : "follower",
                 fmt::to_string(replica.match.value()), fmt::to_string(behind)});
    }
    if (json()) {
      print(JsonObject()
                .text("space", space_)
                .number("partition", number_)
                .number("leader", status.leader ? std::optional<uint64_t>(status.leader->value())
                                                : std::nullopt)
                .number("term", status.term.value())
                .number("start", status.start.value())
                .number("committed", status.commit.value())
                .number("flushed", status.flushed.value())
                .number("end", status.end.value())
                .number("log_bytes", status.log_bytes)
                .raw("replicas", json_array(items))
                .done());
      return 0;
    }
    print(fmt::format(
        "partition {} of {}: leader {}, term {}\n"
        "offsets {} to {} committed, {} flushed, {} appended; {} bytes\n",
        number_, space_, status.leader ? fmt::to_string(status.leader->value()) : "none",
        status.term.value(), status.start.value(), status.commit.value(), status.flushed.value(),
        status.end.value(), status.log_bytes));
    print(table.text());
    return 0;
  }
};

class PartitionLead final : public PartitionCommand {
  void add_own(service::Settings& settings) override {
    add_partition(settings);
    settings.add_argument("broker", service::integer_value(1, 1'000'000), broker_,
                          "Which of its replicas shall lead.");
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(client::PartitionAt at, find(session));
    TRY(session.ask<wire::Done>(
        at, wire::LeadRequest{.space = at.space,
                              .partition = at.partition,
                              .broker = BrokerId(static_cast<uint32_t>(broker_))}));
    print(json() ? JsonObject()
                       .text("space", space_)
                       .number("partition", number_)
                       .number("leader", broker_)
                       .done()
                 : fmt::format("broker {} is asked to lead partition {} of {}", broker_, number_,
                               space_));
    return 0;
  }
  uint64_t broker_ = 0;
};

}  // namespace

CommandRows broker_commands() {
  return {
      {"broker list", "lists the brokers: which are up, what they lead", "usher broker list",
       maker<BrokerList>()},
      {"partition describe", "shows a partition: its leader, how far its replicas are",
       "usher partition describe events 3", maker<PartitionDescribe>()},
      {"partition lead", "hands a partition to another of its replicas",
       "usher partition lead events 3 2", maker<PartitionLead>()},
  };
}

}  // namespace usher::cli
