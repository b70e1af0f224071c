// Records and stores of a Cap'n Proto type, for an app whose topics have a schema: no field is
// copied by hand. A record that is not of its type is a record that fails: it goes to the dead
// letters with the reason RECORD_MALFORMED, and the partition goes on.
//
//     class Count : public TypedProcessor<Click> {
//       void init(Context& context) override { counts_.emplace(context.store("counts")); }
//       Result<void> process(std::string_view key, Click::Reader click, Context& context) override;
//       std::optional<TypedStore<ClickCount>> counts_;
//     };
//
// What is sent on is a value's bytes: context.forward({.key = key, .value = count.bytes()}).
#pragma once

#include "processors/processor.h"
#include "proto/records/value.h"

namespace usher::processors {

// Of a source whose records have a key and a value of the type. One that has to look at headers, at
// records without a key, or at several types, is a Processor and reads values by itself.
template <class Type>
class TypedProcessor : public Processor {
 public:
  virtual Result<void> process(std::string_view key, typename Type::Reader value,
                               Context& context) = 0;

  Result<void> process(const Message& message, Context& context) final {
    if (!message.key || !message.value)
      return fail(ErrorCode::RECORD_MALFORMED, "a record without key or value");
    TRY_ASSIGN(records::Value<Type> value, records::Value<Type>::read(*message.value));
    return process(*message.key, value->asReader(), context);
  }
};

// A store whose entries are of the type. A small value, as the store that it looks into.
template <class Type>
class TypedStore {
 public:
  using Value = records::Value<Type>;

  explicit TypedStore(state::Store store) : store_(store) {}

  Result<std::optional<Value>> get(std::string_view key) const {
    auto bytes = store_.get(key);
    if (!bytes) return std::nullopt;
    TRY_ASSIGN(Value value, Value::read(*bytes));
    return value;
  }
  // Where there is none, an empty one.
  Result<Value> get_or_empty(std::string_view key) const {
    TRY_ASSIGN(std::optional<Value> value, get(key));
    return value ? *std::move(value) : Value();
  }
  void put(std::string_view key, const Value& value) { store_.put(key, value.bytes()); }
  void erase(std::string_view key) { store_.erase(key); }

 private:
  state::Store store_;
};

}  // namespace usher::processors
