// Where mutation starts: one of everything the formats can say.
#pragma once

#include <vector>

#include "proto/base/bytes.h"

namespace usher::fuzz {

std::vector<Buffer> sample_frames();
std::vector<Buffer> sample_batches();
// As seats_property() takes them.
std::vector<Buffer> sample_seats_records();

// Makes the checksums and hashes of a damaged sample right again, as far as its lengths lead to
// them, so that what lies behind them is reached too.
void mend_frame(MutableBytes bytes);
void mend_batch(MutableBytes bytes);
// They have no checksums.
inline void mend_nothing(MutableBytes) {}

}  // namespace usher::fuzz
