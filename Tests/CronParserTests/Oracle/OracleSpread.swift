// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What `H` and `~` come to for a job on a machine, written down a second time from the rules that
/// `SpreadSeed` gives.
struct OracleSpread {
  let job, machine: String

  var seed: SpreadSeed { SpreadSeed(jobName: job, machineID: machine) }

  /// A draw from so many values; the fields are numbered from 1, seconds first.
  func draw(from count: Int, field: Int, isHash: Bool) -> Int {
    let bytes = isHash ? Array(job.utf8) : Array(machine.utf8) + [0] + Array(job.utf8)
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    var generator = SplitMix64(state: hash)
    var word: UInt64 = 0
    for _ in 0..<field { word = generator.next() }
    let product = word.multipliedFullWidth(by: UInt64(count))
    return Int(product.high)
  }
}
