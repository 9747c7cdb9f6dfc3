// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Where executors leave their events: ten thousand at once cost the scheduler one wake-up.
final class EventInbox: Sendable {
  private struct Contents {
    var events: [ExecutionEvent] = []
    var wake: (@Sendable () -> Void)?
  }

  private let contents = Mutex(Contents())

  /// Says what to do when the first event of a batch comes in.
  func setWake(_ wake: @escaping @Sendable () -> Void) {
    let hasEvents = contents.withLock { contents in
      contents.wake = wake
      return !contents.events.isEmpty
    }
    if hasEvents { wake() }
  }

  func post(_ event: ExecutionEvent) {
    let wake = contents.withLock { contents in
      contents.events.append(event)
      return contents.events.count == 1 ? contents.wake : nil
    }
    wake?()
  }

  func takeAll() -> [ExecutionEvent] {
    contents.withLock { contents in
      defer { contents.events = [] }
      return contents.events
    }
  }
}
