#include "tests/unit/client/fake_cluster.h"

#include "proto/base/check.h"

namespace usher::client {

class FakeBroker final : public net::RequestHandler {
 public:
  FakeBroker(FakeCluster& cluster, uint32_t id)
      : cluster_(cluster),
        id_(id),
        scheduler_(cluster.loop),
        transport_(cluster.network.transport("broker" + std::to_string(id), scheduler_)),
        server_(std::make_unique<net::RequestServer>(*transport_, scheduler_,
                                                     net::RequestServerOptions{}, *this)) {
    CHECK(server_->listen({"broker" + std::to_string(id), 7101}).has_value());
  }

  void on_message(const net::Peer&, net::Message) override {}
  void on_request(const net::Peer&, net::Message request, net::Responder responder) override {
    if (std::holds_alternative<wire::MetadataRequest>(request.envelope)) {
      if (cluster_.no_metadata) return responder.fail(*cluster_.no_metadata);
      return responder.reply({metadata(), {}});
    }
    if (std::holds_alternative<wire::DeleteSpaceRequest>(request.envelope))
      return responder.reply({wire::Done{.version = ++cluster_.changes + 1'000}, {}});
    if (std::holds_alternative<wire::NewProducerRequest>(request.envelope))
      return responder.reply({wire::NewProducerReply{{WallTime(1), cluster_.next_producer++}}, {}});
    if (const auto* append = std::get_if<wire::AppendRequest>(&request.envelope))
      return take(*append, request.payload, std::move(responder));
    if (const auto* fetch = std::get_if<wire::FetchRequest>(&request.envelope))
      return take(*fetch, std::move(responder));
    if (const auto* position = std::get_if<wire::PositionRequest>(&request.envelope))
      return take(*position, std::move(responder));
    if (take_member(request.envelope, responder)) return;
    responder.fail({ErrorCode::NOT_IN_THIS_VERSION, "not in the fake"});
  }

 private:
  Error not_leader() const {
    return {ErrorCode::NOT_LEADER, "another broker leads", cluster_.leader};
  }

  bool take_member(const wire::Envelope& envelope, net::Responder& responder) {
    if (std::holds_alternative<wire::JoinRequest>(envelope)) {
      cluster_.member_unknown = false;
      responder.reply({wire::JoinReply{MemberId(++cluster_.joins), AppId(3)}, {}});
    } else if (const auto* beat = std::get_if<wire::MemberHeartbeat>(&envelope)) {
      cluster_.heartbeats.push_back(*beat);
      if (cluster_.member_unknown)
        responder.fail({ErrorCode::MEMBER_UNKNOWN, "given up"});
      else
        responder.reply({cluster_.assignment, {}});
    } else if (std::holds_alternative<wire::DescribeAppRequest>(envelope)) {
      if (cluster_.description.tasks.empty())
        responder.fail({ErrorCode::NOT_FOUND, "nobody has joined"});
      else
        responder.reply({cluster_.description, {}});
    } else if (std::holds_alternative<wire::LeaveRequest>(envelope)) {
      cluster_.left = true;
      responder.reply({wire::Done{}, {}});
    } else {
      return false;
    }
    return true;
  }

  void take(const wire::PositionRequest& request, net::Responder responder) const {
    if (id_ != cluster_.leader) return responder.fail(not_leader());
    const FakeLog& log = cluster_.logs.at(request.partition.value());
    wire::PositionReply reply{.commit = log.end};
    for (const wire::Batch& batch : log.batches) {
      if (const auto* claim = std::get_if<wire::ClaimGuard>(&batch.header().guard()))
        reply.epoch = claim->epoch;
      if (const auto* step = std::get_if<wire::StepGuard>(&batch.header().guard())) {
        reply.position = step->to;
        reply.last_step = step->number;
      }
    }
    responder.reply({reply, {}});
  }

  wire::Metadata metadata() const {
    wire::Metadata metadata = metadata_of(2);
    for (auto& partition : metadata.spaces[0].partitions) {
      partition.leader = BrokerId(cluster_.leader);
      partition.term = Term(cluster_.term);
    }
    return metadata;
  }

  void take(const wire::AppendRequest& request, const std::vector<Buffer>& payload,
            net::Responder responder) {
    ++cluster_.appends;
    if (id_ != cluster_.leader) return responder.fail(not_leader());
    if (!cluster_.refusals.empty()) {
      Error refusal = cluster_.refusals.front();
      cluster_.refusals.erase(cluster_.refusals.begin());
      return responder.fail(refusal);
    }
    auto batch = wire::Batch::decode(payload.at(0));
    CHECK(batch.has_value() && batch->check_whole().has_value());
    FakeLog& log = cluster_.logs.at(request.partition.value());
    auto reply = append(log, request, *batch);
    if (!reply) return responder.fail(reply.error());
    if (cluster_.answers_to_lose > 0) {
      --cluster_.answers_to_lose;
      return cluster_.lost.push_back(std::move(responder));
    }
    responder.reply({std::move(*reply), {}});
  }

  Result<wire::AppendReply> append(FakeLog& log, const wire::AppendRequest& request,
                                   const wire::Batch& batch) {
    const auto* guard = std::get_if<wire::ProducerGuard>(&batch.header().guard());
    if (guard) {
      auto& known = log.producers[guard->producer];
      if (guard->sequence < known.size()) return known[guard->sequence];
      if (guard->sequence > known.size())
        return fail(ErrorCode::SEQUENCE_TOO_EARLY, "too early", known.size());
    }
    const auto* step = std::get_if<wire::StepGuard>(&batch.header().guard());
    if (step && log.steps.contains({step->epoch, step->number}))
      return log.steps.at({step->epoch, step->number});
    std::vector<Seq> base_seqs;
    for (const wire::TopicEntry& entry : batch.header().topics()) {
      Seq& next = log.next_seqs[entry.topic];
      next = next + std::exchange(cluster_.skip_seqs, 0);
      base_seqs.push_back(next);
      next = next + entry.records;
    }
    auto sealed = wire::BatchHeader::decode(
        wire::seal(batch.header(),
                   {request.space, request.partition, Term(cluster_.term), log.end, WallTime(5)},
                   base_seqs, {}));
    CHECK(sealed.has_value());
    wire::AppendReply reply{.base = log.end,
                            .end = sealed->end_offset(),
                            .term = Term(cluster_.term),
                            .time = WallTime(5),
                            .chain = sealed->chain(),
                            .base_seqs = base_seqs,
                            .replicas = 2};
    log.end = sealed->end_offset();
    log.batches.push_back(batch.with_header(std::move(*sealed)));
    if (guard) log.producers[guard->producer].push_back(reply);
    if (step) log.steps[{step->epoch, step->number}] = reply;
    return reply;
  }

  void take(const wire::FetchRequest& request, net::Responder responder) {
    wire::FetchReply reply;
    std::vector<Buffer> payload;
    bool has_something = false;
    for (const wire::FetchPartition& asked : request.partitions) {
      wire::FetchedPartition answer;
      answer.space = asked.space;
      answer.partition = asked.partition;
      const FakeLog& log = cluster_.logs.at(asked.partition.value());
      answer.scanned = asked.from;
      answer.commit = log.end;
      if (id_ != cluster_.leader) {
        answer.error = not_leader();
        has_something = true;
      }
      for (const wire::Batch& batch : log.batches) {
        if (answer.error || batch.header().end_offset() <= asked.from) continue;
        size_t sections = asked.whole ? batch.header().topics().size() : 1;
        answer.batches.push_back({(uint64_t{1} << sections) - 1});
        payload.push_back(batch.header().bytes());
        for (size_t i = 0; i < sections; ++i) payload.push_back(batch.stored_section(i));
        answer.scanned = batch.header().end_offset();
        answer.scanned_term = batch.header().place().term;
        has_something = true;
        if (answer.batches.size() == 3) break;
      }
      reply.partitions.push_back(std::move(answer));
    }
    if (has_something) return responder.reply({std::move(reply), std::move(payload)});
    auto held = std::make_shared<net::Responder>(std::move(responder));
    scheduler_.after(request.wait, [held, reply]() mutable { held->reply({reply, {}}); });
  }

  FakeCluster& cluster_;
  uint32_t id_;
  sim::SimScheduler scheduler_;
  std::unique_ptr<net::Transport> transport_;
  std::unique_ptr<net::RequestServer> server_;
};

FakeCluster::FakeCluster(uint64_t seed)
    : random(seed),
      network(loop, random.stream("network")),
      client_transport(network.transport("client", client_scheduler)) {
  for (uint32_t id = 1; id <= 3; ++id) revive(id);
}

FakeCluster::~FakeCluster() { lost.clear(); }

void FakeCluster::lead(uint32_t broker) {
  leader = broker;
  ++term;
}
void FakeCluster::kill(uint32_t broker) { brokers.erase(broker); }
void FakeCluster::revive(uint32_t broker) {
  brokers[broker] = std::make_unique<FakeBroker>(*this, broker);
}

std::unique_ptr<Cluster> FakeCluster::connect() {
  return std::make_unique<Cluster>(
      *client_transport, client_scheduler, random.stream("client"),
      ClusterOptions{.brokers = {{"broker1", 7101}, {"broker2", 7101}}, .program = "test"});
}

std::string FakeCluster::values(uint32_t partition) const {
  std::string all;
  for (const wire::Batch& batch : logs.at(partition).batches) {
    auto section = wire::Section::open(batch.header().topics()[0], batch.stored_section(0),
                                       batch.header().records());
    CHECK(section.has_value());
    for (auto reader = section->read(); !reader.done();) all += as_text(*reader.next().value);
  }
  return all;
}

}  // namespace usher::client
