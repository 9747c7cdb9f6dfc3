// SPDX-License-Identifier: Apache-2.0

internal import CFetch

/// The transfers of one thread.
// `@unchecked`: the pointer never changes, what it points to may be woken from any thread, and all
// else is called by the one thread that works on it.
@safe final class TransferPool: @unchecked Sendable {
  private let pool: OpaquePointer

  /// Why there is none.
  struct Failure: Error {
    let message: String
  }

  /// Loads libcurl, where that has not been done.
  init() throws(Failure) {
    if let reason = unsafe cfetch_load() {
      throw Failure(
        message: unsafe "libcurl, which sends it, could not be loaded: \(String(cString: reason))")
    }
    guard let pool = unsafe cfetch_pool_create() else {
      throw Failure(message: "there was no memory for it")
    }
    unsafe self.pool = pool
  }

  deinit { unsafe cfetch_pool_destroy(pool) }

  /// Makes ``work()`` return, or the next one return at once; from any thread.
  func wake() { unsafe cfetch_wake(pool) }

  /// Keeps SIGPIPE away while `body` deals with transfers.
  static func sheltered(_ body: () -> Void) {
    let entered = cfetch_enter()
    body()
    cfetch_leave(entered)
  }

  /// Sends and takes what can be, waiting for something to do; then what has ended.
  func work() -> [(HTTPTransfer, HTTPTransfer.End)] {
    unsafe cfetch_work(pool, 3_600_000)
    var ended: [(HTTPTransfer, HTTPTransfer.End)] = []
    var code: Int32 = 0
    while let handle = unsafe cfetch_ended(pool, &code) {
      let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(cfetch_context(handle))
        .takeUnretainedValue()
      ended.append((transfer, HTTPTransfer.End(code)))
    }
    return ended
  }

  /// Begins a request; false where there is no memory, or libcurl refuses it.
  func begin(_ handle: OpaquePointer) -> Bool { unsafe cfetch_begin(pool, handle) == 0 }

  /// Takes a request out before its end.
  func stop(_ handle: OpaquePointer) { unsafe cfetch_stop(pool, handle) }
}
