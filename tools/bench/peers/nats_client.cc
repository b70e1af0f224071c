// What `usher bench produce` does, to NATS JetStream with its own C client: records published one
// by one, without waiting, so many outstanding at most or so many a second. Records and latencies
// are counted as there. Makes its streams first and says who leads them.
//
//     main: run ── js_PublishAsync ─→ servers ═→ the library's thread: on_answer ─→ report
#include <cstring>
#include <semaphore>

#include <fmt/format.h>
#include <nats/nats.h>

#include "client/cli/bench_report.h"
#include "proto/base/system_clock.h"
#include "proto/service/config.h"
#include "proto/service/exit_code.h"

namespace usher::bench {
namespace {

constexpr Duration kPatience = 30s;

struct Asked {
  std::string servers;
  uint64_t streams = 1;
  uint64_t record_bytes = 100;
  uint64_t outstanding = 1;
  std::optional<uint64_t> rate;
  Duration warm_up = 2s;
  uint64_t seconds = 10;
};

int64_t ms(Duration time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

Result<void> check(natsStatus status, std::string_view what) {
  if (status == NATS_OK) return {};
  return fail(ErrorCode::UNREACHABLE, fmt::format("{}: {}", what, natsStatus_GetText(status)));
}

// A connection and its JetStream context; answers come on a thread of the library.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    jsCtx_Destroy(context_);
    natsConnection_Destroy(connection_);
    natsOptions_Destroy(options_);
    // Its threads may still be on their way out of a callback.
    nats_CloseAndWait(ms(kPatience));
  }

  Result<void> open(const Asked& asked, jsPubAckHandler on_answer, void* load) {
    TRY(check(natsOptions_Create(&options_), "options"));
    TRY(check(natsOptions_SetURL(options_, asked.servers.c_str()), "servers"));
    // Where nothing can be gathered it is sent at once; else the library gathers as it likes.
    TRY(check(natsOptions_SetSendAsap(options_, asked.outstanding == 1), "send at once"));
    TRY(check(natsConnection_Connect(&connection_, options_), asked.servers));
    jsOptions js;
    TRY(check(jsOptions_Init(&js), "options"));
    js.PublishAsync.AckHandler = on_answer;
    js.PublishAsync.AckHandlerClosure = load;
    return check(natsConnection_JetStream(&context_, connection_, &js), "JetStream");
  }
  jsCtx* context() { return context_; }

 private:
  natsOptions* options_ = nullptr;
  natsConnection* connection_ = nullptr;
  jsCtx* context_ = nullptr;
};

// On three servers, in files; one that is there already is left. Gives its leader's name. A cluster
// that has just been started refuses for a while.
Result<std::string> make_stream(jsCtx* context, const std::string& name, MonotonicTime deadline) {
  const char* subject = name.c_str();
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = subject;
  config.Subjects = &subject;
  config.SubjectsLen = 1;
  config.Replicas = 3;
  config.Storage = js_FileStorage;
  natsStatus status = NATS_TIMEOUT;
  for (; SystemClock().monotonic() < deadline; nats_Sleep(50)) {
    jsStreamInfo* info = nullptr;
    jsErrCode code{};
    status = js_AddStream(&info, context, &config, nullptr, &code);
    bool is_led = status == NATS_OK && info->Cluster && info->Cluster->Leader;
    std::string leader = is_led ? info->Cluster->Leader : "";
    jsStreamInfo_Destroy(info);
    if (!leader.empty()) return leader;
  }
  TRY(check(status, name));
  return fail(ErrorCode::TIMED_OUT, name + " has no leader");
}

class NatsLoad {
 public:
  explicit NatsLoad(const Asked& asked)
      : asked_(asked),
        room_(static_cast<std::ptrdiff_t>(asked.outstanding)),
        record_(asked.record_bytes, 'v') {
    report_.bench = "nats";
  }

  Result<void> run() {
    TRY(connection_.open(asked_, on_answer, this));
    TRY(make_streams());
    began_ = clock_.monotonic();
    counts_from_ = began_ + asked_.warm_up;
    last_answer_ = counts_from_;
    MonotonicTime end = counts_from_ + std::chrono::seconds(asked_.seconds);
    for (MonotonicTime now = began_; now < end; now = clock_.monotonic()) {
      if (!asked_.rate)
        TRY(send_when_room(now));
      else if (now < due(sent_))
        nats_Sleep(1);
      else
        TRY(send_when_room(due(sent_)));
    }
    // What is still out then, a killed leader's, is no error where it was killed on purpose.
    jsPubOptions wait;
    jsPubOptions_Init(&wait);
    wait.MaxWait = ms(asked_.rate ? Duration(1s) : kPatience);
    js_PublishAsyncComplete(connection_.context(), &wait);
    return {};
  }

  std::string text() const {
    return cli::json_object_of(report_).real("pause_ms_max", cli::ms(pause_max_)).done();
  }

 private:
  Result<void> make_streams() {
    std::vector<std::string> leaders;
    MonotonicTime deadline = clock_.monotonic() + kPatience;
    for (uint64_t i = 0; i < asked_.streams; ++i) {
      streams_.push_back(fmt::format("records-{}", i));
      TRY_ASSIGN(auto leader, make_stream(connection_.context(), streams_.back(), deadline));
      leaders.push_back(std::move(leader));
    }
    cli::print(cli::JsonObject().raw("leaders", cli::json_texts(leaders)).done());
    std::fflush(stdout);
    return {};
  }

  MonotonicTime due(uint64_t number) const {
    return began_ + Duration(static_cast<int64_t>(static_cast<double>(number) * 1e9 /
                                                  static_cast<double>(*asked_.rate)));
  }

  // A record begins with when it was due, as those of the other side begin with their number.
  Result<void> send_when_room(MonotonicTime due) {
    room_.acquire();
    int64_t ticks = due.since_start().count();
    std::memcpy(record_.data(), &ticks, sizeof(ticks));
    const std::string& stream = streams_[sent_++ % streams_.size()];
    return check(js_PublishAsync(connection_.context(), stream.c_str(), record_.data(),
                                 static_cast<int>(record_.size()), nullptr),
                 stream);
  }

  static void on_answer(jsCtx*, natsMsg* message, jsPubAck* done, jsPubAckErr*, void* load) {
    int64_t ticks = 0;
    std::memcpy(&ticks, natsMsg_GetData(message), sizeof(ticks));
    static_cast<NatsLoad*>(load)->take(MonotonicTime(Duration(ticks)), done != nullptr);
    natsMsg_Destroy(message);
  }
  // The library's thread, of which there is one.
  void take(MonotonicTime due, bool is_done) {
    MonotonicTime now = clock_.monotonic();
    if (!is_done) {
      ++report_.errors;
    } else if (now >= counts_from_) {
      ++report_.operations;
      report_.bytes += asked_.record_bytes;
      report_.latency_ns.record(static_cast<uint64_t>((now - due).count()));
      report_.seconds = std::chrono::duration<double>(now - counts_from_).count();
      pause_max_ = std::max(pause_max_, now - last_answer_);
      last_answer_ = now;
    }
    room_.release();
  }

  Asked asked_;
  SystemClock clock_;
  std::counting_semaphore<> room_;
  std::string record_;
  std::vector<std::string> streams_;
  uint64_t sent_ = 0;
  MonotonicTime began_;
  MonotonicTime counts_from_;
  // Of the library's thread, until everything has its answer.
  cli::BenchReport report_;
  MonotonicTime last_answer_;
  Duration pause_max_ = {};
  // Last: its thread has ended before what it uses is gone.
  Connection connection_;
};

Result<int> run(const service::ProgramInput& input) {
  Asked asked;
  service::Settings settings({"nats_client", "publishes to JetStream and counts",
                              "nats_client --servers nats://127.0.0.1:4222 --seconds 10"});
  settings.add("servers", service::text_value(), asked.servers, "Their URL.");
  settings.add("streams", service::integer_value(1, 1'000), asked.streams, "Written in turn.");
  settings.add("record_bytes", service::integer_value(9, 1'000'000), asked.record_bytes,
               "Of each.");
  settings.add("outstanding", service::integer_value(1, 10'000'000), asked.outstanding,
               "How many records wait for their answers at most.");
  settings.add("rate", service::integer_value(1, 100'000'000), asked.rate,
               "Records a second; none: as fast as it goes.");
  settings.add("warm_up", service::duration_value(0s, 1h), asked.warm_up, "Before it counts.");
  settings.add("seconds", service::integer_value(1, 86'400), asked.seconds, "How long it counts.");
  TRY_ASSIGN(auto text, service::load(settings, input));
  if (text) {
    cli::print(*text);
    return service::kDone;
  }
  auto load = std::make_unique<NatsLoad>(asked);
  TRY(load->run());
  cli::print(load->text());
  return service::kDone;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  using namespace usher;
  auto code = bench::run({.arguments = {argv + 1, argv + argc}, .environment = {}});
  return code ? *code : service::report(code.error());
}
