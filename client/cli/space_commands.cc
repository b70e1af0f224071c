// usher space …
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"

namespace usher::cli {
namespace {

std::string leaders_text(const wire::SpaceInfo& space) {
  std::map<uint32_t, size_t> by_broker;
  size_t none = 0;
  for (const wire::PartitionInfo& partition : space.partitions)
    if (partition.leader)
      ++by_broker[partition.leader->value()];
    else
      ++none;
  std::string text;
  for (const auto& [broker, count] : by_broker)
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", broker, count);
  if (none > 0) text += fmt::format("{}none:{}", text.empty() ? "" : " ", none);
  return text;
}

size_t replicas_of(const wire::SpaceInfo& space) {
  return space.partitions.empty() ? 0 : space.partitions[0].replicas.size();
}

std::string replicas_text(const std::vector<BrokerId>& replicas) {
  std::string text;
  for (BrokerId id : replicas) text += fmt::format("{}{}", text.empty() ? "" : ",", id.value());
  return text;
}

std::optional<uint64_t> number_of(const std::optional<BrokerId>& broker) {
  return broker ? std::optional<uint64_t>(broker->value()) : std::nullopt;
}

JsonObject space_json(const wire::SpaceInfo& space) {
  std::vector<std::string> topics;
  for (const wire::TopicInfo& topic : space.topics) topics.push_back(topic.name);
  return JsonObject()
      .text("name", space.name)
      .number("id", space.id.value())
      .number("partitions", space.partitions.size())
      .number("replicas", replicas_of(space))
      .raw("topics", json_texts(topics));
}

class SpaceCreate final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("name", name_value(), request_.name, "What the space is called.");
    settings.add("partitions", service::integer_value(1, 4096), partitions_,
                 "How many partitions it has, for ever.");
    settings.add("replicas", service::integer_value(1, 5), replicas_,
                 "How many brokers hold each.");
  }
  Result<int> run_on(Session& session) override {
    request_.partitions = static_cast<uint32_t>(partitions_);
    TRY_ASSIGN(auto metadata, session.metadata());
    // Said, not silently less: more copies than brokers there cannot be.
    if (replicas_ > metadata->brokers.size())
      return fail(ErrorCode::INVALID_ARGUMENT,
                  fmt::format("--replicas: {} of {}, the cluster has no more", replicas_,
                              counted(metadata->brokers.size(), "broker")));
    request_.replicas = static_cast<uint32_t>(replicas_);
    TRY(session.change(request_));
    TRY_ASSIGN(auto now, session.metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*now, request_.name));
    print(json() ? space_json(*space).done()
                 : fmt::format("created space {}: {}, {}", request_.name,
                               counted(space->partitions.size(), "partition"),
                               counted(replicas_of(*space), "replica")));
    return 0;
  }
  wire::CreateSpaceRequest request_;
  uint64_t partitions_ = 20;
  uint64_t replicas_ = 3;
};

class SpaceList final : public ClusterCommand {
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto metadata, session.fresh_metadata());
    std::vector<std::string> items;
    Table table({"SPACE", "PARTITIONS", "REPLICAS", "TOPICS", "LEADERS"});
    for (const wire::SpaceInfo& space : metadata->spaces) {
      items.push_back(space_json(space).done());
      table.add({space.name, fmt::to_string(space.partitions.size()),
                 fmt::to_string(replicas_of(space)), fmt::to_string(space.topics.size()),
                 leaders_text(space)});
    }
    print(json() ? JsonObject().raw("spaces", json_array(items)).done() : table.text());
    return 0;
  }
};

class SpaceDescribe final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("name", name_value(), name_, "Which space.");
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto metadata, session.fresh_metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, name_));
    std::vector<std::string> items;
    Table table({"PARTITION", "LEADER", "TERM", "REPLICAS"});
    for (size_t i = 0; i < space->partitions.size(); ++i) {
      const wire::PartitionInfo& one = space->partitions[i];
      std::vector<std::string> replicas;
      for (BrokerId id : one.replicas) replicas.push_back(fmt::to_string(id.value()));
      items.push_back(JsonObject()
                          .number("partition", i)
                          .number("leader", number_of(one.leader))
                          .number("term", one.term.value())
                          .raw("replicas", json_array(replicas))
                          .done());
      table.add({fmt::to_string(i), one.leader ? fmt::to_string(one.leader->value()) : "-",
                 fmt::to_string(one.term.value()), replicas_text(one.replicas)});
    }
    if (json()) {
      print(space_json(*space).raw("placement", json_array(items)).done());
      return 0;
    }
    print(fmt::format("space {} (id {}): {}, {}, {}\n", space->name, space->id.value(),
                      counted(space->partitions.size(), "partition"),
                      counted(replicas_of(*space), "replica"),
                      counted(space->topics.size(), "topic")));
    print(table.text());
    return 0;
  }
  std::string name_;
};

class SpaceDelete final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("name", name_value(), request_.name, "Which space.");
  }
  Result<int> run_on(Session& session) override {
    TRY(session.change(request_));
    print(json() ? JsonObject().text("deleted", request_.name).done()
                 : "deleted space " + request_.name);
    return 0;
  }
  wire::DeleteSpaceRequest request_;
};

}  // namespace

CommandRows space_commands() {
  return {
      {"space create", "makes a space: its partitions, and room for topics",
       "usher space create events --partitions 20 --replicas 3", maker<SpaceCreate>()},
      {"space list", "lists the spaces", "usher space list --json", maker<SpaceList>()},
      {"space describe", "shows a space's partitions and who leads them",
       "usher space describe events", maker<SpaceDescribe>()},
      {"space delete", "deletes a space with all its records", "usher space delete events",
       maker<SpaceDelete>()},
  };
}

}  // namespace usher::cli
