// SPDX-License-Identifier: Apache-2.0

import CronParser

/// One CronJob on its way into a job file.
///
/// Each part of the manifest is walked key by key, and a key that nobody knows is reported.
struct ManifestJob {
  private let document: YAMLValue
  var job: ImportedJob

  init(_ document: YAMLValue, job: ImportedJob) {
    self.document = document
    self.job = job
  }

  mutating func convert() {
    if let version = document["apiVersion"]?.text, version != "batch/v1" {
      job.remark("apiVersion \(version) was read as batch/v1")
    }
    convertMetadata()
    let spec = document["spec"] ?? .null
    convert(spec: spec)
    let template = spec["jobTemplate"]?["spec"] ?? .null
    convert(jobSpec: template)
    loseRest(of: spec["jobTemplate"] ?? .null, "jobTemplate", but: ["spec", "metadata"])
    convert(podSpec: template["template"]?["spec"] ?? .null)
    loseRest(of: document, "", but: ["apiVersion", "kind", "metadata", "spec", "status"])
  }

  private mutating func convertMetadata() {
    let metadata = document["metadata"] ?? .null
    if let namespace = metadata["namespace"]?.text {
      job.comments.append("namespace: \(namespace)")
    }
    for key in ["labels", "annotations"] {
      guard let value = metadata[key] else { continue }
      for entry in value.entries where entry.key != Self.appliedKey {
        job.comments.append("\(key): \(entry.key): \(entry.value.shown)")
      }
    }
  }

  /// What `kubectl apply` notes down for itself.
  private static let appliedKey = "kubectl.kubernetes.io/last-applied-configuration"

  /// Reports the keys of a mapping that are not among those that were dealt with.
  mutating func loseRest(of value: YAMLValue, _ path: String, but known: [String]) {
    for entry in value.entries where !known.contains(entry.key) && !entry.value.isNull {
      if case .mapping(let entries) = entry.value, entries.isEmpty { continue }
      if case .sequence(let elements) = entry.value, elements.isEmpty { continue }
      let name = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      job.lose("\(name): \(entry.value.shown)")
    }
  }

  // MARK: The schedule

  private mutating func convert(spec: YAMLValue) {
    convertSchedule(spec)
    switch spec["concurrencyPolicy"]?.text ?? "Allow" {
    case "Allow": job.set("overlap", .string("allow"), remark: "concurrencyPolicy: Allow")
    case "Forbid":
      job.set(
        "overlap", .string("queue"),
        remark: "concurrencyPolicy: Forbid starts what was due when the run before it has ended")
    case "Replace": job.set("overlap", .string("replace"), remark: "concurrencyPolicy: Replace")
    case let other: job.lose("concurrencyPolicy: \(other)")
    }
    setSeconds("deadline", spec["startingDeadlineSeconds"], "startingDeadlineSeconds")
    if spec["suspend"]?.boolean == true {
      job.set("enabled", .boolean(false), remark: "suspend: true")
    }
    let kept = spec["successfulJobsHistoryLimit"]
    if let kept, let count = kept.integer { job.set("keep", .integer(count)) }
    if let failed = spec["failedJobsHistoryLimit"], failed != kept {
      job.remark("failedJobsHistoryLimit: \(failed.shown): Beat keeps every dead letter")
    }
    loseRest(
      of: spec, "spec",
      but: [
        "schedule", "timeZone", "concurrencyPolicy", "startingDeadlineSeconds", "suspend",
        "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "jobTemplate",
      ])
  }

  private mutating func convertSchedule(_ spec: YAMLValue) {
    guard let text = spec["schedule"]?.text else {
      _ = job.refuse("the manifest has no schedule")
      return
    }
    var schedule = text.split(separator: " ", omittingEmptySubsequences: true)[...]
    var zone = spec["timeZone"]?.text
    if let first = schedule.first, let equals = first.firstIndex(of: "="),
      ["TZ", "CRON_TZ"].contains(first[..<equals])
    {
      zone = zone ?? String(first[first.index(after: equals)...])
      schedule.removeFirst()
    }
    job.set(
      "cron", .string(Self.starred(schedule.map(String.init)).joined(separator: " ")),
      weight: .essential)
    job.set(
      "timezone", .string(zone ?? "UTC"),
      remark: zone == nil ? "the zone of a controller as a rule" : nil, weight: .essential)
  }

  /// Where both day fields are restricted, Kubernetes takes a day that matches either, also where
  /// one is `*/2`, which to Beat, as to cron, is a star.
  private static func starred(_ fields: [String]) -> [String] {
    guard fields.count == 5, fields[2] != "*", fields[4] != "*", fields[2] != "?", fields[4] != "?"
    else { return fields }
    var fields = fields
    if fields[2].hasPrefix("*/") { fields[2] = "1-31" + fields[2].dropFirst() }
    if fields[4].hasPrefix("*/") { fields[4] = "0-6" + fields[4].dropFirst() }
    return fields
  }

  // MARK: The job

  private mutating func convert(jobSpec spec: YAMLValue) {
    let limit = spec["backoffLimit"]?.integer ?? 6
    if limit > 0 {
      job.set(
        "retries",
        .table([
          .init(key: "max", value: .integer(limit)), .init(key: "base", value: .string("10s")),
          .init(key: "cap", value: .string("6m")), .init(key: "jitter", value: .string("none")),
        ]), remark: spec["backoffLimit"] == nil ? "the default backoffLimit" : "backoffLimit")
    }
    if let seconds = spec["activeDeadlineSeconds"] {
      setSeconds("timeout", seconds, "activeDeadlineSeconds")
      if limit > 0 {
        job.remark("activeDeadlineSeconds bounds all attempts together; `timeout` bounds each")
      }
    }
    for key in ["completions", "parallelism"] {
      if let count = spec[key], count.integer != 1 { job.lose("\(key): \(count.shown)") }
    }
    loseRest(
      of: spec, "jobTemplate.spec",
      but: ["backoffLimit", "activeDeadlineSeconds", "completions", "parallelism", "template"])
  }

  mutating func setSeconds(_ key: String, _ value: YAMLValue?, _ name: String) {
    guard let value else { return }
    if let seconds = value.integer, (1...3_155_760_000).contains(seconds) {
      job.set(key, .string(TimeSpan.seconds(seconds).text))
    } else {
      job.lose("\(name): \(value.shown)")
    }
  }
}
