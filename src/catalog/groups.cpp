#include <catalog/groups.hpp>

namespace handfast::catalog {
namespace {

constexpr GroupRow rows[] = {
    {Group::x25519, "x25519", "X25519", true},
    {Group::secp256r1, "secp256r1", "P-256", true},
    {Group::secp384r1, "secp384r1", "P-384", true},
    {Group::secp521r1, "secp521r1", "P-521", true},
    {Group::x448, "x448", "X448", false},
};

}  // namespace

std::span<const GroupRow> groups() { return rows; }

const GroupRow* find(Group group) {
  for (const auto& row : rows)
    if (row.group == group) return &row;
  return nullptr;
}

}  // namespace handfast::catalog
