/// What kind of failure an error is. The numbers are gRPC's and ttrpc's status codes.
///
/// - SeeAlso: <https://grpc.io/docs/guides/status-codes/>
public enum ErrorCode: Int32, Sendable, CaseIterable {
  case cancelled = 1
  case unknown = 2
  case invalidArgument = 3
  case deadlineExceeded = 4
  case notFound = 5
  case alreadyExists = 6
  case permissionDenied = 7
  case resourceExhausted = 8
  case failedPrecondition = 9
  case aborted = 10
  case outOfRange = 11
  case unimplemented = 12
  case `internal` = 13
  case unavailable = 14
  case dataLoss = 15
  case unauthenticated = 16

  /// The code behind a number on the wire; a number this version does not know becomes `.unknown`.
  public init(wireValue: Int32) {
    self = ErrorCode(rawValue: wireValue) ?? .unknown
  }
}
