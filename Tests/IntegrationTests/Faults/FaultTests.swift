// SPDX-License-Identifier: Apache-2.0

import Testing

/// The catalogue of faults in docs/TESTING.md, as far as it takes the real daemon; one test after
/// another, for they wait for time to pass.
@Suite(.serialized) enum FaultTests {}
