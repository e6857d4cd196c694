"""The catalogue over TLS 1.3. The relay cannot read an encrypted alert: which it is, our side tells. The alert of an
OpenSSL client that rejects our server comes in the clear; ours must tell it all the same, and that nobody has
authenticated it."""
import dataclasses
import shutil
import signal

import peers
from wrong_bench import Observed
from wrong_rows import (BROKEN, DONE, NO_TRANSPORT, PEER_REFUSED, REFUSED, WE_REFUSED, Row, client, cut_client,
                        cut_server, read_to_end, server)

GCM_128, GCM_256 = "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"
GNUTLS = "NORMAL:-VERS-ALL:+VERS-TLS1.3"
CLEAR = "unauthenticated"

LATE = PEER_REFUSED   # RFC 8446 section 4.4.4: told after our Finished


def all_rows():
    rows = [*negotiation_as_client(), *negotiation_as_server(), *server_certificates(), *our_certificate_refused(),
            *client_certificates(), *our_client_certificate_refused(), *keys_and_sessions()]
    return [dataclasses.replace(row, tls="1.3") for row in rows]


def openssl_server(bench, certificate="server", *options):
    return bench.openssl_server(certificate, "-tls1_3", *options)


def openssl_client(bench, *options, **more):
    return bench.openssl_client(*options, **more)


# 1-14: negotiation

def negotiation_as_client():
    yield client(0, "all is well", openssl_server, DONE, None, None, ())
    yield client(2, "server (OpenSSL) has TLS 1.2 at most", lambda b: b.openssl_server("server", "-tls1_2"),
                 PEER_REFUSED, "S>C 70", REFUSED, ("The server refused us with alert 70 protocol_version", "version"))
    yield client(2, "server (GnuTLS) has TLS 1.2 at most", lambda b: b.gnutls_server("NORMAL:-VERS-ALL:+VERS-TLS1.2"),
                 PEER_REFUSED, "S>C 40", REFUSED, ("alert 40 handshake_failure", "no common protocol version"))
    yield client(4, "no common suite", lambda b: openssl_server(b, "server", "-ciphersuites", GCM_256), PEER_REFUSED,
                 "S>C 40", REFUSED, ("alert 40 handshake_failure", "no cipher suite"), ("--suite", GCM_128))
    yield client(6, "no common group", lambda b: openssl_server(b, "server", "-groups", "P-384"), PEER_REFUSED,
                 "S>C 40", REFUSED, ("alert 40 handshake_failure", "group"), ("--group", "x25519"))
    yield client(7, "no common signature scheme", lambda b: openssl_server(b, "server_rsa"), PEER_REFUSED, "S>C 40",
                 REFUSED, ("alert 40 handshake_failure", "signature scheme"), ("--scheme", "ecdsa_secp256r1_sha256"))
    yield client(9, "name unknown to a strict server (OpenSSL)",
                 lambda b: openssl_server(b, "server", "-servername", "known.example", "-servername_fatal", "-cert2",
                                          b.pair("server_a").cert, "-key2", b.pair("server_a").key),
                 PEER_REFUSED, "S>C 112", REFUSED, ("alert 112 unrecognized_name", "name"))
    yield client(10, "no common ALPN", lambda b: openssl_server(b, "server", "-alpn", "h2"), PEER_REFUSED, "S>C 120",
                 REFUSED, ("alert 120 no_application_protocol", "--alpn"), ("--alpn", "http/1.1"))
    yield client(14, "ClientHello is never answered", lambda b: b.scripted_server(read_to_end), NO_TRANSPORT, "C>S 90",
                 "connection.handshake_timeout", ("handshake was not done within its time",),
                 ("--handshake-timeout", 0.7))


def negotiation_as_server():
    yield server(1, "client has TLS 1.2 at most", lambda b: b.openssl_client(version="-tls1_2"), "S>C 70",
                 "hello.version_not_supported", ("no protocol version that both sides have", "alert 70"))
    yield server(4, "no common suite", lambda b: openssl_client(b, "-ciphersuites", GCM_256), "S>C 40",
                 "hello.no_common_suite", ("no cipher suite that both sides have",), ("--suite", GCM_128))
    yield server(6, "no common group", lambda b: openssl_client(b, "-groups", "P-384"), "S>C 40",
                 "hello.no_common_group", ("no group for the key exchange",), ("--group", "x25519"))
    yield server(7, "no common signature scheme", lambda b: openssl_client(b, "-sigalgs", "RSA-PSS+SHA256"), "S>C 40",
                 "hello.no_common_signature_scheme", ("no signature scheme that the peer accepts",))
    yield server(8, "client sends no name, gets the default certificate",
                 lambda b: openssl_client(b, "-noservername", "-verify_hostname", "b.example"), "C>S 42", REFUSED,
                 ("the client refused us: alert 42 bad_certificate", CLEAR),
                 lambda b: ["--cert", b.pair("server_b").cert, "--key", b.pair("server_b").key], "server_a")
    yield server(9, "name that no certificate has", lambda b: openssl_client(b, "-servername", "unknown.example"),
                 "S>C 112", "hello.server_name_unknown", ("a server name that we do not serve", "unknown.example"),
                 ("--refuse-unknown-names",))
    yield server(10, "no common ALPN", lambda b: openssl_client(b, "-alpn", "http/1.1"), "S>C 120",
                 "hello.no_common_protocol", ("no application protocol (ALPN)",), ("--alpn", "h2"))


# 15-28: the server's certificate

def server_certificates():
    def row(number, title, certificate, alert, fault, says):
        return client(number, title, lambda b: openssl_server(b, certificate, "-cipher", "DEFAULT:@SECLEVEL=0"),
                      WE_REFUSED, None, fault, (f"We sent alert {alert} ", *says))

    yield client(19, "chain with its intermediate", lambda b: openssl_server(b, "with_intermediate"), DONE, None, None,
                 ())
    yield row(15, "issuer unknown", "unknown_ca", 48, "certificate.issuer_unknown",
              ("issued by an authority that we do not trust", "Other CA"))
    yield row(16, "another name", "wrong_name", 42, "certificate.name_mismatch", ("wrong.example", "localhost"))
    yield row(17, "name in the common name alone", "no_san", 42, "certificate.common_name_only", ("subjectAltName",))
    yield row(18, "self-signed", "self_signed", 48, "certificate.self_signed", ("self-signed certificate",))
    yield row(19, "intermediate not sent", "no_intermediate", 48, "certificate.issuer_unknown",
              ("Intermediate CA", "intermediate certificate"))
    yield row(20, "expired", "expired", 45, "certificate.expired", ("has expired",))
    yield row(21, "not yet valid", "not_yet", 42, "certificate.not_yet_valid", ("not valid yet",))
    yield row(22, "purpose without serverAuth", "wrong_purpose", 43, "certificate.purpose",
              ("extendedKeyUsage", "serverAuth"))
    yield client(23, "keyUsage without digitalSignature (Go)", lambda b: b.go_server("wrong_usage", tls="1.3"),
                 WE_REFUSED, None, "certificate.key_usage", ("We sent alert 43 ", "keyUsage"))
    yield row(24, "RSA key of 1024 bits", "weak_key", 42, "certificate.key_too_weak", ("1024",))
    yield row(25, "signed with SHA-1", "sha1", 42, "certificate.digest_too_weak", ("SHA",))
    yield row(26, "issuer is not an authority", "issuer_not_ca", 48, "certificate.issuer_not_ca",
              ("not a certificate authority",))
    yield row(27, "outside the authority's name constraint", "outside_constraint", 46, "certificate.name_constraint",
              ("outside what the certificate's authority may issue for",))
    yield row(28, "expired, issuer unknown and another name: all three are told", "three_faults", 48, None,
              ("has expired", "issued by an authority that we do not trust", "wrong.example"))
    yield client(43, "server signs with another key (Go)",
                 lambda b: b.go_server(sign_key=b.pair("client").key, tls="1.3"), WE_REFUSED, None,
                 "authentication.signature_invalid", ("We sent alert 51 ", "does not hold the key of its certificate"))


def our_certificate_refused():
    """The same seen from our server. OpenSSL's alert is in the clear (C>S), the others' are encrypted."""
    def row(number, title, their_client, alert, name, certificate, is_clear=False):
        return server(number, title, their_client, f"C>S {alert}" if is_clear else None, REFUSED,
                      (f"the client refused us: alert {alert} {name}", *([CLEAR] if is_clear else [])), (), certificate)

    yield row(15, "OpenSSL does not know our issuer", openssl_client, 48, "unknown_ca", "unknown_ca", True)
    yield row(15, "GnuTLS does not know our issuer", lambda b: b.gnutls_client(GNUTLS), 42, "bad_certificate",
              "unknown_ca")
    yield row(15, "Go does not know our issuer", lambda b: b.driven_client(b.go, tls="1.3"), 42, "bad_certificate",
              "unknown_ca")
    yield row(15, "Java does not know our issuer", lambda b: b.driven_client(b.java, tls="1.3"), 46,
              "certificate_unknown", "unknown_ca")
    yield row(16, "OpenSSL wants another name", lambda b: openssl_client(b, "-verify_hostname", "localhost"), 42,
              "bad_certificate", "wrong_name", True)
    yield row(20, "OpenSSL finds our certificate expired", openssl_client, 45, "certificate_expired", "expired", True)


# 29-44: the client's certificate

def client_certificates():
    def row(number, title, certificate, alert, fault, says, *more, chosen=None):
        return server(number, title, chosen or (lambda b: openssl_client(b, certificate=certificate)), None, fault,
                      (f"(alert {alert} ", *says), lambda b: b.client_ca(*b.files(more)))

    missing = ("sent no certificate",)
    yield row(30, "no certificate (OpenSSL)", None, 116, "certificate.client_missing", missing)
    yield row(30, "no certificate (GnuTLS)", None, 116, "certificate.client_missing", missing,
              chosen=lambda b: b.gnutls_client(GNUTLS))
    yield row(30, "no certificate (Go)", None, 116, "certificate.client_missing", missing,
              chosen=lambda b: b.driven_client(b.go, tls="1.3"))
    yield row(31, "its issuer is not among our authorities, so Java sends none", None, 116,
              "certificate.client_missing", missing,
              chosen=lambda b: b.driven_client(b.java, "client_unknown_ca", tls="1.3"))
    yield row(32, "issuer unknown", "client_unknown_ca", 48, "certificate.issuer_unknown",
              ("issued by an authority that we do not trust",))
    yield row(33, "intermediate not sent", "client_no_intermediate", 48, "certificate.issuer_unknown",
              ("Intermediate CA",))
    yield row(34, "expired", "client_expired", 45, "certificate.expired", ("has expired",))
    yield row(35, "not yet valid", "client_not_yet", 42, "certificate.not_yet_valid", ("not valid yet",))
    yield row(36, "purpose without clientAuth", "client_wrong_purpose", 43, "certificate.purpose",
              ("extendedKeyUsage",))
    yield row(37, "issuer's purpose without clientAuth", "client_issuer_purpose", 43, "certificate.purpose",
              ("extendedKeyUsage",))
    yield row(38, "self-signed", "client_self_signed", 48, "certificate.self_signed", ("self-signed",))
    yield row(39, "revoked", "client_revoked", 44, "certificate.revoked", ("has been revoked",), "--crl", "crl")
    yield row(40, "our revocation list is out of date", "client", 46, "certificate.crl_expired",
              ("revocation list (CRL) is out of date",), "--crl", "crl_old")
    yield row(41, "no revocation list of its issuer", "client", 46, "certificate.crl_missing",
              ("no revocation list (CRL)",), "--crl", "crl_of_other")
    yield row(28, "expired, issuer unknown and wrong purpose: all three are told", "client_three_faults", 48, None,
              ("has expired", "issued by an authority that we do not trust", "extendedKeyUsage"))
    yield row(43, "signed with another key (Go)", None, 51, "authentication.signature_invalid",
              ("does not hold the key of its certificate",),
              chosen=lambda b: b.driven_client(b.go, "client", sign_key=b.pair("server").key, tls="1.3"))
    yield Row(50, "client", "server closes without close_notify", cut_server, BROKEN, None, "connection.truncated",
              ("ended without close_notify",))
    yield Row(50, "server", "client closes without close_notify", cut_client, None, None, "connection.truncated",
              ("ended without close_notify",))


def our_client_certificate_refused():
    """The server's word comes after our Finished."""
    def row(number, title, certificate, alert, name, says=(), *more, peer=None):
        return client(number, title,
                      peer or (lambda b: openssl_server(b, "server", "-Verify", "5", "-verify_return_error", "-CAfile",
                                                        b.pair("ca").cert, *b.files(more))),
                      LATE, None, REFUSED, (f"The server refused us with alert {alert} {name}", *says),
                      lambda b: b.as_client(certificate) if certificate else [])

    def gnutls(bench):
        return bench.gnutls_server(GNUTLS, "--require-client-cert", "--verify-client-cert", "--x509cafile",
                                   bench.pair("ca").cert)

    def go(bench):
        return bench.go_server(client_ca=bench.pair("ca").cert, tls="1.3")

    def java(bench):
        return bench.java_server(client_ca=bench.pair("ca").cert, tls="1.3")

    yield row(30, "we have no certificate (GnuTLS)", None, 116, "certificate_required",
              ("requires a client certificate", "--cert"), peer=gnutls)
    yield row(32, "our issuer is unknown there (GnuTLS)", "client_unknown_ca", 49, "access_denied",
              ("an unknown issuer",), peer=gnutls)
    yield row(34, "ours has expired (GnuTLS)", "client_expired", 49, "access_denied", ("an expired certificate",),
              peer=gnutls)
    yield row(30, "we have no certificate (Go)", None, 42, "bad_certificate", ("requires a client certificate", "--cert"),
              peer=go)
    yield row(32, "our issuer is unknown there (Go)", "client_unknown_ca", 42, "bad_certificate", ("authority",), peer=go)
    yield row(33, "our intermediate is not sent (Go)", "client_no_intermediate", 42, "bad_certificate",
              ("intermediate",), peer=go)
    yield row(34, "ours has expired (Go)", "client_expired", 42, "bad_certificate", ("expired",), peer=go)
    yield row(35, "ours is not yet valid (Go)", "client_not_yet", 42, "bad_certificate", ("clocks",), peer=go)
    yield row(36, "ours is without clientAuth (Go)", "client_wrong_purpose", 42, "bad_certificate", ("clientAuth",),
              peer=go)
    yield client(30, "we have no certificate (Java)", java, LATE, None, REFUSED,   # alert 42 or, of a newer Java 17, 116
                 ("The server refused us with alert", "requires a client certificate", "--cert"))
    yield row(32, "our issuer is unknown there (Java)", "client_unknown_ca", 46, "certificate_unknown",
              ("does not trust our issuer",), peer=java)
    yield row(34, "ours has expired (Java)", "client_expired", 46, "certificate_unknown", ("has expired",), peer=java)
    yield row(38, "ours is self-signed (Go)", "client_self_signed", 42, "bad_certificate", ("authority",), peer=go)
    yield row(30, "we have no certificate", None, 116, "certificate_required",
              ("requires a client certificate", "--cert"))
    yield row(34, "ours has expired", "client_expired", 45, "certificate_expired", ("expired",))
    yield row(35, "ours is not yet valid", "client_not_yet", 42, "bad_certificate", ())
    yield row(36, "ours is without clientAuth", "client_wrong_purpose", 43, "unsupported_certificate", ("clientAuth",))
    yield row(33, "our intermediate is not sent", "client_no_intermediate", 48, "unknown_ca", ("intermediate",))
    yield row(32, "our issuer is unknown there", "client_unknown_ca", 48, "unknown_ca", ("authority",))
    yield row(38, "ours is self-signed", "client_self_signed", 48, "unknown_ca", ())
    yield row(39, "ours is revoked", "client_revoked", 44, "certificate_revoked", ("revoked",), "-crl_check", "-CRL",
              "crl")
    yield row(40, "their revocation list is out of date", "client", 45, "certificate_expired", ("revocation list",),
              "-crl_check", "-CRL", "crl_old")


# 13 and 44b: keys that both sides have, sessions under another configuration

OUR_KEY, THEIR_KEY = "device-7:" + 32 * "a5", 32 * "5a"
KEY_DIFFERS = ("another key for this identity", "--psk-file")
PSK_GNUTLS = GNUTLS + ":+DHE-PSK:+ECDHE-PSK:+PSK"


def keys_and_sessions():
    def ours(number, title, peer, alert):
        return client(number, title, peer, PEER_REFUSED, f"S>C {alert}", REFUSED, KEY_DIFFERS, ("--psk", OUR_KEY))

    def theirs(title, peer, alert, fault, says):
        return server(13, title, peer, f"S>C {alert}", fault, says, ("--psk", OUR_KEY))

    def openssl(identity):
        return lambda b: openssl_client(b, "-psk", THEIR_KEY, "-psk_identity", identity)

    binder = ("the binder of a pre-shared key is wrong", "alert 51")
    yield ours(13, "OpenSSL has another key", lambda b: openssl_server(b, "server", "-psk", THEIR_KEY, "-psk_identity",
                                                                       "device-7"), 47)
    yield ours(13, "GnuTLS has another key", gnutls_with_keys, 47)
    yield theirs("OpenSSL has another key", openssl("device-7"), 51, "hello.binder_invalid", binder)
    yield theirs("GnuTLS has another key", lambda b: b.gnutls_client(PSK_GNUTLS, "--pskusername", "device-7", "--pskkey",
                                                                     THEIR_KEY), 51, "hello.binder_invalid", binder)
    yield Row(13, "server", "OpenSSL's identity is unknown, and we have no certificate", stranger, None, None, None,
              ("none of the pre-shared keys of the client is known", "alert 115"))
    yield Row("44b", "server", "a ticket of one name is worth nothing at another", resume_elsewhere, None, None, None,
              ("another server name",))
    yield Row("44b", "server", "a ticket is worth nothing once other clients are trusted", resume_later, None, None,
              "certificate.issuer_unknown", ("another configuration", "issued by an authority that we do not trust"))


def gnutls_with_keys(bench):
    keys = bench.file("gnutls.psk")
    with open(keys, "w", encoding="ascii") as file:
        file.write(f"device-7:{THEIR_KEY}\n")
    return bench.gnutls_server(PSK_GNUTLS, "--pskpasswd", keys)


def stranger(bench, _):
    process = bench.start(bench.program, "serve", "--listen", "127.0.0.1:0", "--psk", OUR_KEY, merge=True)
    openssl_client(bench, "-psk", THEIR_KEY, "-psk_identity", "stranger")(process.port(r"listening on .*:(\d+)"))
    return Observed(None, [], process.output.match(r"#1 .*failed: .*")[0].decode(), [])


def resume_elsewhere(bench, _):
    other, session = bench.pair("server_b"), bench.file("session")
    process, trace = bench.our_server("server_a", "--cert", other.cert, "--key", other.key)
    port = process.port(r"listening on .*:(\d+)")
    for name, option in (("a.example", "-sess_out"), ("b.example", "-sess_in")):
        openssl_client(bench, "-servername", name, "-verify_hostname", name, option, session, word=b"hello")(port)
    return second_connection(process, trace, "full")


def resume_later(bench, _):
    """The authority of our clients is replaced between the two connections."""
    trusted, session = bench.file("clients.pem"), bench.file("session")
    shutil.copy(bench.pair("ca").cert, trusted)
    process, trace = bench.our_server("server", "--client-ca", trusted)
    port = process.port(r"listening on .*:(\d+)")
    openssl_client(bench, "-sess_out", session, certificate="client", word=b"hello")(port)
    shutil.copy(bench.pair("other_ca").cert, trusted)
    process.signal(signal.SIGHUP)
    process.output.match("reloaded")
    openssl_client(bench, "-sess_in", session, certificate="client")(port)
    return second_connection(process, trace, "failed")


def second_connection(process, trace, word):
    """What our server says about it, with why it took no ticket."""
    line = process.output.match(rf"#2 .*{word}.*")[0].decode()
    events = [event for event in peers.read_events(trace) if event["connection"] == 2]
    rejected = [reason for event in events if event["event"] == "decision" and event["what"] == "psk"
                for reason in event["rejected"]]
    return Observed(None, [], "\n".join([line, *rejected]), [event["id"] for event in events if event["event"] == "fault"])
