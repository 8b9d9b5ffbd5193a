/// A place that a host's repositories can be had from.
struct Endpoint: Sendable, Hashable {
  /// Where it may be found, best first: one that need not be secure is tried with TLS, then without.
  let addresses: [WebAddress]
  let isMirror: Bool

  /// What messages call it.
  var name: String { addresses.first?.authority ?? "" }
}
