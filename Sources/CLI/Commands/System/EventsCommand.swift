import Errors
import JSON
import Messages
import Templates

/// `gantry events`.
package enum EventsCommand {
  package static let command = Command(
    "events", "[OPTIONS]", "Get real time events from the server", spellings: ["system events", "events"],
    arguments: .none,
    options: {
      [
        FormatHelp.filterOption, .value("format", "", "string", FormatHelp.document),
        .value("since", "", "string", "Show all events created since timestamp"),
        .value("until", "", "string", "Stream events until this timestamp"),
      ]
    }
  ) { invocation, session in
    let format = invocation.string("format") ?? ""
    let complaint = "Error parsing format: "
    let template = try Template.ofDocument(format, complaint: complaint)
    // A template that fits no event is told at once.
    _ = try template?.rendering(value(.init()), complaint: complaint, exitCode: 64)
    let request = GantryEngineV1.EventsRequest(
      since: try timestamp(invocation, "since"), until: try timestamp(invocation, "until"),
      filters: invocation.filters)
    let events = try await session.system { try await $0.events(request) }
    do {
      for try await event in events {
        if let template {
          try session.console.print(try template.rendering(value(event), complaint: "") + "\n")
        } else {
          try session.console.print(line(event))
        }
      }
    } catch let error as GantryError {
      throw CommandFailure.engine(error)
    }
    return 0
  }

  private static func timestamp(_ invocation: Invocation, _ option: String) throws -> GoogleProtobuf.Timestamp? {
    guard let text = invocation.string(option), !text.isEmpty else { return nil }
    let moment = try Moment(option: text)
    return .init(seconds: moment.seconds, nanos: Int32(moment.nanoseconds))
  }

  private static func moment(_ event: GantryEngineV1.Event) -> Moment {
    Moment(seconds: event.time?.seconds ?? 0, nanoseconds: Int64(event.time?.nanos ?? 0))
  }

  /// "TIME TYPE ACTION ID (KEY=VALUE, ...)".
  private static func line(_ event: GantryEngineV1.Event) -> String {
    let attributes = event.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let tail = attributes.isEmpty ? "" : " (\(attributes.joined(separator: ", ")))"
    return "\(moment(event).localRFC3339) \(event.type) \(event.action) \(event.actorId)\(tail)\n"
  }

  /// What a template works on: fields by the names that Docker's struct has.
  private static func value(_ event: GantryEngineV1.Event) -> Value {
    let moment = moment(event)
    let isOld = event.type == "container" || event.type == "image"
    let actor = Record(
      "events.Actor", [.init("ID", .string(event.actorId)), .init("Attributes", .texts(event.attributes))])
    let fields: [Record.Field] = [
      .init("Status", .string(isOld ? event.action : "")), .init("ID", .string(isOld ? event.actorId : "")),
      .init("From", .string(isOld ? event.attributes["image"] ?? "" : "")), .init("Type", .string(event.type)),
      .init("Action", .string(event.action)), .init("Actor", .record(actor)), .init("Scope", "local"),
      .init("Time", .integer(moment.seconds, .int64)), .init("TimeNano", .integer(nanoseconds(moment), .int64)),
    ]
    let message = Record("events.Message", fields, document: document(event))
    return .pointer(.record(message), to: .record("events.Message"))
  }

  private static func nanoseconds(_ moment: Moment) -> Int64 {
    moment.seconds &* 1_000_000_000 &+ moment.nanoseconds
  }

  /// Docker's object; containers and images carry three older members in front.
  package static func document(_ event: GantryEngineV1.Event) -> JSONValue {
    let moment = moment(event)
    let attributes = JSONObject(event.attributes.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    var document = JSONObject()
    if event.type == "container" || event.type == "image" {
      document["status"] = .string(event.action)
      document["id"] = .string(event.actorId)
      if let image = event.attributes["image"] { document["from"] = .string(image) }
    }
    document["Type"] = .string(event.type)
    document["Action"] = .string(event.action)
    document["Actor"] = .object(JSONObject([("ID", .string(event.actorId)), ("Attributes", .object(attributes))]))
    document["scope"] = "local"
    document["time"] = .integer(moment.seconds)
    document["timeNano"] = .integer(nanoseconds(moment))
    return .object(document)
  }
}
