#include "tests/sim/money/carriers.h"

#include <fmt/format.h>

#include "tests/sim/money/bank_app.h"

namespace usher::sim {

class Carriers::Carrier final : public processors::LinkDestination {
 public:
  Carrier(Carriers& of, MemberId member, Random random)
      : of_(of), member_(member), random_(random) {}

  void start() {
    if (link_) return;
    Random own = random_.stream(fmt::format("life {}", ++lives_));
    reads_ = std::make_unique<PartitionClient>(of_.from_, own.stream("reads"));
    sends_ = std::make_unique<PartitionClient>(of_.to_, own.stream("sends"));
    link_ = std::make_unique<processors::LinkTask>(
        of_.from_.world(), *reads_, *this, of_.shape_,
        processors::LinkOptions{
            .app = kBankLink, .member = member_, .space = of_.from_.space(), .partition = {}},
        Log(std::make_shared<MemoryLogSink>(), {.level = LogLevel::kError},
            of_.from_.world().clock()));
    link_->on_over([this] { link_is_over(); });
    link_->stand_by();
  }
  void crash() {
    link_.reset();
    reads_.reset();
    sends_.reset();
  }
  void own(Epoch epoch) {
    if (!link_ || link_->phase() != processors::Phase::kStandby) {
      crash();
      start();
    }
    link_->own(epoch);
  }
  void close() {
    if (link_) link_->close();
  }
  const processors::LinkTask* link() const { return link_.get(); }

  // One partition on either side.
  TopicId topic() const override { return kArrived; }
  PartitionId partition_of(std::string_view) const override { return {}; }
  processors::PartitionLog& log(PartitionId) override { return *sends_; }

 private:
  // Somebody else owns it now. One that cannot go on is what we look for.
  void link_is_over() {
    if (link_->phase() == processors::Phase::kStopped)
      of_.from_.witness().violate(fmt::format("a link stopped: {}", link_->failure()->text()));
    of_.from_.witness().trace(fmt::format("link of {} over", member_.value()));
    crash();
    start();
  }

  Carriers& of_;
  MemberId member_;
  Random random_;
  std::unique_ptr<PartitionClient> reads_;
  std::unique_ptr<PartitionClient> sends_;
  std::unique_ptr<processors::LinkTask> link_;
  uint64_t lives_ = 0;
};

Carriers::Carriers(Cluster& from, Cluster& to, Random random)
    : from_(from), to_(to), random_(random), shape_(bank_link()) {
  for (uint64_t i = 1; i <= 2; ++i)
    carriers_.push_back(std::make_unique<Carrier>(*this, MemberId(100 + i),
                                                  random_.stream(fmt::format("carrier {}", i))));
}

Carriers::~Carriers() = default;

void Carriers::own(Carrier& carrier) { carrier.own(Epoch(++epochs_)); }

void Carriers::begin() {
  for (auto& carrier : carriers_) carrier->start();
  own(*carriers_[0]);
  plan_fault();
}

void Carriers::plan_fault() {
  from_.world().after(random_.between(50ms, 3s), [this] {
    if (healing_) return;
    inject();
    plan_fault();
  });
}

void Carriers::inject() {
  Carrier& one = *carriers_[random_.below(carriers_.size())];
  Duration away = random_.between(50ms, 2s);
  switch (random_.below(3)) {
    case 0:  // the present owner does not know
      own(one);
      break;
    case 1:
      ++deaths_;
      one.crash();
      own(*carriers_[random_.below(carriers_.size())]);
      from_.world().after(away, [&one] { one.start(); });
      break;
    default:
      one.close();
      from_.world().after(away, [this, &one] {
        if (!healing_) own(one);
      });
  }
}

void Carriers::heal() {
  healing_ = true;
  for (auto& carrier : carriers_) carrier->start();
  own(*carriers_[0]);
}

bool Carriers::is_at_rest() {
  const processors::LinkTask* link = carriers_[0]->link();
  Replica* leader = from_.leader();
  return link && leader && link->is_idle() && link->scanned() == leader->partition().tail().end();
}

std::string Carriers::unrest() {
  const processors::LinkTask* link = carriers_[0]->link();
  if (!link) return "the link is down";
  return fmt::format("the link is {}, at {} of {}", name_of(link->phase()),
                     link->position().value(), link->scanned().value());
}

}  // namespace usher::sim
