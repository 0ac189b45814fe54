// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/xml_document.hpp"

#include "sim/language/language.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <pugixml.hpp>

namespace qianka {
namespace {

/// Far more than any such file has; what is deeper is not meant.
constexpr int most_levels = 128;

std::string trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

std::pair<const char*, const char*> in_words(pugi::xml_parse_status status) {
  switch (status) {
    case pugi::status_unrecognized_tag:
      return {tr("'<' begins nothing that is a tag"), tr("a '<' in a text is written &lt;")};
    case pugi::status_bad_comment:
      return {tr("a comment is never closed"), tr("comments end with -->")};
    case pugi::status_bad_cdata:
      return {tr("a CDATA section is never closed"), tr("such a section ends with ]]>")};
    case pugi::status_bad_doctype:
      return {tr("the DOCTYPE is not well-formed"), tr("it may be left out")};
    case pugi::status_bad_pi:
      return {tr("a declaration is never closed"), tr("declarations end with ?>")};
    case pugi::status_bad_start_element:
      return {tr("a tag is not well-formed"), tr("tags look like <name key=\"value\">")};
    case pugi::status_bad_attribute:
      return {tr("an attribute is not well-formed"), tr("attributes look like key=\"value\"")};
    case pugi::status_bad_end_element:
      return {tr("an end tag is not well-formed"), tr("is the file cut off?")};
    case pugi::status_end_element_mismatch:
      return {tr("a tag is not closed where it should be"), tr("is the file cut off?")};
    case pugi::status_no_document_element:
      return {tr("there is no XML in this file"), tr("XML begins with a tag, <name …>")};
    default:
      return {tr("this is not XML that can be read"), tr("is the file cut off?")};
  }
}

/// Copies an element and all below it.
XmlElement copied(const pugi::xml_node& node, const SourceText& source, int level,
                  std::vector<Diagnostic>& warnings) {
  XmlElement element;
  element.name = node.name();
  const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 1));
  element.at = source.at(offset - 1);  // the '<'
  if (level > most_levels)
    fail_at(element.at, say("more than {} elements inside each other", most_levels),
            tr("no such file is nested so deep"));
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (element.has(attribute.name())) {
      warnings.push_back({element.at, say("<{}> has '{}' twice", element.name, attribute.name()),
                          tr("the first one counts")});
    } else {
      element.attributes.emplace_back(attribute.name(), attribute.value());
    }
  }
  for (const pugi::xml_node& child : node.children())
    if (child.type() == pugi::node_element)
      element.children.push_back(copied(child, source, level + 1, warnings));
  element.text = trimmed(node.child_value());
  return element;
}

}  // namespace

std::string_view XmlElement::attribute(std::string_view key) const {
  const auto found = std::ranges::find(attributes, key, &decltype(attributes)::value_type::first);
  return found == attributes.end() ? std::string_view() : found->second;
}

bool XmlElement::has(std::string_view key) const {
  return std::ranges::find(attributes, key, &decltype(attributes)::value_type::first) !=
         attributes.end();
}

XmlElement read_xml(const SourceText& source, std::vector<Diagnostic>& warnings) {
  const std::string& text = source.text();
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const std::size_t begin = text.find('<');
  if (begin == std::string::npos)
    fail_at(source.at(first), tr("there is no XML in this file"),
            tr("XML begins with a tag, <name …>"));
  if (begin != first)
    warnings.push_back({source.at(first), tr("text before the first tag is passed over"), ""});
  pugi::xml_document document;
  const pugi::xml_parse_result result =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!result) {
    const auto [message, hint] = in_words(result.status);
    fail_at(source.at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0))),
            message, hint);
  }
  const pugi::xml_node root = document.document_element();
  for (pugi::xml_node next = root.next_sibling(); next; next = next.next_sibling()) {
    if (next.type() != pugi::node_element) continue;
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(next.offset_debug(), 1));
    warnings.push_back({source.at(offset - 1),
                        say("a second document, <{}>, is passed over", next.name()),
                        tr("give each a file of its own")});
  }
  return copied(root, source, 0, warnings);
}

}  // namespace qianka
