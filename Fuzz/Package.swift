// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Programs that libFuzzer drives; they link only with `--sanitize fuzzer`, which brings its main.
let fuzzers = ["Expression", "Crontab", "JobFile", "ZoneFile", "ZoneRule", "Duration"]

let package = Package(
  name: "beat-fuzz",
  dependencies: [.package(name: "beat", path: "..")],
  targets: [
    // Its folder Oracle is that of the tests of CronParser.
    .executableTarget(
      name: "OracleCheck", dependencies: [.product(name: "CronParser", package: "beat")],
      swiftSettings: settings),
    // The tests in Tests/FuzzTests hold what is in Corpus against the same laws.
    .target(
      name: "FuzzLaws",
      dependencies: [
        .product(name: "CronParser", package: "beat"),
        .product(name: "Scheduler", package: "beat"),
      ],
      swiftSettings: settings),
  ]
    + fuzzers.map { name in
      .executableTarget(name: "Fuzz\(name)", dependencies: ["FuzzLaws"], swiftSettings: settings)
    },
  cxxLanguageStandard: .cxx17
)
