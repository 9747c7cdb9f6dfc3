// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc

/// Says when something changes in folders of schedule files, once it has settled for a moment.
///
/// An editor writes a file in several steps; reading it half-written would only make an error that
/// the next step mends. What never settles is read all the same, every two seconds.
///
/// `@unchecked Sendable`: the mutable parts are touched in blocks on `queue` alone, which is
/// serial.
final class FileWatcher: @unchecked Sendable {
  private static let settleTime = DispatchTimeInterval.milliseconds(200)
  private static let longestWait = DispatchTimeInterval.seconds(2)

  private let queue = DispatchQueue(label: "beat.watcher")
  private let descriptor: Int32
  private let source: any DispatchSourceRead
  private let settled: any DispatchSourceTimer
  private var watched: [String: Int32] = [:]
  /// When it is told at the latest, while there is something to tell.
  private var latest: DispatchTime?

  /// A watcher of nothing yet; nil where the kernel has no inotify instance left: changes are then
  /// seen on `HUP`.
  ///
  /// `changed` is called on the watcher's queue.
  init?(changed: @escaping @Sendable () -> Void) {
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    settled = DispatchSource.makeTimerSource(queue: queue)
    settled.schedule(deadline: .distantFuture)
    let own = descriptor
    settled.setEventHandler { [weak self] in
      self?.latest = nil
      changed()
    }
    source.setEventHandler { [weak self] in
      Self.drain(own)
      self?.noteChange()
    }
    source.setCancelHandler { close(own) }
    settled.activate()
    source.activate()
  }

  deinit {
    source.cancel()
    settled.cancel()
  }

  /// Watches these folders and files from when it returns, and no others.
  ///
  /// Where a folder has come since the last call, it is as if it had changed: what was written
  /// between its reading and now has told nobody.
  func watch(_ paths: [String]) {
    queue.sync { self.replace(Set(paths)) }
  }

  private func noteChange() {
    let now = DispatchTime.now()
    let latest = latest ?? now + Self.longestWait
    self.latest = latest
    settled.schedule(deadline: min(now + Self.settleTime, latest))
  }

  private func replace(_ paths: Set<String>) {
    let isLater = !watched.isEmpty
    for (path, watch) in watched where !paths.contains(path) {
      inotify_rm_watch(descriptor, watch)
      watched[path] = nil
    }
    let events =
      IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB
      | IN_DELETE_SELF | IN_MOVE_SELF
    for path in paths {
      let hasCome = isLater && watched[path] == nil
      // Adding a path anew is harmless, and right where the folder was replaced by another.
      let watch = unsafe inotify_add_watch(descriptor, path, UInt32(events))
      watched[path] = watch >= 0 ? watch : nil
      if hasCome, watch >= 0 { noteChange() }
    }
  }

  private static func drain(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while unsafe read(descriptor, &buffer, buffer.count) > 0 {}
  }
}
