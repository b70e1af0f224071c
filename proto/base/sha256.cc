#include "proto/base/sha256.h"

#include <openssl/evp.h>

#include "proto/base/check.h"

namespace usher {
namespace {

// Fetching the algorithm takes OpenSSL 3 about a microsecond, more than hashing a small header.
// Each thread keeps one context that has it; a context holds nothing from one hash to the next.
struct Context {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Context() { CHECK(context && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1); }
  ~Context() { EVP_MD_CTX_free(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

}  // namespace

Sha256 sha256(std::initializer_list<Bytes> pieces) {
  thread_local Context kept;
  CHECK(EVP_DigestInit_ex(kept.context, nullptr, nullptr) == 1);
  for (Bytes piece : pieces) CHECK(EVP_DigestUpdate(kept.context, piece.data(), piece.size()) == 1);
  Sha256 hash;
  unsigned length = 0;
  CHECK(EVP_DigestFinal_ex(kept.context, reinterpret_cast<unsigned char*>(hash.value.data()),
                           &length) == 1);
  CHECK(length == hash.value.size());
  return hash;
}

}  // namespace usher
