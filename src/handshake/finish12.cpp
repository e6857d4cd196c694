#include <handshake/finish12.hpp>

#include <handshake/renegotiate.hpp>

namespace handfast {
namespace {

keys::VerifyData verify_data(Side sender, const Agreed12& agreed, const keys::MasterSecret& master, Bytes transcript) {
  return sender == Side::client ? keys::client_verify_data(agreed.prf(), master, transcript)
                                : keys::server_verify_data(agreed.prf(), master, transcript);
}

}  // namespace

Result<> send_finished(Link& link, const Agreed12& agreed, const keys::MasterSecret& master,
                       std::unique_ptr<record::Protection> output) {
  TRY(link.send(messages::ChangeCipherSpec{}));
  link.protect_output(*agreed.suite, std::move(output));
  messages::Finished finished;
  finished.verify_data = verify_data(link.side, agreed, master, link.transcript.digest().view());
  keep_verify_data(link, link.side, finished.verify_data);
  return link.send(finished);
}

Result<> turn_on_input(Link& link, const Agreed12& agreed, std::unique_ptr<record::Protection> input) {
  auto boundary = TRY(link.boundary());
  link.protect_input(boundary, *agreed.suite, std::move(input));
  return {};
}

Result<FinishedVerified> check_finished(Link& link, const Agreed12& agreed, const keys::MasterSecret& master,
                                        const Received<messages::Finished>& finished) {
  auto peer = link.side == Side::client ? Side::server : Side::client;
  auto verified = TRY(verify_finished(verify_data(peer, agreed, master, finished.before.view()), finished.verify_data));
  TRY(check_identity_kept(link));
  keep_verify_data(link, peer, finished.verify_data);
  return verified;
}

}  // namespace handfast
