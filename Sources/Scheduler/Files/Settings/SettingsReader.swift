// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Reads `beatd.toml`: every fault of meaning in one go, of syntax the first.
struct SettingsReader {
  private static let keys = [
    "schedules", "state", "socket", "timezone", "max-running", "state-limit", "stop-timeout",
    "queues",
  ]
  /// Less would not hold what must never be forgotten.
  private static let leastState: Int64 = 1 << 20

  private var decoder: OptionDecoder
  private var settings = DaemonSettings()

  static func read(
    _ file: ScheduleFile, zones: ZoneDirectory
  ) -> (settings: DaemonSettings, diagnostics: [Diagnostic]) {
    var sink = DiagnosticSink(file: file.path, bytes: file.bytes)
    var reader = SettingsReader(
      decoder: OptionDecoder(LoadContext(defaultZone: .utc, zones: zones), folder: file.folder))
    do {
      for entry in try TOMLDocument(file.bytes).entries { reader.read(entry) }
    } catch {
      sink.report(error)
    }
    for fault in reader.decoder.faults { sink.report(fault) }
    return (reader.settings, sink.all)
  }

  private mutating func read(_ entry: TOMLEntry) {
    let value = entry.value
    switch entry.key {
    case "schedules": settings.schedules = paths(value)
    case "state": settings.state = decoder.file(value, "state")
    case "socket": settings.socket = decoder.file(value, "socket")
    case "timezone": settings.timezone = zone(value)
    case "max-running":
      settings.processes = decoder.integer(value, "max-running", in: 1...1_000_000)
    case "state-limit": settings.stateLimit = stateLimit(value)
    case "stop-timeout":
      settings.stopTimeout = decoder.span(value, "stop-timeout", atLeast: .zero)
    case "queues": readQueues(value)
    default:
      decoder.fail(
        .key, "unknown key \"\(Diagnostic.shown(entry.key))\"", at: entry.keyRange,
        expected: "one of " + Self.keys.joined(separator: ", "),
        suggestion: nearestName(to: entry.key, among: Self.keys))
    }
  }

  private mutating func paths(_ value: TOMLValue) -> [String]? {
    guard case .array(let elements) = value.content else {
      if case .string = value.content { return decoder.file(value, "schedules").map { [$0] } }
      decoder.wrongType(value, "schedules", takes: "a list of files and folders")
      return nil
    }
    guard !elements.isEmpty else {
      decoder.fail(
        .range, "`schedules` is empty", at: value.range, expected: "at least one file or folder")
      return nil
    }
    return elements.compactMap { decoder.file($0, "schedules") }
  }

  private mutating func zone(_ value: TOMLValue) -> String? {
    guard case .string(let name) = value.content else {
      _ = decoder.zone(value, "timezone")
      return nil
    }
    return decoder.zone(value, "timezone").map { _ in name }
  }

  private mutating func stateLimit(_ value: TOMLValue) -> Int64? {
    guard let bytes = decoder.size(value, "state-limit") else { return nil }
    guard bytes >= Self.leastState else {
      decoder.fail(
        .range, "`state-limit` is too small", at: value.range, expected: "\"1M\" or more")
      return nil
    }
    return bytes
  }

  private mutating func readQueues(_ value: TOMLValue) {
    guard case .table(let queues) = value.content else {
      decoder.wrongType(value, "queues", takes: "tables such as [queues.slow]")
      return
    }
    for queue in queues {
      guard let name = decoder.queueName(queue.key, at: queue.keyRange) else { continue }
      settings.queues.updateValue(limit(of: queue), forKey: name)
    }
  }

  private mutating func limit(of queue: TOMLEntry) -> Int? {
    guard case .table(let entries) = queue.value.content else {
      decoder.fail(
        .key, "queue `\(queue.key)` cannot be \(queue.value.description)", at: queue.value.range,
        expected: "a table, as in [queues.\(queue.key)] with limit = 2")
      return nil
    }
    var limit: Int?
    for entry in entries {
      if entry.key == "limit" {
        limit = decoder.integer(entry.value, "limit", in: 1...1_000_000)
      } else {
        decoder.fail(
          .key, "unknown key \"\(Diagnostic.shown(entry.key))\" of a queue", at: entry.keyRange,
          expected: "limit", suggestion: nearestName(to: entry.key, among: ["limit"]))
      }
    }
    return limit
  }
}
