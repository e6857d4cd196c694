// binder.hpp: the hash that a pre-shared key's binder is over (RFC 8446 section 4.2.11.2).
#pragma once

#include <crypto/hash.hpp>
#include <extensions/pre_shared_key.hpp>

namespace handfast {

/// Bytes of the list of binders, its length included: what the ClientHello is truncated by.
inline size_t size_of_binders(const extensions::OfferedPsks& psks) { return 2 + psks.binders.wire.size(); }

/// Over the messages before this hello and the hello without its binders.
crypto::Digest truncated_hash(crypto::HashAlgorithm algorithm, Bytes messages_before, Bytes truncated_hello);

}  // namespace handfast
