// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Testing

@Suite struct `Zone files` {
  /// A TZif file by parts, so that each can be made wrong.
  private struct File {
    var version = UInt8(ascii: "2")
    var times: [Int64] = [0, 1_000_000]
    var kindIndices: [UInt8] = [1, 0]
    var kinds: [(offset: Int32, daylight: UInt8, name: UInt8)] = [(3_600, 0, 0), (7_200, 1, 4)]
    var names = Array("CET\0CEST\0".utf8)
    var leapSeconds: [(at: Int64, correction: Int32)] = []
    var footer = "\nCET-1CEST,M3.5.0,M10.5.0/3\n"

    var bytes: [UInt8] {
      version == 0
        ? block(size: 4) : block(size: 4) + block(size: 8) + Array(footer.utf8)
    }

    private func block(size: Int) -> [UInt8] {
      var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
      for count in [0, 0, leapSeconds.count, times.count, kinds.count, names.count] {
        bytes += big(Int64(count), 4)
      }
      bytes += times.flatMap { big($0, size) } + kindIndices
      bytes += kinds.flatMap { big(Int64($0.offset), 4) + [$0.daylight, $0.name] } + names
      return bytes + leapSeconds.flatMap { big($0.at, size) + big(Int64($0.correction), 4) }
    }

    private func big(_ value: Int64, _ size: Int) -> [UInt8] {
      (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
  }

  private func offset(_ zone: Zone, _ second: Int64) -> Int {
    zone.offset(at: Instant(milliseconds: second * 1_000))
  }

  @Test(arguments: [UInt8(0), UInt8(ascii: "2"), UInt8(ascii: "3"), UInt8(ascii: "4")])
  func `each version is read`(version: UInt8) throws {
    let zone = try Zone(name: "Test", tzif: File(version: version).bytes)
    #expect(offset(zone, -1) == 3_600)
    #expect(offset(zone, 0) == 7_200)
    #expect(zone.abbreviation(at: .epoch) == "CEST" && zone.isDaylight(at: .epoch))
    #expect(offset(zone, 1_000_000) == 3_600)
    // Version 1 has no footer: the last kind stays.
    #expect(offset(zone, 1_783_000_000) == (version == 0 ? 3_600 : 7_200))
  }

  @Test func `a file cut off anywhere is refused`() throws {
    let bytes = File().bytes
    for length in 0..<bytes.count {
      #expect(throws: ZoneError.self, "\(length)") {
        try Zone(name: "Test", tzif: Array(bytes[..<length]))
      }
    }
    let real = try [UInt8](Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
    for length in 0..<real.count {
      #expect(throws: ZoneError.self) { try Zone(name: "Test", tzif: Array(real[..<length])) }
    }
  }

  @Test func `no byte of a file can trap when it is changed`() throws {
    let real = try [UInt8](Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Dublin")))
    var random = SplitMix64(state: 5)
    for _ in 0..<3_000 {
      var bytes = real
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Bool.random(using: &random) ? 44 : bytes.count
        bytes[Int.random(in: 0..<place, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let zone = try? Zone(name: "Test", tzif: bytes) else { continue }
      let times = FireTimes(try Schedule(crontab: "30 2 * * *"), in: zone)
      for instant in [Instant.earliest, .epoch, .latest] {
        if let next = times.next(after: instant) { #expect(next > instant) }
        if let previous = times.previous(before: instant) { #expect(previous < instant) }
      }
    }
  }

  @Test func `huge counts are refused before anything is read`() {
    for place in stride(from: 20, to: 44, by: 1) {
      for start in [0, File(version: 0).bytes.count] {
        var bytes = File().bytes
        bytes[start + place] = 0xFF
        #expect(throws: ZoneError.self) { try Zone(name: "Test", tzif: bytes) }
      }
    }
  }

  @Test func `parts that contradict each other are refused`() {
    let wrong: [(inout File) -> Void] = [
      { $0.times = [1, 1] }, { $0.times = [2, 1] }, { $0.kindIndices = [0, 2] },
      { $0.kinds[0].offset = 100_000 }, { $0.kinds[0].offset = .min }, { $0.kinds[0].daylight = 2 },
      { $0.kinds[0].name = 9 }, { $0.names[8] = 65 }, { $0.footer = "\nnonsense\n" },
      { $0.footer = "\nCET-1" }, { $0.footer = "" }, { $0.version = UInt8(ascii: "x") },
      {
        $0.kinds = []
        $0.times = []
        $0.kindIndices = []
      },
    ]
    for change in wrong {
      var file = File()
      change(&file)
      let bytes = file.bytes
      #expect(throws: ZoneError.self) { try Zone(name: "Test", tzif: bytes) }
    }
  }

  @Test func `leap seconds are taken out of the times`() throws {
    var file = File(times: [100, 1_000_002], footer: "\n\n")
    file.leapSeconds = [(at: 50, correction: 1), (at: 1_000, correction: 2)]
    let zone = try Zone(name: "Test", tzif: file.bytes)
    #expect(offset(zone, 98) == 3_600 && offset(zone, 99) == 7_200)
    #expect(offset(zone, 999_999) == 7_200 && offset(zone, 1_000_000) == 3_600)
  }

  @Test(arguments: [
    ("EST5EDT,M3.2.0,M11.1.0", "2026-07-01T00:00:00Z", -14_400, "EDT"),
    ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18_000, "EST"),
    ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14_400, "EDT"),
    ("EST5EDT,M3.2.0,M11.1.0", "2526-11-01T05:59:59Z", -14_400, "EDT"),
    ("EST5EDT", "2026-07-01T00:00:00Z", -14_400, "EDT"),
    ("<+0330>-3:30", "2026-07-01T00:00:00Z", 12_600, "+0330"),
    ("<-03>3", "1200-07-01T00:00:00Z", -10_800, "-03"),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z", 0, "GMT"),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z", 3_600, "IST"),
    ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-01-01T00:00:00Z", 39_600, "+11"),
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7_200, "-02"),
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3_600, "-01"),
    ("EST5EDT,0/0,J365/25", "2026-12-31T23:00:00Z", -14_400, "EDT"),
    ("EST5EDT,0/0,J365/25", "2027-01-01T05:00:00Z", -14_400, "EDT"),
    ("AAA0BBB,J60/0,J61/0", "2028-03-01T12:00:00Z", 3_600, "BBB"),
    ("AAA0BBB,J60/0,J61/0", "2028-02-29T12:00:00Z", 0, "AAA"),
    ("AAA0BBB,59/0,60/0", "2028-02-29T12:00:00Z", 3_600, "BBB"),
    ("AAA0BBB,59/0,60/0", "2027-03-01T12:00:00Z", 3_600, "BBB"),
    ("IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26T23:59:59Z", 7_200, "IST"),
    ("IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", 10_800, "IDT"),
    ("EET-2EEST,M3.5.0/167,M10.5.0/-167", "2026-04-04T20:59:59Z", 7_200, "EET"),
    ("EET-2EEST,M3.5.0/167,M10.5.0/-167", "2026-04-04T21:00:00Z", 10_800, "EEST"),
  ])
  func `a POSIX rule holds for all years`(
    rule: String, at: String, seconds: Int, abbreviation: String
  ) throws {
    let zone = try Zone(name: "Test", posix: rule)
    let instant = try #require(Instant(rfc3339: at))
    #expect(zone.offset(at: instant) == seconds)
    #expect(zone.abbreviation(at: instant) == abbreviation)
  }

  @Test(arguments: [
    "", "E5", "EST", "EST25", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
    "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,J0,J365", "EST5EDT,366,0",
    "<EST5", "<E>5", "EST5EDT,M3.2.0,M11.1.0x", "EST5:60", "EST5EDT,M3.2.0,", "EST99999999999999",
    "../../etc/passwd",
  ])
  func `what is no POSIX rule is refused`(rule: String) {
    #expect(throws: ZoneError.self) { try Zone(name: "Test", posix: rule) }
  }

  @Test func `zones are equal by name and rules`() throws {
    let one = try Zone(name: "Test", tzif: File().bytes)
    let other = try Zone(name: "Test", tzif: File().bytes)
    #expect(one == other && one !== other && one.hashValue == other.hashValue)
    #expect(one != (try Zone(name: "Other", tzif: File().bytes)))
    #expect(one != (try Zone(name: "Test", tzif: File(times: [0, 1_000_001]).bytes)))
  }

  @Test func `the next transition is where the offset changes`() throws {
    let zone = try ZoneDirectory().zone(named: "Europe/Berlin")
    var instant = try #require(Instant(rfc3339: "2390-01-01T00:00:00Z"))
    for _ in 0..<900 {
      let next = try #require(zone.nextTransition(after: instant))
      #expect(next > instant)
      #expect(zone.offset(at: next) != zone.offset(at: next - TimeSpan(milliseconds: 1)))
      instant = next
    }
    #expect(Zone.utc.nextTransition(after: .epoch) == nil)
  }
}
