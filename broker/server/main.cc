// usher-broker: one log server. Opens its data directory, then everything else is a Broker.
#include <fmt/format.h>

#include "broker/io/choose_disk.h"
#include "broker/io/data_directory.h"
#include "broker/server/broker.h"
#include "broker/server/settings.h"
#include "proto/net/asio_transport.h"
#include "proto/net/readable_watch.h"
#include "proto/service/service.h"

namespace usher::server {
namespace {

// What the directory says it is, or a new one's identity.
Result<Identity> identity_of(const BrokerSettings& settings, const io::DataDirectory& directory,
                             Random random) {
  BrokerId id(static_cast<uint32_t>(settings.id));
  TRY_ASSIGN(auto text, directory.read_file(kIdentityFile));
  if (!text) return Identity{.broker = id, .incarnation = new_incarnation(id, random)};
  TRY_ASSIGN(Identity identity, decode_identity(*text));
  if (identity.broker != id)
    return fail(ErrorCode::CONFIG_INVALID,
                fmt::format("{} is the directory of broker {}, not of broker {}", settings.data,
                            identity.broker.value(), settings.id));
  return identity;
}

class Program final : public service::Program {
 public:
  Program(io::DataDirectory directory, const service::Surroundings& around)
      : directory_(std::move(directory)), around_(around), transport_(around.scheduler) {}

  Result<void> start(const BrokerSettings& settings) {
    TRY_ASSIGN(auto brokers, settings.brokers());
    Random random = around_.random.stream("broker");
    TRY_ASSIGN(Identity identity, identity_of(settings, directory_, random.stream("incarnation")));
    TRY_ASSIGN(chosen_, io::make_disk(around_.scheduler, settings.data));
    around_.log.info("the disk is open", {{"disk", chosen_.disk->name()}, {"why", chosen_.why}});
    if (chosen_.event_fd >= 0)
      watch_.emplace(around_.scheduler, chosen_.event_fd, [this] { chosen_.on_readable(); });
    broker_.emplace(
        Seams{.scheduler = around_.scheduler,
              .transport = transport_,
              .disk = *chosen_.disk,
              .metrics = around_.metrics,
              .log = around_.log,
              .random = random},
        BrokerOptions{
            .listen = settings.listen, .cluster = std::move(brokers), .rack = settings.rack},
        std::move(identity));
    return broker_->start();
  }

  service::Health ready() const override {
    std::string why = broker_->why_not_ready();
    return {.ok = why.empty(), .detail = why};
  }
  void drain(Callback done) override { broker_->drain(std::move(done)); }

 private:
  io::DataDirectory directory_;
  service::Surroundings around_;
  net::AsioTransport transport_;
  io::ChosenDisk chosen_;
  std::optional<net::ReadableWatch> watch_;
  std::optional<Broker> broker_;
};

int run(const service::ProgramInput& input) {
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
    auto program = std::make_unique<Program>(std::move(directory), around);
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
