// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What one attempt has printed so far: written by whoever reads its pipe or logs for its handler,
/// read by whoever follows it.
///
/// Holds at most twice ``CapturedOutput/limit`` bytes, however much comes.
final class OutputBuffer: Sendable {
  private let attempt: Int
  private let state = Mutex(OutputContent())

  init(attempt: Int) { self.attempt = attempt }

  /// Adds bytes; true where a follower has to be told, which is so once until it reads again.
  func append(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard !bytes.isEmpty else { return false }
    return state.withLock { content in
      guard !content.isClosed else { return false }
      content.append(bytes)
      defer { content.isAnnounced = true }
      return !content.isAnnounced
    }
  }

  /// What there is from byte `offset` on, in one piece.
  ///
  /// Where bytes between head and tail are gone, a piece of the head ends there: ask again at its
  /// end.
  func read(from offset: Int) -> LiveOutput {
    state.withLock { content in
      content.isAnnounced = false
      let (bytes, start) = content.piece(from: offset)
      return LiveOutput(bytes: bytes, start: start, attempt: attempt)
    }
  }

  /// Takes what was kept and no more from then on; nil where nothing was printed.
  func close() -> CapturedOutput? {
    state.withLock { content in
      content.isClosed = true
      guard content.total > 0 else { return nil }
      return CapturedOutput(
        head: content.head, tail: content.lastBytes(content.tail.count), total: content.total)
    }
  }
}

/// The bytes that are kept of an output: a head, and a tail that is a ring once it is full.
struct OutputContent {
  /// The first bytes.
  private(set) var head: [UInt8] = []
  /// The last bytes; where it is full, the oldest of them is at `oldest`.
  private(set) var tail: [UInt8] = []
  private var oldest = 0
  /// How many bytes came in all.
  private(set) var total = 0
  /// A follower was told and has not read since.
  var isAnnounced = false
  /// Nothing is taken any more.
  var isClosed = false

  /// Takes bytes, of which the middle may be dropped.
  mutating func append(_ bytes: ArraySlice<UInt8>) {
    let limit = CapturedOutput.limit
    let (sum, overflow) = total.addingReportingOverflow(bytes.count)
    total = overflow ? .max : sum
    let forHead = bytes.prefix(limit - head.count)
    head.append(contentsOf: forHead)
    // Of what the ring cannot hold, only the end is worth writing.
    var rest = bytes.dropFirst(forHead.count).suffix(limit)
    let growth = rest.prefix(limit - tail.count)
    tail.append(contentsOf: growth)
    rest = rest.dropFirst(growth.count)
    while !rest.isEmpty {
      let piece = rest.prefix(limit - oldest)
      tail.replaceSubrange(oldest..<(oldest + piece.count), with: piece)
      oldest = (oldest + piece.count) % limit
      rest = rest.dropFirst(piece.count)
    }
  }

  /// The newest `count` bytes of the tail, in order.
  func lastBytes(_ count: Int) -> [UInt8] {
    Array((tail[oldest...] + tail[..<oldest]).suffix(count))
  }

  /// The bytes from `offset` on, up to the next that is gone, and where they begin.
  func piece(from offset: Int) -> (bytes: [UInt8], start: Int) {
    let start = min(max(offset, 0), total)
    let tailStart = total - tail.count
    if start < head.count {
      let isWhole = tailStart == head.count
      return (head[start...] + (isWhole ? lastBytes(tail.count) : []), start)
    }
    let from = max(start, tailStart)
    return (lastBytes(total - from), from)
  }
}
