// SPDX-License-Identifier: Apache-2.0

import Testing

struct WordTests {
  @Test func `nothing in the programs or libraries traps on purpose without saying why`() {
    expectNone(
      findings(below: "Sources/") { line, _ in
        for (text, instead) in [
          ("try!", "handle the error"), ("as!", "use as? and say what to do otherwise"),
          ("fatalError(", "precondition with a message, or an error"),
        ] where line.contains(text) {
          return "\(text): \(instead)"
        }
        return nil
      })
  }

  @Test func `libraries do not print`() {
    let libraries = ["CronParser", "Scheduler", "SchedulerTesting", "BeatAPI"]
    expectNone(
      libraries.flatMap { library in
        findings(below: "Sources/\(library)/") { line, words in
          line.contains("print(") && words.contains("print") ? "print(: hand the text out" : nil
        }
      })
  }

  @Test func `nothing is left for later in a comment`() {
    // Put together here, so that this file does not hold them.
    let marks = ["FIX" + "ME", "TO" + "DO", "X" + "XX", "HA" + "CK"]
    expectNone(
      SourceTree.files.flatMap { file in
        file.lines.enumerated().compactMap { index, line in
          guard let mark = marks.first(where: { SwiftText.words(line).contains($0[...]) }) else {
            return nil
          }
          return "\(file.path):\(index + 1): \(mark)"
        }
      })
  }

  @Test func `what the compiler is told to believe is argued for`() {
    expectNone(
      swiftFiles.flatMap { file, text -> [String] in
        text.lines.indices.compactMap { index in
          let line = text.lines[index]
          guard line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") else {
            return nil
          }
          let near = file.lines[max(0, index - 3)...index]
          return near.contains { $0.contains("//") }
            ? nil : "\(file.path):\(index + 1): say what guards this, within the three lines above"
        }
      })
  }

  @Test(arguments: [
    "Sources/CronParser/", "Sources/Scheduler/Core/", "Sources/Scheduler/Timing/",
    "Sources/Scheduler/Retry/",
  ])
  func `the pure parts have no clock, no chance, no task`(folder: String) {
    let banned: Set<Substring> = [
      "Date", "ContinuousClock", "SuspendingClock", "Clock", "Task", "async", "await", "actor",
      "SystemRandomNumberGenerator", "random", "shuffled", "shuffle", "randomElement", "hashValue",
      "Mutex", "Atomic", "DispatchQueue", "clock_gettime", "gettimeofday",
    ]
    expectNone(
      findings(below: folder) { line, words in
        if line.contains("Hasher()") { return "Hasher(): seeded anew in each process" }
        return words.first { banned.contains($0) }.map { "\($0): not in a pure part" }
      }.filter { !$0.hasPrefix("Sources/CronParser/Zones/ZoneDirectory.swift") })
  }

  @Test func `one idea has one word`() {
    // The words instead stand in docs/GLOSSARY.md.
    let synonyms = ["misfire", "coalesc", "cronjob", "occurrence", "deadqueue"]
    expectNone(
      findings(below: "Sources/") { line, _ in
        let lowered = line.lowercased()
        return synonyms.first { lowered.contains($0) }.map { "\($0): see docs/GLOSSARY.md" }
      })
  }

  @Test func `every source file says its licence first`() {
    let files = SourceTree.files(
      below: "", ending: ".swift", ".c", ".cpp", ".h", ".sh", "Makefile", ".ci/run")
    expectNone(
      files.compactMap { file in
        let first = file.lines.first { !$0.hasPrefix("#!") && !$0.hasPrefix("// swift-tools-") }
        return first?.contains("SPDX-License-Identifier: Apache-2.0") == true
          ? nil : "\(file.path): the first line is not the SPDX line"
      })
  }

  @Test func `no path of a developer's machine is in the tree`() {
    // Crontabs in tests name home directories, as crontabs do.
    let places = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"]
    expectNone(
      SourceTree.files.flatMap { file in
        let banned = file.path.hasPrefix("Tests/") ? places[..<1] : places[...]
        return file.lines.enumerated().compactMap { index, line in
          banned.first { Self.contains(line, path: $0) }.map { "\(file.path):\(index + 1): \($0)" }
        }
      })
  }

  /// Whether `path` begins somewhere in the line, and is not the middle of a longer path.
  private static func contains(_ line: Substring, path: String) -> Bool {
    guard line.contains(path) else { return false }
    return line.ranges(of: path).contains { range in
      guard range.lowerBound > line.startIndex else { return true }
      let before = line[line.index(before: range.lowerBound)]
      return !(before.isLetter || before.isNumber || "._-}".contains(before))
    }
  }
}
