import CNFTables
import Errors

/// The kernel's packet rules, through libnftables. Not for several threads at once.
final class PacketFilter {
  private let context: OpaquePointer

  /// - Throws: `.failedPrecondition` where there is no libnftables, `.resourceExhausted` where it cannot start.
  init() throws(GantryError) {
    if let reason = gantry_nft_load() {
      throw GantryError(
        .failedPrecondition, "packet rules need libnftables, from the package libnftables1 (\(String(cString: reason)))"
      )
    }
    guard let context = gantry_nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else {
      throw GantryError(.resourceExhausted, "libnftables cannot start; is there memory left?")
    }
    self.context = context
    gantry_nft_ctx_buffer_output(context)
    gantry_nft_ctx_buffer_error(context)
  }

  deinit { gantry_nft_ctx_free(context) }

  /// Carries out commands of nft(8), all of them or none.
  ///
  /// - Throws: `.failedPrecondition` with what nftables said.
  func run(_ commands: String) throws(GantryError) {
    guard gantry_nft_run_cmd_from_buffer(context, commands) == 0 else {
      let said = gantry_nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? ""
      let line = said.split(separator: "\n").first.map(String.init) ?? "no reason given"
      throw GantryError(
        .failedPrecondition, "packet rules were refused (\(line)); does the kernel have nf_tables with NAT?")
    }
  }
}
