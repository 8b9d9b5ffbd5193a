import Errors
import Registry
import Testing

struct ManifestKindTests {
  private static let oci = "application/vnd.oci.image.manifest.v1+json"
  private static let docker = "application/vnd.docker.distribution.manifest.v2+json"
  private static let index = "application/vnd.oci.image.index.v1+json"

  private func kind(_ document: String, _ contentType: String) throws -> String {
    try ManifestKind.mediaType(of: Array(document.utf8), contentType: contentType, name: "m").rawValue
  }

  @Test func theDocumentsOwnWordAndTheAnswersAgree() throws {
    #expect(
      try kind("{\"mediaType\":\"\(Self.oci)\",\"config\":{},\"layers\":[]}", "\(Self.oci); charset=utf-8") == Self.oci)
    #expect(try kind("{\"config\":{},\"layers\":[]}", Self.docker) == Self.docker)
    #expect(try kind("{\"mediaType\":\"\(Self.docker)\",\"layers\":[]}", "application/json") == Self.docker)
    #expect(try kind("{\"manifests\":[]}", "text/plain") == Self.index)
  }

  /// What is one thing to one reader and another to the next (CVE-2021-41190).
  @Test(arguments: [
    ("{\"mediaType\":\"\(docker)\",\"config\":{},\"layers\":[]}", oci, "should be '\(oci)' not '\(docker)'"),
    ("{\"config\":{},\"layers\":[],\"manifests\":[]}", oci, "expected a manifest but found an index"),
    ("{\"mediaType\":\"\(index)\",\"layers\":[],\"manifests\":[]}", index, "expected an index but found a manifest"),
  ])
  func whatContradictsItselfIsRefused(_ document: String, _ contentType: String, _ words: String) {
    let error = #expect(throws: GantryError.self) { try kind(document, contentType) }
    #expect(error?.code == .invalidArgument && error?.message.contains(words) == true, "\(String(describing: error))")
  }
}
