#include <gtest/gtest.h>

#include <keys/prf12.hpp>
#include <keys/schedule13.hpp>

namespace handfast::keys {
namespace {

// RFC 8446 section 7.1: without a pre-shared key zeros stand in its place, as long as the hash.
TEST(Schedule13, NoPskIsAPskOfZeros) {
  const Buffer shared(32, 7);
  for (auto prf : {catalog::Prf::sha256, catalog::Prf::sha384}) {
    const Buffer zeros(crypto::digest_size(hash_of(prf)), 0);
    auto none = EarlySecret(prf).mix(shared), of_zeros = EarlySecret(prf, zeros).mix(shared);
    auto ours = none.client_handshake_traffic(zeros), expected = of_zeros.client_handshake_traffic(zeros);
    EXPECT_EQ(Buffer(ours.view().begin(), ours.view().end()), Buffer(expected.view().begin(), expected.view().end()));
  }
}

}  // namespace
}  // namespace handfast::keys
