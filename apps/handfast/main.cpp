#include <fmt/core.h>

#include "handfast/version.hpp"

int main() { fmt::print("handfast {}\n", handfast::version()); }
