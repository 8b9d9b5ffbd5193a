internal import CMessages
import Errors

extension ProtoFile {
  init(_ file: Google__Protobuf__FileDescriptorProto) throws(GantryError) {
    name = CodecReading.text(file.name)
    package = CodecReading.text(file.package)
    syntax = CodecReading.text(file.syntax)
    let comments = Comments(file.source_code_info)
    let scope = package
    messages = []
    for (index, message) in CodecReading.list(file.n_message_type, file.message_type).enumerated() {
      messages.append(try ProtoMessage(message, in: scope, at: [4, Int32(index)], comments))
    }
    enums = CodecReading.list(file.n_enum_type, file.enum_type).enumerated().map { index, item in
      ProtoEnum(item, in: scope, at: [5, Int32(index)], comments)
    }
    services = CodecReading.list(file.n_service, file.service).enumerated().map { index, item in
      ProtoService(item, in: scope, at: [6, Int32(index)], comments)
    }
  }
}

extension ProtoMessage {
  init(
    _ message: Google__Protobuf__DescriptorProto, in scope: String, at path: [Int32], _ comments: Comments
  ) throws(GantryError) {
    let fullName = qualified(CodecReading.text(message.name), in: scope)
    name = CodecReading.text(message.name)
    self.fullName = fullName
    comment = comments.at(path)
    isMapEntry = (message.options?.pointee.map_entry ?? 0) != 0
    fields = []
    for (index, field) in CodecReading.list(message.n_field, message.field).enumerated() {
      fields.append(try ProtoField(field, of: fullName, comment: comments.at(path + [2, Int32(index)])))
    }
    oneofs = CodecReading.list(message.n_oneof_decl, message.oneof_decl).enumerated().map { index, oneof in
      Oneof(name: CodecReading.text(oneof.name), comment: comments.at(path + [8, Int32(index)]))
    }
    messages = []
    for (index, nested) in CodecReading.list(message.n_nested_type, message.nested_type).enumerated() {
      messages.append(try ProtoMessage(nested, in: fullName, at: path + [3, Int32(index)], comments))
    }
    enums = CodecReading.list(message.n_enum_type, message.enum_type).enumerated().map { index, item in
      ProtoEnum(item, in: fullName, at: path + [4, Int32(index)], comments)
    }
  }
}

extension ProtoField {
  init(_ field: Google__Protobuf__FieldDescriptorProto, of message: String, comment: String) throws(GantryError) {
    name = CodecReading.text(field.name)
    number = field.number
    isRepeated = field.label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED
    oneof = field.has_oneof_index != 0 ? Int(field.oneof_index) : nil
    self.comment = comment
    if field.proto3_optional != 0 {
      throw GantryError(
        .unimplemented, "\(message).\(name): proto3 optional is not supported; put the field alone into a oneof")
    }
    let typeName = String(CodecReading.text(field.type_name).drop { $0 == "." })
    kind =
      switch field.type.rawValue {
      case 1: .number("Double")
      case 2: .number("Float")
      case 3, 16, 18: .number("Int64")
      case 4, 6: .number("UInt64")
      case 5, 15, 17: .number("Int32")
      case 7, 13: .number("UInt32")
      case 8: .bool
      case 9: .string
      case 11: .message(typeName)
      case 12: .bytes
      case 14: .enumeration(typeName)
      default: throw GantryError(.unimplemented, "\(message).\(name): groups are not supported; use a message")
      }
  }
}

extension ProtoEnum {
  init(_ item: Google__Protobuf__EnumDescriptorProto, in scope: String, at path: [Int32], _ comments: Comments) {
    name = CodecReading.text(item.name)
    fullName = qualified(CodecReading.text(item.name), in: scope)
    comment = comments.at(path)
    values = CodecReading.list(item.n_value, item.value).enumerated().map { index, value in
      Value(
        name: CodecReading.text(value.name), number: value.number, comment: comments.at(path + [2, Int32(index)]))
    }
  }
}

extension ProtoService {
  init(_ item: Google__Protobuf__ServiceDescriptorProto, in scope: String, at path: [Int32], _ comments: Comments) {
    name = CodecReading.text(item.name)
    fullName = qualified(CodecReading.text(item.name), in: scope)
    comment = comments.at(path)
    methods = CodecReading.list(item.n_method, item.method).enumerated().map { index, method in
      Method(
        name: CodecReading.text(method.name),
        input: String(CodecReading.text(method.input_type).drop { $0 == "." }),
        output: String(CodecReading.text(method.output_type).drop { $0 == "." }),
        clientStreams: method.client_streaming != 0, serverStreams: method.server_streaming != 0,
        isIdempotent: (method.options?.pointee.idempotency_level.rawValue ?? 0) != 0,
        comment: comments.at(path + [2, Int32(index)]))
    }
  }
}

private func qualified(_ name: String, in scope: String) -> String {
  scope.isEmpty ? name : "\(scope).\(name)"
}
