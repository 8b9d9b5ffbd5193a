import Foundation
import Testing

/// What an engine takes of a machine where nothing runs.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct MemoryTests {
  /// 21 MiB where the order of the functions is used and the programs were written in small pieces (decision 28), 34 to 38 without.
  @Test func anIdleEngineIsSmall() throws {
    try TestEngine.use { (engine) throws in
      let supervisor = try #require(engine.supervisor).pid
      // The supervisor, five plugins and the template of the shims.
      try eventually("all of it is up") { ProcessMemory(ofFamilyOf: supervisor).processes == 7 }
      try eventually("it comes to rest") { ProcessMemory(ofFamilyOf: supervisor).mebibytes < 29 }
    }
  }
}
