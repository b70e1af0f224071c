// The smallest real server: what the tests of this folder start, ask and stop. It echoes frames;
// its settings make its stop slow or endless.
#include <map>
#include <semaphore>

#include <fmt/format.h>
#include <unistd.h>

#include "proto/net/asio_transport.h"
#include "proto/service/service.h"

namespace usher {
namespace {

struct ProbeSettings {
  uint64_t id = 0;
  net::Endpoint listen{"127.0.0.1", 0};
  std::vector<net::Endpoint> peers;
  std::string label;
  Duration drain_time{0};
  bool drain_stuck = false;
};

struct EchoMeasures {
  const Clock& clock;
  std::shared_ptr<Counter> frames;
  std::shared_ptr<Durations> took;
};

// Sends back each frame of a connection, until it ends.
class Echo final : public net::ConnectionHandler {
 public:
  using Ended = std::function<void(const Error&)>;
  Echo(std::unique_ptr<net::Connection> connection, const EchoMeasures& measures, Ended ended)
      : connection_(std::move(connection)), measures_(measures), ended_(std::move(ended)) {
    connection_->start(*this);
  }
  void on_frame(wire::Frame frame) override {
    MonotonicTime begun = measures_.clock.monotonic();
    measures_.frames->add();
    if (!connection_->send(std::move(frame))) connection_->pause_reading();
    measures_.took->record(measures_.clock.monotonic() - begun);
  }
  void on_room() override { connection_->resume_reading(); }
  void on_closed(const Error& why) override { ended_(why); }

 private:
  std::unique_ptr<net::Connection> connection_;
  const EchoMeasures& measures_;
  Ended ended_;
};

class Probe final : public service::Program {
 public:
  Probe(const ProbeSettings& settings, const service::Surroundings& around)
      : settings_(settings),
        around_(around),
        log_(around.log.child("echo")),
        transport_(around.scheduler),
        measures_{around_.clock,
                  around_.metrics.counter("usher_probe_frames_total", "Frames sent back.").with(),
                  around_.metrics
                      .durations("usher_probe_echo_seconds", "Frame in to frame out.", {"label"})
                      .with({settings.label})} {}

  Result<void> listen() {
    auto accept = [this](std::unique_ptr<net::Connection> connection) {
      take(std::move(connection));
    };
    TRY_ASSIGN(listener_, transport_.listen(settings_.listen, std::move(accept)));
    log_.info("listening", {{"address", listener_->local().text()}, {"label", settings_.label}});
    return {};
  }

  service::Health ready() const override { return {}; }

  void drain(Callback done) override {
    if (settings_.drain_stuck) std::binary_semaphore(0).acquire();
    listener_.reset();
    around_.scheduler.after(settings_.drain_time, std::move(done));
  }

 private:
  void take(std::unique_ptr<net::Connection> connection) {
    uint64_t number = ++last_connection_;
    auto ended = [this, number](const Error& why) {
      log_.info("connection ended", {{"why", why.text()}});
      // Not while its own callback is under way.
      around_.scheduler.post([this, number] { echoes_.erase(number); });
    };
    echoes_.emplace(number, std::make_unique<Echo>(std::move(connection), measures_, ended));
  }

  const ProbeSettings& settings_;
  service::Surroundings around_;
  Log log_;
  net::AsioTransport transport_;
  EchoMeasures measures_;
  std::map<uint64_t, std::unique_ptr<Echo>> echoes_;
  uint64_t last_connection_ = 0;
  std::unique_ptr<net::Listener> listener_;
};

int run(const service::ProgramInput& input) {
  ProbeSettings probe;
  service::ServerSettings common;
  service::Settings settings({"usher-probe", "a server that tests start, ask and stop",
                              "usher-probe --id 1 --listen 127.0.0.1:7901 --admin 127.0.0.1:7902"});
  settings.add("id", service::integer_value(1, 99), probe.id, "Its number.").is_required = true;
  settings.add("listen", service::endpoint_value(), probe.listen, "Echoes frames there.");
  settings.add_list("peers", service::endpoint_value(), probe.peers, "Whom it could ask.");
  settings.add("label", service::text_value(), probe.label, "What it calls itself in its log.");
  settings.add("drain_time", service::duration_value(0s, 1h), probe.drain_time,
               "How long its drain takes.");
  settings.add("drain_stuck", service::boolean_value(), probe.drain_stuck,
               "Whether its drain blocks for ever.");
  common.add_to(settings);
  auto start =
      [&](const service::Surroundings& around) -> Result<std::unique_ptr<service::Program>> {
    auto program = std::make_unique<Probe>(probe, around);
    TRY(program->listen());
    return program;
  };
  return service::run_server(settings, common, input, start);
}

}  // namespace
}  // namespace usher

int main(int argc, char** argv) {
  return usher::run(usher::service::ProgramInput::of(argc, argv, environ));
}
