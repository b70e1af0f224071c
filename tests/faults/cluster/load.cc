// faults_load: what clients do to a topic while its cluster is being broken, and what they were
// told, a line for each thing that happened, in files that check.py judges. Ends on SIGTERM: what
// was sent is waited for first.
//
//     producer-N.txt  s NUMBER KEY                      sent
//                     a NUMBER PARTITION OFFSET SEQ     acknowledged
//                     f NUMBER CODE                     surely not written
//                     u NUMBER CODE                     may be written
//     reader-N.txt    r PARTITION OFFSET SEQ VALUE      read
//                     x PARTITION CODE DETAIL           not read any more; begun again where it was
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "client/cli/session.h"
#include "client/consumer.h"
#include "client/producer.h"
#include "proto/service/list_text.h"

#include "tests/options.h"

namespace {

using namespace usher;

struct Asked {
  std::vector<std::string> brokers;
  std::string history;
  uint64_t producers = 6;
  uint64_t readers = 2;
  uint64_t rate = 200;
  uint64_t keys = 8;
  bool read_once = false;
};

struct Place {
  const wire::SpaceInfo* space;
  client::Topic topic;
};

constexpr Duration kTurn = 20ms;
constexpr Duration kGiveUp = 120s;
constexpr Duration kGiveUpSoon = 1s;

// Half of the producers wait for each acknowledgement before they send again, the others do not.
// Every third gives up soon: it is told what surely failed, and what may have been written.
class Sender {
 public:
  Sender(cli::Session& session, client::Topic topic, const Asked& asked, uint64_t number)
      : session_(session),
        topic_(topic),
        number_(number),
        waits_(number % 2 == 0),
        keys_(asked.keys),
        a_turn_(std::max<uint64_t>(1, asked.rate * kTurn / 1s)),
        file_(fmt::format("{}/producer-{}.txt", asked.history, number)),
        producer_(session.cluster(),
                  {.lane = {.deadline = number % 3 == 2 ? kGiveUpSoon : kGiveUp}}) {}

  void start() { turn(); }
  void stop() { stopping_ = true; }
  bool is_settled() const { return producer_.unsettled() == 0; }
  void close() { file_.flush(); }

 private:
  void turn() {
    if (stopping_) return;
    for (uint64_t i = 0; i < a_turn_ && !(waits_ && producer_.unsettled() > 0); ++i)
      if (!send()) break;
    session_.scheduler().after(kTurn, [this] { turn(); });
  }

  bool send() {
    uint64_t number = next_;
    uint64_t key = number % keys_;
    std::string key_text = fmt::format("k{}", key);
    std::string value = fmt::format("p{}-{}", number_, number);
    wire::Record record{.key = as_bytes(key_text), .value = as_bytes(value), .headers = {}};
    auto told = [this, number](const Result<client::Receipt>& receipt) { settle(number, receipt); };
    if (!producer_.send(topic_, record, told)) return false;
    file_ << "s " << number << ' ' << key << '\n';
    ++next_;
    return true;
  }

  void settle(uint64_t number, const Result<client::Receipt>& receipt) {
    if (receipt) {
      file_ << "a " << number << ' ' << receipt->partition.value() << ' ' << receipt->offset.value()
            << ' ' << receipt->seq.value() << '\n';
      return;
    }
    bool surely_not = client::outcome_of(receipt.error()) == client::Outcome::kNotDone;
    file_ << (surely_not ? "f " : "u ") << number << ' ' << receipt.error().name() << '\n';
  }

  cli::Session& session_;
  client::Topic topic_;
  uint64_t number_;
  bool waits_;
  uint64_t keys_;
  uint64_t a_turn_;
  std::ofstream file_;
  uint64_t next_ = 0;
  bool stopping_ = false;
  client::Producer producer_;
};

// Reads all partitions from their beginning, and goes on wherever it was thrown out.
class Reader final : public client::ConsumerHandler {
 public:
  Reader(cli::Session& session, Place place, const std::string& path)
      : session_(session), place_(place), file_(path), consumer_(session.cluster(), *this) {}

  // Up to the ends; or without end.
  void start(const std::map<PartitionId, Offset>* ends) {
    for (uint32_t i = 0; i < place_.space->partitions.size(); ++i) {
      PartitionId partition(i);
      std::optional<Offset> until;
      if (ends) until = ends->at(partition);
      if (until == Offset(0)) continue;
      ++open_;
      add(partition, Offset(0), until);
    }
  }
  bool is_over() const { return open_ == 0; }
  void close() { file_.flush(); }

 private:
  void add(PartitionId partition, Offset from, std::optional<Offset> until) {
    untils_[partition] = until;
    consumer_.add({.at = {place_.topic.space, partition},
                   .topics = {place_.topic.topic},
                   .from = from,
                   .until = until});
  }

  void on_records(const client::ReadRecords& records) override {
    uint32_t partition = records.at().partition.value();
    records.for_each([&](const client::ReadRecord& record) {
      file_ << "r " << partition << ' ' << record.offset.value() << ' ' << record.seq.value() << ' '
            << as_text(record.view.value.value_or(Bytes())) << '\n';
      nexts_[records.at().partition] = record.offset + 1;
    });
  }
  void on_progress(const client::Cursor& cursor, Offset) override {
    Offset& next = nexts_[cursor.at().partition];
    next = std::max(next, cursor.next());
  }
  void on_end(client::PartitionAt) override { --open_; }
  void on_failed(client::PartitionAt at, const Error& why) override {
    file_ << "x " << at.partition.value() << ' ' << why.name() << ' ' << why.detail << '\n';
    session_.scheduler().after(1s, [this, partition = at.partition] {
      add(partition, nexts_[partition], untils_[partition]);
    });
  }

  cli::Session& session_;
  Place place_;
  std::ofstream file_;
  std::map<PartitionId, Offset> nexts_;
  std::map<PartitionId, std::optional<Offset>> untils_;
  size_t open_ = 0;
  client::Consumer consumer_;
};

Result<Place> find(cli::Session& session, client::MetadataPtr& metadata) {
  TRY_ASSIGN(metadata, session.fresh_metadata());
  TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, "faults"));
  TRY_ASSIGN(const wire::TopicInfo* topic, client::find_topic(*space, "records"));
  return Place{space, {space->id, topic->id}};
}

Result<void> produce_and_read(cli::Session& session, const Asked& asked, Place place) {
  std::vector<std::unique_ptr<Sender>> senders;
  for (uint64_t i = 0; i < asked.producers; ++i)
    senders.push_back(std::make_unique<Sender>(session, place.topic, asked, i));
  std::vector<std::unique_ptr<Reader>> readers;
  for (uint64_t i = 0; i < asked.readers; ++i)
    readers.push_back(std::make_unique<Reader>(session, place,
                                               fmt::format("{}/reader-{}.txt", asked.history, i)));
  for (auto& sender : senders) sender->start();
  for (auto& reader : readers) reader->start(nullptr);
  fmt::print("started\n");
  std::fflush(stdout);
  session.run();
  session.forget_interruption();
  for (auto& sender : senders) sender->stop();
  auto settled = [&] {
    return std::ranges::all_of(senders, [](const auto& sender) { return sender->is_settled(); });
  };
  while (!settled() && !session.interrupted()) session.run_for(kTurn);
  for (auto& sender : senders) sender->close();
  for (auto& reader : readers) reader->close();
  if (!settled()) return fail(ErrorCode::CLOSED, "not everything that was sent has an outcome");
  return {};
}

// What the leaders hold when all is over: each says its end, linearizable.
Result<void> read_to_the_end(cli::Session& session, const Asked& asked, Place place) {
  std::map<PartitionId, Offset> ends;
  for (uint32_t i = 0; i < place.space->partitions.size(); ++i) {
    PartitionId partition(i);
    auto end = session.ask<wire::OffsetReply>(
        {place.topic.space, partition},
        wire::OffsetRequest{
            .space = place.topic.space, .partition = partition, .linearizable = true});
    if (!end) return fail(end.error());
    ends[partition] = end->offset;
  }
  Reader reader(session, place, asked.history + "/final.txt");
  reader.start(&ends);
  while (!reader.is_over() && !session.interrupted()) session.run_for(kTurn);
  reader.close();
  if (!reader.is_over()) return fail(ErrorCode::CLOSED, "not everything could be read");
  return {};
}

Result<void> run(const Asked& asked) {
  std::vector<net::Endpoint> brokers;
  for (const std::string& text : asked.brokers) {
    TRY_ASSIGN(net::Endpoint endpoint, net::Endpoint::parse(text));
    brokers.push_back(endpoint);
  }
  cli::Session session(std::move(brokers), 60s);
  client::MetadataPtr metadata;
  TRY_ASSIGN(Place place, find(session, metadata));
  return asked.read_once ? read_to_the_end(session, asked, place)
                         : produce_and_read(session, asked, place);
}

}  // namespace

int main(int argc, char** argv) {
  Asked asked;
  std::string brokers;
  auto count = service::integer_value(0, 1'000'000);
  service::Settings settings({"faults_load", "clients of a cluster that is being broken",
                              "faults_load --brokers 127.0.0.1:7101 --history /tmp/history"});
  settings.add("brokers", service::text_value(), brokers, "Some of the cluster's, by commas.");
  settings.add("history", service::text_value(), asked.history, "Where the files go.");
  settings.add("producers", count, asked.producers, "Half of them wait for each receipt.");
  settings.add("readers", count, asked.readers, "Each reads everything, from the beginning on.");
  settings.add("rate", count, asked.rate, "Records a second of each producer, at most.");
  settings.add("keys", count, asked.keys, "Of each producer.");
  settings.add("read_once", service::boolean_value(), asked.read_once,
               "Reads everything there is, into final.txt, and ends.");
  if (auto code = tests::load_options(settings, argc, argv)) return *code;
  asked.brokers = service::split_list(brokers);
  auto done = run(asked);
  return done ? service::kDone : service::report(done.error());
}
