import Errors

/// Why a request got no answer, or not all of it.
struct TransferFailure: Error {
  enum Kind: Sendable {
    /// The host's name is not known.
    case unknownHost
    /// Nobody answers there.
    case unreachable
    /// The proxy is not there, or does not let the request through; whether another try may be better.
    case proxy(mayPass: Bool)
    /// The other side does not speak TLS, or no version of it that is taken here.
    case noTLS
    /// The other side's certificate is not good.
    case certificate(isUnknownAuthority: Bool)
    /// The other side does not take this side's certificate, or wants one.
    case identity
    /// The connection broke, or the server spoke nonsense.
    case broken
    /// Nothing moved for too long, or the whole took too long.
    case stalled
    /// It was given up here.
    case cancelled
    /// The receiver of the body, or a limit, ended it.
    case refused(GantryError)
  }

  let kind: Kind
  /// What happened, in words that go after "the connection to HOST: ".
  let reason: String
}
