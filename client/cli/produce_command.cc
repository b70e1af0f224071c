#include "client/cli/produce_command.h"

#include <deque>

#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/output.h"
#include "client/cli/record_input.h"
#include "client/cli/standard_input.h"
#include "client/producer.h"

namespace usher::cli {
namespace {

std::string receipt_json(const client::Receipt& receipt) {
  return JsonObject()
      .number("partition", receipt.partition.value())
      .number("offset", receipt.offset.value())
      .number("seq", receipt.seq.value())
      .number("term", receipt.term.value())
      .text("time", to_text(receipt.time))
      .text("chain", to_hex(receipt.chain.bytes()))
      .number("replicas", receipt.replicas)
      .done();
}

std::string failure_json(const Error& error) {
  return JsonObject()
      .text("error", error.name())
      .text("detail", error.text())
      .truth("unknown", client::outcome_of(error) == client::Outcome::kUnknown)
      .done();
}

// Outcomes come in any order and are told in that of the input.
class Outcomes {
 public:
  explicit Outcomes(bool json) : json_(json) {}
  client::Delivered expect() {
    uint64_t number = first_ + lines_.size();
    lines_.emplace_back();
    return [this, number](const Result<client::Receipt>& outcome) { take(number, outcome); };
  }
  uint64_t written() const { return written_; }
  uint64_t failed() const { return failed_; }
  uint64_t unknown() const { return unknown_; }
  uint64_t open() const { return lines_.size(); }
  const std::optional<Error>& first_failure() const { return first_failure_; }

 private:
  void take(uint64_t number, const Result<client::Receipt>& outcome) {
    std::string line = "-";
    if (outcome) {
      ++written_;
      if (json_) line = receipt_json(*outcome);
    } else {
      ++(client::outcome_of(outcome.error()) == client::Outcome::kUnknown ? unknown_ : failed_);
      if (!first_failure_) first_failure_ = outcome.error();
      if (json_) line = failure_json(outcome.error());
    }
    lines_[number - first_] = std::move(line);
    for (; !lines_.empty() && !lines_.front().empty(); ++first_) {
      if (json_) print(lines_.front());
      lines_.pop_front();
    }
  }

  bool json_;
  uint64_t first_ = 0;
  std::deque<std::string> lines_;  // empty: not known yet
  uint64_t written_ = 0;
  uint64_t failed_ = 0;
  uint64_t unknown_ = 0;
  std::optional<Error> first_failure_;
};

class Produce final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("space_topic", topic_name_value(), name_, "Into which topic.")
        .placeholder = "SPACE/TOPIC";
    settings.add("input", service::choice_value({"text", "json", "raw"}), input_,
                 "A record a line, a JSON object a line, or all of it as one record.");
    settings.add("file", service::path_value(), file_, "Read from it instead of stdin.");
    settings.add("key", service::text_value(), key_, "The key of every record.");
    settings.add("key_separator", service::text_value(), key_separator_,
                 "In text: what stands before it is the record's key.");
    auto& header = settings.add_list("header", service::text_value(), headers_,
                                     "NAME=VALUE, of every record; may come more than once.");
    header.is_whole = true;
    header.placeholder = "TEXT";
    settings.add("partition", service::integer_value(0, 4095), partition_,
                 "Into this partition, whatever the key.");
  }

  Result<InputOptions> input_options() const {
    InputOptions options{.format = input_ == "json"  ? InputFormat::kJson
                                   : input_ == "raw" ? InputFormat::kRaw
                                                     : InputFormat::kText,
                         .key = key_,
                         .key_separator = key_separator_,
                         .headers = {},
                         .schema = {}};
    if (key_ && key_separator_)
      return fail(ErrorCode::INVALID_ARGUMENT, "--key and --key-separator exclude each other");
    if (key_separator_ && (key_separator_->empty() || options.format != InputFormat::kText))
      return fail(ErrorCode::INVALID_ARGUMENT, "--key-separator: a text, with --input text");
    for (const std::string& header : headers_) {
      size_t equals = header.find('=');
      if (equals == std::string::npos || equals == 0)
        return fail(ErrorCode::INVALID_ARGUMENT, "--header: expected NAME=VALUE");
      options.headers.emplace_back(header.substr(0, equals), header.substr(equals + 1));
    }
    return options;
  }

  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(InputOptions options, input_options());
    TRY_ASSIGN(StandardInput source, StandardInput::open(file_));
    TRY_ASSIGN(auto metadata, session.metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, name_.space));
    TRY_ASSIGN(const wire::TopicInfo* topic, client::find_topic(*space, name_.topic));
    topic_ = {space->id, topic->id};
    options.schema = topic->schema;
    client::ProducerOptions producing;
    producing.lane.deadline = timeout();
    Outcomes outcomes(json());
    client::Producer producer(session.cluster(), producing);
    auto read = read_all(session, source, options, producer, outcomes);
    settle(session, producer);
    return conclude(session, read, producer.unsettled(), outcomes);
  }

  Result<void> read_all(Session& session, StandardInput& source, const InputOptions& options,
                        client::Producer& producer, Outcomes& outcomes) {
    RecordInput input(options);
    std::vector<InputRecord> records;
    for (bool at_end = false; !at_end && !session.interrupted();) {
      // Nobody waits for an answer while a person thinks about the next line.
      if (!source.is_ready(producer.unsettled() > 0 ? 0ms : 50ms)) {
        producer.flush([&session] { session.stop(); });
        session.run_for(producer.unsettled() > 0 ? 10ms : 0ms);
        std::fflush(stdout);
        continue;
      }
      TRY_ASSIGN(std::string piece, source.read());
      at_end = piece.empty();
      records.clear();
      // Those before a line that is wrong are sent all the same.
      auto taken = at_end ? input.finish(records) : input.take(piece, records);
      for (const InputRecord& record : records) TRY(send(session, record, producer, outcomes));
      TRY(taken);
      session.turn();
    }
    return {};
  }

  Result<void> send(Session& session, const InputRecord& input, client::Producer& producer,
                    Outcomes& outcomes) {
    std::vector<wire::Header> headers;
    for (const auto& [name, value] : input.headers) headers.push_back({name, as_bytes(value)});
    wire::Record record{.key = input.key ? std::optional(as_bytes(*input.key)) : std::nullopt,
                        .value = input.value ? std::optional(as_bytes(*input.value)) : std::nullopt,
                        .headers = headers};
    TRY(wire::check_record(record));
    while (!session.interrupted()) {
      // Room first: an outcome is expected only of what was taken.
      if (producer.has_room(record)) {
        client::Delivered delivered = outcomes.expect();
        return partition_ ? producer.send_to(topic_, PartitionId(uint32_t(*partition_)), record,
                                             std::move(delivered))
                          : producer.send(topic_, record, std::move(delivered));
      }
      producer.when_room([&session] { session.stop(); });
      session.run();
    }
    return {};
  }

  // After Ctrl-C what is on its way may still arrive, for a moment.
  void settle(Session& session, client::Producer& producer) {
    if (session.interrupted()) session.forget_interruption();
    producer.flush([&session] { session.stop(); });
    MonotonicTime deadline = session.clock().monotonic() + timeout() + limits::kAttemptTimeout;
    while (producer.unsettled() > 0 && !session.interrupted() &&
           session.clock().monotonic() < deadline)
      session.run_for(100ms);
  }

  Result<int> conclude(const Session& session, const Result<void>& read, size_t unsettled,
                       const Outcomes& outcomes) {
    uint64_t unknown = outcomes.unknown() + unsettled;
    std::string summary = counted(outcomes.written(), "record") + " written";
    if (outcomes.failed() > 0) summary += fmt::format(", {} not written", outcomes.failed());
    if (unknown > 0) summary += fmt::format(", {} of unknown outcome", unknown);
    if (json())
      remark(summary);
    else
      print(summary);
    if (!read) return std::unexpected(read.error());
    if (outcomes.first_failure()) return std::unexpected(*outcomes.first_failure());
    return session.was_interrupted() || unknown > 0 ? 1 : 0;
  }

  TopicName name_;
  client::Topic topic_;
  std::string input_ = "text";
  std::optional<std::string> file_;
  std::optional<std::string> key_;
  std::optional<std::string> key_separator_;
  std::vector<std::string> headers_;
  std::optional<uint64_t> partition_;
};

}  // namespace

std::unique_ptr<Command> produce_command() { return std::make_unique<Produce>(); }

}  // namespace usher::cli
