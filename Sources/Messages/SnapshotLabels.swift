extension ContainerdServicesSnapshotsV1 {
  /// The label of an active snapshot that nobody comes back to after a crash of the machine: its snapshotter may leave out
  /// what would keep it whole (overlayfs's option `volatile`, kernel documentation, filesystems/overlayfs).
  public static let volatileLabel = "gantry.io/snapshot/volatile"
}
