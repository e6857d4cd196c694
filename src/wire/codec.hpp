// codec.hpp: whole messages from and to bytes.
#pragma once

#include <wire/reader.hpp>
#include <wire/writer.hpp>

namespace handfast::wire {

/// What suite and version say about the fields of a message; most messages have one shape.
struct OneShape {};
template <class M>
struct ShapeOf {
  using type = OneShape;
};
template <class M>
  requires requires { typename M::Shape; }
struct ShapeOf<M> {
  using type = typename M::Shape;
};

template <class M>
Result<M> decode(Bytes in, const typename ShapeOf<M>::type& shape = {}) {
  Reader reader(in);
  M message;
  if constexpr (requires { message.set_shape(shape); }) message.set_shape(shape);
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
