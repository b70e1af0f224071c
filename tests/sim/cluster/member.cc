#include "tests/sim/cluster/member.h"

#include <fmt/format.h>

namespace usher::clusters {

Member::Member(World& world, std::string name, Random random)
    : world_(world), name_(std::move(name)), random_(random) {}

void Member::start() {
  if (is_up()) return;
  ++lives_;
  host_ = std::make_unique<Host>(world_, name_, random_.stream(fmt::format("life {}", lives_)));
  join();
}

// As soon as there is what the app reads.
void Member::join() {
  host_->cluster().refresh(1s, [this](const Result<client::MetadataPtr>& known) {
    const wire::TopicInfo* topic = nullptr;
    const wire::SpaceInfo* space = nullptr;
    if (known) {
      if (auto found = client::find_space(**known, kAppSpace)) space = *found;
      if (space)
        if (auto found = client::find_topic(*space, kAppTopic)) topic = *found;
    }
    if (!topic) return host_->after(200ms, [this] { join(); });
    app_ = std::make_unique<client::AppReader>(
        host_->cluster(),
        client::AppReaderOptions{.app = std::string(kApp),
                                 .space = space->id,
                                 .topics = {topic->id},
                                 .patience = random_.between(3s, 20s)},
        handler());
  });
}

void Member::kill() {
  app_.reset();
  host_.reset();
}

void Member::freeze(Duration time) {
  if (is_up()) host_->scheduler().freeze(time);
}

void Member::leave(Duration pause) {
  if (app_) app_->leave([this, pause] { end_soon("left", pause); });
}

// Not inside a callback of the reader. Whatever made it end, it is started again.
void Member::end_soon(std::string_view why, Duration pause) {
  world_.witness().trace(fmt::format("{} ends: {}", name_, why));
  world_.scheduler().post([this, life = lives_] {
    if (life == lives_) kill();
  });
  world_.scheduler().after(pause, [this, life = lives_] {
    if (life == lives_) start();
  });
}

Offset Member::on_records(const client::ReadRecords& records) {
  ++world_.histories().operations;
  return records.batch().header().end_offset();
}

void Member::on_failed(const Error& why) { end_soon(why.text(), 100ms); }

}  // namespace usher::clusters
