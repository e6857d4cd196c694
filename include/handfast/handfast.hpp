// handfast.hpp: the whole public API but for asio.hpp.
#pragma once

#include <handfast/config.hpp>
#include <handfast/connection.hpp>
#include <handfast/identity.hpp>
#include <handfast/names.hpp>
#include <handfast/psk.hpp>
#include <handfast/result.hpp>
#include <handfast/session.hpp>
#include <handfast/trace.hpp>
#include <handfast/version.hpp>
