import Digests
import CCrypto
import Errors
import SharedLibraries

/// Computes a digest bit by bit, over OpenSSL's libcrypto.
///
/// Not thread-safe: one thread at a time feeds it.
public final class Digester {
  public let algorithm: DigestAlgorithm
  private let context: OpaquePointer

  private static let library = Result { () throws(GantryError) in try SharedLibrary.crypto.load() }

  /// - Throws: `.failedPrecondition` where there is no libcrypto, `.internal` where it refuses the algorithm (a FIPS
  ///   configuration) or has no memory.
  public init(_ algorithm: DigestAlgorithm = .sha256) throws(GantryError) {
    self.algorithm = algorithm
    try Self.library.get()
    guard let context = EVP_MD_CTX_new() else { throw Self.failure("EVP_MD_CTX_new") }
    self.context = context
    try start()
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Feeds the next bytes.
  ///
  /// - Throws: `.internal` from libcrypto.
  public func update(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    guard bytes.count > 0 else { return }
    guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
      throw Self.failure("EVP_DigestUpdate")
    }
  }

  /// Feeds the next bytes.
  ///
  /// - Throws: `.internal` from libcrypto.
  public func update(_ bytes: some Sequence<UInt8>) throws(GantryError) {
    let outcome = bytes.withContiguousStorageIfAvailable { storage -> Result<Void, GantryError> in
      Result { () throws(GantryError) in try update(UnsafeRawBufferPointer(storage)) }
    }
    if let outcome { return try outcome.get() }
    let copy = Array(bytes)
    let copied = copy.withUnsafeBytes { buffer in
      Result { () throws(GantryError) in try update(buffer) }
    }
    try copied.get()
  }

  /// The digest of all that was fed; the digester starts afresh.
  ///
  /// - Throws: `.internal` from libcrypto.
  public func finish() throws(GantryError) -> Digest {
    var value = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard EVP_DigestFinal_ex(context, &value, &count) == 1 else { throw Self.failure("EVP_DigestFinal_ex") }
    try start()
    return Digest(algorithm: algorithm, uncheckedHex: Self.hex(value[..<Int(count)]))
  }

  private func start() throws(GantryError) {
    let function =
      switch algorithm {
      case .sha256: EVP_sha256()
      case .sha512: EVP_sha512()
      }
    guard EVP_DigestInit_ex(context, function, nil) == 1 else { throw Self.failure("EVP_DigestInit_ex") }
  }

  private static func failure(_ call: String) -> GantryError {
    GantryError(.internal, "libcrypto cannot compute a digest: \(call) failed")
  }

  private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}

extension Digest {
  /// The digest of `bytes`.
  ///
  /// - Throws: `.internal` from libcrypto.
  public static func of(_ bytes: some Sequence<UInt8>, _ algorithm: DigestAlgorithm = .sha256) throws(GantryError)
    -> Digest
  {
    let digester = try Digester(algorithm)
    try digester.update(bytes)
    return try digester.finish()
  }
}
