// SPDX-License-Identifier: Apache-2.0

/// What `H` and `~` are worked out from, so that many jobs do not fire at the same second.
///
/// `H` depends on the job's name alone: the same on every machine. `~` depends on the machine too:
/// chosen once for the job there, and kept. Both are the same for ever, whatever the version:
///
/// 1. The seed of `H` is the FNV-1a hash (64 bits) of the name's UTF-8 bytes; that of `~` is the
///    same hash of the machine's id, a zero byte and the name.
/// 2. A field's word is `mix(seed + k × 0x9E3779B97F4A7C15)`, where `mix` is SplitMix64's output
///    function and k is 1 for seconds, 2 for minutes, 3 for hours, 4 for days of the month, 5 for
///    months and 6 for days of the week.
/// 3. A draw from n values is the upper half of the product of the word and n, so that `H(0-29)`
///    and `H(30-59)` in one field lie 30 apart.
public struct SpreadSeed: Hashable, Sendable {
  private let ofName: UInt64
  private let ofMachine: UInt64

  /// The seed of a job on a machine.
  public init(jobName: String, machineID: String) {
    ofName = StableHash.fnv1a(jobName)
    let machine = StableHash.fnv1a("\0", from: StableHash.fnv1a(machineID))
    ofMachine = StableHash.fnv1a(jobName, from: machine)
  }

  /// The seed of an expression that no job has: its own text stands in for the name, and the
  /// machine has no id.
  ///
  /// A job with the same expression fires at other times.
  public init(unnamed expression: String) { self.init(jobName: expression, machineID: "") }

  /// A number from 0 to `count` - 1 for a field that is written with `H` or, if `once`, with `~`.
  func draw(_ count: Int, for field: CronField, once: Bool) -> Int {
    let step = 0x9E37_79B9_7F4A_7C15 &* UInt64(truncatingIfNeeded: field.number + 1)
    let word = StableHash.mix((once ? ofMachine : ofName) &+ step)
    return Int(word.multipliedFullWidth(by: UInt64(max(count, 0))).high)
  }
}
