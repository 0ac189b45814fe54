// SPDX-License-Identifier: Apache-2.0
// What each command does once the command line is read. A command prints its result to standard
// output, complaints to standard error, and returns the exit code.
#pragma once
#include "sim/cli/report_option.hpp"
#include "sim/interchange/import.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct TraceOptions;  // trace_options.hpp

struct RunOptions {
  int seeds = 1;  // of the weeks, from the scenario's up
  std::vector<std::string> files;
  std::vector<std::string> sets;  // "path=value"
  std::optional<std::uint64_t> seed;
  bool together = false;             // all files are jobs on one fabric
  std::string placement = "packed";  // of these
  bool json = false, explain_sources = false;
  int verbose = 0;  // of all commands'; above 0: nothing is left out
  ReportOption report;
  std::shared_ptr<TraceOptions> trace;  // as declared by add_run()
};
int run_command(const RunOptions& options);
int run_jobs_together(const RunOptions& options);

struct CheckOptions {
  std::vector<std::string> files;
  std::vector<std::string> sets;
  bool json = false;
};
int check_command(const CheckOptions& options);

struct ListOptions {
  std::string kind;  // "" = all
  bool json = false;
};
int list_command(const ListOptions& options);

struct ShowOptions {
  std::string kind, name;
  std::string to, on;             // of a route: its other end, and the cluster or scenario
  int flows = 4;                  // of a route: how many flows' ways are printed
  std::vector<std::string> down;  // of a route: "leaf3", "leaf0,pod0.spine1"
  bool dot = false, json = false;
  std::optional<int> nodes;  // of a bill of materials, in place of the cluster's
};
int show_command(const ShowOptions& options);
int show_route(const ShowOptions& options);
int show_contention(const ShowOptions& options);

struct CalibrateOptions {
  std::string cluster;
  std::vector<std::string> files;
  std::string folder;  // "" = nothing is written
  bool json = false;
};
int calibrate_command(const CalibrateOptions& options);

struct ImportOptions {
  std::string kind, file;
  std::string output;             // "" = standard output
  std::string trust = "file";     // or "catalogue"
  std::string rate;               // "" = none is given
  std::vector<std::string> sets;  // NAME=VALUE
  ImportRequest request;
  int verbose = 0;
};
int import_command(const ImportOptions& options);

struct FitFaultsOptions {
  std::string file;
  std::optional<int> nodes;
  std::optional<double> days;
  std::string burst = "5 min", output;  // output: "" = no set of faults is written
};
int fit_faults_command(const FitFaultsOptions& options);
struct CheckpointPlanOptions {
  std::string file;
  std::vector<std::string> sets;
  bool json = false;
};
int checkpoint_plan_command(const CheckpointPlanOptions& options);

struct CollectiveOptions {
  std::string kind, on;
  std::string sizes = "1KiB:8GiB", algorithm, library, placement = "packed";
  int cards = 0, group = 0, stride = 0;  // 0 = left out
  std::uint64_t seed = 1;
  std::vector<std::string> sets;  // "path=value", of the cluster
  bool all_groups = false, json = false;
};
int collective_command(const CollectiveOptions& options);

struct ExportOptions {
  std::string kind, cluster;
  std::string output;        // "" = standard output
  std::optional<int> nodes;  // in place of the cluster's
};
int export_command(const ExportOptions& options);

struct SchemaOptions {
  std::string kind = "scenario";
  bool markdown = false;
};
int schema_command(const SchemaOptions& options);
/// What else than a scenario has a schema.
std::vector<std::string> schema_kinds();

struct ValidateOptions {
  std::string rows, rules;    // files; "" = the shipped ones
  std::string source, grade;  // "" = any; of the rows that are counted, grade A
  std::string row;            // id of the one whose scenario is asked for
  std::string constants;      // "" = the catalogue's, or "unfitted", "one-factor"
  bool collectives = false;   // collectives in place of training steps
  bool json = false, csv = false, markdown = false;
  double max_error = -1;  // percent; below 0: no limit
  int jobs = 0;           // processes; 0 = one for each processor
};
int validate_command(const ValidateOptions& options);

struct RefitOptions {
  std::string rows, rules, constants;  // files; "" = the shipped ones
  std::vector<std::string> only;       // ids of constants; empty = all
  std::string tables;                  // folder for the tables of docs/calibration.md; "" = none
  std::string page;                    // "constants", "sources": that table of the page, no refit
  bool leave_one_out = false, hold = false, write = false, json = false;
  int jobs = 0;  // processes; 0 = one for each processor
};
int refit_command(const RefitOptions& options);

}  // namespace qianka
