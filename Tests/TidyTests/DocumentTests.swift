// SPDX-License-Identifier: Apache-2.0

import Testing

/// What the documents point at is there.
struct DocumentTests {
  private static let documents = SourceTree.files(below: "", ending: ".md")

  @Test func `every link to a file leads to one`() {
    expectNone(
      Self.documents.flatMap { file in
        Self.links(in: file.text).compactMap { link in
          let target = link.split(separator: "#", omittingEmptySubsequences: false).first ?? ""
          guard !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") else {
            return nil
          }
          let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
          let path = folder.isEmpty ? String(target) : "\(folder)/\(target)"
          return SourceTree.exists(path) ? nil : "\(file.path): nothing lies at \(link)"
        }
      })
  }

  @Test func `every make target that a document or a script names is in the Makefile`() throws {
    let makefile = try #require(SourceTree.files.first { $0.path == "Makefile" })
    let targets = Set(
      makefile.lines.filter { $0.hasSuffix(":") }.map { String($0.dropLast()) })
    let files = Self.documents + SourceTree.files(below: "", ending: ".sh", ".ci/run")
    expectNone(
      files.flatMap { file in
        Self.targets(in: file.text).filter { !targets.contains($0) }.map {
          "\(file.path): `make \($0)` is not in the Makefile"
        }
      })
  }

  @Test func `every script is used or named somewhere`() {
    expectNone(
      SourceTree.files(below: "Scripts/", ending: ".sh").map(\.path).filter { path in
        !SourceTree.files.contains { $0.path != path && $0.text.contains(path) }
      }.map { "\($0): nothing names it" })
  }

  /// The targets of `[text](target)`.
  private static func links(in text: String) -> [Substring] {
    text.ranges(of: "](").compactMap { range in
      let rest = text[range.upperBound...]
      return rest.firstIndex(of: ")").map { rest[..<$0] }
    }
  }

  /// The words after `make ` where code begins with it: after a quote, or at the start of a line.
  private static func targets(in text: String) -> [String] {
    text.split(separator: "\n").flatMap { line in
      ["`make ", "    make ", "'make "].flatMap { start in
        line.ranges(of: start).map { range in
          String(line[range.upperBound...].prefix { $0.isLetter || $0 == "-" })
        }
      } + (line.hasPrefix("make ") ? [String(line.dropFirst(5).prefix { $0.isLetter })] : [])
    }.filter { !$0.isEmpty }
  }
}
