#include "processors/state/store.h"

namespace usher::state {

void Store::prefix(std::string_view prefix, const Visit& visit) const {
  range(prefix, "", [&](std::string_view key, std::string_view value) {
    return key.starts_with(prefix) && visit(key, value);
  });
}

}  // namespace usher::state
