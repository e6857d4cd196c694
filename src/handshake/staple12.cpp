#include <handshake/staple12.hpp>

#include <crypto/identity.hpp>
#include <handshake/certificate13.hpp>
#include <messages/certificate_status.hpp>

namespace handfast {

void answer_wishes(const messages::ClientHello& hello, const Identity* identity, messages::ServerHello& answer) {
  if (!identity) return;
  const auto wishes = wishes_of(hello);
  const auto& state = identity->state();
  if (wishes.staple && !state.staple.empty()) answer.extensions.add<extensions::ServerStatusRequest>();
  if (wishes.timestamps && !state.timestamps.empty())
    answer.extensions.add<extensions::ServerScTimestamps>().sct_list.bytes = state.timestamps;
}

Result<> send_staple(Link& link, const Identity* identity, const messages::ServerHello& answer) {
  if (!identity || !answer.extensions.find<extensions::ServerStatusRequest>()) return {};
  messages::CertificateStatus status;
  status.response.bytes = identity->state().staple;
  return link.send(status);
}

}  // namespace handfast
