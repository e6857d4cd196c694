// mlkem_avx2.cpp: the arithmetic of ML-KEM with AVX2.
#include <crypto/mlkem_arithmetic.hpp>

namespace handfast::crypto::mlkem {

const Arithmetic* avx2_arithmetic() { return nullptr; }

}  // namespace handfast::crypto::mlkem
