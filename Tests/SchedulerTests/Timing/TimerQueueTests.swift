// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scheduler

@Suite struct TimerQueueTests {
  @Test(arguments: UInt64(0)..<60)
  func `a queue does what a sorted array does`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bits = [6, 6, 7, 14][Int(seed % 4)]
    // A high first number makes the heap renumber its entries in the middle of the run.
    let firstSequence = seed.isMultiple(of: 3) ? UInt32.max - 40 : 0
    var now = Int64.random(in: -1_000...1_000, using: &random)
    var pair = TimerQueuePair(now: now, wheelBits: bits, firstSequence: firstSequence)
    for _ in 0..<400 {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<45: pair.insert(at: now + .random(in: -20...200, using: &random))
      case 45..<55: pair.insert(at: now + .random(in: -50_000...500_000, using: &random))
      case 55..<75:
        guard !pair.handles.isEmpty else { continue }
        pair.cancel(Int.random(in: pair.handles.indices, using: &random))
      case 75..<93:
        now += .random(in: 0...60, using: &random)
        pair.popDue(through: now)
      case 93..<95:
        now += .random(in: 0...100_000, using: &random)
        pair.popDue(through: now)
      case 95..<97:
        now -= .random(in: 0...1_000, using: &random)
        pair.popDue(through: now)
      default:
        now += .random(in: -3_000...3_000, using: &random)
        pair.rebase(to: now)
      }
    }
    pair.popDue(through: .max)
    #expect(pair.faults == [], "seed \(seed)")
    #expect(pair.queue.count == 0)
  }

  /// Deadlines at the edges of the ring, and every order of four of these operations.
  @Test func `every short sequence of operations at the edges of the ring is right`() {
    let steps: [(inout TimerQueuePair) -> Void] = [
      { $0.insert(at: 99) }, { $0.insert(at: 100) }, { $0.insert(at: 163) },
      { $0.insert(at: 164) }, { $0.insert(at: 165) }, { $0.insert(at: 228) },
      { $0.popDue(through: 99) }, { $0.popDue(through: 100) }, { $0.popDue(through: 101) },
      { $0.popDue(through: 164) }, { $0.popDue(through: 1_000) },
      { $0.rebase(to: 36) }, { $0.rebase(to: 101) }, { $0.rebase(to: 1_000) },
      { if !$0.handles.isEmpty { $0.cancel(0) } },
      { if !$0.handles.isEmpty { $0.cancel($0.handles.count - 1) } },
    ]
    let total = steps.count * steps.count * steps.count * steps.count
    var faults: [String] = []
    for number in 0..<total where faults.isEmpty {
      var pair = TimerQueuePair(now: 100, wheelBits: 6)
      var rest = number
      for _ in 0..<4 {
        steps[rest % steps.count](&pair)
        rest /= steps.count
      }
      pair.popDue(through: 10_000)
      faults = pair.faults
    }
    #expect(faults == [])
  }

  @Test func `timers with one deadline come out in the order in which they went in`() {
    var pair = TimerQueuePair(now: 0, wheelBits: 6)
    for _ in 0..<5 { pair.insert(at: 500) }
    pair.popDue(through: 450)
    for _ in 0..<5 { pair.insert(at: 500) }
    pair.rebase(to: 100)
    for _ in 0..<5 { pair.insert(at: 500) }
    pair.popDue(through: 500)
    #expect(pair.faults == [])
  }

  @Test func `a deadline that has passed is due at once`() {
    var queue = TimerQueue(now: 1_000)
    _ = queue.insert(at: 400, payload: 1)
    _ = queue.insert(at: 300, payload: 2)
    _ = queue.insert(at: 1_000, payload: 3)
    #expect(queue.earliest == 300)
    var due: [(deadline: Int64, payload: Int64)] = []
    queue.popDue(through: 1_000, into: &due)
    #expect(due.map(\.payload) == [2, 1, 3])
  }

  @Test func `a handle of a timer that is gone cancels nothing`() {
    var queue = TimerQueue(now: 0)
    let first = queue.insert(at: 10, payload: 1)
    let answers = [queue.cancel(first), queue.cancel(first)]
    #expect(answers == [true, false])
    let second = queue.insert(at: 20, payload: 2)
    queue.cancel(first)
    var due: [(deadline: Int64, payload: Int64)] = []
    queue.popDue(through: 20, into: &due)
    #expect(due.map(\.payload) == [2])
    let isCancelled = queue.cancel(second)
    #expect(!isCancelled)
  }

  @Test func `a slot whose generations are used up is not taken again`() {
    var arena = TimerArena()
    let slot = arena.take(deadline: 1, payload: 1)
    arena.nodes[Int(slot)].generation = .max
    arena.release(slot)
    let next = arena.take(deadline: 2, payload: 2)
    #expect(next != slot)
    #expect(!arena.holds(slot, generation: .max))
    #expect(!arena.holds(slot, generation: 0))
    #expect(arena.count == 1)
  }

  @Test(arguments: [Int64.min, .min + 1, -1, 0, .max - 63, .max - 1, .max])
  func `the ends of the number line are deadlines like any other`(now: Int64) {
    var pair = TimerQueuePair(now: now, wheelBits: 6)
    for deadline in [Int64.min, .min + 63, -1, 0, .max - 64, .max - 1, .max] {
      pair.insert(at: deadline)
    }
    pair.rebase(to: .max)
    pair.rebase(to: .min)
    pair.popDue(through: .min)
    pair.popDue(through: 0)
    pair.insert(at: .max)
    pair.popDue(through: .max)
    pair.insert(at: .max)
    pair.popDue(through: .max)
    #expect(pair.faults == [])
    #expect(pair.queue.count == 0)
  }

  @Test func `a queue takes up no more memory for timers that came and went`() {
    var queue = TimerQueue(now: 0)
    for round in 0..<Int64(100_000) {
      let near = queue.insert(at: round + 5, payload: round)
      let far = queue.insert(at: round + 1_000_000, payload: round)
      queue.cancel(near)
      queue.cancel(far)
    }
    #expect(queue.count == 0)
    #expect(queue.slotsTaken <= 2)
  }

  @Test func `what far timers leave behind when they are cancelled is swept up`() {
    var queue = TimerQueue(now: 0)
    _ = queue.insert(at: 50_000, payload: -1)
    for round in 0..<Int64(10_000) {
      queue.cancel(queue.insert(at: 1_000_000 - round, payload: round))
      if round.isMultiple(of: 1_000) { #expect(queue.fault() == nil) }
    }
    #expect(queue.farEntries < 200)
    var due: [(deadline: Int64, payload: Int64)] = []
    queue.popDue(through: .max, into: &due)
    #expect(due.map(\.payload) == [-1])
    #expect(queue.farEntries == 0)
  }
}

extension TimerQueueTests {
  /// SplitMix64: the same numbers for the same seed, everywhere.
  struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
