// SPDX-License-Identifier: Apache-2.0

/// What few of many have: nothing but a pointer where it would lie inline.
///
/// Each new value is a small allocation, so it is for what seldom changes.
@propertyWrapper
struct Apart<Value: Sendable>: Sendable {
  private enum Place: Sendable {
    case nowhere
    indirect case there(Value)
  }

  private var place: Place

  init(wrappedValue: Value?) { place = wrappedValue.map(Place.there) ?? .nowhere }

  var wrappedValue: Value? {
    get {
      if case .there(let value) = place { value } else { nil }
    }
    set { self = Apart(wrappedValue: newValue) }
  }
}
