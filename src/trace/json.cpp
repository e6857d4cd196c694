#include <trace/json.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <trace/fields.hpp>
#include <trace/json_writer.hpp>
#include <trace/words.hpp>

namespace handfast::trace {
namespace {

void add_alert(JsonWriter& json, std::string_view key, Alert alert) {
  json.open_object(key).add("number", static_cast<uint8_t>(alert)).add("name", name(alert)).close();
}

/// Keys of an object must differ: of fields with the same name the second becomes "name_2".
std::string key_of(const Field& parent, size_t index) {
  if (parent.kind == Field::Kind::list) return {};
  const auto& wanted = parent.members[index].name;
  auto same = [&](const Field& field) { return field.name == wanted; };
  auto before = std::count_if(parent.members.begin(), parent.members.begin() + static_cast<ptrdiff_t>(index), same);
  return before == 0 ? wanted : fmt::format("{}_{}", wanted, before + 1);
}

void add_field(JsonWriter& json, std::string_view key, const Field& field) {
  switch (field.kind) {
    case Field::Kind::number:
      json.open_object(key).add("value", field.value);
      if (!field.meaning.empty()) json.add("name", field.meaning);
      json.close();
      return;
    case Field::Kind::bytes: json.add_hex(key, as_bytes(field.text)); return;
    case Field::Kind::text: json.add(key, field.text); return;
    case Field::Kind::structure: json.open_object(key); break;
    case Field::Kind::list: json.open_list(key); break;
  }
  for (size_t i = 0; i < field.members.size(); ++i) add_field(json, key_of(field, i), field.members[i]);
  json.close();
}

void add_certificate(JsonWriter& json, const CertificateSummary& certificate) {
  json.open_object()
      .add("subject", certificate.subject)
      .add("issuer", certificate.issuer)
      .add("key", certificate.key)
      .add("not_before", certificate.not_before)
      .add("not_after", certificate.not_after)
      .add("names", certificate.names)
      .add("sha256", certificate.sha256)
      .close();
}

void add_failed_check(JsonWriter& json, const FailedCheck& check) {
  json.open_object()
      .add("id", info(check.fault).id)
      .add("text", info(check.fault).text)
      .add("depth", check.depth)
      .add("subject", check.subject)
      .add("detail", check.detail)
      .close();
}

/// Writes what an event has of its own, its kind first.
class EventWriter {
 public:
  EventWriter(JsonWriter& json, const JsonTrace::Options& options) : json_(json), options_(options) {}

  void operator()(const RecordEvent& event) {
    json_.add("event", "record")
        .add("direction", word(event.direction))
        .add("content_type", event.content_type)
        .add("content_type_name", content_type_name(event.content_type))
        .add("version", printable(event.version))
        .add("length", event.length)
        .add("protected", event.is_protected)
        .add("sequence", event.sequence)
        .add("plaintext_length", event.plaintext.size());
    if (event.content_type == 23 && options_.application_data) json_.add_hex("plaintext", event.plaintext);
  }
  void operator()(const MessageEvent& event) {
    json_.add("event", "message")
        .add("direction", word(event.direction))
        .add("name", event.name)
        .add("content_type", event.content_type)
        .add("handshake_type", event.handshake_type)
        .add("body_length", event.body.size());
    if (options_.message_bodies) json_.add_hex("body", event.body);
    if (event.fields)
      add_field(json_, "fields", field_tree(event.fields));
    else
      json_.add_null("fields");
  }
  void operator()(const DecisionEvent& event) {
    json_.add("event", "decision")
        .add("what", event.what)
        .add("chosen", event.chosen)
        .add("because", event.because)
        .add("rejected", event.rejected);
  }
  void operator()(const CertificateEvent& event) {
    json_.add("event", "certificate")
        .add("owner", word(event.owner))
        .add("accepted", event.accepted)
        .add("verified", event.verified)
        .add("remembered", event.remembered)
        .add("expected_name", event.expected_name)
        .open_list("chain");
    for (const auto& certificate : event.chain) add_certificate(json_, certificate);
    json_.close().open_list("failed");
    for (const auto& check : event.failed) add_failed_check(json_, check);
    json_.close();
  }
  void operator()(const SecretEvent& event) {
    json_.add("event", "secret").add("secret", event.secret).add("from", event.from);
  }
  void operator()(const KeyChangeEvent& event) {
    json_.add("event", "key_change")
        .add("direction", word(event.direction))
        .add("suite", printable(event.suite))
        .add("protection", event.protection);
  }
  void operator()(const AlertEvent& event) {
    json_.add("event", "alert")
        .add("direction", word(event.direction))
        .add("level", event.level)
        .add("level_name", event.level == 1 ? "warning" : event.level == 2 ? "fatal" : "unknown");
    add_alert(json_, "alert", event.description);
    json_.add("protected", event.is_protected);
  }
  void operator()(const ConnectedEvent& event) {
    json_.add("event", "connected")
        .add("version", printable(event.version))
        .add("suite", printable(event.suite))
        .add("resumed", event.resumed)
        .add("mutual", event.mutual);
  }
  void operator()(const FaultEvent& event) {
    const auto& error = event.error;
    const auto& row = info(error.fault);
    json_.add("event", "fault")
        .add("id", row.id)
        .add("text", row.text)
        .add("rule", row.rule)
        .add("who", word(error.who));
    if (error.alert)
      add_alert(json_, "alert", *error.alert);
    else
      json_.add_null("alert");
    json_.add("facts", error.facts);
  }
  void operator()(const ClosedEvent& event) {
    json_.add("event", "closed").add("direction", word(event.direction));
  }

 private:
  JsonWriter& json_;
  const JsonTrace::Options& options_;
};

}  // namespace

void JsonTrace::event(const Origin& origin, const Event& event) {
  JsonWriter json;
  json.open_object()
      .add("connection", origin.connection)
      .add("side", word(origin.side))
      .add("time_ns", static_cast<uint64_t>(origin.since_start.count()));
  std::visit(EventWriter(json, options_), event);
  output_(json.close().text() + '\n');
}

}  // namespace handfast::trace
