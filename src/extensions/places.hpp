// places.hpp: the messages that an extension may stand in.
#pragma once

#include <cstdint>

namespace handfast::extensions {

enum class Place : uint8_t {
  client_hello,
  server_hello,
  hello_retry_request,
  encrypted_extensions,
  certificate_entry,
  certificate_request,
  new_session_ticket,
};

}  // namespace handfast::extensions
