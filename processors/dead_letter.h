// What becomes of a record, or timer, that cannot be processed: key and value as they were, with
// headers that say why and where it stands, in the app's topic for dead letters, inside the step.
#pragma once

#include "processors/input_queue.h"
#include "processors/step_draft.h"
#include "processors/timers.h"

namespace usher::processors {

// Names of its headers; those of the record itself follow.
constexpr std::string_view kDeadReason = "usher-reason";  // the error's code
constexpr std::string_view kDeadDetail = "usher-detail";
constexpr std::string_view kDeadTopic = "usher-topic";  // its id
constexpr std::string_view kDeadOffset =
    "usher-offset";  // of the record; of a timer, what made it due
constexpr std::string_view kDeadTimer = "usher-timer";  // the processor whose timer it was

// A value that leaves no room for the headers stays where it is, in the log.
void add_dead_letter(StepDraft& draft, TopicId dead_letters, const Input& input, const Error& why);
void add_dead_timer(StepDraft& draft, TopicId dead_letters, const Timers::Due& due,
                    const Origin& origin, const Error& why);

}  // namespace usher::processors
