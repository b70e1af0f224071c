#include "tests/faults/seats/organiser.h"

#include <fmt/format.h>

#include "client/gateway/problem.h"

namespace usher::faults {
namespace {

constexpr size_t kSectionsMax = 30;  // of an event

}  // namespace

void Organiser::make_all(Callback made) { make(0, std::move(made)); }

void Organiser::make(size_t number, Callback made) {
  if (number == stage_.sale.events().size()) return made();
  const OnSale& event = stage_.sale.events()[number];
  send(event, "create", event.made,
       [this, number, made = std::move(made)](const Answer& answer) mutable {
         make(number + (answer.status == 200 ? 1 : 0), std::move(made));
       });
}

void Organiser::later() {
  if (stage_.is_over) return;
  stage_.scheduler.after(random_.between(300ms, 1500ms), [this] {
    if (!stage_.is_over) change();
  });
}

void Organiser::change() {
  OnSale& event = stage_.sale.events()[random_.below(stage_.sale.events().size())];
  booking::EventWhat what = draw(event);
  send(event, name_, std::move(what), [this](const Answer&) { later(); });
}

booking::EventWhat Organiser::draw(OnSale& event) {
  uint64_t kind = is_closed_ ? 7 : random_.below(10);
  if (kind < 4 && event.sections.size() < kSectionsMax) {
    name_ = "add-section";
    seats::SectionShape shape{.name = fmt::format("S{}", event.sections.size()),
                              .rows = static_cast<uint16_t>(random_.between(1, 3)),
                              .seats_per_row = static_cast<uint16_t>(random_.between(2, 9))};
    // Asked for from now on, whether it is there already or not.
    event.sections.push_back(shape);
    return seats::AddSection{shape};
  }
  const seats::SectionShape& section = event.sections[random_.below(event.sections.size())];
  switch (kind) {
    case 5:
      name_ = "release";
      if (!blocked_.empty()) return seats::ReleaseSeats{{blocked_[random_.below(blocked_.size())]}};
      [[fallthrough]];
    case 4:
      name_ = "block";
      blocked_.push_back({.section = section.name, .seats = {Sale::draw_seat(section, random_)}});
      return seats::BlockSeats{{blocked_.back()}};
    case 6:
    case 7: {
      name_ = "alter";
      is_closed_ = !is_closed_;
      seats::AlterEvent alter;
      alter.closes_at = is_closed_ ? std::optional(clock_.wall()) : std::nullopt;
      return alter;
    }
    case 8: {
      name_ = "alter";
      seats::AlterEvent alter;
      alter.limit_per_user = static_cast<uint32_t>(random_.between(4, 9));
      return alter;
    }
    default:
      name_ = "create";
      return event.made;
  }
}

void Organiser::send(const OnSale& event, std::string_view what, booking::EventWhat change,
                     Done done) {
  ++waiting_;
  cli::JsonObject asked;
  asked.text("op", what).text("via", "native").text("event", event.event);
  uint64_t number = stage_.history.begin(std::move(asked));
  auto changed = [this, number,
                  done = std::move(done)](Result<booking::EventChanged> result) mutable {
    Answer answer{.status = 200};
    if (result)
      answer.code = name_of(result->became.outcome);
    else
      answer = {.status = gateway::problem_of(result.error()).status,
                .code = std::string(result.error().name())};
    changes_ += result.has_value();
    stage_.history.end(number, answer);
    --waiting_;
    done(answer);
  };
  booking_.change_event(event.event, std::move(change), {}, std::move(changed));
}

}  // namespace usher::faults
