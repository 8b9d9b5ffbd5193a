import Errors

extension PluginHost {
  /// The content plugin of this name.
  ///
  /// - Throws: `.notFound` that lists those there are; so do the others.
  public func content(_ name: String) throws(GantryError) -> ContentStore {
    ContentStore(try connection(.content, name))
  }

  /// The snapshotter of this name.
  public func snapshotter(_ name: String) throws(GantryError) -> Snapshotter {
    Snapshotter(try connection(.snapshotter, name))
  }

  /// The network plugin of this name.
  public func network(_ name: String) throws(GantryError) -> NetworkDriver {
    NetworkDriver(try connection(.network, name))
  }

  /// The runtime plugin of this name.
  public func runtime(_ name: String) throws(GantryError) -> RuntimeDriver {
    RuntimeDriver(try connection(.runtime, name))
  }
}
