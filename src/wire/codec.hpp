// codec.hpp: whole messages from and to bytes.
#pragma once

#include <wire/reader.hpp>
#include <wire/writer.hpp>

namespace handfast::wire {

template <class M>
Result<M> decode(Bytes in) {
  Reader reader(in);
  M message;
  M::visit(message, reader);
  if (auto why = reader.fault()) return fail(*why);
  return message;
}

/// Appends the message to `out`.
template <class M>
Result<> encode(const M& message, Buffer& out) {
  Writer writer(out);
  M::visit(message, writer);
  if (auto why = writer.fault()) return fail(*why);
  return {};
}

}  // namespace handfast::wire
