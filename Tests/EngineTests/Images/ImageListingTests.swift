import Engine
import Errors
import Messages
import Testing

@Suite struct ImageListingTests {
  private static func image(
    _ id: String, _ names: [String], created: Int64 = 0, parent: String = "", labels: [String: String] = [:],
    chain: [String] = ["l1"]
  ) -> ImageOverview {
    ImageOverview(
      id: "sha256:\(id)", created: Moment(nanosecondsSince1970: created * 1_000_000_000), size: 10, chain: chain,
      parent: parent.isEmpty ? "" : "sha256:\(parent)", names: names, labels: labels)
  }

  private static let digest = "sha256:" + String(repeating: "0", count: 64)
  private static let images = [
    image("a", ["img:1", "img:2", "img@\(digest)"], created: 5, labels: ["tier": "web"]),
    image("b", ["localhost:5000/team/app:v1"], created: 4, chain: ["l1", "l2"]),
    image("c", [], created: 3, parent: "d"), image("d", [], created: 2), image("e", ["old@\(digest)"], created: 1),
  ]

  private func rows(
    _ filters: [String] = [], reference: String = "", all: Bool = false, digests: Bool = false
  ) throws -> [String] {
    let filter = try ImageFilter(filters, reference: reference) { name in
      guard let image = Self.images.first(where: { $0.names.contains(name) }) else {
        throw GantryError(.notFound, "No such image: \(name)")
      }
      return image.created
    }
    return ImageListing(Self.images, filter: filter, uses: [:]).rows(all: all, digests: digests)
      .map { "\($0.repository) \($0.tag) \($0.digest == "<none>" ? "-" : "+")" }
  }

  @Test func eachTagIsARowAndAnImageWithoutNamesIsOneUnlessOthersStandOnIt() throws {
    #expect(
      try rows() == ["img 1 -", "img 2 -", "localhost:5000/team/app v1 -", "<none> <none> -", "old <none> -"])
    #expect(try rows(all: true).filter { $0.hasPrefix("<none>") }.count == 2)
    #expect(try rows(reference: "img", digests: true) == ["img 1 +", "img 2 +"])
  }

  @Test(arguments: [
    (["dangling=true"], ["<none> <none> -", "old <none> -"]),
    (["dangling=false"], ["img 1 -", "img 2 -", "localhost:5000/team/app v1 -", "old <none> -"]),
    (["label=tier"], ["img 1 -", "img 2 -"]), (["", "label=tier"], ["img 1 -", "img 2 -"]), (["label=tier=db"], []),
    (["reference=im*:2"], ["img 2 -"]), (["reference=*:1", "reference=img:2"], ["img 1 -", "img 2 -"]),
    (["reference=localhost:5000/*/app"], ["localhost:5000/team/app v1 -"]), (["reference=localhost:5000/*"], []),
    (["before=localhost:5000/team/app:v1"], ["<none> <none> -", "old <none> -"]),
    (["since=localhost:5000/team/app:v1"], ["img 1 -", "img 2 -"]),
  ])
  func filtersMeanWhatDockersMean(_ filters: [String], _ expected: [String]) throws {
    #expect(try rows(filters) == expected)
  }

  @Test(arguments: ["bogus=1", "dangling=maybe", "since=nosuch"]) func whatIsNoFilterIsRefused(_ filter: String) {
    #expect(throws: GantryError.self) { try rows([filter]) }
  }

  @Test func layersOfSeveralImagesAreShared() throws {
    let filter = try ImageFilter([], reference: "") { _ in nil }
    let rows = ImageListing(Self.images, filter: filter, uses: [:], layers: ["l1": 7, "l2": 3])
      .rows(all: false, digests: false)
    #expect(rows.first { $0.repository.hasSuffix("app") }?.sharedSize == 7)
  }

  @Test func anImageThatDoesNotTellItsAgeIsOfGosZeroTime() throws {
    let image = ImageOverview(
      id: "sha256:f", created: nil, size: 1, chain: [], parent: "", names: ["old:1"], labels: [:])
    let filter = try ImageFilter([], reference: "") { _ in nil }
    let rows = ImageListing([image], filter: filter, uses: [:]).rows(all: false, digests: false)
    #expect(rows.map(\.createdUnix) == [-62_135_596_800])
  }

  @Test func pruningKnowsAgesAndLabels() throws {
    let now = Moment.now
    let old = Moment(nanosecondsSince1970: now.nanosecondsSince1970 - 7_200_000_000_000)
    #expect(try PruneFilter(["until=1h"]).allows(created: old, labels: [:]))
    #expect(try !PruneFilter(["until=3h"]).allows(created: old, labels: [:]))
    #expect(try PruneFilter(["until=2100-01-01"]).allows(created: old, labels: [:]))
    #expect(try !PruneFilter(["label!=keep"]).allows(created: old, labels: ["keep": "1"]))
    #expect(try PruneFilter(["label!=keep=2"]).allows(created: old, labels: ["keep": "1"]))
    #expect(throws: GantryError.self) { try PruneFilter(["until=yesterday"]) }
  }
}
