// SPDX-License-Identifier: Apache-2.0

import CronParser
import Support
import Testing

@testable import beatctl

/// Files that are broken in every way: nothing traps, and whatever comes out loads.
struct HostileImportTests {
  private static let crontab = """
    CRON_TZ=Europe/Berlin
    BEAT_RETRIES={ max = 5 }
    # x
    */5 1-3 * * mon-fri root echo "a" 'b' % c \\% d
    @reboot x
    """
  private static let timer = """
    [Timer]
    OnCalendar=Mon..Fri,Sun 2027..2030-*-1..7/2 8..18/2:0/15:00 Europe/Berlin
    OnUnitActiveSec=1h 30min
    RandomizedDelaySec=5min
    [Service]
    ExecStart=-/bin/a "b c" $D ${E} %h \\x41 ; /bin/f
    Environment="A=b c" D=e
    TimeoutStartSec=90
    """
  private static let manifest = """
    kind: CronJob
    metadata: &m {name: backup, labels: {a: b}}
    spec: {schedule: "*/5 * * * 1", timeZone: UTC, suspend: true, startingDeadlineSeconds: 30,
      jobTemplate: {spec: {backoffLimit: 2, template: {spec: {containers: [
      {command: [a, "$(B) $$"], env: [{name: B, value: "1"}], x: *m}]}}}}}
    """
  private static let celery = """
    {"app":"a","timezone":"UTC","schedule":{"x":{"task":"t","schedule":{"crontab":
    {"minute":[0,30],"hour":[7],"day_of_month":[1,2],"day_of_week":[1]}},"args":[1,"é"],
    "options":{"expires":1.5,"queue":"q"}},"y":{"task":"t","schedule":{"every":30.0}}}}
    """

  /// The text with a few bytes taken out, doubled, swapped or replaced.
  private func broken(_ text: String, _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = Array(text.utf8)
    let odd: [UInt8] = Array("\n\"'\\%$;#[]{}:,*/-~.@&\t ".utf8) + [0, 0x0D, 0x1B, 0x80, 0xFF]
    for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.remove(at: index)
      case 1: bytes.insert(bytes[index], at: index)
      case 2: bytes[index] = random.pick(odd)
      case 3: bytes.insert(UInt8.random(in: 0x30...0x39, using: &random), at: index)
      default: bytes.removeSubrange(index..<min(bytes.count, index + 9))
      }
    }
    return bytes
  }

  private func check(
    _ text: String, seed: UInt64, _ add: (ImportSource, inout ImportedFile) throws -> Void
  ) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var file = ImportedFile()
      let source = ImportSource(path: "/u/a.timer", bytes: broken(text, &random))
      do {
        try add(source, &file)
      } catch is Failure { continue }
      _ = try Imported(file)
    }
  }

  @Test func `crontabs`() throws {
    try check(Self.crontab, seed: 1) { source, file in
      CrontabImporter.add(source, hasUserColumn: source.bytes.count % 2 == 0, to: &file)
    }
  }

  @Test func `units`() throws {
    try check(Self.timer, seed: 2) { source, file in
      let manager = UnitManager(isUser: false, home: nil, uid: 0, runtimeDirectory: nil)
      var importer = TimerImporter(
        library: FileLibrary(read: { _ in source.bytes }, list: { _ in nil }), manager: manager,
        zones: ZoneDirectory(), file: file)
      try importer.add(source.path)
      file = importer.file
    }
  }

  @Test func `manifests`() throws {
    try check(Self.manifest, seed: 3) { source, file in
      try ManifestImporter.add(source, to: &file)
    }
  }

  @Test func `Celery's schedules`() throws {
    try check(Self.celery, seed: 4) { source, file in
      try CeleryImporter.add(source, app: nil, to: &file)
    }
  }
}
