"""What is tried with every peer over TLS 1.0, 1.1 and 1.2 of what is off by default: each key exchange, full and resumed, with and
without client certificates; and each suite that Handfast has and cases.py has not."""
import dataclasses
import re

from cases import SESSION_ID, SMALL_PAYLOAD_SIZE, SUITES, Case, Suite

VERSIONS = ("1.0", "1.1", "1.2")
OWN_GROUP = "the server's own group"   # of DHE: a safe prime that nobody has published

AUTHENTICATIONS = {"rsa": "rsa", "dhe_rsa": "rsa", "ecdhe_rsa": "rsa", "ecdhe_ecdsa": "ecdsa", "psk": "psk", "dhe_psk": "psk",
                   "ecdhe_psk": "psk", "dh_anon": "none", "ecdh_anon": "none"}
MACS = {"SHA": "SHA1", "MD5": "MD5", "SHA256": "SHA256", "SHA384": "SHA384"}


def suite(name, version):
    """What the registered name says; None for what it says of TLS 1.3."""
    parts = re.fullmatch(r"TLS_(\w+?)_WITH_(\w+)", name)
    if not parts:
        return None
    key_exchange = parts[1].lower().replace("psk_dhe", "dhe_psk")   # RFC 6655 has both
    cipher, mac = parts[2], "AEAD"
    if found := re.fullmatch(r"(\w+_CBC|NULL)_(\w+)", cipher):
        cipher, mac = found[1], MACS[found[2]]
    elif not cipher.endswith(("_CCM", "_CCM_8")):
        cipher = cipher.rsplit("_", 1)[0]
    return Suite(name, key_exchange, AUTHENTICATIONS[key_exchange], cipher.replace("_", "-"), mac, version)


@dataclasses.dataclass(frozen=True)
class OldCase(Case):
    payload_size = SMALL_PAYLOAD_SIZE

    @property
    def table(self):
        return f"TLS {self.version}, what is off by default" if self.version == "1.2" else f"TLS {self.version}"

    @property
    def agreed_group(self):
        return "a group of 2048 bits" if self.variant == OWN_GROUP else self.group

    @property
    def times(self):
        return 1 if self.column in ("suites", "own group") else 2


def make(name, version, column, mutual=False, variant=""):
    known = suite(name, version)
    certificate = known.authentication if known.has_certificate else ""
    has_named_group = known.is_finite_field and variant != OWN_GROUP   # GnuTLS prefers one that the client names to its own
    group = "ffdhe2048" if has_named_group else "x25519"
    return OldCase(known, group, certificate, mutual, variant, column)


def all_cases(ours):
    """`ours`: the suites that Handfast has: name -> versions."""
    cases = []
    for version in VERSIONS:
        for key_exchange in AUTHENTICATIONS:
            cases += key_exchange_cases(key_exchange, version)
        cases.append(make("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", version, "own group", variant=OWN_GROUP))
    tried = {(case.suite.name, case.version) for case in cases} | {(name, "1.2") for name in SUITES}
    for name, versions in ours.items():
        if suite(name, ""):
            cases += [make(name, version, "suites") for version in versions if (name, version) not in tried]
    return cases


def key_exchange_cases(key_exchange, version):
    authentication = AUTHENTICATIONS[key_exchange]
    protection = "AES_128_CBC_SHA"
    if version == "1.2" and key_exchange not in ("ecdhe_psk", "ecdh_anon"):   # those are rare with GCM, or not there at all
        protection = "AES_128_GCM_SHA256"
    name = f"TLS_{key_exchange.upper().replace('ANON', 'anon')}_WITH_{protection}"
    for mutual in (False, True) if authentication in ("rsa", "ecdsa") else (False,):
        for variant in ("", SESSION_ID):
            if version == "1.2" and is_in_the_other_list(key_exchange, variant):
                continue
            yield make(name, version, key_exchange, mutual, variant)


def is_in_the_other_list(key_exchange, variant):
    """cases.py has these with tickets, and some by session id."""
    if key_exchange in ("rsa", "ecdhe_ecdsa"):
        return True
    return key_exchange == "ecdhe_rsa" and variant == ""
