#include <handfast/handfast.hpp>

#include <iostream>

// Uses what lies in different parts of the library, so that a library missing from the link shows.
int main() {
  const handfast::Error error{.fault = handfast::Fault::name_mismatch, .facts = {"wanted example.org"}};
  std::cout << "built against handfast " << handfast::version() << '\n'
            << error.message() << " (alert " << handfast::name(handfast::info(error.fault).alert) << ")\n";
}
