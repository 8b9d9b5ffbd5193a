import CNFTables
import Errors
import SharedLibraries

/// The kernel's packet rules, through libnftables. Not for several threads at once.
final class PacketFilter {
  private let context: OpaquePointer

  /// - Throws: `.failedPrecondition` where there is no libnftables, `.resourceExhausted` where it cannot start.
  init() throws(GantryError) {
    try SharedLibrary.packetFilter.load()
    guard let context = nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else {
      throw GantryError(.resourceExhausted, "libnftables cannot start; is there memory left?")
    }
    self.context = context
    nft_ctx_buffer_output(context)
    nft_ctx_buffer_error(context)
  }

  deinit { nft_ctx_free(context) }

  /// Carries out commands of nft(8), all of them or none.
  ///
  /// - Throws: `.failedPrecondition` with what nftables said.
  func run(_ commands: String) throws(GantryError) {
    guard nft_run_cmd_from_buffer(context, commands) == 0 else {
      let said = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? ""
      let line = said.split(separator: "\n").first.map(String.init) ?? "no reason given"
      throw GantryError(
        .failedPrecondition, "packet rules were refused (\(line)); does the kernel have nf_tables with NAT?")
    }
  }
}
