// SPDX-License-Identifier: Apache-2.0

// libyaml's events: it reads a document piece by piece and expands nothing by itself.
#ifndef CYAML_SHIM_H
#define CYAML_SHIM_H

#include <yaml.h>

#endif
