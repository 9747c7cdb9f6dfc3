// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// `beatctl import`: what another scheduler does, as a job file.
enum ImportCommand {
  private static let output = Option(
    "output", "o", value: "FILE", help: "make this file, instead of writing to standard output")
  private static let exits = """
    What could not be carried over is said on standard error and, in the job file, beside the job.
    Exits 1 where there is such a thing; the rest is printed all the same.
    """

  static let crontab = Command(
    name: "import crontab", operands: "FILE…", count: 1...10_000,
    summary: "make a job file of crontabs", details: exits,
    options: [
      Option("system", help: "the files have a column of users, as /etc/crontab has"), output,
    ],
    examples: [
      "crontab -l | beatctl import crontab -", "beatctl import crontab /etc/crontab /etc/cron.d/*",
    ]
  ) { session in
    try run(session) { files in
      var file = head("crontab")
      for path in files {
        let source = try source(path, session)
        CrontabImporter.add(
          source,
          hasUserColumn: session.invocation.has("system") || ScheduleFile.hasUserColumn(path: path),
          to: &file)
      }
      return file
    }
  }

  static let systemd = Command(
    name: "import systemd", operands: "PATH…", count: 1...10_000,
    summary: "make a job file of systemd timers",
    details: """
      PATH is a timer or a folder of timers. The services that they start are looked for beside
      them, and so are drop-ins.
      \(exits)
      """,
    options: [
      Option("user", help: "the units are those of a user's own manager"), output,
    ],
    examples: [
      "beatctl import systemd /etc/systemd/system",
      "beatctl import systemd --user ~/.config/systemd/user/backup.timer",
    ]
  ) { session in
    try run(session) { paths in
      let manager = UnitManager(
        isUser: session.invocation.has("user"), home: session.around.environment["HOME"],
        uid: session.around.uid,
        runtimeDirectory: session.around.environment["XDG_RUNTIME_DIR"])
      var importer = TimerImporter(
        library: ImportFiles.library, manager: manager, zones: session.around.zones,
        file: head("systemd"))
      for path in paths { try importer.add(path) }
      return importer.file
    }
  }

  static let kubernetes = Command(
    name: "import k8s", operands: "FILE…", count: 1...10_000,
    summary: "make a job file of Kubernetes CronJob manifests", details: exits, options: [output],
    examples: [
      "beatctl import k8s cronjobs.yaml", "kubectl get cronjobs -o yaml | beatctl import k8s -",
    ]
  ) { session in
    try run(session) { files in
      var file = head("Kubernetes")
      for path in files { try ManifestImporter.add(try source(path, session), to: &file) }
      return file
    }
  }

  static let celery = Command(
    name: "import celery", operands: "FILE…", count: 1...10_000,
    summary: "make a job file of a Celery beat schedule",
    details: """
      FILE is the schedule as JSON; docs/importing.md has a script that writes it. Each entry
      becomes a job that sends its task with `celery call`.
      \(exits)
      """,
    options: [
      Option("app", "A", value: "APP", help: "the application, as for `celery -A`"), output,
    ],
    examples: ["beatctl import celery --app proj schedule.json"]
  ) { session in
    try run(session) { files in
      var file = head("Celery beat")
      for path in files {
        try CeleryImporter.add(
          try source(path, session), app: session.invocation.value("app"), to: &file)
      }
      return file
    }
  }

  // MARK: Running

  private static func run(
    _ session: Session, _ convert: ([String]) throws -> ImportedFile
  ) throws -> ExitCode {
    var file = try convert(session.invocation.operands)
    file.tidy()
    try file.settle(
      LoadContext(
        defaultZone: session.zone, zones: session.around.zones,
        shippedHandlers: Set(ShippedHandlers.all.keys)))
    let text = JobFileWriter(file).text
    if let path = session.invocation.value("output") {
      try ImportFiles.write(text, to: path)
    } else if !session.wantsJSON {
      try session.output.write(text)
    }
    if session.wantsJSON {
      try session.show(json: Report(file, text: text))
    } else {
      try report(file, to: session.around.errors)
    }
    return file.hasLosses ? .failed : .done
  }

  private static func report(_ file: ImportedFile, to errors: Output) throws {
    for remark in file.report {
      try errors.line(
        DisplayText.escaped(
          "\(remark.origin): \(remark.note.kind.rawValue): \(remark.note.message)"))
    }
    let lost = file.report.count { $0.note.kind == .lost }
    try errors.line(
      "\(file.jobCount) job\(file.jobCount == 1 ? "" : "s"); "
        + (lost == 0 ? "everything was carried over" : "not carried over: \(lost)"))
  }

  private static func head(_ source: String) -> ImportedFile {
    ImportedFile(comments: ["Imported from \(source) by `beatctl import`."])
  }

  /// A file, or with `-` standard input.
  private static func source(_ path: String, _ session: Session) throws -> ImportSource {
    guard path == "-" else { return ImportSource(path: path, bytes: try ImportFiles.read(path)) }
    var bytes: [UInt8] = []
    while let line = try session.around.input.next(beforeWaiting: {}) {
      bytes += line
      bytes.append(0x0A)
      guard bytes.count <= ImportFiles.sizeLimit else {
        throw Failure(.failed, "standard input is larger than 32 MiB")
      }
    }
    return ImportSource(path: "stdin", bytes: bytes)
  }

  private struct Report: Encodable {
    let jobs: Int
    let file: String
    let notes: [Item]

    init(_ imported: ImportedFile, text: String) {
      jobs = imported.jobCount
      file = text
      notes = imported.report.map {
        Item(
          origin: $0.origin, kind: $0.note.kind == .lost ? "lost" : "changed",
          message: $0.note.message)
      }
    }
  }

  private struct Item: Encodable {
    let origin: String
    let kind: String
    let message: String
  }
}
