// raw_hello.hpp: a ClientHello or ServerHello taken apart, so that a test can put it together wrongly.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "link_pair.hpp"

namespace handfast::support {

struct RawHello {
  Kind kind;
  Buffer head;   ///< all before the extensions
  std::vector<std::pair<uint16_t, Buffer>> extensions;
  Buffer tail;   ///< bytes that do not belong there

  template <class Hello>
  explicit RawHello(const Hello& hello) : kind(Hello::kind) {
    Buffer body;
    static_cast<void>(wire::encode(hello, body));
    wire::Reader reader(body);
    reader.take(34);
    reader.block(0, 32);
    if constexpr (std::is_same_v<Hello, messages::ClientHello>) {
      reader.block(0, 65535);
      reader.block(0, 255);
    } else {
      reader.take(3);
    }
    Bytes rest = reader.rest();
    head.assign(body.begin(), body.end() - static_cast<std::ptrdiff_t>(rest.size()));
    wire::Reader block(rest.subspan(std::min<size_t>(2, rest.size())));
    while (!block.empty()) {
      auto type = static_cast<uint16_t>(block.uint(2));
      auto data = block.block(0, 65535);
      extensions.emplace_back(type, Buffer(data.begin(), data.end()));
    }
  }

  void remove(uint16_t type) {
    std::erase_if(extensions, [&](const auto& extension) { return extension.first == type; });
  }
  void set(uint16_t type, Buffer data) {
    remove(type);
    extensions.emplace_back(type, std::move(data));
  }

  WireMessage message() const {
    Buffer block;
    auto put = [&](size_t number, Buffer& out) {
      out.push_back(static_cast<uint8_t>(number >> 8));
      out.push_back(static_cast<uint8_t>(number));
    };
    for (const auto& [type, data] : extensions) {
      put(type, block);
      put(data.size(), block);
      block.insert(block.end(), data.begin(), data.end());
    }
    Buffer body = head;
    put(block.size(), body);
    body.insert(body.end(), block.begin(), block.end());
    body.insert(body.end(), tail.begin(), tail.end());
    auto n = body.size();
    Buffer whole{handshake_type(kind), static_cast<uint8_t>(n >> 16), static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)};
    whole.insert(whole.end(), body.begin(), body.end());
    return {kind, "hello", whole};
  }
};

}  // namespace handfast::support
