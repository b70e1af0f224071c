// What one side says to the other: an envelope, and bytes beside it. Requests, answers and one-way
// messages are all made of it.
#pragma once

#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/envelope.h"
#include "proto/wire/frame.h"

namespace usher::net {

struct Message {
  wire::Envelope envelope;
  std::vector<Buffer> payload;
};

wire::Frame frame_of(wire::FrameType type, RequestId request, Message message);
// ENVELOPE_MALFORMED; for an envelope that is a Failure, its error.
Result<Message> message_of(wire::Frame frame);

// The first frame of each side.
wire::Frame hello_frame(const wire::Hello& hello);
wire::Frame failed_hello_frame(const Error& why);
// What both sides can do, given the first frame that came: FRAME_MALFORMED where it is no hello,
// else as wire::agree says, or the error that came in its place.
Result<uint64_t> take_hello(const wire::Hello& ours, wire::Frame first);

}  // namespace usher::net
