import Testing

/// Tests that launch containers. One after the other: a file that one test writes and executes would otherwise be open
/// for writing in the child of another for a moment, and execve(2) refuses that.
@Suite(.enabled(if: ContainerFixture.isPossible, "needs root and /bin/busybox"), .serialized)
struct ContainerTests {}
