// SPDX-License-Identifier: Apache-2.0
// A topology matrix: the structure of a node. It has no rates; these come from the catalogue.
#include "sim/interchange/known_devices.hpp"
#include "sim/interchange/matrix_text.hpp"
#include "sim/interchange/node_draft.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Links that a cell stands for.
int links_of(const std::string& word) {
  if (word == "HCCS" || word == "HCCS_SW" || word == "SIO") return 1;
  int count = 0;
  if (word.starts_with("NV")) std::from_chars(word.data() + 2, word.data() + word.size(), count);
  return std::min(count, 1'000'000);
}

bool is_near(const std::string& word) { return word == "PIX" || word == "PXB" || word == "PIB"; }

class TopoMatrix {
 public:
  TopoMatrix(const SourceText& source, const ImportRequest& request)
      : request_(request), known_(known_devices()) {
    matrix_ = read_matrix(source, result_.warnings, result_.details);
    for (std::size_t i = 0; i < matrix_.names.size(); ++i)
      (is_card_name(matrix_.names[i]) ? cards_ : adapters_).push_back(i);
    draft_.kind = "topo-matrix";
    draft_.file = source.short_name();
  }

  Imported read() {
    draft_.cards = static_cast<int>(cards_.size());
    draft_.accelerator = request_.gpu;
    draft_.nic = request_.nic;
    draft_.accelerator_name =
        ascend() ? "NPU that the matrix does not name" : "GPU that the matrix does not name";
    if (!request_.gpu.empty()) card_ = load_accelerator(request_.gpu);
    check_symmetry();
    join_cards();
    if (draft_.shape == PlaneShape::none || draft_.shape == PlaneShape::pairs) pcie_tree();
    adapters();
    write_node(draft_, request_, matrix_.at, result_);
    return std::move(result_);
  }

 private:
  void warn(const SourcePos& at, std::string message, std::string hint) {
    result_.warnings.push_back({at, std::move(message), std::move(hint)});
  }
  const MatrixCell& cell(std::size_t row, std::size_t column) const {
    return matrix_.rows[row][column];
  }
  bool ascend() const { return !matrix_.names.front().starts_with("GPU"); }
  bool any(std::string_view word) const {
    return std::ranges::any_of(cards_, [&](std::size_t i) {
      return std::ranges::any_of(cards_, [&](std::size_t j) { return cell(i, j).word == word; });
    });
  }
  void check_symmetry();
  void join_cards();
  LinkPlane counted() const;
  LinkPlane counted_to_switch() const;
  bool through_switch(const LinkPlane& plane) const;
  std::optional<int> catalogue_links(Bandwidth* link) const;
  void compare_links(const LinkPlane& plane);
  void pcie_tree();
  void adapters();

  const ImportRequest& request_;
  KnownDevices known_;
  Imported result_;
  MatrixText matrix_;
  NodeDraft draft_;
  std::vector<std::size_t> cards_, adapters_;
  std::optional<Accelerator> card_;
};

void TopoMatrix::check_symmetry() {
  for (const std::size_t i : cards_)
    for (const std::size_t j : cards_)
      if (i < j && cell(i, j).word != cell(j, i).word)
        warn(cell(j, i).at,
             say("{} to {} is {}, back it is {}", matrix_.names[j], matrix_.names[i],
                 cell(j, i).word, cell(i, j).word),
             tr("a link may be down in one direction"));
}

/// Cells as links of pairs.
LinkPlane TopoMatrix::counted() const {
  std::vector<std::vector<int>> between;
  for (const std::size_t i : cards_) {
    std::vector<int>& row = between.emplace_back();
    for (const std::size_t j : cards_) row.push_back(i == j ? 0 : links_of(cell(i, j).word));
  }
  return plane_of(std::vector<int>(cards_.size(), 0), between);
}

/// Cells as links to a switch: of a row what most of its cells say.
LinkPlane TopoMatrix::counted_to_switch() const {
  std::vector<int> to_switch;
  for (const std::size_t i : cards_) {
    std::vector<int> counts;
    for (const std::size_t j : cards_)
      if (i != j) counts.push_back(links_of(cell(i, j).word));
    std::ranges::sort(counts);
    // A card with a link less says so in all its cells; another one in the cell of that card only.
    to_switch.push_back(counts.empty() ? 0 : counts[counts.size() / 2]);
  }
  return plane_of(to_switch,
                  std::vector<std::vector<int>>(cards_.size(), std::vector<int>(cards_.size(), 0)));
}

/// The catalogue's rate as links of a generation of NVLink: the most links that there can be.
std::optional<int> TopoMatrix::catalogue_links(Bandwidth* link) const {
  if (!card_ || !card_->scale_up) return std::nullopt;
  std::optional<int> best;
  for (const NvlinkGeneration& generation : known_.nvlinks) {
    const double links = card_->scale_up->value / generation.link.value;
    const bool whole = std::abs(links - std::round(links)) < 1e-6;
    if (!whole || links > generation.most || (best && links <= *best)) continue;
    best = static_cast<int>(std::lround(links));
    *link = generation.link;
  }
  return best;
}

/// NV# in every cell: the same number either way, a switch when no card has links for all of them.
bool TopoMatrix::through_switch(const LinkPlane& plane) const {
  if (any("HCCS_SW") || any("SIO")) return true;
  if (any("HCCS") || plane.shape != PlaneShape::mesh) return false;
  int most = 0;
  for (const NvlinkGeneration& generation : known_.nvlinks) most = std::max(most, generation.most);
  Bandwidth link{0};
  if (const auto links = catalogue_links(&link)) most = *links;
  return plane.links > most;
}

void TopoMatrix::join_cards() {
  LinkPlane plane = counted();
  if (through_switch(plane)) plane = counted_to_switch();
  draft_.shape = plane.shape;
  draft_.joints = plane.joints;
  for (const int odd : plane.odd) {
    const std::size_t row = cards_[static_cast<std::size_t>(odd)];
    const auto other = std::ranges::find_if(cards_, [&](std::size_t j) { return j != row; });
    if (plane.shape == PlaneShape::none || any("SIO")) break;
    warn(cell(row, other == cards_.end() ? row : *other).at,
         odd_card_text(plane, odd, matrix_.names[row],
                       ascend() ? marked("HCCS link") : marked("NVLink")),
         tr("a link that is down; the usual number is written"));
  }
  if (any("SIO"))
    draft_.notes.push_back("Two dies of a card meet over SIO, which is not entered apart.");
  if (plane.shape != PlaneShape::none && plane.shape != PlaneShape::pairs && !ascend())
    compare_links(plane);
  if (ascend() && plane.shape == PlaneShape::mesh)
    draft_.notes.push_back("HCCS without a switch: a pair has one link, not all of a card's rate.");
}

void TopoMatrix::compare_links(const LinkPlane& plane) {
  Bandwidth link{0};
  const std::optional<int> links = catalogue_links(&link);
  if (!links || *links == plane.links) return;
  warn(matrix_.at, say("cards have {} NVLinks, but {} has {}", plane.links, request_.gpu, *links),
       request_.trust == Trust::file ? tr("the file's holds; --trust catalogue takes the other")
                                     : tr("the catalogue's holds, as --trust catalogue asks"));
  if (request_.trust == Trust::file) draft_.scale_up = link * plane.links;
}

/// Cards that reach each other without the processor share a switch.
void TopoMatrix::pcie_tree() {
  int most = 1;
  bool two_processors = false;
  for (const std::size_t i : cards_) {
    int below = 1;
    for (const std::size_t j : cards_) {
      below += i != j && is_near(cell(i, j).word) ? 1 : 0;
      two_processors = two_processors || cell(i, j).word == "SYS" || cell(i, j).word == "SOC";
    }
    most = std::max(most, below);
  }
  draft_.cards_per_switch = most;
  if (two_processors && request_.cluster.empty())
    result_.missing.push_back(
        tr("the rate between the two processors: node.host_bridge, which a matrix does not have"));
}

/// Adapters that share a switch with a card carry the training; where none does, all of them.
void TopoMatrix::adapters() {
  if (ascend()) {
    draft_.nics = draft_.cards;  // the ports of an NPU are its own
    return;
  }
  if (adapters_.empty()) {
    if (!request_.nic.empty()) draft_.nics = draft_.cards;
    return;
  }
  int near = 0;
  for (const std::size_t nic : adapters_) {
    const bool shares =
        std::ranges::any_of(cards_, [&](std::size_t i) { return is_near(cell(i, nic).word); });
    near += shares ? 1 : 0;
    if (!shares)
      result_.details.push_back(
          say("{} shares no switch with a card", excerpt(matrix_.names[nic])));
  }
  const auto all = static_cast<int>(adapters_.size());
  draft_.nics = near > 0 ? near : all;
  if (near > 0 && near < all)
    result_.facts.push_back(say(
        "{} of {} network adapters share a switch with a card: these are the compute network; -v "
        "tells the others",
        near, all));
}

}  // namespace

Imported read_topo_matrix(const SourceText& source, const ImportRequest& request) {
  check_names(request);
  return TopoMatrix(source, request).read();
}

}  // namespace qianka
