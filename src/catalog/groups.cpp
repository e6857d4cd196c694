#include <catalog/groups.hpp>

namespace handfast::catalog {
namespace {

constexpr GroupRow rows[] = {
    {Group::X25519MLKEM768, Exchange::hybrid, "X25519MLKEM768", "X25519MLKEM768", true},
    {Group::x25519, Exchange::curve, "x25519", "X25519", true},
    {Group::secp256r1, Exchange::curve, "secp256r1", "P-256", true},
    {Group::secp384r1, Exchange::curve, "secp384r1", "P-384", true},
    {Group::secp521r1, Exchange::curve, "secp521r1", "P-521", true},
    {Group::x448, Exchange::curve, "x448", "X448", false},
    {Group::SecP256r1MLKEM768, Exchange::hybrid, "SecP256r1MLKEM768", "P256MLKEM768", false},
    {Group::ffdhe2048, Exchange::ffdhe, "ffdhe2048", "ffdhe2048", false},
    {Group::ffdhe3072, Exchange::ffdhe, "ffdhe3072", "ffdhe3072", false},
    {Group::ffdhe4096, Exchange::ffdhe, "ffdhe4096", "ffdhe4096", false},
    {Group::ffdhe6144, Exchange::ffdhe, "ffdhe6144", "ffdhe6144", false},
    {Group::ffdhe8192, Exchange::ffdhe, "ffdhe8192", "ffdhe8192", false},
};

}  // namespace

std::span<const GroupRow> groups() { return rows; }

const GroupRow* find(Group group) {
  for (const auto& row : rows)
    if (row.group == group) return &row;
  return nullptr;
}

}  // namespace handfast::catalog
