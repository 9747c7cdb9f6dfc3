// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A piece of what an attempt printed, standard output and error as they came.
public struct OutputReply: Codable, Hashable, Sendable {
  /// Which run.
  public var runID: String
  /// Which attempt printed it, from 1; 0 where none has begun.
  public var attempt: Int
  /// How many attempts have begun.
  public var attempts: Int
  /// The run's state.
  public var state: String
  /// Whether this attempt is under way.
  public var running: Bool
  /// Where the piece begins, in bytes; more than was asked for when what lies between is gone.
  public var start: Int
  /// Where to go on.
  public var end: Int
  /// How many bytes the attempt has printed so far; beyond `end` there is more to ask for.
  public var total: Int
  /// How many bytes between what was asked for and `start` are gone.
  public var omitted: Int
  /// The piece; bytes that are not UTF-8 stand as U+FFFD.
  public var text: String
  /// The piece's very bytes, where `text` is not them.
  @OrNull public var base64: String?

  enum CodingKeys: String, CodingKey {
    case attempt, attempts, state, running, start, end, total, omitted, text, base64
    case runID = "run_id"
  }

  /// A piece that was asked for from byte `from` on.
  public init(
    runID: String, attempt: Int, attempts: Int, state: String, running: Bool, from: Int,
    start: Int, bytes: [UInt8], total: Int
  ) {
    self.runID = runID
    self.attempt = attempt
    self.attempts = attempts
    self.state = state
    self.running = running
    self.start = start
    self.end = start + bytes.count
    self.total = total
    self.omitted = max(0, start - from)
    let exact = String(validating: bytes, as: UTF8.self)
    self.text = exact ?? String(decoding: bytes, as: UTF8.self)
    self.base64 = exact == nil ? Data(bytes).base64EncodedString() : nil
  }

  /// The piece's bytes.
  public var bytes: [UInt8] {
    guard let base64, let data = Data(base64Encoded: base64) else { return Array(text.utf8) }
    return Array(data)
  }
}
