// SPDX-License-Identifier: Apache-2.0

/// What went wrong with the store, and what to do.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds that callers tell apart.
  public enum Code: Hashable, Sendable {
    /// Another process holds the state file.
    case held
    /// The file is not a state file of Beat's, or was written by a newer Beat.
    case notOurs
    /// The file is damaged.
    case corrupt
    /// No room, or not writable.
    case unwritable
    /// A commit failed and may or may not have become durable.
    case unknown
    /// Anything else.
    case failed
  }

  /// The kind.
  public let code: Code
  /// What was tried, on which file, what came of it, and what to do.
  public let message: String
  /// SQLite's extended result code, 0 where there is none.
  public let underlying: Int32

  /// An error.
  public init(_ code: Code, _ message: String, underlying: Int32 = 0) {
    self.code = code
    self.message = message
    self.underlying = underlying
  }

  /// True where trying again may help: the file is as it was, and may be writable later.
  public var mayPass: Bool {
    switch code {
    case .held, .unwritable, .unknown: true
    case .notOurs, .corrupt, .failed: false
    }
  }

  /// True where it is another program that has the file open, not another scheduler.
  public var isForeign: Bool { code == .held && underlying != 0 }

  /// The message.
  public var description: String { message }
}
