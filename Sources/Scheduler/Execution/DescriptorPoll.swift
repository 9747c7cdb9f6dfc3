// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Dispatch

/// Many descriptors behind one dispatch source: pipes and pidfds, each watched under a token.
///
/// Belongs to the queue that it was made with and is to be used on it alone.
final class DescriptorPoll {
  /// What a descriptor is watched for.
  enum Event {
    /// Something to read, or the end of what it stands for.
    case input
    /// Of a pidfd: its process was reaped.
    case hangUp
  }

  private static let batch = 64

  private let poll: SharedDescriptor
  private let source: any DispatchSourceRead
  private var tokens = [UInt64](repeating: 0, count: batch)

  /// A poll that calls `wake` on `queue` whenever a descriptor of it is ready.
  init(
    queue: DispatchQueue, wake: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    let poll = SharedDescriptor(
      FileDescriptor(owning: try SystemError.check(clinux_epoll_create())))
    source = DispatchSource.makeReadSource(fileDescriptor: poll.file.number, queue: queue)
    source.setEventHandler(handler: wake)
    source.setCancelHandler { withExtendedLifetime(poll) {} }
    source.activate()
    self.poll = poll
  }

  deinit { source.cancel() }

  /// Watches a descriptor until it is forgotten, which has to be before it is closed.
  func watch(
    _ descriptor: SharedDescriptor, for event: Event, as token: UInt64
  ) throws(SystemError) {
    let add = event == .input ? clinux_epoll_add : clinux_epoll_add_hangup
    try SystemError.check(add(poll.file.number, descriptor.file.number, token))
  }

  /// Watches a descriptor no more.
  func forget(_ descriptor: SharedDescriptor) {
    _ = clinux_epoll_remove(poll.file.number, descriptor.file.number)
  }

  /// The tokens of some descriptors that are ready; those left over wake the queue again.
  func ready() -> ArraySlice<UInt64> {
    let count = unsafe clinux_epoll_take(poll.file.number, &tokens, Int32(tokens.count))
    return tokens.prefix(max(0, Int(count)))
  }
}

/// A descriptor with more than one user; closed when the last has let go.
final class SharedDescriptor: Sendable {
  /// The descriptor.
  let file: FileDescriptor

  init(_ file: consuming FileDescriptor) { self.file = file }
}
