#include <handshake/finish13.hpp>

namespace handfast {

Result<> send_finished13(Link& link, const keys::TrafficSecret& ours) {
  auto proof = ours.finished(link.transcript.digest().view());
  messages::Finished13 finished;
  finished.verify_data.bytes.assign(proof.view().begin(), proof.view().end());
  return link.send(finished);
}

Result<FinishedVerified> check_finished13(const keys::TrafficSecret& theirs, const Received<messages::Finished13>& finished) {
  auto expected = theirs.finished(finished.before.view());
  return verify_finished(expected.view(), finished.verify_data.bytes);
}

}  // namespace handfast
