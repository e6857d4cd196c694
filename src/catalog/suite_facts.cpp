// suite_facts.cpp: what the name of a suite that Handfast does not have says about it.
#include <algorithm>

#include <catalog/suite_names.hpp>

namespace handfast::catalog {
namespace {

using enum Version;

struct Kind {
  std::string_view part;   ///< of the name
  std::string_view why_not;
};

/// What weighs most comes first: the first part that the name has decides.
constexpr Kind kinds[] = {
    {"_SCSV", "a signal in a list of suites, and not a suite"},
    {"TLS_NULL_WITH_NULL_NULL", "where a connection begins: no protection at all (RFC 5246 section A.5)"},
    {"EXPORT1024", "export: 56-bit keys, weak on purpose"},
    {"EXPORT", "export: 40-bit keys and short RSA and Diffie-Hellman keys, weak on purpose (FREAK, Logjam)"},
    {"_RC4_", "RC4: the bytes of its keystream are biased (RFC 7465)"},
    {"_3DES_", "3DES: blocks of 64 bits repeat in a long connection (SWEET32, RFC 9325 section 4.2)"},
    {"_DES_", "DES: 56-bit keys (RFC 5469)"},
    {"_IDEA_", "IDEA: blocks of 64 bits repeat in a long connection (SWEET32, RFC 5469)"},
    {"_KRB5_", "Kerberos (RFC 2712): not implemented"},
    {"_SRP_", "passwords by SRP (RFC 5054): not implemented"},
    {"_ECCPWD_", "passwords by dragonfly (RFC 8492): not implemented"},
    {"_GOST", "GOST: not implemented"},
    {"_DH_RSA_", "static Diffie-Hellman: no forward secrecy (RFC 9325 section 4.1), not implemented"},
    {"_DH_DSS_", "static Diffie-Hellman: no forward secrecy (RFC 9325 section 4.1), not implemented"},
    {"_ECDH_ECDSA_", "static Diffie-Hellman: no forward secrecy (RFC 9325 section 4.1), not implemented"},
    {"_ECDH_RSA_", "static Diffie-Hellman: no forward secrecy (RFC 9325 section 4.1), not implemented"},
    {"_DHE_DSS_", "DSA certificates: not implemented"},
    {"_RSA_PSK_", "a pre-shared key beside static RSA (RFC 4279 section 4): not implemented"},
    {"_SEED_", "SEED: not implemented"},
    {"_SM4_", "SM4: not implemented"},
    {"_AEGIS_", "AEGIS: not implemented"},
    {"", "not implemented"},
};

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> ends) {
  for (auto end : ends)
    if (name.ends_with(end)) return true;
  return false;
}

struct Range {
  Version first, last;
};

Range versions_of(std::string_view name) {
  if (name == "TLS_FALLBACK_SCSV") return {tls10, tls12};   // RFC 7507
  if (name.contains("ECCPWD")) return {tls12, tls13};       // RFC 8492
  if (name.contains("_MGM_") || !(name.contains("_WITH_") || name.contains("_SCSV"))) return {tls13, tls13};
  if (name.contains("EXPORT") && !name.contains("EXPORT1024")) return {tls10, tls10};   // RFC 4346 section A.5
  if (name.contains("_DES_") || name.contains("_IDEA_") || name.contains("EXPORT1024")) return {tls10, tls11};   // RFC 5469
  const bool is_old_kind = name.contains("_CBC_") || name.contains("_NULL_");
  if (name.contains("PSK_") && is_old_kind && !name.contains("ARIA")) return {tls10, tls12};   // RFC 5487 section 3
  if (ends_with_any(name, {"_SHA256", "_SHA384", "_CCM", "_CCM_8", "_OMAC", "_IMIT"})) return {tls12, tls12};
  return {tls10, tls12};
}

std::string with(std::string_view text, char in_place_of_underscores) {
  std::string changed(text);
  std::ranges::replace(changed, '_', in_place_of_underscores);
  return changed;
}

/// The two sides of "_WITH_"; suites of TLS 1.3 have but one.
struct Halves {
  std::string_view keys, protection;
};

Halves halves_of(std::string_view name) {
  constexpr std::string_view prefix = "TLS_", between = "_WITH_";
  name.remove_prefix(std::min(prefix.size(), name.size()));
  const auto at = name.find(between);
  if (at == name.npos) return {"any", name};
  return {name.substr(0, at), name.substr(at + between.size())};
}

std::string key_exchange_words(std::string_view keys) {
  if (keys == "PSK_DHE") return "DHE PSK";   // RFC 6655 section 4 has it this way round
  return with(keys, ' ');
}

std::string mac_words(std::string_view mac) {
  if (mac == "NULL") return "no MAC";
  return "HMAC-" + std::string(mac == "SHA" ? "SHA1" : mac);
}

std::string protection_words(std::string_view text) {
  const auto at = text.rfind('_');
  const auto cipher = text.substr(0, at), last = at == text.npos ? text : text.substr(at + 1);
  const bool is_hash = last.starts_with("SHA") || last == "MD5" || last == "SM3" || last == "NULL" || last == "GOSTR3411";
  if (!is_hash) return with(text, '-');
  for (auto aead : {"GCM", "CCM", "POLY1305", "AEGIS"})   // the hash is the PRF's
    if (cipher.contains(aead)) return with(cipher, '-');
  if (cipher == "NULL" || cipher.starts_with("SHA")) return "no encryption, " + mac_words(last);   // the latter: RFC 9150
  return with(cipher, '-') + ", " + mac_words(last);
}

}  // namespace

SuiteFacts facts_of(std::string_view name) {
  const auto range = versions_of(name);
  SuiteFacts facts{range.first, range.last, {}, {}, {}};
  if (!name.ends_with("_SCSV")) {
    const auto halves = halves_of(name);
    facts.key_exchange = key_exchange_words(halves.keys);
    facts.protection = protection_words(halves.protection);
  }
  facts.why_not = std::ranges::find_if(kinds, [&](const Kind& kind) { return name.contains(kind.part); })->why_not;
  return facts;
}

}  // namespace handfast::catalog
