// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

@testable import beatctl

struct KubernetesImportTests {
  private func imported(_ text: String) throws -> Imported {
    var file = ImportedFile()
    try ManifestImporter.add(
      ImportSource(path: "jobs.yaml", bytes: Array(text.utf8)), to: &file)
    return try Imported(file)
  }

  /// A manifest with more lines in its spec, and in its container.
  private func manifest(
    _ spec: String = "", schedule: String = "0 3 * * *",
    container: String = "command: [backup, --all]", job: String = "backoffLimit: 0"
  ) -> String {
    """
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: backup}
    spec:
      schedule: "\(schedule)"
      \(spec)
      jobTemplate:
        spec:
          \(job)
          template:
            spec:
              restartPolicy: Never
              containers:
              - name: main
                \(container)
    """
  }

  @Test func `a manifest becomes a job`() throws {
    let imported = try imported(
      """
      apiVersion: batch/v1
      kind: CronJob
      metadata:
        name: report
        namespace: shop
      spec:
        schedule: "*/15 8-18 * * 1-5"
        timeZone: Europe/Berlin
        concurrencyPolicy: Replace
        startingDeadlineSeconds: 300
        suspend: true
        successfulJobsHistoryLimit: 3
        jobTemplate:
          spec:
            backoffLimit: 2
            activeDeadlineSeconds: 600
            template:
              spec:
                restartPolicy: OnFailure
                containers:
                - name: report
                  image: registry.example.org/report:1.4
                  workingDir: /srv/report
                  command: ["/bin/sh", "-c"]
                  args:
                  - |
                    set -e
                    report --to "$(TARGET)" $$(date) $(UNKNOWN)
                  env:
                  - {name: BASE, value: /srv}
                  - {name: TARGET, value: $(BASE)/reports}
                  - name: TOKEN
                    valueFrom: {secretKeyRef: {name: s, key: t}}
                  resources: {}
                volumes: [{name: data, emptyDir: {}}]
      """)
    let job = try imported.job("report")
    let options = job.options.value
    #expect(job.scheduleText == "*/15 8-18 * * 1-5")
    #expect(job.times.zone == (try ZoneDirectory().zone(named: "Europe/Berlin")))
    #expect(
      job.work
        == .command(
          "set -e\nreport --to \"/srv/reports\" $(date) $(UNKNOWN)\n", input: nil))
    #expect(options.overlap == .replace && !options.enabled && options.deadline == .minutes(5))
    #expect(options.retries.maximum == 2 && options.timeout == .minutes(10))
    #expect(options.surroundings.directory == "/srv/report")
    #expect(options.surroundings.environment.map(\.value) == ["/srv", "/srv/reports"])
    #expect(imported.says("keep = 3"))
    for loss in [
      "the variable TOKEN, from {secretKeyRef: {name: s, key: t}}",
      "container.image: registry.example.org/report:1.4",
      "pod.volumes: [{name: data, emptyDir: {}}]",
    ] { #expect(imported.losses.contains(loss)) }
  }

  @Test(arguments: [
    ("", OverlapPolicy.allow), ("concurrencyPolicy: Allow", .allow),
    ("concurrencyPolicy: Forbid", .queue), ("concurrencyPolicy: Replace", .replace),
  ])
  func `concurrency policies`(line: String, policy: OverlapPolicy) throws {
    let imported = try imported(manifest(line))
    #expect(try imported.job("backup").options.value.overlap == policy)
    #expect(imported.losses.isEmpty)
  }

  @Test(arguments: [
    ("0 3 1-7 * */2", "0 3 1-7 * 0-6/2"), ("0 3 */2 * 1", "0 3 1-31/2 * 1"),
    ("0 3 */2 * *", "0 3 */2 * *"), ("TZ=Europe/Berlin 0 3 * * *", "0 3 * * *"),
    ("@hourly", "@hourly"), ("@every 90s", "every 1m30s"),
  ])
  func `schedules keep their meaning`(text: String, cron: String) throws {
    let job = try imported(manifest(schedule: text)).job("backup")
    #expect(job.scheduleText == cron || (text.hasPrefix("@every") && job.scheduleText == text))
    if text.hasPrefix("TZ=") { #expect(job.times.zone != .utc) }
  }

  @Test func `lists, several documents and JSON`() throws {
    let json =
      #"{"kind":"CronJob","metadata":{"name":"j"},"spec":{"schedule":"@daily","jobTemplate":"#
      + #"{"spec":{"template":{"spec":{"containers":[{"command":["a"]}]}}}}}}"#
    #expect(try imported(json).jobs.map(\.name.text) == ["j"])
    let list = try imported(
      "kind: ConfigMap\nmetadata: {name: c}\n---\nkind: List\nitems:\n- \(json)\n- \(json)\n---\n")
    #expect(list.jobs.map(\.name.text) == ["j", "j-2"])
    #expect(list.changes.contains("ConfigMap c is no CronJob, and was passed over"))
    #expect(list.losses.isEmpty)
    #expect(try list.job("j").options.value.retries.maximum == 6)
  }

  @Test func `an image's own entry point cannot be known`() throws {
    let imported = try imported(manifest(container: "image: busybox"))
    #expect(imported.jobs.isEmpty)
    #expect(imported.losses.contains { $0.contains("the image's own entry point") })
  }

  @Test func `arguments that are a program are taken as the whole, and that is said`() throws {
    let imported = try imported(manifest(container: "args: [/bin/sh, -c, date]"))
    #expect(try imported.job("backup").work == .command("date", input: nil))
    #expect(imported.losses.count == 1 && imported.losses[0].contains("entry point, if it has"))
    #expect(try self.imported(manifest(container: "args: [--all]")).jobs.isEmpty)
  }

  @Test func `keys that nobody knows are reported`() throws {
    let imported = try imported(
      manifest("surprise: 1", container: "command: [a]\n            tty: true"))
    #expect(imported.losses.contains("spec.surprise: 1"))
    #expect(imported.losses.contains("container.tty: true"))
  }

  @Test func `a file without such a manifest is a loss, and one that is not YAML an error`() throws
  {
    #expect(try imported("kind: Pod\n").losses == ["there is no CronJob in it"])
    #expect(throws: Failure.self) { try imported("a: [1\nb: }") }
    #expect(throws: Failure.self) { try imported("\u{0}") }
  }

  // MARK: YAML

  private func read(_ text: String) throws(YAMLReader.Fault) -> [YAMLValue] {
    try YAMLReader.documents(Array(text.utf8))
  }

  @Test func `scalars, anchors and merges`() throws {
    let document = try read(
      """
      base: &b {a: 1, b: "2"}
      copy: *b
      merged: {<<: *b, b: null, c: yes}
      block: |
        two
        lines

      """)[0]
    #expect(document["copy"]?["a"]?.integer == 1 && document["copy"]?["b"]?.text == "2")
    #expect(document["merged"]?["a"]?.integer == 1 && document["merged"]?["b"] == nil)
    #expect(document["block"]?.text == "two\nlines\n")
  }

  @Test func `a document cannot grow beyond its bounds`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(throws: YAMLReader.Fault.self) { try read(text) }
    let deep = String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)
    #expect(throws: YAMLReader.Fault.self) { try read(deep) }
    #expect(throws: YAMLReader.Fault.self) { try read("a: &a [*a]") }
    #expect(throws: YAMLReader.Fault.self) { try read("a: 1\na: 2") }
    #expect(throws: YAMLReader.Fault.self) { try read("? [a]\n: b") }
  }

  @Test func `nothing in, nothing out`() throws {
    #expect(try read("") == [])
    #expect(try read("---\n...\n") == [.null])
  }
}
