import CLinux

/// The memory that the allocator holds.
enum HeapMemory {
  /// Gives back to the kernel what is free: an archive of many images leaves some ten MiB behind, which the allocator would keep
  /// for as long as the engine runs.
  ///
  /// - SeeAlso: malloc_trim(3).
  static func giveBack() { malloc_trim(0) }
}
