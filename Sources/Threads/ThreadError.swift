import Errors

enum ThreadError {
  static func unavailable(_ name: String) -> GantryError {
    GantryError(.resourceExhausted, "no thread for \(name): raise the limit of processes (ulimit -u)")
  }
}
