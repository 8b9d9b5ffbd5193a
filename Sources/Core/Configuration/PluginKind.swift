/// What a plugin does.
public enum PluginKind: String, Sendable, CaseIterable, Hashable {
  case content, snapshotter, network, runtime
}
