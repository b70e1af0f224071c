// usher-processor: one processor daemon. Locks its directory, starts its threads; everything else
// is a Daemon.
#include <thread>

#include "processors/daemon/daemon.h"
#include "processors/daemon/settings.h"
#include "processors/daemon/worker_thread.h"
#include "proto/net/asio_transport.h"
#include "proto/service/service.h"

namespace usher::processors {
namespace {

// Of the memory limit: the rest is for what is on its way and for the code itself.
constexpr uint64_t kCacheShare = 4;
constexpr uint64_t kWriteBufferShare = 4;

class Program final : public service::Program {
 public:
  Program(const service::Surroundings& around, state::StateDirectory directory,
          uint64_t memory_limit)
      : around_(around),
        directory_(std::move(directory)),
        budget_({.cache_bytes = memory_limit / kCacheShare,
                 .write_buffer_bytes = memory_limit / kWriteBufferShare}),
        transport_(around.scheduler) {}

  ~Program() override {
    for (auto& thread : threads_) thread->stop();
  }

  Result<void> start(const ProcessorSettings& settings) {
    uint64_t threads = settings.threads;
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    std::vector<WorkerSeat> seats;
    for (uint64_t i = 0; i < std::min<uint64_t>(threads, limits::kTaskThreads); ++i) {
      threads_.push_back(std::make_unique<WorkerThread>(around_.clock));
      WorkerThread& thread = *threads_.back();
      seats.push_back({thread.scheduler(), thread.aside(), thread.transport()});
    }
    std::vector<App> apps = apps_of(settings.app, around_.metrics);
    for (App& app : apps)
      if (app.space.name == apps[0].space.name)
        app.space.partitions = static_cast<uint32_t>(settings.partitions);
    daemon_.emplace(DaemonSeams{.scheduler = around_.scheduler,
                                .transport = transport_,
                                .workers = std::move(seats),
                                .metrics = around_.metrics,
                                .log = around_.log,
                                .random = around_.random.stream("daemon")},
                    DaemonOptions{.apps = std::move(apps),
                                  .brokers = settings.brokers,
                                  .listen = settings.listen,
                                  .tasks_max = static_cast<uint32_t>(settings.tasks_max)},
                    directory_, budget_);
    TRY(daemon_->start());
    for (auto& thread : threads_) thread->start();
    return {};
  }

  service::Health ready() const override { return daemon_->ready(); }
  void drain(Callback done) override { daemon_->drain(std::move(done)); }

 private:
  service::Surroundings around_;
  state::StateDirectory directory_;
  state::RocksdbBudget budget_;
  net::AsioTransport transport_;
  std::vector<std::unique_ptr<WorkerThread>> threads_;
  std::optional<Daemon> daemon_;
};

int run(const service::ProgramInput& input) {
  ProcessorSettings own;
  service::ServerSettings common;
  service::Settings settings(
      {"usher-processor", "one processor daemon of an app",
       "usher-processor --app seats --brokers 127.0.0.1:7101,127.0.0.1:7102,127.0.0.1:7103 "
       "--state /var/lib/usher-seats --listen 127.0.0.1:7301 --admin 127.0.0.1:7401"});
  own.add_to(settings, app_names());
  common.add_to(settings);
  auto start =
      [&](const service::Surroundings& around) -> Result<std::unique_ptr<service::Program>> {
    TRY_ASSIGN(state::StateDirectory directory, state::StateDirectory::lock(own.state));
    auto program = std::make_unique<Program>(around, std::move(directory), common.memory_limit);
    TRY(program->start(own));
    return program;
  };
  return service::run_server(settings, common, input, start);
}

}  // namespace
}  // namespace usher::processors

int main(int argc, char** argv) {
  return usher::processors::run(usher::service::ProgramInput::of(argc, argv, environ));
}
