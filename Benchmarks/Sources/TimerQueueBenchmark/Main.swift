// SPDX-License-Identifier: Apache-2.0

import HeapLimit
import Scheduler

/// Times the timer queue beside `std::priority_queue`, both in one process.
///
/// A line for each operation: name, number of timers, nanoseconds an operation (median of the
/// rounds), the limit's, the ratio.
///
/// Usage: TimerQueueBenchmark [SIZE…]
@main struct TimerQueueBenchmark {
  static func main() {
    let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    for size in sizes.isEmpty ? [10_000, 100_000, 1_000_000] : sizes where size > 0 {
      measure(size: size, rounds: size >= 1_000_000 ? 5 : 11)
    }
  }

  static func measure(size: Int, rounds: Int) {
    var figures: [String: [Double]] = [:]
    var limits: [String: [Double]] = [:]
    var hash: Int64 = 0
    for round in 0..<rounds {
      let input = Workload(size: size, seed: UInt64(round))
      let limit = heap_limit(input.far, input.later, Int64(size))
      limits["far push", default: []].append(limit.push)
      limits["far pop", default: []].append(limit.pop)
      limits["far pop one by one", default: []].append(limit.pop)
      limits["far rearm", default: []].append(limit.rearm)
      for (name, nanoseconds) in input.run(hash: &hash) {
        figures[name, default: []].append(nanoseconds)
      }
    }
    for (name, values) in figures.sorted(by: { $0.key < $1.key }) {
      report(name, size, median(values), limit: limits[name].map(median))
    }
    print("timer-queue", "hash", size, hash, separator: "\t")
  }

  static func report(_ name: String, _ size: Int, _ figure: Double, limit: Double?) {
    var line = "timer-queue\t\(name)\t\(size)\t\(tenths(figure)) ns"
    if let limit { line += "\tlimit \(tenths(limit)) ns\t\(tenths(figure / limit * 100)) %" }
    print(line)
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  static func tenths(_ value: Double) -> Double { Double(Int(value * 10 + 0.5)) / 10 }
}

/// Deadlines for one round.
struct Workload {
  /// Spread over centuries, as `std::priority_queue` gets them.
  var far: [Int64] = []
  /// How much later a timer is put back.
  var later: [Int64] = []
  /// Within the ring.
  var near: [Int64] = []

  init(size: Int, seed: UInt64) {
    var x = 88_172_645_463_325_252 + seed
    func next() -> UInt64 {
      x ^= x << 13
      x ^= x >> 7
      x ^= x << 17
      return x
    }
    for _ in 0..<size {
      far.append(Int64(next() >> 20) + 20_000)
      later.append(Int64(next() >> 22) + 20_000)
      near.append(Int64(next() % 16_000))
    }
  }

  func run(hash: inout Int64) -> [(String, Double)] {
    farRound(hash: &hash) + nearRound(hash: &hash)
  }

  /// The same steps as the limit's: push all, re-arm as many times, pop all one by one.
  private func farRound(hash: inout Int64) -> [(String, Double)] {
    var queue = TimerQueue(now: 0)
    var due: [(deadline: Int64, payload: Int64)] = []
    var handles: [TimerQueue.Handle] = []
    handles.reserveCapacity(far.count)
    let push = time {
      for index in far.indices {
        handles.append(queue.insert(at: far[index], payload: Int64(index)))
      }
    }
    let rearm = time {
      for index in later.indices {
        popEarliest(of: &queue, into: &due, hash: &hash)
        for timer in due {
          handles[Int(timer.payload)] = queue.insert(
            at: timer.deadline + later[index], payload: timer.payload)
        }
      }
    }
    var second = queue
    var third = queue
    let pop = time {
      while second.count > 0 { popEarliest(of: &second, into: &due, hash: &hash) }
    }
    due = []
    due.reserveCapacity(far.count)
    let popAll = time { third.popDue(through: .max, into: &due) }
    hash = hash &* 31 &+ (due.last?.payload ?? 0)
    let cancel = time { for handle in handles { queue.cancel(handle) } }
    return [
      ("far push", push), ("far rearm", rearm), ("far pop", popAll), ("far pop one by one", pop),
      ("far cancel", cancel),
    ]
  }

  private func nearRound(hash: inout Int64) -> [(String, Double)] {
    var queue = TimerQueue(now: 0)
    var handles: [TimerQueue.Handle] = []
    handles.reserveCapacity(near.count)
    let insert = time {
      for index in near.indices {
        handles.append(queue.insert(at: near[index], payload: Int64(index)))
      }
    }
    let cancel = time { for handle in handles { queue.cancel(handle) } }
    for index in near.indices { _ = queue.insert(at: near[index], payload: Int64(index)) }
    var due: [(deadline: Int64, payload: Int64)] = []
    let pop = time {
      while queue.count > 0 { popEarliest(of: &queue, into: &due, hash: &hash) }
    }
    let both = time {
      for index in near.indices {
        queue.cancel(queue.insert(at: 16_000 + near[index], payload: Int64(index)))
      }
    }
    return [
      ("near insert", insert), ("near cancel", cancel), ("near pop", pop),
      ("near insert+cancel at once", both),
    ]
  }

  private func popEarliest(
    of queue: inout TimerQueue, into due: inout [(deadline: Int64, payload: Int64)],
    hash: inout Int64
  ) {
    due.removeAll(keepingCapacity: true)
    guard let earliest = queue.earliest else { return }
    queue.popDue(through: earliest, into: &due)
    for timer in due { hash = hash &* 31 &+ timer.payload }
  }

  private func time(_ body: () -> Void) -> Double {
    let elapsed = ContinuousClock().measure(body)
    let (seconds, attoseconds) = elapsed.components
    return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(far.count)
  }
}
