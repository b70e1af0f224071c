// `_system` partition 0 as the controller sees it: committed batches in their order, and a way to
// append. One Scheduler's thread.
#pragma once

#include "broker/controller/controller.h"
#include "broker/server/replicas.h"

namespace usher::server {

constexpr journal::PartitionKey kSystemKey{.space = controller::kSystemSpace,
                                           .partition = controller::kSystemPartition};

class SystemLog final : public controller::ControllerLog {
 public:
  SystemLog(Scheduler& scheduler, Log log, Replicas& replicas)
      : scheduler_(scheduler), log_(std::move(log)), replicas_(replicas) {}
  ~SystemLog() override { *alive_ = false; }
  SystemLog(const SystemLog&) = delete;
  SystemLog& operator=(const SystemLog&) = delete;

  // The partition is open: everything committed goes to the controller, from the first batch on.
  void feed(controller::Controller& controller);

  bool leads() const;
  // None: another does, or nobody.
  std::optional<Term> term_led() const;
  Result<void> may_decide() const override;
  // Weaker: it leads and knows all that was decided before it; what it decided last may be missing.
  Result<void> may_answer() const;
  void append(wire::Batch batch, Appended appended) override;

 private:
  partition::Partition* partition() const { return replicas_.find(kSystemKey); }
  void read_on();
  void read_again(const Error& why);

  Scheduler& scheduler_;
  Log log_;
  Replicas& replicas_;
  controller::Controller* controller_ = nullptr;
  bool is_unreadable_ = false;  // at the last attempt
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server
