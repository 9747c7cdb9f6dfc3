// SPDX-License-Identifier: Apache-2.0

import Testing

struct PackageTests {
  /// What Swift 6.3 knows; a name that it does not know it passes over in silence.
  private static let features: Set<Substring> = [
    "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility",
    "NonisolatedNonsendingByDefault", "InferIsolatedConformances", "ImmutableWeakCaptures",
  ]

  @Test func `every upcoming feature in the manifest exists, and all of them are on`() throws {
    let manifest = try #require(SourceTree.files.first { $0.path == "Package.swift" })
    let named = manifest.lines.filter { $0.contains(".enableUpcomingFeature(") }.compactMap {
      $0.split(separator: "\"").dropFirst().first
    }
    #expect(Set(named) == Self.features)
    #expect(named.count == Self.features.count)
  }

  @Test func `every target is built by the house's rules`() throws {
    let manifest = try #require(SourceTree.files.first { $0.path == "Package.swift" })
    let text = manifest.text
    let swiftTargets = ["target(", "executableTarget(", "testTarget("].map {
      text.ranges(of: ".\($0)").count
    }.reduce(0, +)
    // CToml, CLinux, CFetch, the witness and the faults hold no Swift.
    #expect(text.ranges(of: "swiftSettings: ").count == swiftTargets - 5)
  }
}
