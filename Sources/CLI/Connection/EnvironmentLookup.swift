/// Finds a variable of the process's environment; a test brings its own.
package typealias EnvironmentLookup = @Sendable (String) -> String?
