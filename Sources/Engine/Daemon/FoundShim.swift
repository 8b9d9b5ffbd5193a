import Errors
import Messages

/// What a supervisor that has come back finds of one container.
package enum FoundShim: Sendable {
  /// The shim serves and has told all it knows.
  case serving(ShimTask, GantryShimV1.StatusResponse)
  /// The shim is there and has not answered in time.
  case silent(ShimTask, GantryError)
  /// No shim serves the bundle. The record is there where the container has ended before.
  case gone(id: String, GantryShimV1.ExitRecord?)
  /// The bundle cannot be read; it is stepped over.
  case damaged(id: String, GantryError)

  /// The container's id.
  package var id: String {
    switch self {
    case .serving(let task, _), .silent(let task, _): task.id
    case .gone(let id, _), .damaged(let id, _): id
    }
  }
}
