// Who makes the events and changes them while they are sold: more sections, seats blocked and
// released, the sale closed and opened again, another limit; and the same event made once more,
// which must not give a sold seat back.
#pragma once

#include <functional>

#include "tests/faults/seats/buyer.h"

namespace usher::faults {

class Organiser {
 public:
  // Stage and booking outlive it.
  Organiser(Stage& stage, booking::Booking& booking, const Clock& clock, Random random)
      : stage_(stage), booking_(booking), clock_(clock), random_(random) {}

  // Until every event is made; then `made`.
  void make_all(Callback made);
  void start() { later(); }
  bool is_idle() const { return waiting_ == 0; }
  // Of commands that were answered.
  uint64_t changes() const { return changes_; }

 private:
  void make(size_t number, Callback made);
  void later();
  void change();
  booking::EventWhat draw(OnSale& event);
  using Done = std::move_only_function<void(const Answer&)>;
  void send(const OnSale& event, std::string_view what, booking::EventWhat change, Done done);

  Stage& stage_;
  booking::Booking& booking_;
  const Clock& clock_;
  Random random_;
  size_t waiting_ = 0;
  uint64_t changes_ = 0;
  std::string name_;  // of the change that was drawn
  std::vector<seats::SectionSeats> blocked_;
  bool is_closed_ = false;
};

}  // namespace usher::faults
