// SPDX-License-Identifier: Apache-2.0

/// One item of a field: from, to, every so many.
///
/// It wraps where `last` is before `first`.
struct CronRange {
  var first: Int
  var last: Int
  var step = 1
  /// Whether it was written as one value.
  var isSingle = false
  /// How many values are passed over before the first one.
  var skipped = 0

  /// How many values it has without its step.
  func size(in field: CronField) -> Int {
    let whole = field.high &- field.low &+ 1
    let distance = last &- start(field)
    return min(whole, (distance < 0 ? distance &+ whole : distance) &+ 1)
  }

  /// One of its values, counted from 0.
  func single(_ index: Int, in field: CronField) -> CronRange {
    let value = start(field) &+ index
    let wrapped = value > field.highestNumber ? value &- (field.high &- field.low &+ 1) : value
    return CronRange(first: wrapped, last: wrapped)
  }

  /// The values as bits; of weekdays 7 counts as 0.
  ///
  /// Not for years, which have no bits.
  func set(in field: CronField) -> UInt64 {
    let set = step == 1 ? wholeSet(field) : steppedSet(field)
    guard field == .dayOfWeek else { return set }
    return (set | set &>> 7) & 0x7F
  }

  private func wholeSet(_ field: CronField) -> UInt64 {
    guard last < start(field) else { return Self.bits(start(field), last) }
    return Self.bits(first, field.high) | Self.bits(field.low, last)
  }

  private func steppedSet(_ field: CronField) -> UInt64 {
    let size = field.high &- field.low &+ 1
    let through = last < start(field) ? last &+ size : last
    var value = start(field) &+ skipped
    var set: UInt64 = 0
    while value <= through {
      set |= 1 &<< UInt64(truncatingIfNeeded: value > field.high ? value &- size : value)
      value &+= step
    }
    return set
  }

  /// A range of weekdays from 7 on begins with Sunday, like one from 0 on.
  private func start(_ field: CronField) -> Int {
    field == .dayOfWeek && first == 7 && last < 7 ? 0 : first
  }

  private static func bits(_ first: Int, _ last: Int) -> UInt64 {
    ((2 &<< UInt64(truncatingIfNeeded: last)) &- 1)
      & (UInt64.max &<< UInt64(truncatingIfNeeded: first))
  }
}
