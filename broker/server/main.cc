// usher-broker: one log server. Opens its data directory, then everything else is a Broker. A
// directory that lost what it had promised is emptied, and comes back as another incarnation's.
#include <fmt/format.h>

#include "broker/io/choose_disk.h"
#include "broker/io/data_directory.h"
#include "broker/server/broker.h"
#include "broker/server/settings.h"
#include "proto/net/asio_transport.h"
#include "proto/net/readable_watch.h"
#include "proto/service/large_memory.h"
#include "proto/service/service.h"

namespace usher::server {
namespace {

constexpr std::string_view kJournal = "journal";
constexpr std::string_view kSegments = "segments";

// What the directory says it is, or a new one's identity.
Result<Identity> identity_of(const BrokerSettings& settings, const io::DataDirectory& directory,
                             Random random) {
  BrokerId id(static_cast<uint32_t>(settings.id));
  TRY_ASSIGN(auto text, directory.read_file(kIdentityFile));
  if (!text && (directory.has_folder(kJournal) || directory.has_folder(kSegments)))
    return fail(
        ErrorCode::CONFIG_INVALID,
        fmt::format("{} has data, and no file {} that says whose: put it back, or empty the "
                    "directory, and the broker comes back as a new member",
                    settings.data, kIdentityFile));
  if (!text) return Identity{.broker = id, .incarnation = new_incarnation(id, random)};
  TRY_ASSIGN(Identity identity, decode_identity(*text));
  if (identity.broker != id)
    return fail(ErrorCode::CONFIG_INVALID,
                fmt::format("{} is the directory of broker {}, not of broker {}", settings.data,
                            identity.broker.value(), settings.id));
  return identity;
}

// Of fewer brokers the others cannot go on without the one that is lost: its data is all there is.
constexpr size_t kOthersHaveAll = 3;

class Program final : public service::Program, private BrokerOwner {
 public:
  Program(io::DataDirectory directory, uint64_t memory_limit, const service::Surroundings& around)
      : directory_(std::move(directory)),
        memory_limit_(memory_limit),
        around_(around),
        // What is queued for readers that do not take it.
        transport_(around.scheduler, {.send_queues_bytes = memory_limit / 4}) {}

  Result<void> start(const BrokerSettings& settings) {
    data_ = settings.data;
    TRY_ASSIGN(auto brokers, settings.brokers());
    options_ = {.listen = settings.listen,
                .cluster = std::move(brokers),
                .rack = settings.rack,
                .memory_bytes = memory_limit_};
    TRY_ASSIGN(identity_, identity_of(settings, directory_, around_.random.stream("incarnation")));
    // The journal was there before the first segment.
    if (!identity_.renewed && directory_.has_folder(kSegments) && !directory_.has_folder(kJournal))
      on_data_lost({ErrorCode::JOURNAL_CORRUPT,
                    fmt::format("{}/{} is gone, with what was promised in it", data_, kJournal)});
    else
      TRY(begin());
    return {};
  }

  service::Health ready() const override {
    std::string why = broker_ ? broker_->why_not_ready() : ended_;
    return {.ok = why.empty(), .detail = why};
  }
  void drain(Callback done) override {
    if (broker_) return broker_->drain(std::move(done));
    around_.scheduler.post(std::move(done));
  }

 private:
  Result<void> begin() {
    if (identity_.renewed) TRY(empty());
    TRY_ASSIGN(chosen_, io::make_disk(around_.scheduler, data_));
    around_.log.info("the disk is open", {{"disk", chosen_.disk->name()}, {"why", chosen_.why}});
    if (chosen_.event_fd >= 0)
      watch_.emplace(around_.scheduler, chosen_.event_fd, [this] { chosen_.on_readable(); });
    BrokerOwner& owner = *this;
    broker_.emplace(Seams{.scheduler = around_.scheduler,
                          .transport = transport_,
                          .disk = *chosen_.disk,
                          .metrics = around_.metrics,
                          .log = around_.log,
                          .random = around_.random.stream(fmt::format("broker {}", ++lives_))},
                    options_, identity_, owner);
    return broker_->start();
  }

  // Journal and segments go together: half of them would be a log that nobody wrote.
  Result<void> empty() {
    TRY(directory_.remove_folder(kJournal));
    TRY(directory_.remove_folder(kSegments));
    identity_.renewed = false;
    return directory_.replace_file(kIdentityFile, encode_identity(identity_));
  }

  void on_data_lost(const Error& why) override {
    broker_.reset();
    watch_.reset();
    chosen_ = {};
    ended_ = why.text();
    if (options_.cluster.size() < kOthersHaveAll) {
      ended_ = Error{ErrorCode::UNRECOVERABLE, why.detail}.text();
      return around_.log.error("the data cannot be had from others", {{"error", ended_}});
    }
    Random random = around_.random.stream(fmt::format("renewal {}", lives_));
    identity_ = renewed(identity_, random);
    auto written = directory_.replace_file(kIdentityFile, encode_identity(identity_));
    if (!written) return give_up(written.error());
    // A disk that does not take writes is looked at by somebody first; what was damaged and can be
    // read comes back at once.
    if (why.code != ErrorCode::JOURNAL_CORRUPT) return give_up(why);
    around_.log.warn("the journal is damaged: the broker comes back as a new member",
                     {{"error", why.text()}});
    if (auto begun = begin(); !begun) give_up(begun.error());
  }

  void give_up(const Error& why) {
    broker_.reset();
    ended_ = why.text();
    around_.log.error("this broker has stopped", {{"error", ended_}});
  }

  io::DataDirectory directory_;
  uint64_t memory_limit_;
  service::Surroundings around_;
  std::string data_;
  BrokerOptions options_;
  Identity identity_;
  net::AsioTransport transport_;
  io::ChosenDisk chosen_;
  std::optional<net::ReadableWatch> watch_;
  std::optional<Broker> broker_;
  uint64_t lives_ = 0;
  std::string ended_;  // why there is no broker
};

int run(const service::ProgramInput& input) {
  service::give_back_large_memory();
  BrokerSettings own;
  service::ServerSettings common;
  service::Settings settings(
      {"usher-broker", "one log server of a cluster",
       "usher-broker --id 1 --listen 127.0.0.1:7101 --admin 127.0.0.1:7201 --data /var/lib/usher "
       "--cluster 1=127.0.0.1:7101,2=127.0.0.1:7102,3=127.0.0.1:7103"});
  own.add_to(settings);
  common.add_to(settings);
  auto start =
      [&](const service::Surroundings& around) -> Result<std::unique_ptr<service::Program>> {
    TRY_ASSIGN(io::DataDirectory directory, io::DataDirectory::lock(own.data));
    auto program = std::make_unique<Program>(std::move(directory), common.memory_limit, around);
    TRY(program->start(own));
    return program;
  };
  return service::run_server(settings, common, input, start);
}

}  // namespace
}  // namespace usher::server

int main(int argc, char** argv) {
  return usher::server::run(usher::service::ProgramInput::of(argc, argv, environ));
}
