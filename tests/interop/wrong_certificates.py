"""Certificates that are wrong in one way each, and some that are right."""
from certificates import CA

OTHER_NAME = "DNS:wrong.example"


def make_all(workshop):
    """name -> Pair, or a file name for revocation lists."""
    made = {}
    made["ca"] = ca = workshop.authority("ca", subject="/CN=Right CA")
    made["other_ca"] = other = workshop.authority("other_ca", subject="/CN=Other CA")
    made["intermediate"] = intermediate = workshop.authority("intermediate", issuer=ca, subject="/CN=Intermediate CA")
    _servers(workshop, made, ca, other, intermediate)
    _clients(workshop, made, ca, other, intermediate)
    _revocation_lists(workshop, made, ca, other)
    return made


def _servers(workshop, made, ca, other, intermediate):
    def server(name, issuer=ca, **options):
        made[name] = workshop.server(name, issuer, **options)

    server("server")
    server("server_rsa", key="rsa")
    server("server_a", names="DNS:a.example")
    server("server_b", names="DNS:b.example")
    server("unknown_ca", issuer=other)
    server("wrong_name", names=OTHER_NAME)
    server("no_san", names=None, subject="/CN=localhost")
    made["self_signed"] = workshop.server("self_signed", None)
    server("no_intermediate", issuer=intermediate)
    server("with_intermediate", issuer=intermediate, chain=[intermediate])
    server("expired", days=(-20, -1))
    server("not_yet", days=(5, 20))
    server("wrong_purpose", purpose="clientAuth")
    server("wrong_usage", usage="keyAgreement")
    server("weak_key", key="rsa1024")
    server("sha1", key="rsa", digest="sha1")
    not_ca = workshop.server("not_ca", ca, purpose=None)
    server("issuer_not_ca", issuer=not_ca, chain=[not_ca])
    constrained = workshop.authority("constrained_ca", issuer=ca,
                                     extensions=CA + "nameConstraints=critical,permitted;DNS:elsewhere.example\n")
    server("outside_constraint", issuer=constrained, names="DNS:localhost", chain=[constrained])
    server("three_faults", issuer=other, names=OTHER_NAME, days=(-20, -1))


def _clients(workshop, made, ca, other, intermediate):
    def client(name, issuer=ca, **options):
        made[name] = workshop.client(name, issuer, **options)

    client("client")
    client("client_unknown_ca", issuer=other)
    client("client_no_intermediate", issuer=intermediate)
    client("client_expired", days=(-20, -1))
    client("client_not_yet", days=(5, 20))
    client("client_wrong_purpose", purpose="serverAuth")
    client("client_revoked")
    purposeful = workshop.authority("purposeful_ca", issuer=ca, extensions=CA + "extendedKeyUsage=serverAuth\n")
    client("client_issuer_purpose", issuer=purposeful, chain=[purposeful])
    made["client_self_signed"] = workshop.client("client_self_signed", None)
    client("client_three_faults", issuer=other, days=(-20, -1), purpose="serverAuth")


def _revocation_lists(workshop, made, ca, other):
    made["crl"] = workshop.revocation_list("crl", ca, [made["client_revoked"]])
    made["crl_old"] = workshop.revocation_list("crl_old", ca, days=(-20, -1))
    made["crl_of_other"] = workshop.revocation_list("crl_of_other", other)
