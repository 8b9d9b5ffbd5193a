import Errors
import Glibc
import JSON
import Templates
import Testing

/// What the real docker printed for a table of templates; `Recorded/record.py` made it.
@Suite struct RecordedTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let template: String
    let output: String
    let error: String

    var testDescription: String { template }
  }

  @Test func `every template gives what docker gave`() throws {
    let cases = try Self.cases("docker.jsonl")
    #expect(cases.count > 400)
    let document = Value(document: try JSONValue(parsing: try Self.bytes("document.json")))
    for recorded in cases {
      let (output, error) = Self.outcome(recorded.template, document)
      #expect(error == recorded.error, "\(recorded.template)")
      if recorded.error.isEmpty { #expect(output == recorded.output, "\(recorded.template)") }
    }
  }

  @Test(arguments: [
    ("structures.jsonl", "container.json", "container.InspectResponse"),
    ("images.jsonl", "image.json", "image.InspectResponse"),
  ])
  func `structs have the members that a document leaves out`(
    _ answers: String, _ file: String, _ typeName: String
  ) throws {
    let cases = try Self.cases(answers)
    #expect(cases.count > 15)
    let document = try JSONValue(parsing: try Self.bytes(file))
    for recorded in cases {
      var (output, error) = Self.outcome(
        recorded.template, Value(structure: document, named: typeName),
        missingKey: .noValue)
      if !error.isEmpty { (output, error) = Self.outcome(recorded.template, Value(document: document)) }
      #expect(error == recorded.error, "\(recorded.template)")
      if recorded.error.isEmpty { #expect(output == recorded.output, "\(recorded.template)") }
    }
  }

  private static func outcome(
    _ template: String, _ document: Value, missingKey: Template.MissingKey = .error
  ) -> (output: String, error: String) {
    do throws(GantryError) {
      return (try Template(template).text(document, missingKey: missingKey) + "\n", "")
    } catch {
      return ("", "template parsing error: \(error.message)\n")
    }
  }

  private static func cases(_ name: String) throws -> [Case] {
    try bytes(name).split(separator: UInt8(ascii: "\n")).map { line in
      let recorded = try JSONValue(parsing: line)
      return Case(
        template: try #require(recorded["template"]?.string), output: try #require(recorded["output"]?.string),
        error: try #require(recorded["error"]?.string))
    }
  }

  private static func bytes(_ name: String) throws -> [UInt8] {
    let folder = "\(#filePath)".dropLast("RecordedTests.swift".count)
    let file = try #require(fopen("\(folder)Recorded/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
