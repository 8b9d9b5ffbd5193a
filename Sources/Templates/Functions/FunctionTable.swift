import Errors

/// The functions of a template, by name.
public struct FunctionTable: Sendable {
  private let functions: [String: Function]

  private init(_ functions: [String: Function]) { self.functions = functions }

  subscript(name: String) -> Function? { functions[name] }

  /// What Go predefines, and Docker's own (docker/cli's templates package).
  public static let docker = FunctionTable(GoFunctions.table.merging(DockerFunctions.table) { $1 })

  /// The same for the header of a table: what would change a column's name leaves it alone.
  public static let header = FunctionTable(docker.functions.merging(DockerFunctions.header) { $1 })
}
