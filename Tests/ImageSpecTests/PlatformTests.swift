import Digests
import Errors
import Hashing
import ImageSpec
import Testing

@Suite struct PlatformTests {
  @Test(arguments: [
    ("linux/amd64", "linux/amd64"), ("linux/x86_64", "linux/amd64"), ("Linux/AMD64", "linux/amd64"),
    ("linux/aarch64", "linux/arm64"), ("linux/arm64/v8", "linux/arm64"), ("linux/arm", "linux/arm/v7"),
    ("linux/armhf", "linux/arm/v7"), ("linux/arm/v6", "linux/arm/v6"), ("linux/i386", "linux/386"),
    ("windows/amd64", "windows/amd64"), ("arm64", "linux/arm64"), ("linux", Platform.current.description),
  ])
  func isBroughtIntoTheUsualForm(text: String, expected: String) throws {
    #expect(try Platform(parsing: text).description == expected)
  }

  @Test(arguments: ["", "/", "linux/", "linux/amd64/v8/x", "li nux/amd64", "linux/../etc"])
  func refusesWhatIsNoPlatform(text: String) {
    let error = #expect(throws: GantryError.self) { try Platform(parsing: text) }
    #expect(error?.message.contains("is not a platform") == true)
  }

  @Test(arguments: ["foo", "linx", "amd46"]) func aLoneWordMustBeKnown(text: String) {
    let error = #expect(throws: GantryError.self) { try Platform(parsing: text) }
    #expect(error?.message.hasPrefix("\"\(text)\": unknown operating system or architecture") == true)
  }

  @Test(
    arguments: [
      ("linux/amd64", "linux/amd64", 0), ("linux/arm/v7", "linux/arm/v6", 1), ("linux/arm/v6", "linux/arm/v7", nil),
      ("linux/amd64", "linux/arm64", nil), ("linux/amd64", "windows/amd64", nil), ("linux/amd64/v3", "linux/amd64", 2),
      ("linux/amd64", "linux/amd64/v2", nil),
    ] as [(String, String, Int?)])
  func tellsHowWellAnotherFits(here: String, image: String, distance: Int?) throws {
    #expect(try Platform(parsing: here).distance(to: Platform(parsing: image)) == distance)
  }

  @Test func anIndexOffersTheBestFirstAndTheUnlabelledLast() throws {
    let digest = try Digest.of([])
    func manifest(_ platform: String?, _ size: Int64) throws -> Descriptor {
      Descriptor(
        mediaType: .ociManifest, digest: digest, size: size, platform: try platform.map { try Platform(parsing: $0) })
    }
    let index = Index(manifests: [
      try manifest(nil, 1), try manifest("linux/arm/v5", 2), try manifest("linux/amd64", 3),
      try manifest("linux/arm/v6", 4),
    ])
    #expect(index.candidates(for: try Platform(parsing: "linux/arm/v7")).map(\.size) == [4, 2, 1])
    #expect(index.candidates(for: try Platform(parsing: "linux/s390x")).map(\.size) == [1])
  }
}
