import Errors
import ImageSpec
import JSON

/// Tells what kind of document a registry has sent.
package enum ManifestKind {
  /// The media type, by the document's own word, else by the answer's, else by what it holds.
  ///
  /// - Parameter contentType: the field of the answer; parameters are passed over.
  /// - Throws: `.invalidArgument` naming `name` where it is neither an image nor an index that can be read.
  package static func mediaType(of bytes: [UInt8], contentType: String, name: String) throws(GantryError) -> MediaType {
    let sent = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch {
      // A page for people: of a proxy, or of a network that wants them to log in.
      guard sent != "text/html" else {
        throw GantryError(
          .invalidArgument, "\(name) cannot be read: the answer is a page of HTML; is a proxy before the registry?")
      }
      throw error.wrapped(name)
    }
    guard document.object != nil else {
      throw GantryError(.invalidArgument, "\(name) is not valid: it must be a JSON object")
    }
    if document["schemaVersion"]?.integer == 1, !sent.contains(".oci.") {
      throw GantryError(
        .invalidArgument,
        "\(name) is of Docker's schema version 1, which is not supported any more: push the image again with a newer program"
      )
    }
    let stated = document["mediaType"]?.string ?? ""
    let answered = MediaType(rawValue: sent)
    // What is one thing to this reader and another to the next is no use to anybody (CVE-2021-41190).
    let type = stated.isEmpty ? answered : MediaType(rawValue: stated)
    if answered.isManifest || answered.isIndex, type.isManifest || type.isIndex, type != answered {
      throw GantryError(
        .invalidArgument,
        "\(name) is not valid: if present, mediaType in manifest should be '\(sent)' not '\(RegistryErrorDocument.printable(stated))'"
      )
    }
    let isIndex = document["manifests"]?.array != nil
    let isManifest = document["layers"]?.array != nil || document["config"]?.object != nil
    if type.isManifest, isIndex {
      throw GantryError(.invalidArgument, "\(name) is not valid: expected a manifest but found an index")
    }
    if type.isIndex, isManifest {
      throw GantryError(.invalidArgument, "\(name) is not valid: expected an index but found a manifest")
    }
    if type.isManifest || type.isIndex { return type }
    guard stated.isEmpty else {
      throw GantryError(
        .invalidArgument, "\(name) is of an unsupported media type: \(RegistryErrorDocument.printable(stated))")
    }
    if document["manifests"]?.array != nil { return .ociIndex }
    if document["layers"]?.array != nil { return .ociManifest }
    throw GantryError(
      .invalidArgument, "\(name) is of an unsupported media type: \(RegistryErrorDocument.printable(sent))")
  }
}
