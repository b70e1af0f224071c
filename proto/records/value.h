// A value of a schema's type, in hand: made empty, or read from bytes; its fields read and set; and
// written as bytes. For whoever works with the schema itself, and keeps no plain values beside it.
//
//     TRY_ASSIGN(auto count, records::Value<MinuteCount>::read(bytes));
//     count->setCount(count->getCount() + 1);
//     std::string again = count.bytes();
#pragma once

#include <memory>

#include "proto/records/message.h"

namespace usher::records {

template <class Type>
class Value {
 public:
  Value() : Value(std::make_unique<capnp::MallocMessageBuilder>(kFirstWords)) {}

  // All of it is looked at here: nothing that is read of it later can fail.
  static Result<Value> read(std::string_view bytes) {
    return unpacked<Type>(bytes, [](typename Type::Reader from) -> Result<Value> {
      auto message = std::make_unique<capnp::MallocMessageBuilder>(kFirstWords);
      message->setRoot(from);
      return Value(std::move(message));
    });
  }

  typename Type::Builder* operator->() { return &root_; }
  typename Type::Builder& operator*() { return root_; }
  std::string bytes() const { return packed(*message_); }

 private:
  static constexpr unsigned kFirstWords = 32;
  explicit Value(std::unique_ptr<capnp::MallocMessageBuilder> message)
      : message_(std::move(message)), root_(message_->template getRoot<Type>()) {}

  std::unique_ptr<capnp::MallocMessageBuilder> message_;
  typename Type::Builder root_;
};

}  // namespace usher::records
