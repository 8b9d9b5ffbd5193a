import Errors
import Messages

/// What a supervisor that has come back finds of one container.
public enum ShimRecovery: Sendable {
  /// The shim serves and has told all it knows.
  case serving(ShimHandle, GantryShimV1.StatusResponse)
  /// The shim is there but did not answer in time; it may later.
  case silent(ShimHandle, GantryError)
  /// No shim serves the bundle any more. The record is there where the container has ended before.
  case gone(id: String, bundle: String, GantryShimV1.ExitRecord?)
  /// The bundle itself cannot be read; it is stepped over.
  case damaged(id: String, bundle: String, GantryError)

  /// The container's id.
  public var id: String {
    switch self {
    case .serving(let handle, _), .silent(let handle, _): handle.id
    case .gone(let id, _, _), .damaged(let id, _, _): id
    }
  }
}
