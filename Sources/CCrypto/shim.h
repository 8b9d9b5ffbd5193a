// The functions that are called, each weak: the library is loaded when it is needed, by SharedLibrary.crypto.
#pragma weak EVP_DigestFinal_ex
#pragma weak EVP_DigestInit_ex
#pragma weak EVP_DigestUpdate
#pragma weak EVP_MD_CTX_free
#pragma weak EVP_MD_CTX_new
#pragma weak EVP_sha256
#pragma weak EVP_sha512

#include <openssl/evp.h>
