// SPDX-License-Identifier: Apache-2.0
// Nothing is called by name: what is here takes the place of the C library's own functions.
#pragma once
