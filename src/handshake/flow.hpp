// flow.hpp: a handshake is a coroutine that reads like the flow diagram of its RFC.
//
//   auto hello = co_await expect<ServerHello>();               exactly this message, or the handshake ends
//   auto proof = co_await expect<CertificateVerify>(shape);    the same, where version or suite say what is in it
//   auto request = co_await maybe<CertificateRequest>();       this message if it is the next one
//   auto chain = co_await either<Certificate13, Compressed>(); one of these two, as a variant
//   auto chain = co_await verify_server(...);                  a Result: its value, or the handshake ends with its error
//   auto signature = co_await sign(...);                       an answer that may come later
//   co_return client12(...);                                   go on as another handshake
//
// Every incoming message passes through offer(): the one place that refuses what the handshake does not wait for, decodes
// what it does, adds it to the transcript and traces it. A fault destroys the frame as soon as the resume that found it
// returns. `co_await` stands alone as the initialiser of one named local or as a statement: g++ 12 destroys twice otherwise.
#pragma once

#include <variant>

#include <handshake/link.hpp>

namespace handfast {

/// Proof that the peer's Finished was right; only its verifier makes one.
class FinishedVerified {
  FinishedVerified() = default;
  friend Result<FinishedVerified> verify_finished(Bytes expected, Bytes received);
};
/// Fault::finished_invalid.
Result<FinishedVerified> verify_finished(Bytes expected, Bytes received);

/// The end of a handshake: only a verified Finished leads there.
struct Complete {
  explicit Complete(const FinishedVerified&) {}
};

/// The end of what a client does after the handshake: nothing more is proved by it.
struct Answered {};

template <class M>
struct Expect {
  typename wire::ShapeOf<M>::type shape;
};
template <class M>
struct Maybe {
  typename wire::ShapeOf<M>::type shape;
};
template <class A, class B>
struct Either {};
template <class M>
Expect<M> expect(typename wire::ShapeOf<M>::type shape = {}) {
  return {shape};
}
template <class M>
Maybe<M> maybe(typename wire::ShapeOf<M>::type shape = {}) {
  return {shape};
}

template <class A, class B>
Either<A, B> either() {
  return {};
}

/// What is here at once, or asked for elsewhere: a signature, a key.
struct Asked {
  Result<Buffer> now;
  std::function<void(uint64_t token)> ask{};
  Fault refused = Fault::signing_failed;   ///< what an error for an answer means
};

class [[nodiscard]] Handshake {
 public:
  struct promise_type {
    Link& link;
    template <class... Rest>
    explicit promise_type(Link& l, Rest&&...) : link(l) {}

    Handshake get_return_object() { return Handshake{Handle::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }   // g++ 12 frees twice when an eager start throws
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(Complete) noexcept { link.done = true; }
    void return_value(Answered) noexcept { link.done = true; }
    void return_value(Handshake next);
    void unhandled_exception() noexcept { link.error = Error{fault_of_caught()}; }

    template <class T>
    struct Unwrap {
      Result<T> result;
      Link& link;
      bool await_ready() const noexcept { return result.has_value(); }
      void await_suspend(std::coroutine_handle<>) noexcept { link.error = std::move(result).error(); }
      T await_resume() {
        if constexpr (!std::is_void_v<T>) return *std::move(result);
      }
    };
    template <class T>
    Unwrap<T> await_transform(Result<T> result) {
      return {std::move(result), link};
    }

    template <class M, bool optional>
    struct Receive {
      Link& link;
      typename wire::ShapeOf<M>::type shape{};
      std::optional<Received<M>> message{};
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> frame) noexcept { link.waiting_ = {frame, this, offer}; }
      auto await_resume() {
        if constexpr (optional)
          return std::move(message);
        else
          return *std::move(message);
      }

      static Result<Taken> offer(void* self, Link& link, const Message& m) {
        if (m.kind != M::kind) {
          if constexpr (optional) return Taken::no;
          return fail(Fault::unexpected_message);
        }
        auto message = TRY(take<M>(link, m, static_cast<Receive*>(self)->shape));
        static_cast<Receive*>(self)->message = std::move(message);
        return Taken::yes;
      }
    };
    /// Decodes a message, adds it to the transcript and traces it.
    template <class M>
    static Result<Received<M>> take(Link& link, const Message& m, const typename wire::ShapeOf<M>::type& shape = {}) {
      if constexpr (requires { M::ends_flight; })
        if (link.reassembly.pending()) return fail(Fault::unexpected_message, {"the next one has begun before it was answered"});
      auto decoded = TRY(wire::decode<M>(m.body, shape));
      Received<M> message{std::move(decoded), {}, 0, m.with_header.size()};
      if constexpr (requires { M::checks_transcript; }) message.before = link.transcript.digest();
      message.messages_before = link.transcript.messages().size();
      if constexpr (content_type(M::kind) == ContentType::handshake) link.transcript.add(m.with_header);
      if (link.trace)
        link.trace(MessageEvent{Direction::received, M::name, static_cast<uint8_t>(content_type(M::kind)),
                                handshake_type(M::kind), m.body, wire::fields_of(static_cast<const M&>(message))});
      return message;
    }

    template <class A, class B>
    struct ReceiveEither {
      Link& link;
      std::variant<std::monostate, Received<A>, Received<B>> message{};
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> frame) noexcept { link.waiting_ = {frame, this, offer}; }
      std::variant<A, B> await_resume() {
        if (auto first = std::get_if<Received<A>>(&message)) return static_cast<A&&>(*first);
        return static_cast<B&&>(std::get<Received<B>>(message));
      }

      static Result<Taken> offer(void* self, Link& link, const Message& m) {
        auto& slot = static_cast<ReceiveEither*>(self)->message;
        if (m.kind == A::kind) {
          auto message = TRY(take<A>(link, m));
          slot = std::move(message);
        } else if (m.kind == B::kind) {
          auto message = TRY(take<B>(link, m));
          slot = std::move(message);
        } else {
          return fail(Fault::unexpected_message);
        }
        return Taken::yes;
      }
    };
    template <class M>
    Receive<M, false> await_transform(Expect<M> wanted) {
      return {link, wanted.shape};
    }
    template <class M>
    Receive<M, true> await_transform(Maybe<M> wanted) {
      return {link, wanted.shape};
    }
    template <class A, class B>
    ReceiveEither<A, B> await_transform(Either<A, B>) {
      return {link};
    }

    struct Answer {
      Asked asked;
      Link& link;
      bool await_ready() const noexcept { return !asked.ask && asked.now.has_value(); }
      bool await_suspend(std::coroutine_handle<> frame) {
        if (!asked.ask) {
          link.error = std::move(asked.now).error();
          return true;
        }
        link.waiting_ = {frame, nullptr, nullptr, asked.refused};
        asked.ask(++link.token_);
        return true;
      }
      Buffer await_resume() { return asked.ask ? *std::exchange(link.answer_, Buffer{}) : *std::move(asked.now); }
    };
    Answer await_transform(Asked asked) { return {std::move(asked), link}; }
  };

  Handshake(Handshake&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Handshake& operator=(Handshake&&) = delete;
  ~Handshake() {
    if (handle_) handle_.destroy();
  }

 private:
  friend class Link;
  using Handle = std::coroutine_handle<promise_type>;
  explicit Handshake(Handle handle) : handle_(handle) {}
  Handle handle_;
};

inline void Handshake::promise_type::return_value(Handshake next) {
  link.next_ = std::make_unique<Handshake>(std::move(next));
}

}  // namespace handfast
