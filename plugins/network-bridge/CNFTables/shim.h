// The functions that are called, each weak: the library is loaded when it is needed, by SharedLibrary.packetFilter.
#pragma weak nft_ctx_new
#pragma weak nft_ctx_free
#pragma weak nft_ctx_buffer_output
#pragma weak nft_ctx_buffer_error
#pragma weak nft_ctx_get_error_buffer
#pragma weak nft_run_cmd_from_buffer

#include <nftables/libnftables.h>
