#include "client/cli/bench_cluster.h"

#include <filesystem>

#include <fmt/format.h>

#include "client/cli/gateway_ready.h"
#include "proto/net/http_client.h"

namespace usher::cli {
namespace {

Result<LocalCluster> own_cluster(ClusterPlan plan) {
  Session session({}, 30s);
  auto name = fmt::format("usher-bench-{:016x}", seed_from_system());
  plan.base_port = 0;
  return LocalCluster::plan(session, std::filesystem::temp_directory_path() / name, plan);
}

// The value of a series without labels in Prometheus' text.
double value_in(const std::string& text, std::string_view name) {
  size_t at = text.find(fmt::format("\n{} ", name));
  return at == text.npos ? 0 : std::strtod(text.c_str() + at + 2 + name.size(), nullptr);
}

}  // namespace

BenchCluster::~BenchCluster() {
  if (!own_) return;
  Session session({}, 30s);
  static_cast<void>(own_->stop_all(session, 12s));
  std::error_code ignored;
  std::filesystem::remove_all(own_->dir(), ignored);
}

Result<std::vector<net::Endpoint>> BenchCluster::start(ClusterPlan plan) {
  TRY_ASSIGN(LocalCluster planned, own_cluster(plan));
  own_.emplace(std::move(planned));
  TRY(own_->start_all());
  Session session(own_->brokers(), 30s);
  TRY(own_->wait_ready(session, 30s));
  TRY(wait_for_gateways(session, *own_, 30s));
  return own_->brokers();
}

Result<client::Topic> make_bench_topic(Session& session, const std::string& name,
                                       uint64_t partitions) {
  TRY_ASSIGN(auto metadata, session.metadata());
  auto replicas = static_cast<uint32_t>(std::min<size_t>(3, metadata->brokers.size()));
  TRY(session.change(wire::CreateSpaceRequest{
      .name = name, .partitions = static_cast<uint32_t>(partitions), .replicas = replicas}));
  TRY(session.change(wire::CreateTopicRequest{.space = name,
                                              .topic = "records",
                                              .writer = wire::WriterKind::kProducers,
                                              .app = "",
                                              .changelog = false,
                                              .retention = {},
                                              .schema = ""}));
  TRY_ASSIGN(auto now, session.metadata());
  TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*now, name));
  TRY_ASSIGN(const wire::TopicInfo* topic, client::find_topic(*space, "records"));
  return client::Topic{space->id, topic->id};
}

double process_metric(Session& session, const MemberProcess& member, std::string_view name) {
  auto endpoint = net::Endpoint::parse(member.admin);
  if (!endpoint) return 0;
  auto answer = session.wait<net::HttpAnswer>([&](Session::Answer<net::HttpAnswer> take) {
    net::http_ask(session.asio_scheduler(), *endpoint,
                  {.method = "GET", .target = "/metrics", .fields = {}, .body = ""}, 5s,
                  std::move(take));
  });
  return answer ? value_in(answer->body, name) : 0;
}

double cpu_seconds(Session& session, const LocalCluster& cluster) {
  double sum = 0;
  const ClusterFile& file = cluster.file();
  for (const auto* members : {&file.brokers, &file.processors, &file.gateways})
    for (const MemberProcess& member : *members)
      sum += process_metric(session, member, "usher_process_cpu_seconds_total");
  return sum;
}

}  // namespace usher::cli
