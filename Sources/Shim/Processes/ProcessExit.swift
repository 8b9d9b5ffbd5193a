import Messages

/// How a process ended.
struct ProcessExit: Equatable {
  var pid: Int32
  /// Its exit code, or 128 and the signal that ended it.
  var status: UInt32
  var time: GoogleProtobuf.Timestamp
  var oomKilled = false
}
