// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import Testing

@testable import CronParser

@Suite struct `The zone database` {
  private let directory = ZoneDirectory()

  @Test(arguments: [
    ("Europe/Berlln", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"),
    ("Berlin", "Europe/Berlin"), ("America/New York", "America/New_York"),
    ("Utc", "UTC"), ("Xyzzy/Nowhere", nil), ("Europe", nil),
  ])
  func `an unknown zone is an error with the nearest name`(name: String, suggestion: String?) {
    let error = #expect(throws: ZoneError.self) { try directory.zone(named: name) }
    #expect(error?.suggestion == suggestion, "\(String(describing: error))")
  }

  @Test(arguments: [
    "", "/etc/passwd", "../../../etc/passwd", "Europe/../Europe/Berlin", "Europe//Berlin",
    "./UTC", "Europe/", "a\u{0}b", "Europe/.", ".hidden", "zone1970.tab", "tzdata.zi",
    String(repeating: "a", count: 10_000), "Ünited/Kingdom",
  ])
  func `names that lead out of the folder, or to no zone file, are refused`(name: String) {
    #expect(throws: ZoneError.self) { try directory.zone(named: name) }
  }

  @Test func `a pipe in place of a zone file is refused at once`() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/beat-zones-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(mkfifo(folder + "/Pipe", 0o600) == 0)
    let pipes = ZoneDirectory(path: folder, localtimePath: folder + "/Pipe")
    #expect(throws: ZoneError.self) { try pipes.zone(named: "Pipe") }
    #expect(throws: ZoneError.self) { try pipes.systemZone(environment: folder + "/Pipe") }
  }

  @Test func `a zone is read once and UTC needs no file`() throws {
    #expect(try directory.zone(named: "Asia/Tokyo") === directory.zone(named: "Asia/Tokyo"))
    let nowhere = ZoneDirectory(path: "/nonexistent")
    #expect(try nowhere.zone(named: "UTC") == .utc)
    #expect(throws: ZoneError.self) { try nowhere.zone(named: "Asia/Tokyo") }
    let before = try directory.zone(named: "Asia/Seoul")
    directory.forget()
    let after = try directory.zone(named: "Asia/Seoul")
    #expect(before == after && before !== after)
  }

  @Test(arguments: [
    ("", "UTC"), (":Europe/Berlin", "Europe/Berlin"), ("Asia/Tokyo", "Asia/Tokyo"),
    ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"), ("CET-1CEST,M3.5.0,M10.5.0/3", nil),
  ])
  func `TZ names the system's zone`(value: String, name: String?) throws {
    #expect(try directory.systemZone(environment: value).name == name ?? value)
  }

  @Test func `the link of localtime names the system's zone, a copy is read, and none is UTC`()
    throws
  {
    let folder = FileManager.default.temporaryDirectory.path + "/beat-zones-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let berlin = "/usr/share/zoneinfo/Europe/Berlin"
    let link = folder + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: berlin)
    try Data(contentsOf: URL(filePath: berlin)).write(to: URL(filePath: folder + "/copy"))
    func zone(_ file: String) throws -> Zone {
      let path = folder + "/" + file
      return try ZoneDirectory(path: "/usr/share/zoneinfo", localtimePath: path)
        .systemZone(environment: path)
    }
    #expect(try zone("link").name == "Europe/Berlin")
    #expect(try zone("copy").name == "localtime")
    #expect(try zone("copy").table == zone("link").table)
    #expect(try zone("none") == .utc)
    #expect(throws: ZoneError.self) {
      try directory.systemZone(environment: "Europe/Berlln")
    }
  }

  @Test func `a changed file is noticed, and a damaged one leaves the old rules in force`() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/beat-zones-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ data: Data) throws {
      try data.write(to: URL(filePath: folder + "/Town"), options: .atomic)
    }
    func file(_ name: String) throws -> Data {
      try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/" + name))
    }
    try write(file("Asia/Tokyo"))
    let local = folder + "/local"
    try FileManager.default.createSymbolicLink(
      atPath: local, withDestinationPath: "/usr/share/zoneinfo/Asia/Seoul")
    let directory = ZoneDirectory(path: folder, localtimePath: local)
    #expect(!directory.changedSinceRead())
    let tokyo = try directory.zone(named: "Town")
    #expect(!directory.changedSinceRead())

    try write(file("Europe/Berlin"))
    #expect(directory.changedSinceRead())
    directory.forget()
    #expect(!directory.changedSinceRead())
    let berlin = try directory.zone(named: "Town")
    #expect(berlin != tokyo && directory.keptZones.isEmpty)

    try write(Data("TZif2 and then rubbish".utf8))
    #expect(directory.changedSinceRead())
    directory.forget()
    #expect(try directory.zone(named: "Town") === berlin)
    #expect(directory.keptZones["Town"]?.message.contains("damaged") == true)
    #expect(!directory.changedSinceRead())

    try write(file("Asia/Tokyo"))
    #expect(directory.changedSinceRead())
    directory.forget()
    #expect(try directory.zone(named: "Town") == tokyo)
    #expect(directory.keptZones.isEmpty)

    #expect(throws: ZoneError.self) { try directory.zone(named: "Village") }
    try file("Asia/Tokyo").write(to: URL(filePath: folder + "/Village"))
    #expect(directory.changedSinceRead())
    directory.forget()
    #expect(throws: ZoneError.self) { try directory.systemZone(environment: local) }
    #expect(!directory.changedSinceRead())
    try FileManager.default.removeItem(atPath: local)
    #expect(directory.changedSinceRead())
  }

  @Test func `every zone of the system is read, with leap seconds or without`() throws {
    let index = try String(contentsOfFile: "/usr/share/zoneinfo/tzdata.zi", encoding: .utf8)
    var count = 0
    for line in index.split(separator: "\n") where line.hasPrefix("Z ") || line.hasPrefix("L ") {
      let words = line.split(separator: " ")
      let name = String(line.hasPrefix("Z ") ? words[1] : words[2])
      guard FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/" + name) else { continue }
      let zone = try directory.zone(named: name)
      count += 1
      guard let right = try? directory.zone(named: "right/" + name) else { continue }
      // Files with leap seconds may end with their table, without a rule for later years.
      let differs = (Int64(-1_100)..<660).contains { month in
        let instant = Instant(milliseconds: month * 2_629_746_000 + 12_345_000)
        return zone.offset(at: instant) != right.offset(at: instant)
      }
      #expect(!differs, "\(name)")
    }
    #expect(count > 300)
  }

  @Test func `a zone's table is small`() throws {
    let table = try directory.zone(named: "America/New_York").table
    #expect(table.byteCount < 30_000)
    #expect(Zone.utc.table.byteCount < 200)
  }
}
