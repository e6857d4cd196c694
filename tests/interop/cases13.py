"""What is tried with every peer over TLS 1.3. Every case is one full and one resumed connection, where nothing else is special
about it, each with 1 MiB there and back."""
from cases import KEY_UPDATE, PLAIN, RETRY, SMALL_RECORDS, Case, Suite

NOT_YET = {"resumed after a HelloRetryRequest": "GnuTLS remembers the group; Go 1.19 makes a wrong binder there"}

SUITES = [Suite(name, "any", "any", cipher, "AEAD", "1.3") for name, cipher in (
    ("TLS_AES_128_GCM_SHA256", "AES-128-GCM"),
    ("TLS_AES_256_GCM_SHA384", "AES-256-GCM"),
    ("TLS_CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305"),
    ("TLS_AES_128_CCM_SHA256", "AES-128-CCM"),
    ("TLS_AES_128_CCM_8_SHA256", "AES-128-CCM-8"),
)]
GROUPS = ("x25519", "secp256r1", "secp384r1", "secp521r1", "x448", "ffdhe2048", "ffdhe3072", "X25519MLKEM768")
CERTIFICATES = ("p384", "p521", "rsa", "rsapss", "ed25519", "ed448")


def all_cases():
    cases = []

    def add(column, suite=SUITES[0], group="x25519", certificate="ecdsa", mutual=False, variant=PLAIN):
        cases.append(Case(suite, group, certificate, mutual, variant, column))

    for suite in SUITES:
        for mutual in (False, True):
            add("suites", suite, mutual=mutual)
    for group in GROUPS:
        add("groups", group=group)
    for certificate in CERTIFICATES:
        for mutual in (False, True):
            add("keys", certificate=certificate, mutual=mutual)
    for suite in SUITES[:2]:   # one for each hash that the first hello can go into
        for mutual in (False, True):
            add("retry", suite, group="secp384r1", mutual=mutual, variant=RETRY)
    for suite in SUITES[:3]:
        add("updates", suite, variant=KEY_UPDATE)
    add("records", variant=SMALL_RECORDS)
    return cases
