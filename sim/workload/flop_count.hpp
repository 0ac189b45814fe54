// SPDX-License-Identifier: Apache-2.0
// Model FLOPs of a step: what MFU counts, with the formula in words, since sources differ in what
// they count.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <string>

namespace qianka {

/// Of one step over all cards. Matrix products of layers and head, attention in full (the causal
/// half is not taken off), forward once and backward twice: Narayanan et al. 2021
/// (arXiv:2104.04473, section 5.1) without its recompute term, generalised to grouped-query
/// attention and SwiGLU. `hardware` adds what is computed again.
struct FlopCount {
  Flops model, hardware;
  Flops causal;  // model less the half of attention that causal kernels skip: no run does with less
  const char* formula;  // marked for the catalogue
};

FlopCount count_flops(const Job& job);

}  // namespace qianka
