#include "tool.hpp"

int main(int argc, char** argv) { return handfast::app::run_tool(argc, argv); }
