// A reservation as the API's JSON has it, told to a person or a script, with the exit code that
// goes with it: the same whether it came from the cluster or from a gateway.
#pragma once

#include <string_view>

namespace usher::cli {

// 0; where it is REJECTED 3, PENDING 5. `shows`: it was only asked for, and what it is is no
// failure.
int told(std::string_view reservation_json, bool as_json, bool shows = false);

}  // namespace usher::cli
