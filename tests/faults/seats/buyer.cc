#include "tests/faults/seats/buyer.h"

#include <fmt/format.h>

namespace usher::faults {
namespace {

constexpr uint64_t kTries = 30;
constexpr size_t kOldMax = 16;
constexpr auto kLookFor = std::chrono::seconds(3);

}  // namespace

void Buyer::later(Duration from, Duration to, void (Buyer::*act)()) {
  if (stage_.is_over) return;
  stage_.scheduler.after(random_.between(from, to), [this, act] {
    if (!stage_.is_over) (this->*act)();
  });
}

cli::JsonObject Buyer::line(std::string_view what, const Way& way) const {
  cli::JsonObject line;
  line.text("op", what).number("client", number_).text("via", way.name());
  return line;
}

Way::Told Buyer::noted(cli::JsonObject asked, std::move_only_function<void(const Answer&)> then) {
  ++waiting_;
  return [this, number = stage_.history.begin(std::move(asked)),
          then = std::move(then)](Answer answer) mutable {
    stage_.history.end(number, answer);
    --waiting_;
    then(answer);
  };
}

void Buyer::next() {
  tries_ = 0;
  if (!old_.empty() && random_.chance(1, 6))
    wish_ = old_[random_.below(old_.size())];
  else
    wish_ = stage_.sale.draw(number_, wishes_++, random_);
  ask();
}

void Buyer::ask() {
  id_.clear();
  unheard_ = false;
  Way& way = any_way();
  bool also_other = wish_.key && random_.chance(1, 25);
  bool twice = random_.chance(1, 5);
  send(wish_, way);
  if (twice) send(wish_, any_way());
  if (also_other) send(Sale::altered(wish_), any_way());
}

void Buyer::send(const Request& request, Way& way) {
  cli::JsonObject asked = line("reserve", way);
  asked.text("event", request.event)
      .text("section", request.what.section)
      .text("user", request.what.user)
      .number("count", request.what.count)
      .truth("split", request.what.split);
  std::vector<std::string> names;
  for (seats::Seat seat : request.what.seats)
    names.push_back(seat_name(request.what.section, seat));
  if (!names.empty()) asked.raw("seats", cli::json_texts(names));
  if (request.key)
    asked.text("key", *request.key)
        .text("id", seats::make_keyed_id(request.event, request.what.user, *request.key).text());
  way.reserve(request, noted(std::move(asked), [this](const Answer& answer) {
                if (answer.names_reservation()) id_ = answer.id;
                unheard_ |= answer.is_no_answer();
                if (waiting_ == 0) asked_all();
              }));
}

void Buyer::asked_all() {
  if (!id_.empty()) {
    tries_ = 0;
    is_last_look_ = false;
    return look();
  }
  if (unheard_ && wish_.key && ++tries_ < kTries) return later(20ms, 500ms, &Buyer::ask);
  rest();
}

void Buyer::look() {
  Way& way = any_way();
  cli::JsonObject asked = line("show", way);
  asked.text("id", id_);
  way.show(id_, kLookFor,
           noted(std::move(asked), [this](const Answer& answer) { looked(answer); }));
}

void Buyer::looked(const Answer& answer) {
  bool decided = answer.status == 200 && answer.state != "PENDING";
  if (!decided && ++tries_ < kTries) return later(20ms, 300ms, &Buyer::look);
  if (!decided || is_last_look_ || answer.state != "CONFIRMED") return rest();
  // Late enough, now and then, to race with the end of the hold.
  if (random_.chance(1, 6)) return later(700ms, 3s, &Buyer::settle);
  settle();
}

void Buyer::settle() {
  using booking::Settling;
  tries_ = 0;
  is_last_look_ = true;
  switch (random_.below(10)) {
    case 0:
      return pay_or_cancel(Settling::kPay, any_way());
    case 1:
      pay_or_cancel(Settling::kPay, any_way());
      return pay_or_cancel(random_.chance(1, 2) ? Settling::kPay : Settling::kCancel, any_way());
    case 2:
      pay_or_cancel(Settling::kCancel, any_way());
      return pay_or_cancel(Settling::kCancel, any_way());
    case 3:
    case 4:
    case 5:
      return pay_or_cancel(Settling::kCancel, any_way());
    default:
      return rest();
  }
}

void Buyer::pay_or_cancel(booking::Settling what, Way& way) {
  cli::JsonObject asked = line(what == booking::Settling::kPay ? "pay" : "cancel", way);
  asked.text("id", id_);
  way.settle(id_, what, noted(std::move(asked), [this](const Answer& answer) {
               unheard_ |= answer.is_no_answer();
               if (waiting_ == 0) settled();
             }));
}

void Buyer::settled() {
  // Paying what is paid, and cancelling what is cancelled, does no harm: until it is heard of.
  if (std::exchange(unheard_, false) && ++tries_ < kTries && random_.chance(3, 4))
    return later(20ms, 500ms, &Buyer::settle);
  look();
}

void Buyer::rest() {
  if (wish_.key && old_.size() < kOldMax)
    old_.push_back(wish_);
  else if (wish_.key)
    old_[random_.below(kOldMax)] = wish_;
  later(50ms, 400ms, &Buyer::next);
}

}  // namespace usher::faults
