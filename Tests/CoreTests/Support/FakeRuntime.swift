import AsyncServices
import AsyncWire
import Errors
import Messages

/// A runtime plugin that knows one word.
struct FakeRuntime: GantryRuntimeV1.RuntimeService {
  func shim(
    _ request: GantryRuntimeV1.ShimRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.ShimResponse { .init(path: "/fake/gantry-shim") }

  func spec(
    _ request: GantryRuntimeV1.SpecRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.SpecResponse {
    throw GantryError(.unimplemented, "fake")
  }

  func execProcess(
    _ request: GantryRuntimeV1.ExecProcessRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.ExecProcessResponse {
    throw GantryError(.unimplemented, "fake")
  }

  func features(
    _ request: GantryRuntimeV1.FeaturesRequest, context: CallContext
  ) async throws -> GantryRuntimeV1.FeaturesResponse {
    .init(cgroupLayout: "fake")
  }
}
