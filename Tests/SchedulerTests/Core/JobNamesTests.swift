// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scheduler

@Suite struct JobNamesTests {
  private static func name(_ number: Int) throws -> JobName {
    try #require(JobName("job-\(number)"))
  }

  @Test func `names come, go and are found as in a dictionary`() throws {
    for seed in 0..<20 {
      var names = JobNames()
      var model: [JobName: Int] = [:]
      var free = Array(0..<200)
      var x = UInt64(seed) &+ 88_172_645_463_325_252
      for _ in 0..<2_000 {
        x ^= x << 13
        x ^= x >> 7
        x ^= x << 17
        let name = try Self.name(Int(x % 300))
        if let place = model[name], x >> 32 & 1 == 0 {
          #expect(names.remove(name) == place)
          model[name] = nil
          free.append(place)
        } else if model[name] == nil, let place = free.popLast() {
          names.insert(name, at: place)
          model[name] = place
        }
        #expect(names[name] == model[name])
      }
      for number in 0..<300 {
        let name = try Self.name(number)
        #expect(names[name] == model[name])
      }
    }
  }

  @Test func `room that is asked for changes nothing`() throws {
    var names = JobNames()
    for number in 0..<50 { names.insert(try Self.name(number), at: number) }
    names.reserveCapacity(10_000)
    for number in 0..<50 { #expect(names[try Self.name(number)] == number) }
    #expect(names[try Self.name(50)] == nil)
  }

  @Test func `only an equal name takes the place of a name`() throws {
    var names = JobNames()
    names.insert(try Self.name(1), at: 0)
    names.exchange(try Self.name(2), at: 0)
    #expect(names[try Self.name(1)] == 0)
    #expect(names[try Self.name(2)] == nil)
  }

  @Test func `a job costs the core no more than it must`() {
    #expect(MemoryLayout<Job>.stride <= 160)
    #expect(MemoryLayout<JobEntry>.stride <= 280)
    #expect(MemoryLayout<Change>.stride <= 96)
  }
}
