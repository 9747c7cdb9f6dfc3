// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// What every Swift target is built with.
///
/// A misspelt feature name is accepted in silence by the compiler, so `TidyTests` compares this
/// list with the names that the toolchain knows.
let features: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .treatAllWarnings(as: .error),
]
let house = features + [.strictMemorySafety()]
let linux: [CSetting] = [
  .define("_GNU_SOURCE"), .enableWarning("all"), .treatAllWarnings(as: .error),
]

let package = Package(
  name: "beat",
  products: [
    .library(name: "CronParser", targets: ["CronParser"]),
    .library(name: "Scheduler", targets: ["Scheduler"]),
    .library(name: "SchedulerTesting", targets: ["SchedulerTesting"]),
    .executable(name: "beatd", targets: ["beatd"]),
    .executable(name: "beatctl", targets: ["beatctl"]),
    // For the tests alone, which load it into beatd.
    .library(name: "beat-faults", type: .dynamic, targets: ["Faults"]),
  ],
  targets: [
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(
      name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CToml"),
    .target(name: "CLinux", cSettings: linux),
    // libcurl once more, but loaded when the first request is made.
    .target(name: "CFetch", cSettings: linux),

    .target(name: "CronParser", swiftSettings: house),
    .target(
      name: "Scheduler", dependencies: ["CronParser", "CSQLite", "CToml", "CLinux", "CFetch"],
      swiftSettings: house),
    .target(
      name: "SchedulerTesting", dependencies: ["Scheduler", "CronParser"], swiftSettings: house),
    .target(name: "BeatAPI", dependencies: ["CronParser"], swiftSettings: house),
    .executableTarget(
      name: "beatd", dependencies: ["Scheduler", "CronParser", "BeatAPI", "CMicroHTTPD", "CLinux"],
      swiftSettings: house),
    .executableTarget(
      name: "beatctl",
      dependencies: [
        "Scheduler", "SchedulerTesting", "CronParser", "BeatAPI", "CCurl", "CYaml",
      ],
      swiftSettings: house),
    // Plays the application in the sample that the README starts.
    .executableTarget(name: "beat-sample", dependencies: ["CSQLite"], swiftSettings: house),

    .target(
      name: "Support", dependencies: ["CronParser", "Scheduler"], path: "Tests/Support",
      swiftSettings: features),
    // The job of the kill -9 tests: says itself when it ran.
    .executableTarget(name: "beat-witness", path: "Tests/Witness", cSettings: linux),
    // Loaded into beatd by LD_PRELOAD: another clock, failing syncs.
    .target(name: "Faults", path: "Tests/Faults", cSettings: linux),
    .testTarget(
      name: "CronParserTests", dependencies: ["CronParser", "Support"],
      exclude: ["Crontabs", "Vectors"], swiftSettings: features),
    .testTarget(
      name: "SchedulerTests",
      dependencies: [
        "Scheduler", "SchedulerTesting", "CronParser", "CSQLite", "CLinux", "Support",
      ],
      swiftSettings: features),
    .testTarget(name: "BeatAPITests", dependencies: ["BeatAPI"], swiftSettings: features),
    .testTarget(
      name: "beatdTests", dependencies: ["beatd", "BeatAPI", "Support"], swiftSettings: features),
    .testTarget(
      name: "beatctlTests",
      dependencies: ["beatctl", "BeatAPI", "CronParser", "Scheduler", "Support"],
      exclude: ["Snapshots", "Vectors"],
      swiftSettings: features),
    .testTarget(
      name: "SimulationTests", dependencies: ["Scheduler", "CronParser", "Support"],
      exclude: ["Mutants"], swiftSettings: features),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "beatd", "beatctl", "beat-witness", "BeatAPI", "CronParser", "CSQLite", "Support",
      ],
      swiftSettings: features),
    // Its folder FuzzLaws is that of the package in Fuzz/.
    .testTarget(
      name: "FuzzTests", dependencies: ["Scheduler", "CronParser"], swiftSettings: features),
    .testTarget(name: "TidyTests", dependencies: ["Support"], swiftSettings: features),
  ],
  cxxLanguageStandard: .cxx17
)
