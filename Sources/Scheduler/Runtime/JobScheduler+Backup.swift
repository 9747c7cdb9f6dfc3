// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Copying what is remembered, while the scheduler is at work.
extension JobScheduler {
  /// How far a backup has come.
  public struct Backup: Sendable {
    /// Where it is.
    public enum Phase: Sendable {
      /// Pages are copied.
      case copying
      /// The copy is whole and is looked through for damage.
      case checking
      /// The file is in its place.
      case done
      /// There is no file; why.
      case failed(StoreError)
    }

    /// The file.
    public let path: String
    /// Where it is.
    public internal(set) var phase = Phase.copying
    /// Pages that are copied.
    public internal(set) var done = 0
    /// Pages in all, as far as is known.
    public internal(set) var total = 0
    /// The finished file's size in bytes.
    public internal(set) var bytes = 0

    /// Whether nothing more will happen to it.
    public var isOver: Bool {
      switch phase {
      case .copying, .checking: false
      case .done, .failed: true
      }
    }
  }

  /// Pages of a step: about 1 MiB, 1 to 2 ms; commits that wait come before the next step.
  private static let pagesInStep = 256

  /// Begins to copy what is remembered into a file: written beside it, checked, put in its place.
  ///
  /// Commits go on meanwhile, and are in the copy.
  ///
  /// - Parameters:
  ///   - path: the file, from the root.
  ///   - replacing: it may be there already.
  /// - Throws: ``StoreError`` where it can't be begun.
  public func beginBackup(to path: String, replacing: Bool = false) async throws {
    guard backup?.isOver != false else {
      throw StoreError(.failed, "a backup to \(backup?.path ?? "") is under way: wait for its end")
    }
    backup = Backup(path: path)
    do {
      let file = try await stores.beginCopy(path: path, replacing: replacing)
      backupTask = Task { await self.carryOn(file) }
    } catch {
      backup = nil
      throw error
    }
  }

  /// How far the newest backup has come; waits for its end, for `patience` at most.
  public func backupState(patience: TimeSpan) async -> Backup? {
    if backup?.isOver == false, patience > .zero {
      await wait(for: .copied, of: Self.anyRun, patience: patience)
    }
    return backup
  }

  /// A copy is of all runs.
  private static let anyRun = RunID(0)

  private func carryOn(_ file: BackupFile) async {
    do {
      try await copy()
      backup?.phase = .checking
      try await file.settle()
      backup?.bytes = file.size
      backup?.phase = .done
    } catch {
      await stores.abandonCopy()
      file.remove()
      backup?.phase = .failed(error as? StoreError ?? StoreError(.failed, "\(error)"))
    }
    waiters.wake(.copied, of: Self.anyRun)
  }

  private func copy() async throws {
    while true {
      guard !Task.isCancelled else { throw StoreError(.failed, "beatd is shutting down") }
      let progress = try await stores.continueCopy(pages: Self.pagesInStep)
      backup?.done = progress.done
      backup?.total = progress.total
      if progress.isWhole { return }
    }
  }
}
