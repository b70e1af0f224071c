#include "proto/net/message.h"

namespace usher::net {

wire::Frame frame_of(wire::FrameType type, RequestId request, Message message) {
  return {.type = type,
          .request = request,
          .envelope = wire::encode_envelope(message.envelope),
          .payload = std::move(message.payload)};
}

Result<Message> message_of(wire::Frame frame) {
  TRY_ASSIGN(wire::Envelope envelope, wire::decode_envelope(frame.envelope));
  if (auto* failure = std::get_if<wire::Failure>(&envelope)) return fail(std::move(failure->error));
  return Message{std::move(envelope), std::move(frame.payload)};
}

wire::Frame hello_frame(const wire::Hello& hello) {
  return frame_of(wire::FrameType::kHello, RequestId(0), {hello, {}});
}

wire::Frame failed_hello_frame(const Error& why) {
  return frame_of(wire::FrameType::kHello, RequestId(0), {wire::Failure{why}, {}});
}

Result<uint64_t> take_hello(const wire::Hello& ours, wire::Frame first) {
  if (first.type != wire::FrameType::kHello)
    return fail(ErrorCode::FRAME_MALFORMED, "the first frame is not a hello");
  TRY_ASSIGN(Message message, message_of(std::move(first)));
  auto* theirs = std::get_if<wire::Hello>(&message.envelope);
  if (!theirs) return fail(ErrorCode::FRAME_MALFORMED, "the first frame holds no hello");
  return wire::agree(ours, *theirs);
}

}  // namespace usher::net
