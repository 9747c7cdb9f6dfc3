// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>

#include "CFetch.h"
#include "library.h"

struct cfetch_transfer {
  CURL *easy;
  struct curl_slist *headers;
  cfetch_writer writer;
  void *context;
  CURLcode code;
  int refuses_link_local;
  char refused[INET6_ADDRSTRLEN];
  char error[CURL_ERROR_SIZE];
};
