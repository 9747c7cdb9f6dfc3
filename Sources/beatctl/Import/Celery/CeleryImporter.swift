// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// Turns a Celery beat schedule, as JSON, into jobs that send the same tasks.
///
/// The file is an object: `app`, `timezone` and `schedule`, which has an entry for each name.
struct CeleryImporter {
  private let app: String
  private let path: String

  /// Adds the jobs of a schedule.
  static func add(
    _ source: ImportSource, app: String?, to file: inout ImportedFile
  ) throws(Failure) {
    let root: JSONValue
    do {
      root = try APICoder.decode(JSONValue.self, from: source.bytes)
    } catch {
      throw Failure(.failed, "\(source.path): \(error.message)", hint: Self.hint)
    }
    guard case .object(let document) = root, case .object(let schedule)? = document["schedule"]
    else {
      throw Failure(.failed, "\(source.path): there is no object `schedule`", hint: Self.hint)
    }
    guard let app = app ?? document["app"]?.asText else {
      throw Failure.usage("which application sends the tasks?", hint: "say --app APP")
    }
    let importer = CeleryImporter(app: app, path: source.path)
    for name in schedule.keys.sorted() {
      var job = ImportedJob(origin: "\(source.path) \(name)", name: name)
      importer.convert(schedule[name] ?? .null, zone: document["timezone"]?.asText, &job)
      file.jobs.append(job)
    }
    for key in document.keys.sorted() where !["app", "timezone", "schedule"].contains(key) {
      file.lose("the key `\(key)`", at: source.path)
    }
  }

  private static let hint = "docs/importing.md has a script that writes such a file"

  private func convert(_ value: JSONValue, zone: String?, _ job: inout ImportedJob) {
    guard case .object(let entry) = value, let task = entry["task"]?.asText else {
      _ = job.refuse("the entry names no task")
      return
    }
    var schedule = CelerySchedule(entry["schedule"] ?? .null)
    schedule.apply(to: &job)
    if schedule.usesZone, let zone { job.set("timezone", .string(zone), weight: .essential) }
    job.set("exec", .strings(words(task, entry, &job)), weight: .essential)
    job.set("overlap", .string("allow"), remark: "Celery sends a task whatever came of the last")
    for key in entry.keys.sorted()
    where !["task", "schedule", "args", "kwargs", "options", "relative"].contains(key) {
      job.lose("the key `\(key)`")
    }
  }

  // MARK: The command

  private func words(_ task: String, _ entry: [String: JSONValue], _ job: inout ImportedJob)
    -> [String]
  {
    var words = ["celery", "-A", app, "call", task]
    if let arguments = entry["args"], arguments != .array([]), arguments != .null {
      words += ["--args", arguments.text]
    }
    if let arguments = entry["kwargs"], arguments != .object([:]), arguments != .null {
      words += ["--kwargs", arguments.text]
    }
    guard case .object(let options)? = entry["options"] else { return words }
    for key in options.keys.sorted() {
      add(key, options[key] ?? .null, to: &words, &job)
    }
    return words
  }

  /// Options of `apply_async` that `celery call` has too.
  private static let flags = [
    "queue": "--queue", "exchange": "--exchange", "routing_key": "--routing-key",
    "serializer": "--serializer",
  ]

  private func add(
    _ key: String, _ value: JSONValue, to words: inout [String], _ job: inout ImportedJob
  ) {
    if value == .null { return }
    if let flag = Self.flags[key], let text = value.asText {
      words += [flag, text]
    } else if key == "expires", let span = value.asSpan {
      words += ["--expires", CelerySchedule.seconds(span)]
      job.set("deadline", .string(span.text), remark: "expires")
    } else if key == "priority" {
      job.lose("priority: \(value.text): `celery call` has no such option")
    } else {
      job.lose("the option \(key): \(value.text)")
    }
  }
}

extension JSONValue {
  /// Text.
  var asText: String? { if case .string(let text) = self { text } else { nil } }

  /// A number of seconds that is more than nothing.
  var asSpan: TimeSpan? {
    switch self {
    case .integer(let seconds) where (1...3_155_760_000).contains(seconds): .seconds(seconds)
    case .number(let seconds) where seconds >= 0.001 && seconds < 3.2e9:
      TimeSpan(milliseconds: Int64((seconds * 1_000).rounded()))
    default: nil
    }
  }
}
