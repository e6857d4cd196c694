// secrets.hpp: memcheck as a watch over secrets: bytes that it takes for undefined. It complains of every branch and every
// place in memory that depends on them.
#pragma once

#include <valgrind/memcheck.h>

#include <handfast/result.hpp>

namespace handfast::constant_time {

inline void make_secret(Bytes bytes) { (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size()); }
inline void make_public(Bytes bytes) { (void)VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size()); }

inline Buffer secret(Buffer bytes) {
  make_secret(bytes);
  return bytes;
}

/// A copy that may be looked at.
inline Buffer revealed(Bytes bytes) {
  Buffer copy(bytes.begin(), bytes.end());
  make_public(copy);
  return copy;
}

/// How often memcheck has complained so far.
inline unsigned complaints() { return VALGRIND_COUNT_ERRORS; }

/// Ends the program when what was computed is wrong: a check of the wrong computation says nothing.
void require(bool right, const char* what);

/// Runs one check; memcheck must not complain meanwhile.
void check(const char* name, void (*run)());
/// The opposite, for functions that leak on purpose: that memcheck would find it.
void check_is_caught(const char* name, void (*run)());

void check_mlkem();
void check_cbc();
void check_rsa_premaster();
void check_finished();
void check_binder();
void check_tickets();
void check_aead();
void check_exporter();

}  // namespace handfast::constant_time
