import Errors
import JSON

/// A HEALTHCHECK instruction as the object that an image's config has.
struct HealthcheckText {
  let json: JSONValue

  init(_ instruction: Instruction, shell: [String]) throws(GantryError) {
    var rest = instruction.text[...]
    var members: [(String, JSONValue)] = []
    while rest.hasPrefix("--") {
      let option = rest.prefix { !$0.isWhitespace }
      rest = rest.dropFirst(option.count).drop { $0.isWhitespace }
      let member = try Self.member(option.dropFirst(2))
      guard !members.contains(where: { $0.0 == member.0 }) else {
        let name = option.dropFirst(2).prefix { $0 != "=" }
        throw GantryError(.invalidArgument, "Duplicate flag specified: \(name)")
      }
      members.append(member)
    }
    let kind = rest.prefix { !$0.isWhitespace }.uppercased()
    let command = rest.dropFirst(kind.count).trimmed
    switch kind {
    case "NONE":
      guard command.isEmpty, members.isEmpty else {
        throw GantryError(.invalidArgument, "HEALTHCHECK NONE takes no arguments")
      }
      json = .object(JSONObject([("Test", ["NONE"])]))
    case "CMD":
      guard !command.isEmpty else {
        throw GantryError(.invalidArgument, "Missing command after HEALTHCHECK CMD")
      }
      let list = try Instruction.all(in: "CMD \(command)").first?.list()
      let test = list.map { ["CMD"] + $0 } ?? ["CMD-SHELL", command]
      json = .object(JSONObject([("Test", .array(test.map { .string($0) }))] + members))
    case "": throw GantryError(.invalidArgument, "HEALTHCHECK requires at least one argument")
    default:
      throw GantryError(.invalidArgument, "Unknown type \"\(kind)\" in HEALTHCHECK (try CMD)")
    }
  }

  private static func member(_ option: Substring) throws(GantryError) -> (String, JSONValue) {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count == 2 ? parts[1] : ""
    switch parts[0] {
    case "interval": return ("Interval", .integer(try nanoseconds(value, "interval")))
    case "timeout": return ("Timeout", .integer(try nanoseconds(value, "timeout")))
    case "start-period": return ("StartPeriod", .integer(try nanoseconds(value, "start-period")))
    case "retries":
      guard let count = Int64(value) else {
        throw GantryError(.invalidArgument, "--retries cannot be \"\(value)\": write a number from 1 on")
      }
      guard count >= 1 else { throw GantryError(.invalidArgument, "--retries must be at least 1 (not \(count))") }
      return ("Retries", .integer(count))
    default: throw GantryError(.invalidArgument, "Unknown flag: \(parts[0])")
    }
  }

  private static func nanoseconds(_ text: Substring, _ option: String) throws(GantryError) -> Int64 {
    let units: [(String, Double)] = [("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)]
    var rest = text
    var total = 0.0
    var isWrong = rest.isEmpty
    while !rest.isEmpty, !isWrong {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest.dropFirst(number.count).prefix { !$0.isNumber && $0 != "." }
      if let value = Double(number), let scale = units.first(where: { $0.0 == unit })?.1 {
        total += value * scale
      } else {
        isWrong = true
      }
      rest = rest.dropFirst(number.count + unit.count)
    }
    guard !isWrong, let result = Int64(exactly: total.rounded()) else {
      throw GantryError(
        .invalidArgument, "--\(option): invalid duration \"\(text)\": write one of 1ms at least, such as 30s")
    }
    guard result >= 1_000_000 else {
      throw GantryError(.invalidArgument, "Interval \"\(option)\" cannot be less than 1ms")
    }
    return result
  }
}
