"""The catalogue: what goes wrong, what we must make of it. Numbers are those of the catalogue of failures that the
explanations were written from: 1-14 negotiation, 15-28 the client refuses the server's certificate, 29-44 the server
refuses the client's, 45-50 not TLS, or the connection dies."""
import dataclasses
import socket
from typing import Callable

from process import PeerFailed
from tap import reset
from wrong_bench import Observed

DONE, USAGE, NO_TRANSPORT, WE_REFUSED, PEER_REFUSED, BROKEN = 0, 2, 3, 4, 5, 6

NOT_HERE = {
    12: "TLS_FALLBACK_SCSV: no peer here retries by itself with a lower version",
}


@dataclasses.dataclass
class Row:
    number: object
    we_are: str              # "client" or "server"
    title: str
    run: Callable            # (bench, row) -> Observed
    exit: int = None         # of connect; None where we serve
    alert: str = None        # the one fatal alert on the wire, as "C>S 48"; None: there is none
    fault: str = None        # id in our trace
    says: tuple = ()         # all of it in what we print
    tls: str = "1.2"         # our version; None: those of the default configuration

    def expectation(self):
        code = "" if self.exit is None else f"exit {self.exit} "
        return f"{code}{self.alert or 'no alert'}"

    def check(self, seen):
        if self.exit is not None and seen.exit != self.exit:
            raise PeerFailed(f"exit {seen.exit}, not {self.exit}: {seen.text}")
        alerts = [self.alert] if self.alert else []
        if seen.alerts != alerts:
            raise PeerFailed(f"alerts on the wire: {seen.alerts}, not {alerts}: {seen.text}")
        if self.fault and self.fault not in seen.faults:
            raise PeerFailed(f"faults in the trace: {seen.faults}, not {self.fault}: {seen.text}")
        text = " ".join(seen.text.split())
        for words in self.says:
            if words not in text:
                raise PeerFailed(f"it does not say '{words}': {text}")


def all_rows():
    return [*negotiation_as_client(), *negotiation_as_server(), *server_certificates(), *our_certificate_refused(),
            *client_certificates(), *our_client_certificate_refused(), *not_tls()]


def client(number, title, server, exit_code, alert, fault, says, connect=()):
    """Our client meets that server: `server(bench)` gives its port, `connect(bench)` our options."""

    def run(bench, _):
        options = connect(bench) if callable(connect) else connect
        return bench.connect(server(bench), *options)

    return Row(number, "client", title, run, exit_code, alert, fault, says)


def server(number, title, their_client, alert, fault, says, serve=(), certificate="server"):
    """That client meets our server: `their_client(bench)` is one of the bench's clients, `serve(bench)` our options."""

    def run(bench, _):
        options = serve(bench) if callable(serve) else serve
        return bench.serve(*options, certificate=certificate, client=their_client(bench))

    return Row(number, "server", title, run, None, alert, fault, says)


# 1-14: negotiation

ALL = "ALL:@SECLEVEL=0"
GCM_128, GCM_256 = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
RSA_GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
REFUSED = "alert.received"


def negotiation_as_client():
    yield client(0, "all is well", lambda b: b.openssl_server(), DONE, None, None, ())
    yield client(1, "server (OpenSSL) needs TLS 1.3", lambda b: b.openssl_server("server", "-tls1_3"), PEER_REFUSED,
                 "S>C 70", REFUSED, ("The server refused us with alert 70 protocol_version", "version"))
    yield client(1, "server (GnuTLS) needs TLS 1.3", lambda b: b.gnutls_server("NORMAL:-VERS-ALL:+VERS-TLS1.3"),
                 PEER_REFUSED, "S>C 40", REFUSED, ("The server refused us with alert 40 handshake_failure",
                                                   "no common protocol version"))
    yield client(3, "server has TLS 1.0 alone", lambda b: b.openssl_server("server", "-tls1", "-cipher", ALL),
                 WE_REFUSED,
                 "C>S 70", "hello.version_not_offered", ("protocol version that we do not accept",
                                                         "enable one of ours there"),
                 ("--suite", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"))
    yield client(4, "no common suite", lambda b: b.openssl_server("server", "-tls1_2", "-cipher",
                                                                  "ECDHE-ECDSA-AES256-GCM-SHA384"),
                 PEER_REFUSED, "S>C 40", REFUSED, ("alert 40 handshake_failure", "no cipher suite"),
                 ("--suite", GCM_128))
    yield client(5, "ECDSA certificate there, RSA suites here", lambda b: b.openssl_server(), PEER_REFUSED, "S>C 40",
                 REFUSED, ("alert 40 handshake_failure", "kind of key"), ("--suite", RSA_GCM))
    yield client(6, "no common group", lambda b: b.openssl_server("server_rsa", "-tls1_2", "-groups", "P-384"),
                 PEER_REFUSED, "S>C 40", REFUSED, ("alert 40 handshake_failure", "group"), ("--group", "x25519"))
    yield client(7, "no common signature scheme", lambda b: b.go_server("server_rsa"), PEER_REFUSED, "S>C 40", REFUSED,
                 ("alert 40 handshake_failure", "signature scheme"), ("--scheme", "ecdsa_secp256r1_sha256"))
    yield client(9, "name unknown to a strict server (OpenSSL)",
                 lambda b: b.openssl_server("server", "-tls1_2", "-servername", "known.example", "-servername_fatal",
                                            "-cert2",
                                            b.pair("server_a").cert, "-key2", b.pair("server_a").key),
                 PEER_REFUSED, "S>C 112", REFUSED, ("alert 112 unrecognized_name", "name"))
    yield client(9, "name unknown to a strict server (GnuTLS)",
                 lambda b: b.gnutls_server("NORMAL", "--sni-hostname", "known.example", "--sni-hostname-fatal"),
                 PEER_REFUSED, "S>C 112", REFUSED, ("alert 112 unrecognized_name",))
    yield client(10, "no common ALPN", lambda b: b.openssl_server("server", "-tls1_2", "-alpn", "h2"), PEER_REFUSED,
                 "S>C 120", REFUSED, ("alert 120 no_application_protocol", "--alpn"), ("--alpn", "http/1.1"))
    yield client(11, "server without RFC 5746", lambda b: b.gnutls_server(OLD), WE_REFUSED, "C>S 40",
                 "hello.secure_renegotiation_missing", ("secure renegotiation (RFC 5746)",))
    yield client(11, "server without RFC 5746, named", lambda b: b.gnutls_server(OLD), DONE, None, None, (),
                 ("--allow-legacy-server",))
    yield client(14, "ClientHello is never answered", lambda b: b.scripted_server(read_to_end), NO_TRANSPORT, "C>S 90",
                 "connection.handshake_timeout", ("handshake was not done within its time",),
                 ("--handshake-timeout", 0.7))


OLD = "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"


def read_to_end(connection):
    while connection.recv(4096):
        pass


def negotiation_as_server():
    yield server(2, "client needs TLS 1.3", lambda b: b.openssl_client(version="-tls1_3"), "S>C 70",
                 "hello.version_not_supported", ("no protocol version that both sides have", "alert 70"))
    yield server(3, "client has TLS 1.0 alone", lambda b: b.openssl_client("-cipher", ALL, version="-tls1"), "S>C 70",
                 "hello.version_not_supported", ("no protocol version that both sides have",))
    yield server(3, "client has SSL 3.0 alone", lambda b: b.scripted_client(send_and_read(SSL3_HELLO)), "S>C 70",
                 "hello.version_not_supported", ("no protocol version that both sides have",))
    yield server(3, "client says an SSL 2.0 hello", lambda b: b.scripted_client(send_and_read(SSL2_HELLO)), "S>C 70",
                 "record.sslv2_hello", ("SSL 2.0",))
    yield server(4, "no common suite", lambda b: b.openssl_client("-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"), "S>C 40",
                 "hello.no_common_suite", ("no cipher suite that both sides have",), ("--suite", GCM_128))
    yield server(5, "ECDSA certificate here, RSA suites there",
                 lambda b: b.openssl_client("-cipher", "ECDHE-RSA-AES128-GCM-SHA256"), "S>C 40",
                 "hello.no_suite_for_certificate", ("none that fits a certificate of ours",))
    yield server(6, "no common group", lambda b: b.openssl_client("-groups", "P-384", "-cipher",
                                                                  "ECDHE-RSA-AES128-GCM-SHA256"),
                 "S>C 40", "hello.no_common_group", ("no group for the key exchange",), ("--group", "x25519"),
                 "server_rsa")
    yield server(7, "no common signature scheme", lambda b: b.openssl_client("-sigalgs", "ECDSA+SHA224"), "S>C 40",
                 "hello.no_common_signature_scheme", ("no signature scheme that the peer accepts",))
    yield server(8, "client sends no name, gets the default certificate",
                 lambda b: b.openssl_client("-noservername", "-verify_hostname", "b.example"), "C>S 42", REFUSED,
                 ("the client refused us: alert 42 bad_certificate",),
                 lambda b: ["--cert", b.pair("server_b").cert, "--key", b.pair("server_b").key], "server_a")
    yield server(9, "name that no certificate has", lambda b: b.openssl_client("-servername", "unknown.example"),
                 "S>C 112", "hello.server_name_unknown", ("a server name that we do not serve", "unknown.example"),
                 ("--refuse-unknown-names",))
    yield server(10, "no common ALPN", lambda b: b.openssl_client("-alpn", "http/1.1"), "S>C 120",
                 "hello.no_common_protocol",
                 ("no application protocol (ALPN)",), ("--alpn", "h2"))
    yield server(11, "client without RFC 5746", lambda b: b.gnutls_client(OLD), "S>C 40",
                 "hello.secure_renegotiation_missing", ("secure renegotiation (RFC 5746)",))


SSL3_HELLO = bytes.fromhex("160300002f0100002b0300" + "11" * 32 + "000004c02fc02b0100")
SSL2_HELLO = bytes.fromhex("802e0100020015000000100700c0050080030080010080060040040080020080" + "22" * 16)


def send_and_read(data):
    def talk(connection):
        connection.sendall(data)
        read_to_end(connection)

    return talk


# 15-28: the server's certificate

def server_certificates():
    def row(number, title, certificate, alert, faults, says, cipher="DEFAULT"):
        return client(number, title, lambda b: b.openssl_server(certificate, "-tls1_2", "-cipher",
                                                                cipher + ":@SECLEVEL=0"),
                      WE_REFUSED, "C>S " + str(alert), faults, says)

    yield client(19, "chain with its intermediate", lambda b: b.openssl_server("with_intermediate"), DONE, None, None,
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
    yield client(23, "keyUsage without digitalSignature (Go)", lambda b: b.go_server("wrong_usage"), WE_REFUSED,
                 "C>S 43", "certificate.key_usage", ("keyUsage",))
    yield row(24, "RSA key of 1024 bits", "weak_key", 42, "certificate.key_too_weak", ("1024",))
    yield row(25, "signed with SHA-1", "sha1", 42, "certificate.digest_too_weak", ("SHA",))
    yield row(26, "issuer is not an authority", "issuer_not_ca", 48, "certificate.issuer_not_ca",
              ("not a certificate authority",))
    yield row(27, "outside the authority's name constraint", "outside_constraint", 46, "certificate.name_constraint",
              ("outside what the certificate's authority may issue for",))
    three = ("has expired", "issued by an authority that we do not trust", "wrong.example")
    yield Row(28, "client", "expired, issuer unknown and another name: all three are told",
              lambda b, _: b.connect(b.openssl_server("three_faults")), WE_REFUSED, "C>S 48", None, three)
    yield Row(28, "client", "the same, verification switched off",
              lambda b, _: b.connect(b.openssl_server("three_faults"), "--insecure", ca=None), DONE, None, None,
              ("NOT VERIFIED",))


def our_certificate_refused():
    """The same seen from our server: what the client's alert tells us."""
    def row(number, title, their_client, alert, name, certificate):
        return server(number, title, their_client, f"C>S {alert}", REFUSED,
                      (f"the client refused us: alert {alert} {name}",), (), certificate)

    yield row(15, "OpenSSL does not know our issuer", lambda b: b.openssl_client(), 48, "unknown_ca", "unknown_ca")
    yield row(15, "GnuTLS does not know our issuer", lambda b: b.gnutls_client("NORMAL:-VERS-ALL:+VERS-TLS1.2"), 42,
              "bad_certificate", "unknown_ca")
    yield row(15, "Go does not know our issuer", lambda b: b.driven_client(b.go), 42, "bad_certificate", "unknown_ca")
    yield row(15, "Java does not know our issuer", lambda b: b.driven_client(b.java), 46, "certificate_unknown",
              "unknown_ca")
    yield row(16, "OpenSSL wants another name", lambda b: b.openssl_client("-verify_hostname", "localhost"), 42,
              "bad_certificate", "wrong_name")
    yield row(20, "OpenSSL finds our certificate expired", lambda b: b.openssl_client(), 45, "certificate_expired",
              "expired")


# 29-44: the client's certificate

def client_certificates():
    def row(number, title, certificate, alert, fault, says, *more, chosen=None):
        return server(number, title, chosen or (lambda b: b.openssl_client(certificate=certificate)), f"S>C {alert}",
                      fault,
                      says,
                      lambda b: b.client_ca(*b.files(more)))

    yield row(29, "no certificate (OpenSSL)", None, 40, "certificate.client_missing", ("sent no certificate",))
    yield row(29, "no certificate (GnuTLS)", None, 40, "certificate.client_missing", ("sent no certificate",),
              chosen=lambda b: b.gnutls_client("NORMAL:-VERS-ALL:+VERS-TLS1.2"))
    yield row(29, "no certificate (Go)", None, 40, "certificate.client_missing", ("sent no certificate",),
              chosen=lambda b: b.driven_client(b.go))
    yield row(31, "its issuer is not among our authorities, so Java sends none", None, 40, "certificate.client_missing",
              ("sent no certificate",), chosen=lambda b: b.driven_client(b.java, "client_unknown_ca"))
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
    yield Row(28, "server", "expired, issuer unknown and wrong purpose: all three are told",
              lambda b, _: b.serve(*b.client_ca(), client=b.openssl_client(certificate="client_three_faults")), None,
              "S>C 48", None, ("has expired", "issued by an authority that we do not trust", "extendedKeyUsage"))
    yield row(43, "signed with another key (Go)", None, 51, "authentication.signature_invalid",
              ("does not hold the key of its certificate",),
              chosen=lambda b: b.driven_client(b.go, "client", sign_key=b.pair("server").key))
    yield client(43, "server signs with another key (Go)", lambda b: b.go_server(sign_key=b.pair("client").key),
                 WE_REFUSED,
                 "C>S 51", "authentication.signature_invalid", ("does not hold the key of its certificate",))
    yield Row(42, "client", "certificate and key do not match", mismatched_client, USAGE, None, None,
              ("private key does not belong to the certificate",))
    yield Row(42, "server", "certificate and key do not match", mismatched_server, USAGE, None, None,
              ("private key does not belong to the certificate",))
    yield Row("44a", "client", "resumption with a client certificate works the second time too", resume_mutual, DONE,
              None,
              None, ("resumed",))
    yield Row("44b", "server", "a session of one name is not resumed under another", resume_elsewhere, None, None, None,
              ())


def mismatched_client(bench, _):
    port = bench.scripted_server(read_to_end)
    return bench.connect(port, "--cert", bench.pair("client").cert, "--key", bench.pair("server").key, tapped=False)


def mismatched_server(bench, _):
    process = bench.start(bench.program, "serve", "--listen", "127.0.0.1:0", "--tls", bench.tls, "--cert",
                          bench.pair("server").cert, "--key", bench.pair("client").key, merge=True)
    return Observed(process.wait(), [], process.output.text(), [])


def resume_mutual(bench, _):
    port = bench.openssl_server("server", "-tls1_2", "-Verify", "5", "-verify_return_error", "-CAfile",
                                bench.pair("ca").cert)
    options = [*bench.as_client("client"), "--resume", bench.payload + ".session"]
    first = bench.connect(port, *options)
    if first.exit != DONE or "resumed by" in first.text:
        raise PeerFailed(f"the first connection: {first}")
    return bench.connect(port, *options)


def resume_elsewhere(bench, _):
    session = bench.payload + ".openssl"

    def two_clients(port):
        for name, option in (("a.example", "-sess_out"), ("b.example", "-sess_in")):
            bench.openssl_client("-servername", name, "-verify_hostname", name, option, session)(port)

    certificate = bench.pair("server_b")
    process = bench.start(bench.program, "serve", "--listen", "127.0.0.1:0", "--tls", bench.tls, "--cert",
                          bench.pair("server_a").cert, "--key", bench.pair("server_a").key, "--cert",
                          certificate.cert, "--key", certificate.key, merge=True)
    two_clients(process.port(r"listening on .*:(\d+)"))
    lines = [process.output.match(rf"#{number} .*").group().decode() for number in (1, 2)]
    if not all("full" in line for line in lines):
        raise PeerFailed(f"not two full handshakes: {lines}")
    return Observed(None, [], "\n".join(lines), [])


def our_client_certificate_refused():
    def row(number, title, certificate, alert, name, says=(), *more):
        return client(number, title,
                      lambda b: b.openssl_server("server", "-tls1_2", "-Verify", "5", "-verify_return_error", "-CAfile",
                                                 b.pair("ca").cert,
                                                 *b.files(more)),
                      PEER_REFUSED, f"S>C {alert}", REFUSED, (f"The server refused us with alert {alert} {name}",
                                                              *says),
                      lambda b: b.as_client(certificate) if certificate else [])

    yield row(29, "we have no certificate", None, 40, "handshake_failure", ("requires a client certificate", "--cert"))
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


# 45-50: not TLS, or the connection dies

def not_tls():
    http = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    irc = b"NICK alice\r\nUSER alice 0 * :Alice\r\n"
    yield server(45, "plain HTTP comes to our port", lambda b: b.scripted_client(send_and_read(http)), "S>C 10",
                 "record.plain_http", ("plain HTTP",))
    yield server(46, "plain IRC comes to our port", lambda b: b.scripted_client(send_and_read(irc)), "S>C 10",
                 "record.not_tls", ("does not speak TLS",))
    yield client(45, "the port speaks plain HTTP",
                 lambda b: b.scripted_server(greet(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
                 WE_REFUSED, "C>S 10", "record.plain_http", ("plain HTTP",))
    yield client(47, "the port speaks plain IRC",
                 lambda b: b.scripted_server(greet(b":irc.example NOTICE * :Hello\r\n")),
                 WE_REFUSED, "C>S 10", "record.not_tls", ("does not speak TLS", "irc.example"))
    yield client(48, "server closes at our hello", lambda b: b.scripted_server(lambda c: c.recv(4096)), NO_TRANSPORT,
                 None,
                 "connection.truncated", ("ended without close_notify",))
    yield client(49, "server resets at our hello", lambda b: b.scripted_server(read_and_reset), NO_TRANSPORT, None,
                 "connection.transport_failed", ("the transport failed", "reset"))
    yield Row(49, "client", "nobody listens", nobody, NO_TRANSPORT, None, None, ("refused",))
    yield server(48, "client closes in its hello", lambda b: b.scripted_client(lambda c: c.sendall(SSL3_HELLO[:20])),
                 None,
                 "connection.truncated", ("ended without close_notify",))
    yield server(49, "client resets in its hello", lambda b: b.scripted_client(send_and_reset), None,
                 "connection.transport_failed", ("the transport failed", "reset"))
    yield Row(50, "client", "server closes without close_notify", cut_server, BROKEN, None, "connection.truncated",
              ("ended without close_notify",))
    yield Row(50, "server", "client closes without close_notify", cut_client, None, None, "connection.truncated",
              ("ended without close_notify",))


def greet(data):
    def talk(connection):
        connection.recv(4096)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        read_to_end(connection)

    return talk


def read_and_reset(connection):
    connection.recv(4096)
    reset(connection)


def send_and_reset(connection):
    connection.sendall(SSL3_HELLO[:20])
    reset(connection)


def nobody(bench, _):
    with socket.socket() as taken:  # bound but not listening: nobody else can take the port meanwhile
        taken.bind(("127.0.0.1", 0))
        return bench.connect(taken.getsockname()[1], tapped=False)


def cut_server(bench, _):
    """The server is killed after it has answered; our client would read on."""
    server_process = bench.openssl_server_process(bench.pair("server"))
    port = server_process.port(r"^ACCEPT .*:(\d+)$")
    return bench.connect_and(port, server_process.kill)


def cut_client(bench, _):
    def killed(port):
        process = bench.start("openssl", "s_client", "-connect", f"127.0.0.1:{port}", bench.openssl_version, "-CAfile",
                              bench.pair("ca").cert, "-quiet", "-verify_quiet")
        process.send(b"hello\n")
        process.output.exactly(6)
        process.kill()

    return bench.serve(client=killed)
