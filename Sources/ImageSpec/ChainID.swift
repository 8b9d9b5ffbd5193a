import Hashing
import Digests
import Errors

extension Digest {
  /// The chain ids of a stack of layers, lowest first: what each layer is called together with all below it.
  ///
  /// - SeeAlso: OCI image-spec, config.md, "Layer ChainID".
  /// - Throws: `.internal` from libcrypto.
  public static func chainIDs(_ diffIDs: [Digest]) throws(GantryError) -> [Digest] {
    var chain: [Digest] = []
    for diffID in diffIDs {
      guard let below = chain.last else {
        chain.append(diffID)
        continue
      }
      chain.append(try Digest.of("\(below) \(diffID)".utf8))
    }
    return chain
  }
}
