// recent.hpp: a bounded map from SHA-256 values; the least recently used entry leaves first.
#pragma once

#include <array>
#include <crypto/hash.hpp>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace handfast::crypto {

using Fingerprint = std::array<uint8_t, 32>;

/// Thread-safe. A value is cheap to copy.
template <class Value>
class Recent {
 public:
  explicit Recent(size_t limit) : limit_(limit) {}

  std::optional<Value> find(const Fingerprint& fingerprint) {
    std::lock_guard lock(mutex_);
    const auto found = index_.find(fingerprint);
    if (found == index_.end()) return {};
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  /// Takes the place of an older value.
  void keep(const Fingerprint& fingerprint, Value value) {
    if (limit_ == 0) return;
    std::list<Entry> added;
    added.push_back({fingerprint, std::move(value)});
    std::lock_guard lock(mutex_);
    if (const auto found = index_.find(fingerprint); found != index_.end()) {
      drop(found->second);
    } else if (entries_.size() >= limit_) {
      drop(std::prev(entries_.end()));
    }
    index_.emplace(fingerprint, added.begin());
    entries_.splice(entries_.begin(), added);
  }

  void forget_all() {
    std::lock_guard lock(mutex_);
    index_.clear();
    entries_.clear();
  }

  size_t size() const {
    std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    Fingerprint fingerprint;
    Value value;
  };
  struct FirstBytes {
    size_t operator()(const Fingerprint& fingerprint) const {
      size_t value = 0;
      std::memcpy(&value, fingerprint.data(), sizeof value);
      return value;
    }
  };
  using Place = typename std::list<Entry>::iterator;
  void drop(Place entry) {
    index_.erase(entry->fingerprint);
    entries_.erase(entry);
  }

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<Fingerprint, Place, FirstBytes> index_;
  size_t limit_;
};

}  // namespace handfast::crypto
