import Core
import Glibc
import Linux
import Testing

struct NetworkNamespacesAheadTests {
  private static let isPossible = getuid() == 0

  @Test(.enabled(if: isPossible)) func eachIsTakenOnceAndThenThereAreNewOnes() async throws {
    let namespaces = NetworkNamespacesAhead()
    for _ in 0..<3 { namespaces.prepare() }
    #expect(namespaces.count == 3)
    var inodes: Set<UInt64> = []
    var taken: [FileDescriptor] = []
    for _ in 0..<5 { taken.append(try await namespaces.take()) }
    for namespace in taken {
      var status = stat()
      #expect(fstat(namespace.number, &status) == 0)
      inodes.insert(UInt64(status.st_ino))
    }
    #expect(inodes.count == 5)
    #expect(namespaces.count == 0)
  }

  @Test(.enabled(if: isPossible)) func oneThatNobodyWantsGoes() async throws {
    let namespaces = NetworkNamespacesAhead()
    namespaces.prepare()
    #expect(await eventually { namespaces.count == 0 })
  }

  @Test(.enabled(if: isPossible)) func noMoreAreKeptThanAStormNeeds() async throws {
    let namespaces = NetworkNamespacesAhead()
    for _ in 0..<50 { namespaces.prepare() }
    #expect(namespaces.count == 8)
    for _ in 0..<8 { _ = try await namespaces.take() }
  }
}
