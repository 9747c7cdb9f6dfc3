// SPDX-License-Identifier: Apache-2.0

/// A zone's segments: stretches of time with one kind of local time, for all time.
///
/// 1. Segments are in order, without gaps; the first begins before every instant.
/// 2. Where the zone's rule changes twice a year, the table goes on for a whole cycle of 400 years
///    after its history; the Gregorian calendar repeats after that exactly, so later instants are
///    moved back by whole cycles (`cycleStart`).
/// 3. An index over time, one entry for about 97 days, gives the segment without a search.
struct ZoneTable: Hashable, Sendable {
  private let stored: [StoredSegment]
  private let kindIndices: [UInt8]
  private let kinds: [LocalTimeKind]
  private let buckets: [UInt16]
  /// The second at which `buckets` begins.
  private let bucketOrigin: Int64
  /// From here on the table repeats; `.max` for a zone without a yearly rule.
  let cycleStart: Int64
  private let cycleEnd: Int64
  /// The smallest and the largest offset that the zone ever has.
  let offsets: ClosedRange<Int64>

  private struct StoredSegment: Hashable, Sendable {
    let start: Int64
    let offset: Int32
    let skip: Int32
  }

  /// A stretch of time with one offset.
  struct Segment {
    /// The first second, and the first second after it; `.min` and `.max` for ever.
    let start, end: Int64
    /// Seconds east of UTC.
    let offset: Int64
    /// What the change at `start` does to times of day that come once: see ``ZoneTable/skip``.
    let skip: Int64
  }

  /// 400 years in seconds.
  static let cycle: Int64 = 146_097 * 86_400
  private static let bucketShift: Int64 = 23
  /// The longest gap, less a second, whose times are made up for; the longest fold whose second
  /// pass is not a new time.
  static let longestGap: Int64 = 3 * 3_600 - 1
  static let longestFold: Int64 = 3 * 3_600

  /// A zone that never changes.
  init(constant kind: LocalTimeKind) {
    self.init(ZoneHistory(first: kind, transitions: [], rule: nil))
  }

  /// Lays out a zone's history and the cycle that follows it.
  init(_ history: ZoneHistory) {
    var timeline = ZoneTimeline(history)
    let cycleStart = timeline.extendByCycle()
    let spans = timeline.spans
    var kinds: [LocalTimeKind] = []
    var segments: [StoredSegment] = []
    var indices: [UInt8] = []
    var reached = Int64.min
    for (number, span) in spans.enumerated() {
      if !kinds.contains(span.kind) { kinds.append(span.kind) }
      let index = kinds.firstIndex(of: span.kind) ?? 0
      let offset = Int64(span.kind.offset)
      let skip: Int64
      if number == 0 {
        skip = 0
      } else {
        let before = Int64(spans[number - 1].kind.offset)
        (skip, reached) = Self.skip(at: span.at, from: before, to: offset, reached: reached)
      }
      segments.append(
        StoredSegment(start: span.at, offset: span.kind.offset, skip: Int32(skip)))
      indices.append(UInt8(truncatingIfNeeded: index))
    }
    stored = segments
    kindIndices = indices
    self.kinds = kinds
    self.cycleStart = cycleStart ?? .max
    cycleEnd = cycleStart.map { $0 + Self.cycle } ?? .max
    let all = kinds.map { Int64($0.offset) }
    offsets = (all.min() ?? 0)...(all.max() ?? 0)
    (buckets, bucketOrigin) = Self.index(spans.map(\.at))
  }

  /// How a change of offset treats jobs at fixed times of day, and how far the clock has been.
  ///
  /// `reached` is the local second up to which all times of day have come (exclusive). The result
  /// is positive where the change skips that many seconds of clock time, which are made up for when
  /// it happens; negative where that many seconds after it come a second time. A gap of three hours
  /// or more and a fold of over three hours begin afresh: nothing is skipped, nothing is repeated.
  private static func skip(
    at time: Int64, from before: Int64, to after: Int64, reached: Int64
  ) -> (skip: Int64, reached: Int64) {
    let reached = max(reached, time + before)
    let begins = time + after
    guard isBridged(from: before, to: after) else { return (0, begins) }
    return (begins - reached, max(begins, reached))
  }

  private static func index(_ starts: [Int64]) -> (buckets: [UInt16], origin: Int64) {
    guard starts.count > 1 else { return ([0], 0) }
    let origin = max(starts[1], -(200 * 31_556_952))
    guard let last = starts.last, last >= origin else {
      return ([UInt16(starts.count - 1)], origin)
    }
    var buckets: [UInt16] = []
    var segment = 0
    for bucket in 0...(last - origin) >> bucketShift {
      let start = origin + bucket << bucketShift
      while segment + 1 < starts.count, starts[segment + 1] <= start { segment += 1 }
      buckets.append(UInt16(truncatingIfNeeded: segment))
    }
    return (buckets, origin)
  }

  /// The segment that a second lies in.
  @inline(__always)
  func segment(at second: Int64) -> Segment {
    let shift = second < cycleEnd ? 0 : wholeCycles(at: second)
    let index = self.index(at: second &- shift)
    let found = stored[index]
    let end = index + 1 < stored.count ? stored[index + 1].start &+ shift : cycleEnd &+ shift
    return Segment(
      start: found.start &+ (index == 0 ? 0 : shift), end: end, offset: Int64(found.offset),
      skip: Int64(found.skip))
  }

  /// How much memory the segments and their index take.
  var byteCount: Int {
    stored.count * MemoryLayout<StoredSegment>.stride + kindIndices.count + buckets.count * 2
  }

  /// The kind of local time that a second lies in.
  func kind(at second: Int64) -> LocalTimeKind {
    let shift = second < cycleEnd ? 0 : wholeCycles(at: second)
    return kinds[Int(kindIndices[index(at: second - shift)])]
  }

  private func wholeCycles(at second: Int64) -> Int64 {
    guard cycleStart != .max else { return 0 }
    return (second &- cycleStart) / Self.cycle * Self.cycle
  }

  @inline(__always)
  private func index(at second: Int64) -> Int {
    let bucket = (second &- bucketOrigin) >> Self.bucketShift
    var index = 0
    if bucket >= 0 {
      index = Int(buckets[min(Int(bucket), buckets.count - 1)])
    }
    while index + 1 < stored.count, stored[index + 1].start <= second { index += 1 }
    return index
  }
}
