// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

internal import CronParser

/// The one owner of the store: everything that touches it runs on this queue's thread.
///
/// `@unchecked Sendable`: `store` and `inDoubt` are used in blocks on `queue` alone, which is
/// serial.
final class StoreQueue: @unchecked Sendable {
  private let queue = DispatchQueue(label: "beat.store", qos: .userInitiated)
  private let store: any Store
  /// A batch that may be durable, where the store could not be asked yet.
  private var inDoubt: Int64?

  init(_ store: sending any Store) {
    self.store = store
  }

  /// Closes the store, after what was asked of it before.
  func close() async {
    await withCheckedContinuation { continuation in
      queue.async {
        self.store.close()
        continuation.resume()
      }
    }
  }

  /// Commits a batch; afterwards it is durable, or it is not and the store is as before.
  func commit(
    _ changes: [Change], batch: Int64, then finish: @escaping @Sendable (StoreError?) -> Void
  ) {
    queue.async { finish(self.commitNow(changes, batch: batch)) }
  }

  private func commitNow(_ changes: [Change], batch: Int64) -> StoreError? {
    do {
      if inDoubt == batch, try store.newestBatch() >= batch {
        inDoubt = nil
        return nil
      }
      try store.commit(changes, batch: batch)
      inDoubt = nil
      return nil
    } catch let error as StoreError {
      guard error.code == .unknown else { return error }
      // A commit that failed is unknown: only the store's own record of the batch decides.
      inDoubt = batch
      guard let newest = try? store.newestBatch(), newest >= batch else { return error }
      inDoubt = nil
      return nil
    } catch {
      return StoreError(.failed, "\(error)")
    }
  }

  /// Reads what the ledger holds after an instant.
  func ledgerTail(
    after instant: Instant,
    then finish: @escaping @Sendable (Result<LedgerTail, any Error>) -> Void
  ) {
    queue.async { finish(Result { try self.store.ledgerTail(after: instant) }) }
  }

  /// Does one small step of a pruning; answers how many rows it took.
  func prune(_ step: PruneSchedule.Step, then finish: @escaping @Sendable (Int?) -> Void) {
    queue.async {
      finish(
        try? self.store.prune(
          step.job, keeping: step.keep, at: step.now, limit: PruneSchedule.rowsInStep))
    }
  }

  /// Takes the oldest rows out while what is remembered takes more than `limit` bytes; answers how
  /// many rows it took.
  func prune(toBytes limit: Int64, then finish: @escaping @Sendable (Int?) -> Void) {
    queue.async {
      finish(
        try? self.store.usedBytes() > limit
          ? self.store.pruneOldest(limit: PruneSchedule.rowsInStep) : 0)
    }
  }

  /// Begins a copy of the store beside the place where it is to be.
  func beginCopy(path: String, replacing: Bool) async throws -> BackupFile {
    try await onQueue {
      guard let store = self.store as? any CopyingStore else {
        throw StoreError(.failed, "what is remembered here is in no file that could be copied")
      }
      let file = try BackupFile(
        path, replacing: replacing, stateFile: (store as? SQLiteStore)?.path)
      // One that an earlier daemon could not finish.
      file.remove()
      do {
        try store.beginCopy(at: file.draft)
      } catch {
        store.abandonCopy()
        file.remove()
        throw error
      }
      return file
    }
  }

  /// Copies some pages more.
  func continueCopy(pages: Int) async throws -> CopyProgress {
    try await onQueue {
      guard let store = self.store as? any CopyingStore else {
        throw StoreError(.failed, "no copy is under way")
      }
      return try store.continueCopy(pages: pages)
    }
  }

  /// Gives up a copy that is not whole.
  func abandonCopy() async {
    await withCheckedContinuation { continuation in
      queue.async {
        (self.store as? any CopyingStore)?.abandonCopy()
        continuation.resume()
      }
    }
  }

  private func onQueue<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }

  /// Reads from the store.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Store) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body(self.store) }) }
    }
  }
}
