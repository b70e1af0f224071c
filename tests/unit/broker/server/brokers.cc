#include "tests/unit/broker/server/brokers.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/wire/batch_builder.h"

namespace usher::server {
namespace {

net::Endpoint endpoint_of(size_t number) {
  return {.host = fmt::format("b{}", number), .port = 7100};
}

}  // namespace

Machine::Machine(sim::SimLoop& loop, sim::SimNetwork& network, BrokerId id, BrokerOptions options,
                 uint64_t seed)
    : loop_(loop),
      network_(network),
      id_(id),
      options_(std::move(options)),
      random_(Random(seed).stream(fmt::format("machine {}", id.value()))),
      platter_(random_.stream("platter")) {}

Identity Machine::identity() {
  if (renewed_) return *renewed_;
  for (const io::FileInfo& file : platter_.files())
    if (file.name == kIdentityFile) {
      auto read = decode_identity(as_text(platter_.read(file.name)));
      CHECK(read);
      return *read;
    }
  Random random = random_.stream(fmt::format("incarnation {}", lives_));
  return {.broker = id_, .incarnation = new_incarnation(id_, random)};
}

void Machine::start() {
  ++lives_;
  lost_.reset();
  scheduler_ = std::make_unique<sim::SimScheduler>(loop_);
  transport_ = network_.transport(options_.listen.host, *scheduler_);
  Identity own = identity();
  disk_ = std::make_unique<sim::SimDisk>(*scheduler_, platter_);
  metrics_ = std::make_unique<Metrics>();
  broker_ =
      std::make_unique<Broker>(Seams{.scheduler = *scheduler_,
                                     .transport = *transport_,
                                     .disk = *disk_,
                                     .metrics = *metrics_,
                                     .log = Log(sink_, {}, scheduler_->clock()),
                                     .random = random_.stream(fmt::format("life {}", lives_))},
                               options_, own, owner());
  CHECK(broker_->start());
}

void Machine::kill() {
  broker_.reset();
  metrics_.reset();
  disk_.reset();
  transport_.reset();
  scheduler_.reset();
}

void Machine::renew() {
  Identity lost = identity();
  Random random = random_.stream(fmt::format("renewal {}", lives_));
  renewed_ = renewed(lost, random);
  renewed_->renewed = false;
  platter_.wipe();
}

Brokers::Brokers(size_t count, const BrokersShape& shape)
    : network_(loop_, Random(shape.seed).stream("network")) {
  BrokerOptions options;
  options.journal_file_bytes = shape.journal_file_bytes;
  options.segment_bytes = shape.segment_bytes;
  for (size_t i = 1; i <= count; ++i)
    options.cluster.emplace(BrokerId(static_cast<uint32_t>(i)), endpoint_of(i));
  for (size_t i = 1; i <= count; ++i) {
    options.listen = endpoint_of(i);
    machines_.push_back(std::make_unique<Machine>(
        loop_, network_, BrokerId(static_cast<uint32_t>(i)), options, shape.seed));
    machines_.back()->start();
    channels_.push_back(
        std::make_unique<net::Channel>(*client_, client_scheduler_, Random(i), endpoint_of(i),
                                       net::ChannelOptions{.hello = {.program = "test"}}));
  }
}

bool Brokers::ready() {
  return std::ranges::all_of(machines_, [](const auto& machine) {
    return !machine->is_up() || machine->broker().why_not_ready().empty();
  });
}

Brokers::Answer Brokers::begin(size_t broker, net::Message request, Duration within) {
  auto answer = std::make_shared<std::optional<Result<net::Message>>>();
  auto asked = channels_.at(broker - 1)
                   ->request(std::move(request), within,
                             [answer](Result<net::Message> came) { *answer = std::move(came); });
  if (!asked) *answer = fail(asked.error());
  return answer;
}

Result<net::Message> Brokers::ask(size_t broker, net::Message request, Duration within) {
  Answer answer = begin(broker, std::move(request), within);
  if (!run_until([&] { return answer->has_value(); }, within + 1s))
    return fail(ErrorCode::TIMED_OUT, "nothing came");
  return **answer;
}

Result<net::Message> Brokers::ask_any(const std::function<net::Message()>& request) {
  Result<net::Message> answer = fail(ErrorCode::UNREACHABLE, "nobody is up");
  for (int tries = 0; tries < 100; ++tries) {
    for (size_t broker = 1; broker <= size(); ++broker) {
      if (!at(broker).is_up()) continue;
      answer = ask(broker, request(), 1s);
      if (answer) return answer;
    }
    run_for(100ms);
  }
  return answer;
}

void Brokers::make_topic(uint32_t partitions, wire::Retention retention) {
  CHECK(run_until_ready());
  auto replicas = static_cast<uint32_t>(std::min<size_t>(3, size()));
  CHECK(ask_any([&] {
    return net::Message{
        wire::CreateSpaceRequest{.name = "s", .partitions = partitions, .replicas = replicas}, {}};
  }));
  CHECK(ask_any([&] {
    return net::Message{
        wire::CreateTopicRequest{.space = "s", .topic = "t", .retention = retention}, {}};
  }));
  CHECK(run_until_ready());
}

Result<Offset> Brokers::append(std::string_view value, PartitionId partition) {
  auto answer = ask_any([&] {
    wire::BatchBuilder builder;
    CHECK(builder.add(TopicId(16), {.key = {}, .value = as_bytes(value), .headers = {}}));
    wire::Batch batch = builder.finish(wire::NoGuard{});
    std::vector<std::byte> bytes(batch.header().bytes().bytes().begin(),
                                 batch.header().bytes().bytes().end());
    bytes.insert(bytes.end(), batch.body().bytes().begin(), batch.body().bytes().end());
    return net::Message{wire::AppendRequest{SpaceId(1), partition}, {Buffer::copy_of(bytes)}};
  });
  if (!answer) return fail(answer.error());
  return std::get<wire::AppendReply>(answer->envelope).base;
}

Result<wire::FetchedPartition> Brokers::fetch(size_t broker, Offset from, Buffer& payload) {
  wire::FetchPartition asked{.space = SpaceId(1),
                             .partition = PartitionId(0),
                             .from = from,
                             .topics = {TopicId(16)},
                             .bytes_max = 8 << 20};
  auto answer = ask(
      broker,
      {wire::FetchRequest{.partitions = {asked}, .bytes_min = 1, .bytes_max = 8 << 20, .wait = 0ms},
       {}});
  if (!answer) return fail(answer.error());
  payload = answer->payload.empty() ? Buffer() : answer->payload[0];
  return std::get<wire::FetchReply>(answer->envelope).partitions.at(0);
}

std::vector<std::string> Brokers::values(size_t broker, Offset from) {
  std::vector<std::string> values;
  for (;;) {
    Buffer payload;
    auto fetched = fetch(broker, from, payload);
    if (!fetched) return {fetched.error().text()};
    if (fetched->error) return {fetched->error->text()};
    for (size_t i = 0; i < fetched->batches.size(); ++i) {
      auto batch = wire::Batch::decode(payload);
      CHECK(batch);
      size_t bytes = batch->header().batch_bytes();
      payload = payload.slice(bytes, payload.size() - bytes);
      auto section = wire::Section::open(batch->header().topics()[0], batch->stored_section(0),
                                         batch->header().records());
      CHECK(section);
      for (auto reader = section->read(); !reader.done();)
        values.emplace_back(as_text(reader.next().value.value_or(Bytes())));
    }
    if (fetched->scanned == from) return values;
    from = fetched->scanned;
  }
}

Error Brokers::fetch_error(size_t broker, Offset from) {
  Buffer payload;
  auto fetched = fetch(broker, from, payload);
  if (!fetched) return fetched.error();
  return fetched->error.value_or(Error{ErrorCode::INTERNAL, "no error"});
}

wire::PartitionStatusReply Brokers::status(PartitionId partition, SpaceId space) {
  for (size_t broker = 1; broker <= size(); ++broker) {
    if (!at(broker).is_up()) continue;
    auto answer = ask(broker, {wire::PartitionStatusRequest{space, partition}, {}});
    if (!answer) continue;
    auto status = std::get<wire::PartitionStatusReply>(answer->envelope);
    if (status.leader == at(broker).id()) return status;
  }
  return {};
}

std::string Brokers::members(PartitionId partition, SpaceId space) {
  std::string voters;
  std::string learners;
  for (const wire::ReplicaStatus& replica : status(partition, space).replicas)
    (replica.learner ? learners : voters) += fmt::format(" {}", replica.broker.value());
  return voters + (learners.empty() ? "" : " +" + learners);
}

}  // namespace usher::server
