#include <handfast/version.hpp>

#include <iostream>

int main() { std::cout << "built against handfast " << handfast::version() << '\n'; }
