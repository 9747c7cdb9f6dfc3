// SPDX-License-Identifier: Apache-2.0
// What Linux offers and Swift's Glibc module does not import.
#pragma once
#include <sys/timerfd.h>

// timerfd_settime's flags, as plain integers.
static inline int clinux_timer_absolute_cancel_on_set(void) {
  return TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
}
