"""What is tried with every peer: one case is a suite, a group, a certificate, and what is special about it. The cases
of TLS 1.2 are here, those of TLS 1.3 in cases13.py."""
import dataclasses
import random

PAYLOAD_SIZE = 1 << 20
SMALL_PAYLOAD_SIZE = 1 << 16   # four whole records


@dataclasses.dataclass(frozen=True)
class Suite:
    name: str         # registered
    key_exchange: str  # as its name has it, in lower case: "rsa", "dhe_psk", "ecdh_anon"; "any" in TLS 1.3
    authentication: str  # "ecdsa", "rsa", "psk" or "none"; "any" in TLS 1.3
    cipher: str       # as GnuTLS names it
    mac: str          # as GnuTLS names it
    version: str = "1.2"

    @property
    def is_cbc(self):
        return self.cipher.endswith("-CBC")

    @property
    def has_certificate(self):
        return self.authentication not in ("psk", "none")

    @property
    def has_psk(self):
        return self.authentication == "psk"

    @property
    def is_finite_field(self):
        return self.key_exchange.startswith("dh")


def _suites():
    ciphers = [
        ("AES_128_GCM_SHA256", "AES-128-GCM", "AEAD"),
        ("AES_256_GCM_SHA384", "AES-256-GCM", "AEAD"),
        ("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305", "AEAD"),
        ("AES_128_CBC_SHA", "AES-128-CBC", "SHA1"),
        ("AES_256_CBC_SHA", "AES-256-CBC", "SHA1"),
        ("AES_128_CBC_SHA256", "AES-128-CBC", "SHA256"),
        ("AES_256_CBC_SHA256", "AES-256-CBC", "SHA256"),
        ("AES_256_CBC_SHA384", "AES-256-CBC", "SHA384"),
    ]
    for cipher, gnutls, mac in ciphers:
        for authentication in ("ecdsa", "rsa"):
            if cipher != "AES_256_CBC_SHA256":
                name = authentication.upper()
                yield Suite(f"TLS_ECDHE_{name}_WITH_{cipher}", f"ecdhe_{authentication}", authentication, gnutls, mac)
        if cipher not in ("CHACHA20_POLY1305_SHA256", "AES_256_CBC_SHA384"):
            yield Suite(f"TLS_RSA_WITH_{cipher}", "rsa", "rsa", gnutls, mac)


SUITES = {suite.name: suite for suite in _suites()}
GROUPS = ("x25519", "secp256r1", "secp384r1", "secp521r1")
CERTIFICATES = ("ecdsa", "rsa", "ed25519", "rsapss", "p384", "p521", "ed448")
GCM = "TLS_ECDHE_{}_WITH_AES_128_GCM_SHA256"

# Names of what is special about a case.
PLAIN = ""
MAC_THEN_ENCRYPT = "mac-then-encrypt"    # the peer does not have encrypt-then-MAC (RFC 7366)
NO_EMS = "no EMS"                        # the peer does not have extended master secret (RFC 7627)
SESSION_ID = "session id"                # the peer does not have tickets: resumption by session id
SMALL_RECORDS = "small records"          # the peer sends records of at most 512 bytes
RETRY = "HelloRetryRequest"              # the client's first hello has no share of the only group that the server takes
KEY_UPDATE = "KeyUpdate"                 # both directions get new keys before there is data


@dataclasses.dataclass(frozen=True)
class Case:
    suite: Suite
    group: str
    certificate: str   # kind of the server's and the client's key
    mutual: bool
    variant: str
    column: str        # in the printed matrix

    payload_size = PAYLOAD_SIZE

    @property
    def version(self):
        return self.suite.version

    @property
    def has_hint(self):
        """The server says which pre-shared key it means (RFC 4279 section 2)."""
        return self.suite.has_psk and self.variant == SESSION_ID

    @property
    def agreed_group(self):
        """As both sides name what they use."""
        return self.group

    @property
    def table(self):
        """The title of the table that it is counted in."""
        return f"TLS {self.version}"

    @property
    def is_resumed(self):
        """A second connection is to resume the session of the first."""
        return self.times > 1 and self.variant != NO_EMS

    @property
    def times(self):
        return 1 if self.variant == RETRY else 2

    def __str__(self):
        kx = f" {self.group}" if self.suite.key_exchange not in ("rsa", "psk") else ""
        who = "mutual" if self.mutual else "server"
        return (f"{self.suite.name} {self.version}{kx} {self.certificate or 'no certificate'} {who}"
                + (f" [{self.variant}]" if self.variant else ""))

    def client_groups(self):
        """The client must name P-256 too when the server's key is on it (RFC 8422 section 5.1.1); not in TLS 1.3."""
        if self.version == "1.3":
            return ["x25519", self.group] if self.variant == RETRY else [self.group]
        groups = [self.group]
        if self.certificate == "ecdsa" and "secp256r1" not in groups:
            groups.append("secp256r1")
        return groups

    def server_groups(self):
        """OpenSSL's server wants the curve of the client's key among them too."""
        return self.client_groups() if self.mutual and self.version != "1.3" else [self.group]


def all_cases():
    """Those of TLS 1.2; every one is one full and one resumed connection, each with 1 MiB there and back."""
    cases = []

    def add(suite, column, group="x25519", certificate=None, mutual=False, variant=PLAIN):
        cases.append(Case(SUITES[suite], group, certificate or SUITES[suite].authentication, mutual, variant, column))

    for suite in SUITES:
        for mutual in (False, True):
            add(suite, "suites", mutual=mutual)
    for group in GROUPS:
        for authentication in ("ECDSA", "RSA"):
            add(GCM.format(authentication), "groups", group=group)
    for mutual in (False, True):
        add(GCM.format("ECDSA"), "Ed25519", certificate="ed25519", mutual=mutual)
    for suite in SUITES.values():
        if suite.is_cbc:
            add(suite.name, "MtE", variant=MAC_THEN_ENCRYPT)
    for suite in (GCM.format("ECDSA"), "TLS_RSA_WITH_AES_128_GCM_SHA256"):
        for mutual in (False, True):
            add(suite, "no EMS", mutual=mutual, variant=NO_EMS)
            add(suite, "by id", mutual=mutual, variant=SESSION_ID)
    for suite in (GCM.format("ECDSA"), "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"):
        add(suite, "records", variant=SMALL_RECORDS)
    return cases


def payload(size=PAYLOAD_SIZE):
    """Text in lines: some peers carry nothing else, and one turns every line around. Without the letters that
    are commands to openssl's tools where what they read begins with them."""
    generator = random.Random(20)
    text = bytearray()
    while len(text) < size:
        length = min(generator.randint(1, 1000), size - len(text))
        text += bytes(generator.choices(b"abdefghijlmnoptuvwxyz0123456789", k=length - 1)) + b"\n"
    return bytes(text)


def reversed_lines(text):
    return b"".join(line[::-1] + b"\n" for line in text.split(b"\n")[:-1])
