// SPDX-License-Identifier: Apache-2.0
#include "HeapLimit.h"

#include <chrono>
#include <queue>
#include <vector>

namespace {
struct Entry {
  int64_t deadline;
  int64_t payload;
  bool operator>(const Entry &other) const { return deadline > other.deadline; }
};

double nanoseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}
volatile int64_t sink;
}  // namespace

HeapLimit heap_limit(const int64_t *deadlines, const int64_t *later, int64_t count) {
  std::vector<Entry> storage;
  storage.reserve(count + 1);
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> queue({}, std::move(storage));
  HeapLimit limit;

  auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < count; i++) queue.push({deadlines[i], i});
  limit.push = nanoseconds_since(start) / count;

  start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < count; i++) {
    Entry entry = queue.top();
    queue.pop();
    entry.deadline += later[i];
    queue.push(entry);
  }
  limit.rearm = nanoseconds_since(start) / count;

  int64_t sum = 0;
  start = std::chrono::steady_clock::now();
  while (!queue.empty()) {
    sum += queue.top().payload;
    queue.pop();
  }
  limit.pop = nanoseconds_since(start) / count;
  sink = sum;
  return limit;
}
