// SPDX-License-Identifier: Apache-2.0
// The words around the figures: what was run, why it may not be possible, what the figures mean.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace qianka {

/// The scenario's own facts, no results.
Summary describe(const Scenario& scenario);

/// Infeasible when the fullest card does not suffice, with the stage and the largest terms.
void check_fits(const Scenario& scenario, const MemorySummary& memory);

/// A duration, tokens or steps were asked for.
bool runs_for_a_time(const Scenario& scenario);

/// Whatever the job does, nothing happens to it: no class of faults, no record, no software rate.
/// What the fabric does counts apart.
bool nothing_fails(const Faults& faults);

/// End-to-end MFU: model FLOPs of the tokens kept over every installed card's peak for the whole
/// wall clock.
void rate_campaign(const Scenario& scenario, const StepSummary& step, CampaignSummary& weeks);

/// Definitions, engine settings and cautions of this run.
void explain(const Scenario& scenario, Summary& summary);

}  // namespace qianka
